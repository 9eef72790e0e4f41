//! The forms: begin, change and end a campaign, set the organization's target.

mod typed;

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use checklist::Item;
use serde::Deserialize;
use store::read::OrganizationHeader;
use store::{CampaignSaved, OrganizationId};

use self::typed::{Typed, day};
use super::{TargetForm, campaigns, header};
use crate::app::App;
use crate::error::{AppError, form_page};
use crate::layout::{Layout, Section};
use crate::links;
use crate::part::Part;

#[derive(Template)]
#[template(path = "pages/campaigns/form.html")]
struct FormPage {
    layout: Layout,
    title: &'static str,
    action: String,
    back: String,
    typed: Typed,
    /// The filter in words.
    part: String,
    items: Vec<ItemChoice>,
    /// Why it was not saved, and what to do.
    refusal: Option<String>,
}

struct ItemChoice {
    slug: &'static str,
    title: &'static str,
    is_chosen: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    filter: String,
}

/// A form's fields; one name may come more than once.
type Fields = Result<Form<Vec<(String, String)>>, FormRejection>;

pub(super) async fn ask(
    app: App,
    Path(org): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, AppError> {
    let header = header(&app, &org).await?;
    // A filter that means nothing is said at once.
    let part = Part::parse(&asked.filter, &header.login, app.now())?;
    let owner = app.reader.name().unwrap_or_default().to_owned();
    let typed = Typed { filter: part.text(), owner, ..Typed::default() };
    show(&app, header, None, typed, None)
}

pub(super) async fn begin(
    app: App,
    Path(org): Path<String>,
    fields: Fields,
) -> Result<Response, AppError> {
    save(&app, &org, None, fields).await
}

pub(super) async fn edit(
    app: App,
    Path((org, id)): Path<(String, String)>,
) -> Result<Response, AppError> {
    let header = header(&app, &org).await?;
    let id = number(&id)?;
    let campaign = app.campaign(&header, id).await?;
    if campaign.ended_at.is_some() {
        return Err(AppError::NotFound);
    }
    show(&app, header, Some(id), Typed::from(&campaign), None)
}

pub(super) async fn change(
    app: App,
    Path((org, id)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, AppError> {
    save(&app, &org, Some(number(&id)?), fields).await
}

pub(super) async fn end(
    app: App,
    Path((org, id)): Path<(String, String)>,
) -> Result<Redirect, AppError> {
    let header = header(&app, &org).await?;
    let organization = OrganizationId(header.organization_id);
    let id = app.campaign(&header, number(&id)?).await?.campaign_id;
    app.store.end_campaign(organization, id, &app.reader.actor(), app.now()).await?;
    Ok(Redirect::to(&links::campaigns(&header.login)))
}

pub(super) async fn set_target(
    app: App,
    Path(org): Path<String>,
    fields: Fields,
) -> Result<Response, AppError> {
    let header = header(&app, &org).await?;
    let text = Typed::of(read(fields)?).target;
    let today = app.now().date_naive();
    let target = if text.is_empty() { Ok(None) } else { day(&text, today).map(Some) };
    match target {
        Ok(target) => {
            let organization = OrganizationId(header.organization_id);
            app.store.set_target(organization, target, &app.reader.actor(), app.now()).await?;
            Ok(Redirect::to(&links::campaigns(&header.login)).into_response())
        }
        Err(refusal) => {
            let form = TargetForm::new(&header, Some((text, refusal)));
            let page = campaigns(&app, header, form).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// Saves a campaign, a new one without an id, or shows the form again and says why not.
async fn save(app: &App, org: &str, id: Option<i64>, fields: Fields) -> Result<Response, AppError> {
    let header = header(app, org).await?;
    let typed = Typed::of(read(fields)?);
    let organization = OrganizationId(header.organization_id);
    let kept = match id {
        Some(id) => Some(app.campaign(&header, id).await?.target_on),
        None => None,
    };
    let new = match typed.understood(&header.login, app.now(), kept) {
        Ok(new) => new,
        Err(refusal) => return show(app, header, id, typed, Some(refusal)),
    };
    let (actor, now) = (app.reader.actor(), app.now());
    let saved = match id {
        Some(id) => app.store.change_campaign(organization, id, &new, (&actor, now)).await?,
        None => app.store.begin_campaign(organization, &new, &actor, now).await?,
    };
    match saved {
        CampaignSaved::As(id) => {
            Ok(Redirect::to(&links::campaign(&header.login, id)).into_response())
        }
        CampaignSaved::Gone => Err(AppError::NotFound),
        CampaignSaved::NameTaken => {
            let refusal = "Another campaign that runs has this name. Choose another one.";
            show(app, header, id, typed, Some(refusal.to_owned()))
        }
    }
}

fn show(
    app: &App,
    header: OrganizationHeader,
    id: Option<i64>,
    typed: Typed,
    refusal: Option<String>,
) -> Result<Response, AppError> {
    let is_refused = refusal.is_some();
    let org = &header.login;
    let part = Part::parse(&typed.filter, org, app.now()).map(|it| it.words().join(", "));
    let campaigns = links::campaigns(org);
    let (title, action, back) = match id {
        Some(id) => ("Change a campaign", links::edit_campaign(org, id), links::campaign(org, id)),
        None => ("Begin a campaign", campaigns.clone(), campaigns),
    };
    let choice = |it: Item| ItemChoice {
        slug: it.slug(),
        title: it.title(),
        is_chosen: typed.items.iter().any(|slug| slug == it.slug()),
    };
    let page = FormPage {
        items: Item::ALL.map(choice).into(),
        part: part.unwrap_or_default(),
        layout: Layout::around(app, Some(header), Section::Overview, title),
        title,
        action,
        back,
        typed,
        refusal,
    };
    form_page(&page, is_refused)
}

fn read(fields: Fields) -> Result<Vec<(String, String)>, AppError> {
    let unread = |_| AppError::BadRequest("Go back and send the form again.".to_owned());
    Ok(fields.map_err(unread)?.0)
}

fn number(id: &str) -> Result<i64, AppError> {
    id.parse().map_err(|_| AppError::NotFound)
}
