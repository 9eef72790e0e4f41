//! Why a world could not be built or the stand-in could not start.

use std::path::PathBuf;

use names::NameError;

/// What goes wrong while a world is built or served. Requests never end here:
/// they are answered the way GitHub answers.
#[derive(Debug, thiserror::Error)]
pub enum FakeError {
    /// A name that GitHub would not accept.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A test changes a repository that does not exist.
    #[error("there is no repository `{0}`")]
    NoSuchRepository(String),
    /// A test names a branch that a repository does not have.
    #[error("`{0}` has no branch `{1}`")]
    NoSuchBranch(String, String),
    /// A repository or organization of that name exists already.
    #[error("`{0}` exists already")]
    Taken(String),
    /// The owner of a new repository is not there.
    #[error("there is no organization or user `{0}`")]
    NoSuchOwner(String),
    /// A file of the sample organization says something impossible.
    #[error("the sample's `{file}` is wrong: {reason}")]
    Sample {
        /// Path of the file below the sample's folder.
        file: String,
        /// What is the matter.
        reason: String,
    },
    /// The corpus on disk is not as its README says.
    #[error("the corpus file {} cannot be used: {reason}", file.display())]
    Corpus {
        /// The file.
        file: PathBuf,
        /// What is the matter.
        reason: String,
    },
    /// No port could be bound on 127.0.0.1.
    #[error("cannot listen on {address}")]
    Bind {
        /// The address that was asked for.
        address: std::net::SocketAddr,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The stand-in's own GraphQL schema does not parse.
    #[error("the stand-in's GraphQL schema is broken: {0}")]
    Schema(String),
}
