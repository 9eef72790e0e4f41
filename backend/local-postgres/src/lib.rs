//! A private Postgres cluster in a folder.
