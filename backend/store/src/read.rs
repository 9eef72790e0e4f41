//! What the pages read: one file a noun, each read model ready to show.

pub mod api_tokens;
pub mod audit;
pub mod campaigns;
pub mod catalog;
pub mod changes;
pub mod checklist;
mod crawl_list;
pub mod crawls;
pub mod decisions;
pub mod disputes;
pub mod dockerfile;
pub mod dockerfiles;
pub mod failed_jobs;
pub mod history;
pub mod metrics;
pub mod organization;
pub mod overview;
pub mod people;
pub mod queues;
pub mod remaining;
pub mod repositories;
pub mod repository;
pub mod repository_filter;
pub mod repository_settings;
pub mod saved_views;
pub mod search;
pub mod sessions;
mod sight_digest;
pub mod snapshot;
pub mod standing;
pub(crate) mod words;

pub use organization::OrganizationHeader;
pub use sight_digest::SightDigest;
pub use words::{ItemVerdict, RepositoryState};
