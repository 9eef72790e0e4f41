//! Pages and API. Never computes a verdict, never calls GitHub.

pub mod access;
mod api;
mod app;
mod assets;
mod catalogue;
mod changes;
mod chart;
mod counts;
mod course;
mod decided;
mod diff;
mod error;
mod export;
mod exports;
mod forecast;
mod format;
mod freshness;
mod host;
mod identify;
mod kept;
mod kept_pages;
mod known;
mod layout;
mod links;
mod metrics;
mod middleware;
mod outlook;
mod pages;
mod part;
mod parts;
mod people;
mod prose;
mod reader;
mod reader_name;
mod refusals;
mod router;
mod routes;
mod scope;
mod seen;
pub mod sign_in;
mod snapshots;
mod streams;
mod suggested;
mod table;
mod table_file;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod visible;
mod webhooks;
#[cfg(test)]
mod world;

pub use app::{
    CatalogLooks, Clock, Connect, Connected, Connecting, ReadSchedule, ScheduleReading, Site,
};
pub use kept_pages::KeptPages;
pub use metrics::Metrics;
pub use router::router;
pub use snapshots::Snapshots;
pub use streams::Streams;
pub use webhooks::{Delivered, Receiving, Refused, Webhooks};
