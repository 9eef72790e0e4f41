//! The audit log as a file: the entries of the filter, all its pages, read while it is sent.

use axum::response::Response;
use futures_util::stream;
use store::read::audit::{AuditFilter, AuditLine};
use store::{AuditId, Store, StoreError};

use super::address::Address;
use super::{Logins, organization};
use crate::app::App;
use crate::error::AppError;
use crate::export;

/// Entries that are read at once.
const AT_ONCE: i64 = 1000;

/// The entries as CSV. The first are read before anything is sent, so that the file does not
/// tell of itself.
pub(super) async fn csv(app: &App, address: Address, logins: Logins) -> Result<Response, AppError> {
    let rest = Rest { store: app.store.clone(), filter: address.filter, logins };
    let first = rest.store.audit(&rest.filter, address.before, AT_ONCE).await?;
    let parts = stream::try_unfold((rest, first), |(rest, lines)| async move {
        let Some(last) = lines.last().map(|it| it.id) else { return Ok(None) };
        let next = rest.after(last).await?;
        let rows = lines.iter().map(|it| row(it, &rest.logins)).collect();
        Ok::<_, StoreError>(Some((rows, (rest, next))))
    });
    let headings =
        ["at", "who", "person", "action", "organization", "subject", "before", "after", "address"];
    Ok(export::csv_file("audit.csv", headings.into(), parts))
}

/// What the rest of the file is read by.
struct Rest {
    store: Store,
    filter: AuditFilter,
    logins: Logins,
}

impl Rest {
    async fn after(&self, last: AuditId) -> Result<Vec<AuditLine>, StoreError> {
        self.store.audit(&self.filter, Some(last), AT_ONCE).await
    }
}

fn row(it: &AuditLine, logins: &Logins) -> Vec<String> {
    let json = |value: &Option<serde_json::Value>| {
        value.as_ref().map(ToString::to_string).unwrap_or_default()
    };
    vec![
        export::moment(Some(it.at)),
        it.actor.clone(),
        it.person.map(|it| it.to_string()).unwrap_or_default(),
        it.action.slug().to_owned(),
        organization(it, logins).unwrap_or_default(),
        it.subject.clone(),
        json(&it.before),
        json(&it.after),
        it.address.clone(),
    ]
}
