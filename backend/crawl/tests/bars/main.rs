//! What Drydock promises about the crawl, at real sizes and by counting: generated
//! organizations on the stand-in GitHub over real HTTP, into real Postgres.

mod cost;
mod faults;
mod support;
