//! Dockerfile text and catalogue facts in, a report of eight verdicts out.
//!
//! Pure: no IO, no clock, no async, no panic. Reading is total: odd text lowers
//! certainty, it never fails.

mod report;

pub use report::*;
