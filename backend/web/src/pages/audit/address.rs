//! The address of the audit log: which entries, and from which one on.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;
use store::read::audit::AuditFilter;
use store::{AuditAction, AuditId, PersonId};

use super::Logins;
use crate::error::AppError;
use crate::links;

/// As it was asked; what is empty says nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Asked {
    pub(super) person: String,
    pub(super) action: String,
    pub(super) organization: String,
    /// The first day.
    pub(super) since: String,
    /// The last day.
    pub(super) until: String,
    /// A text in who, what, before, after or the address.
    pub(super) q: String,
    /// The entry before which the page begins.
    pub(super) before: String,
}

/// The same, understood.
#[derive(Debug)]
pub(super) struct Address {
    pub(super) asked: Asked,
    pub(super) filter: AuditFilter,
    pub(super) before: Option<AuditId>,
}

impl Address {
    pub(super) fn parse(asked: Asked, logins: &Logins) -> Result<Self, AppError> {
        let organization = |login: &str| {
            let of = logins.iter().find(|(_, it)| it.eq_ignore_ascii_case(login));
            of.map(|(id, _)| *id).ok_or_else(|| unknown("organization"))
        };
        let filter = AuditFilter {
            person: given(&asked.person).map(|it| number(it, "person")).transpose()?.map(PersonId),
            action: given(&asked.action)
                .map(|it| AuditAction::from_slug(it).ok_or_else(|| unknown("action")))
                .transpose()?,
            organization: given(&asked.organization).map(organization).transpose()?,
            since: given(&asked.since).map(|it| midnight(it, 0)).transpose()?,
            until: given(&asked.until).map(|it| midnight(it, 1)).transpose()?,
            text: given(&asked.q).map(str::to_owned),
        };
        let before = given(&asked.before).map(|it| number(it, "place")).transpose()?.map(AuditId);
        Ok(Self { asked, filter, before })
    }

    pub(super) fn is_filtered(&self) -> bool {
        self.filter != AuditFilter::default()
    }

    /// The address with some choices changed.
    pub(super) fn with(&self, changes: &[(&str, &str)]) -> String {
        links::with_query(links::AUDIT, &self.pairs(changes))
    }

    /// The address of all the entries as a file.
    pub(super) fn as_csv(&self) -> String {
        links::with_query(links::AUDIT_CSV, &self.pairs(&[("before", "")]))
    }

    fn pairs<'a>(&'a self, changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let it = &self.asked;
        let kept: [(&str, &str); 7] = [
            ("person", &it.person),
            ("action", &it.action),
            ("organization", &it.organization),
            ("since", &it.since),
            ("until", &it.until),
            ("q", &it.q),
            ("before", &it.before),
        ];
        let changed = |name: &str| changes.iter().find(|(it, _)| *it == name).map(|(_, to)| *to);
        kept.into_iter().map(|(name, now)| (name, changed(name).unwrap_or(now))).collect()
    }
}

/// What says something.
fn given(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|it| !it.is_empty())
}

fn number(text: &str, what: &str) -> Result<i64, AppError> {
    text.parse().map_err(|_| unknown(what))
}

/// The beginning of a day, or of a later one.
fn midnight(day: &str, later: u64) -> Result<DateTime<Utc>, AppError> {
    let day: Option<NaiveDate> = day.parse().ok();
    let day = day.and_then(|it| it.checked_add_days(Days::new(later)));
    let sentence = "A day is written as 2027-01-31.";
    let day = day.ok_or_else(|| AppError::BadRequest(sentence.to_owned()))?;
    Ok(day.and_time(NaiveTime::MIN).and_utc())
}

fn unknown(what: &str) -> AppError {
    AppError::BadRequest(format!("The {what} in this address is not known here."))
}
