//! The closed lists of words in answers, as schemas. They are the store's and the engine's own.

use checklist::{About, Item, Verdict};
use serde::Serialize;
use store::read::changes::{ChangeCause, ChangeKind};
use store::read::snapshot::{ImageKind, TeamSource};
use store::read::{ItemVerdict, RepositoryState};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{
    Array, ArrayBuilder, Object, ObjectBuilder, Schema, SchemaType, Type,
};

use crate::known::StandingKind;

/// One of some words.
fn one_of(words: impl IntoIterator<Item = &'static str>) -> Object {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).build()
}

/// One of some words, or null.
fn one_of_or_null(words: impl IntoIterator<Item = &'static str>) -> Object {
    let words = words.into_iter().map(serde_json::Value::from);
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
        .enum_values(Some(words.chain([serde_json::Value::Null])))
        .build()
}

pub(super) fn item() -> Object {
    one_of(Item::ALL.map(Item::slug))
}

/// Some of the eight items.
pub(super) fn items() -> Array {
    ArrayBuilder::new().items(item()).build()
}

pub(super) fn item_or_null() -> Object {
    one_of_or_null(Item::ALL.map(Item::slug))
}

pub(super) fn verdict() -> Object {
    one_of(ItemVerdict::ALL.map(ItemVerdict::slug))
}

pub(super) fn verdict_or_null() -> Object {
    one_of_or_null(ItemVerdict::ALL.map(ItemVerdict::slug))
}

/// A verdict as the engine gives it.
pub(super) fn engine_verdict() -> Object {
    one_of(Verdict::ALL.map(Verdict::slug))
}

pub(super) fn state() -> Object {
    one_of(RepositoryState::ALL.map(RepositoryState::slug))
}

pub(super) fn team_source() -> Object {
    one_of(TeamSource::ALL.map(TeamSource::slug))
}

pub(super) fn team_source_or_null() -> Object {
    one_of_or_null(TeamSource::ALL.map(TeamSource::slug))
}

pub(super) fn image_kind() -> Object {
    one_of(ImageKind::ALL.map(ImageKind::slug))
}

/// How an image stands in the catalogue.
pub(super) fn standing() -> Object {
    one_of(StandingKind::ALL.map(StandingKind::slug))
}

pub(super) fn standing_or_null() -> Object {
    one_of_or_null(StandingKind::ALL.map(StandingKind::slug))
}

pub(super) fn variant_kind() -> Object {
    one_of(["runtime", "dev", "sdk"])
}

/// What a remark is about.
pub(super) fn about() -> Object {
    one_of(About::ALL.map(About::slug))
}

pub(super) fn image_stage() -> Object {
    one_of(["build", "shipped"])
}

pub(super) fn change_kind() -> Object {
    one_of(ChangeKind::ALL.map(ChangeKind::slug))
}

pub(super) fn course_or_null() -> Object {
    one_of_or_null(["done", "ahead", "on-course", "not-known", "at-risk", "overdue"])
}

pub(super) fn still_kind() -> Object {
    one_of(["item", "team", "base-image"])
}

pub(super) fn decision_kind() -> Object {
    one_of(["verified", "waived", "disputed"])
}

pub(super) fn decision_source() -> Object {
    one_of(["person", "file"])
}

pub(super) fn end_reason() -> Object {
    one_of(["withdrawn", "replaced", "expired", "evidence-changed", "removed"])
}

pub(super) fn forecast() -> Object {
    one_of(["done", "not-enough-history", "no-end", "finish"])
}

pub(super) fn suggestion() -> Object {
    one_of(["use", "already-hardened", "none-exists", "not-known"])
}

pub(super) fn stage_role() -> Object {
    one_of(["final", "chain", "build", "artifact", "other-target", "ignored"])
}

pub(super) fn file_state_or_null() -> Object {
    one_of_or_null(["readable", "template", "windows", "unreadable"])
}

pub(super) fn crawl_kind() -> Object {
    one_of(["full", "listing", "touched"])
}

pub(super) fn crawl_state() -> Object {
    one_of(["running", "done", "failed"])
}

pub(super) fn trigger() -> Object {
    one_of(["schedule", "person", "command", "first", "webhook"])
}

pub(super) fn cause() -> Object {
    one_of(ChangeCause::ALL.map(ChangeCause::slug))
}

pub(super) fn cause_or_null() -> Object {
    one_of_or_null(ChangeCause::ALL.map(ChangeCause::slug))
}

pub(super) fn milestone_or_null() -> Object {
    one_of_or_null([ChangeKind::Finished, ChangeKind::SlippedBack].map(ChangeKind::slug))
}

/// An object with a verdict for each of the eight items.
pub(super) fn verdicts() -> Schema {
    let object = Item::ALL.into_iter().fold(ObjectBuilder::new(), |object, it| {
        object.property(it.slug(), RefOr::T(Schema::Object(verdict())))
    });
    Schema::Object(object.build())
}

/// The word that `serde` writes for a value of one of the engine's enums.
pub(super) fn serialized(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).ok();
    value.and_then(|it| it.as_str().map(str::to_owned)).unwrap_or_default()
}
