//! Dockerfile text and catalogue facts in, a report of eight verdicts out.
//!
//! Pure: no IO, no clock, no async, no panic. Reading is total: odd text lowers
//! certainty, it never fails.

pub mod dockerfile;
mod highlight;
pub mod image;
mod instructions;
mod report;
pub mod shell;
pub mod stages;

pub use highlight::{SourceLine, Span, SpanKind};
pub use instructions::{InstructionLines, instructions};
pub use report::*;
