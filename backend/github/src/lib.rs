//! The only door to GitHub.
//!
//! Reads only: the credential, an account's listing, trees, commits, blobs. Says what
//! it spent. Obeys every limit GitHub states and some of our own. Nothing here reads
//! the clock: waiting is reckoned from GitHub's own headers.

mod app;
mod archive;
mod ask;
mod blobs;
mod client;
mod credential;
mod descent;
mod directories;
mod endpoints;
mod error;
mod graphql;
mod history;
mod ledger;
mod limits;
mod listing;
mod look;
mod objects;
mod owner;
mod pace;
mod properties;
mod queries;
mod sign_in;
mod sizes;
mod standing;
mod token;
mod transport;
mod tree;
pub mod webhook;

pub use app::{Account, App, Clock, Installation, Selection};
pub use blobs::{Blob, WantedBlob};
pub use client::Client;
pub use credential::{Budget, Credential, Seen, SingleSignOn};
pub use descent::{Compared, Difference};
pub use endpoints::Endpoints;
pub use error::GithubError;
pub use history::{FileHistory, FileVersion, Standing, WantedHistory};
pub use ledger::Spent;
pub use listing::{ListedRepository, ListingPage, Visibility};
pub use look::Look;
pub use objects::{CommitFacts, Found};
pub use owner::Organization;
pub use queries::{Heads, every_query};
pub use sign_in::{Departure, Person, Readable, SignInApp, UserToken};
pub use tree::{EntryKind, Tree, TreeEntry};
