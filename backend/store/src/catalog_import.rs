//! The import of a catalogue in the audit log.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::audit::{self, Actor, AuditEntry};
use crate::{AuditAction, EditionId, NewEdition, ReadFrom, StoreError};

/// Files are handed over on the command line alone. What GitHub has is looked at by itself,
/// which nobody does.
pub(crate) async fn note_import(
    connection: &mut sqlx::PgConnection,
    new: &NewEdition,
    previous: Option<EditionId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    match new.read_from {
        ReadFrom::Github => return Ok(()),
        ReadFrom::File => {}
    }
    let entry = AuditEntry::of(AuditAction::SettingsChanged, "catalogue of hardened images")
        .before(json!({ "edition": previous }))
        .after(json!({ "file": new.source, "version": new.version, "day": new.day }));
    audit::write(connection, &Actor::command_line(), &entry, now).await
}
