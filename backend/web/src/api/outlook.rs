//! Where a history leads: the points of a chart, the forecast, the course towards a day.

use chrono::NaiveDate;
use serde::Serialize;
use store::read::history::HistoryDay;
use utoipa::ToSchema;

use super::words;
use crate::course::{Course, CourseWords};
use crate::forecast::Forecast;

/// When all will be done at the present pace.
#[derive(Serialize, ToSchema)]
pub(super) struct ForecastBody {
    #[schema(schema_with = words::forecast)]
    state: &'static str,
    /// The day at the median pace.
    finish_on: Option<NaiveDate>,
    /// At the upper end of the band of paces; null where that has no end either.
    earliest_on: Option<NaiveDate>,
    /// At its lower end; null where that has no end.
    latest_on: Option<NaiveDate>,
    /// Item verdicts settled in a week, growth of scope taken off.
    items_per_week: Option<f64>,
}

/// Whether it will be done in time.
#[derive(Serialize, ToSchema)]
pub(super) struct CourseBody {
    /// Null without a target.
    #[schema(schema_with = words::course_or_null)]
    state: Option<&'static str>,
    /// The same in words.
    sentence: String,
}

/// A point of a burn-up chart: the counts of item verdicts at the end of a day.
#[derive(Serialize, ToSchema)]
pub(super) struct DayBody {
    day: NaiveDate,
    /// Met or verified.
    done: i64,
    to_verify: i64,
    /// Remaining or unknown.
    open: i64,
    /// All of these.
    scope: i64,
    /// Progress is compared between days of the same rules and catalogue only.
    rule_version: i32,
    catalog_version: String,
    /// Reckoned from the commits before the first crawl.
    is_reconstructed: bool,
}

impl From<&HistoryDay> for DayBody {
    fn from(it: &HistoryDay) -> Self {
        let (rule_version, catalog_version) = it.edition.clone();
        Self {
            day: it.day,
            done: it.done,
            to_verify: it.to_verify,
            open: it.open,
            scope: it.scope(),
            rule_version,
            catalog_version,
            is_reconstructed: it.is_reconstructed,
        }
    }
}

impl From<&CourseWords> for CourseBody {
    fn from(it: &CourseWords) -> Self {
        let state = it.course.map(|it| match it {
            Course::Done => "done",
            Course::Ahead => "ahead",
            Course::OnCourse => "on-course",
            Course::NotKnown => "not-known",
            Course::AtRisk => "at-risk",
            Course::Overdue => "overdue",
        });
        Self { state, sentence: it.sentence.clone() }
    }
}

impl From<&Forecast> for ForecastBody {
    fn from(forecast: &Forecast) -> Self {
        let bare = |state| Self {
            state,
            finish_on: None,
            earliest_on: None,
            latest_on: None,
            items_per_week: None,
        };
        match *forecast {
            Forecast::Done => bare("done"),
            Forecast::NotEnoughHistory => bare("not-enough-history"),
            Forecast::NoEnd { rate, earliest } => {
                Self { earliest_on: earliest, items_per_week: Some(rate), ..bare("no-end") }
            }
            Forecast::Finish { on, earliest, latest, rate } => Self {
                state: "finish",
                finish_on: Some(on),
                earliest_on: Some(earliest),
                latest_on: latest,
                items_per_week: Some(rate),
            },
        }
    }
}
