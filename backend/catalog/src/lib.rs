//! Reads the open DHI catalogue's own definition files into the facts of `checklist`.
//!
//! Source: the YAML files under `image/` of github.com/docker-hardened-images/catalog,
//! laid out as in GitHub's archive of that repository. Reading is total: what is not
//! understood is reported and left unknown, it never fails the rest.

mod archive;
mod definition;
mod facts;
mod merged;
mod yaml;

pub use archive::{Collection, NotUnderstood, read_archive};
pub use definition::{Definition, Kind};
pub use merged::Merged;

/// Why a catalogue could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The file is no gzip-compressed tar archive, or ends too early.
    #[error("the archive could not be read; a .tar.gz of the catalogue's repository is expected")]
    Archive(#[source] std::io::Error),
    /// The archive holds no definition.
    #[error(
        "the archive holds no image definitions; a .tar.gz of the catalogue's repository is expected"
    )]
    Empty,
}
