//! Dockerfile text and catalogue facts in, a report of eight verdicts out.
//!
//! Pure: no IO, no clock, no async, no panic. Reading is total: odd text lowers
//! certainty, it never fails.

mod advice;
mod catalog;
mod check;
pub mod dockerfile;
mod file_kind;
mod footing;
mod highlight;
pub mod image;
mod image_facts;
mod instructions;
mod item;
#[cfg(test)]
#[path = "../tests/conformance/material.rs"]
#[expect(dead_code, reason = "the unit tests need a part of it")]
mod material;
mod packages;
mod path_glob;
mod policy;
mod proposal;
mod reasons;
mod reference;
mod report;
pub mod rules;
pub mod scope;
pub mod shell;
pub mod stages;
mod subject;
mod suggest;
mod template;

pub use advice::{About, Advice, Remark, advice};
pub use catalog::{
    Catalog, Configuration, HardenedFacts, HardenedVariant, VariantKind, WithdrawnTag,
};
pub use check::{SIZE_LIMIT, SourceFile, check, unread};
pub use file_kind::{FileKind, file_kind};
pub use highlight::{SourceLine, Span, SpanKind, highlight};
pub use image_facts::{HardenedImageFacts, ImageFacts, TagGroup, TagStanding, VariantFacts};
pub use instructions::{InstructionLines, instructions};
pub use item::{Item, Verdict};
pub use path_glob::{PathGlob, PathGlobError};
pub use policy::Policy;
pub use proposal::{Change, Proposal, Settled, propose};
pub use report::*;
pub use rules::{ItemGuide, Reason, item_guide};
