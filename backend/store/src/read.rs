//! What the pages read: one file a noun, each read model ready to show.

pub mod changes;
pub mod checklist;
pub mod crawls;
pub mod dockerfile;
pub mod organization;
pub mod queues;
pub mod remaining;
pub mod repository;
pub mod search;
mod words;

pub use organization::OrganizationHeader;
pub use words::RepositoryState;
