//! Compares what GitHub has with what the store has, and closes the difference.
//!
//! A crawl may run twice without changing anything, and may be killed anywhere
//! without losing anything: a repository's head is stored last, in the transaction
//! that stores its verdicts, so what is missing is simply read again.

mod at_once;
mod contents;
mod context;
mod difference;
mod editions;
mod error;
mod expiry;
mod gone;
mod history;
mod links;
mod listing;
mod looks;
mod own_settings;
mod owners;
mod properties;
mod reading;
mod rescore;
mod run;
mod saving;
mod schedule;
mod select;
mod settings;
mod touched;
mod worker;

pub use context::{Clock, Progress, Waiting};
pub use editions::{
    CatalogRepository, CatalogSource, Moves, PresentCatalog, ReadCatalog, Standing, Successor,
    preview,
};
pub use error::CrawlError;
pub use history::Backfill;
pub use run::{Request, Summary, engine_version, run};
pub use schedule::{Schedule, ScheduleError};
pub use select::is_read;
pub use worker::{Clients, Worker};
