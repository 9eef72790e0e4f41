//! What is written, looked at in a real database.

mod delivery;
mod job;
mod listing;
mod migration;
mod reading;
mod support;
