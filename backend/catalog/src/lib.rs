//! Reads the open DHI catalogue's own definition files into the facts of `checklist`.
//!
//! Source: the YAML files under `image/` of github.com/docker-hardened-images/catalog,
//! laid out as in GitHub's archive of that repository. A `Collection` takes them one by one,
//! from an archive or from a folder; it becomes an `Edition`, one state of the catalogue with
//! all that was withdrawn before, which can be kept as text and handed to the engine.
//!
//! Reading is total and bounded: what is not understood is reported and left unknown, it
//! never fails the rest.

mod archive;
mod collection;
mod definition;
mod difference;
mod edition;
mod facts;
mod fields;
mod folder;
mod info;
mod merged;
mod place;
mod succession;
mod yaml;

pub use archive::read_archive;
pub use collection::{Collection, FILE_LIMIT, NotUnderstood, Notes, Stale};
pub use definition::{Definition, Firewall, Kind};
pub use difference::Difference;
pub use edition::{Edition, Image, Withdrawal};
pub use facts::{Bundle, ResolvedDefinition};
pub use info::Info;
pub use merged::Merged;
pub use succession::merge;

/// Why a catalogue could not be read, or may not be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The file is no gzip-compressed tar archive, or ends too early.
    #[error("the archive could not be read; a .tar.gz of the catalogue's repository is expected")]
    Archive(#[source] std::io::Error),
    /// The folder is not the catalogue's repository, or cannot be read.
    #[error("the folder could not be read; the catalogue's repository is expected")]
    Folder(#[source] std::io::Error),
    /// There is no definition.
    #[error("there are no image definitions; the catalogue's repository is expected")]
    Empty,
    /// There is more than any catalogue has.
    #[error("there is many times more than the catalogue holds; its repository is expected")]
    TooLarge,
    /// Too many files were not understood.
    #[error("{unread} of {files} files were not understood, so the rest is not to be trusted")]
    NotUnderstood {
        /// How many were not understood.
        unread: usize,
        /// How many there are.
        files: usize,
    },
    /// The new catalogue is older than the present one.
    #[error("the new catalogue is of {day}, the present one of {previous}")]
    Older {
        /// The day of the new one.
        day: String,
        /// The day of the present one.
        previous: String,
    },
    /// The new catalogue has lost more than a day explains.
    #[error(
        "the new catalogue has {images_left} of {images} images and {tags_left} live tags instead \
         of {tags}: this is no change of a day but a broken download"
    )]
    Shrunken {
        /// How many images the present one has.
        images: usize,
        /// How many of them are left.
        images_left: usize,
        /// How many live tags the present one has.
        tags: usize,
        /// How many live tags the new one has.
        tags_left: usize,
    },
    /// The kept facts are no such text.
    #[error("the kept catalogue could not be read or written")]
    Text(#[source] serde_json::Error),
    /// The kept facts are of another form.
    #[error("the kept catalogue is of another form: read the catalogue again")]
    Format,
}
