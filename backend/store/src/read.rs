//! What the pages read: one file a noun, each read model ready to show.

pub mod checklist;
pub mod crawls;
pub mod dockerfile;
pub mod repository;
pub mod search;
mod words;

pub use words::RepositoryState;
