//! A stand-in GitHub over HTTP for tests, benchmarks and the sample organization.
//!
//! [`World`] holds owners and repositories with real git objects, [`Fake`] serves
//! one over REST and GraphQL in the github.com form (at the root) and in the GHES
//! form (`/api/v3`, `/api/graphql`), refuses what GitHub refuses, and keeps an
//! [`Account`] of everything asked. It is no part of what a user runs against
//! the real GitHub.

mod account;
mod answer;
mod apps;
mod credential;
mod error;
mod faults;
mod gate;
pub mod git;
mod graphql;
mod noted;
mod oauth;
mod pace;
mod rest;
mod server;
mod webhooks;
mod world;

pub use account::{Account, Early};
pub use apps::{App, Installation};
pub use credential::{Credential, Grant, Kind};
pub use error::FakeError;
pub use faults::{Fault, FaultRule, On};
pub use oauth::OauthApp;
pub use server::{Clock, Fake, Options, TreeLimits};
pub use webhooks::{Delivery, signature};
pub use world::{
    Change, Content, Dice, Facts, Found, Listed, Mutation, NewRepository, Owner, OwnerKind, Push,
    Pushed, Repository, Shape, Snapshot, Visibility, World,
};
