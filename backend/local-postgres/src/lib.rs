//! A private Postgres cluster in a folder: find the binaries, create the cluster, start
//! it, adopt it if it outlived us, stop it.
//!
//! Private means: one UNIX socket in a folder that only its owner may enter, no network,
//! so that nobody needs a password. The cluster is an ordinary one: `pg_dump` and `psql`
//! of the same version work on it. Nothing here knows what the databases are for.

mod account;
mod binaries;
mod cluster;
mod error;
mod folder;
mod server;
#[cfg(test)]
mod tests;
pub mod throwaway;
mod wire;

pub use cluster::{Cluster, Settings};
pub use error::ClusterError;
