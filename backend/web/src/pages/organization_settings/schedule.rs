//! When an organization is crawled: two cron expressions in its own time zone.

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path};
use axum::response::Response;
use serde::Deserialize;
use store::{Organization, Schedules};

use super::{Forms, answer, header, saved};
use crate::app::{App, ScheduleReading};
use crate::error::AppError;
use crate::format::Moment;

/// Nobody's schedule is longer.
const LONGEST: usize = 100;

/// What the form shows.
pub(super) struct ScheduleForm {
    pub(super) schedules: [ScheduleField; 2],
    pub(super) time_zone: String,
    pub(super) refusal: Option<String>,
}

/// One schedule: as typed, in words, and its next three runs.
pub(super) struct ScheduleField {
    pub(super) title: &'static str,
    pub(super) name: &'static str,
    pub(super) hint: &'static str,
    pub(super) cron: String,
    pub(super) words: String,
    pub(super) next: Vec<Moment>,
}

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    full: String,
    listing: String,
    time_zone: String,
}

impl ScheduleForm {
    pub(super) fn stored(app: &App, organization: &Organization) -> Self {
        Self::read(
            app,
            &organization.full_schedule,
            &organization.listing_schedule,
            &organization.time_zone,
        )
    }

    /// Reads both; the first that means nothing says why.
    fn read(app: &App, full: &str, listing: &str, time_zone: &str) -> Self {
        let now = app.now();
        let mut refusal = None;
        let mut field = |title, name, hint, cron: &str| {
            let ScheduleReading { words, next } = (app.read_schedule)(cron, time_zone, now);
            if next.is_empty() {
                refusal.get_or_insert_with(|| format!("{title}: {words}."));
            }
            let next = next.into_iter().map(|it| Moment::new(it, now)).collect();
            ScheduleField { title, name, hint, cron: cron.to_owned(), words, next }
        };
        let schedules = [
            field("Full crawl", "full", "Sees everything, also what is gone or renamed.", full),
            field(
                "Look at what is new",
                "listing",
                "Costs one request where nothing was pushed.",
                listing,
            ),
        ];
        Self { schedules, time_zone: time_zone.to_owned(), refusal }
    }
}

pub(super) async fn save(
    app: App,
    Path(org): Path<String>,
    asked: Result<Form<Asked>, FormRejection>,
) -> Result<Response, AppError> {
    let Ok(Form(asked)) = asked else {
        return Err(AppError::BadRequest("Go back and send the form again.".to_owned()));
    };
    let header = header(&app, &org).await?;
    let bounded = |it: &str| it.trim().chars().take(LONGEST).collect::<String>();
    let schedules = Schedules {
        full: bounded(&asked.full),
        listing: bounded(&asked.listing),
        time_zone: bounded(&asked.time_zone),
    };
    let Schedules { full, listing, time_zone } = &schedules;
    let form = ScheduleForm::read(&app, full, listing, time_zone);
    if form.refusal.is_some() {
        let mut forms = Forms::of(&app, &header).await?;
        forms.schedule = form;
        return answer(&app, header, forms);
    }
    let id = store::OrganizationId(header.organization_id);
    app.store.set_schedules(id, &schedules, &app.reader.actor(), app.now()).await?;
    Ok(saved(&header.login, "schedule"))
}
