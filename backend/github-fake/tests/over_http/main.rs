//! The stand-in asked over real HTTP, as the crawler asks it.

mod apps;
mod changes;
mod common;
mod corpus;
mod faults;
mod generated;
mod graphql;
mod mutations;
mod rest;
mod sign_in;
mod webhooks;
