//! What is written, looked at in a real database.

mod campaign;
mod catalog;
mod decision;
mod delivery;
mod forget;
mod history;
mod job;
mod listing;
mod migration;
mod reading;
mod reasons;
mod scope;
mod snapshot;
pub(crate) mod support;
