//! The stand-in asked over real HTTP, as the crawler asks it.

mod common;
mod faults;
mod graphql;
mod rest;
