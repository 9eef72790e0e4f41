//! Crawls of the stand-in GitHub over real HTTP into real Postgres.

mod catalog;
mod changes;
mod cold;
mod corpus;
mod failures;
mod history;
mod sample;
mod settings;
mod support;
mod touched;
mod worker;
