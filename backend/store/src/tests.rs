//! What is written, looked at in a real database.

mod account;
mod api_token;
mod audit;
mod audited;
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
mod secrets;
mod session;
mod sign_in;
mod snapshot;
pub(crate) mod support;
mod user_token;
