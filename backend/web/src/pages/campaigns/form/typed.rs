//! What a person typed, and what it means, or a sentence that says why it means nothing.

use checklist::Item;
use chrono::{DateTime, Months, NaiveDate, Utc};
use names::OrgLogin;
use store::NewCampaign;
use store::read::campaigns::Campaign;

use crate::format;
use crate::part::Part;

/// Longer names and owners help nobody.
const LONGEST_TEXT: usize = 100;
const LONGEST_FILTER: usize = 2000;
/// No one plans further ahead.
const HORIZON: Months = Months::new(120);

/// The form as it was sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Typed {
    pub(crate) name: String,
    pub(crate) filter: String,
    pub(crate) items: Vec<String>,
    pub(crate) target: String,
    pub(crate) owner: String,
}

impl From<&Campaign> for Typed {
    fn from(it: &Campaign) -> Self {
        Self {
            name: it.name.clone(),
            filter: it.filter.clone(),
            items: it.items.iter().map(|it| it.slug().to_owned()).collect(),
            target: it.target_on.to_string(),
            owner: it.owner.clone(),
        }
    }
}

impl Typed {
    pub(crate) fn of(fields: Vec<(String, String)>) -> Self {
        let mut typed = Self::default();
        for (name, value) in fields {
            match name.as_str() {
                "name" => typed.name = bounded(&value, LONGEST_TEXT),
                "filter" => typed.filter = bounded(&value, LONGEST_FILTER),
                "items" => typed.items.push(value),
                "target" => typed.target = bounded(&value, LONGEST_TEXT),
                "owner" => typed.owner = bounded(&value, LONGEST_TEXT),
                _ => {}
            }
        }
        typed
    }

    /// What it means; a date of the past only where it is the one `kept` already.
    pub(crate) fn understood(
        &self,
        org: &OrgLogin,
        now: DateTime<Utc>,
        kept: Option<NaiveDate>,
    ) -> Result<NewCampaign, String> {
        if self.name.is_empty() {
            return Err("Give the campaign a name.".to_owned());
        }
        let filter = Part::parse(&self.filter, org, now).map_err(|it| it.to_string())?;
        let is_chosen = |it: &Item| self.items.iter().any(|slug| slug == it.slug());
        let items: Vec<Item> = Item::ALL.into_iter().filter(is_chosen).collect();
        let target_on = match self.target.parse().ok().filter(|it| Some(*it) == kept) {
            Some(same) => same,
            None => day(&self.target, now.date_naive())?,
        };
        Ok(NewCampaign {
            name: self.name.clone(),
            filter: filter.text(),
            // All of them is what no choice means, also when a ninth comes.
            items: if items.len() == Item::ALL.len() { Vec::new() } else { items },
            target_on,
            owner: self.owner.clone(),
        })
    }
}

/// A day from today on.
pub(crate) fn day(text: &str, today: NaiveDate) -> Result<NaiveDate, String> {
    if text.is_empty() {
        return Err("Say by which day all is to be done.".to_owned());
    }
    let day: NaiveDate = text
        .parse()
        .map_err(|_| format!("\u{201c}{text}\u{201d} is no date. Write it as {today}."))?;
    if day < today {
        return Err(format!("{} has passed. Choose a day from today on.", format::date(day)));
    }
    if today.checked_add_months(HORIZON).is_some_and(|it| day > it) {
        return Err(format!(
            "{} is more than ten years away. Choose a nearer day.",
            format::date(day)
        ));
    }
    Ok(day)
}

fn bounded(text: &str, longest: usize) -> String {
    text.trim().chars().filter(|it| !it.is_control()).take(longest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_is_answered_with_a_sentence() {
        let today = "2026-11-23".parse().unwrap();
        let told: Vec<_> = ["", "soon", "2026-11-22", "2036-11-24", "2026-02-30"]
            .iter()
            .map(|it| day(it, today).unwrap_err())
            .collect();
        insta::assert_snapshot!(told.join("\n"), @r"
        Say by which day all is to be done.
        “soon” is no date. Write it as 2026-11-23.
        22 Nov 2026 has passed. Choose a day from today on.
        24 Nov 2036 is more than ten years away. Choose a nearer day.
        “2026-02-30” is no date. Write it as 2026-11-23.
        ");
        assert_eq!(day("2026-11-23", today), Ok(today));
    }
}
