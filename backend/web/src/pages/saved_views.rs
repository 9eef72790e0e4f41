//! The saved views of a table: above it, and by POST to `/orgs/{org}/views`.

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path};
use axum::response::Redirect;
use chrono::{DateTime, Utc};
use names::OrgLogin;
use serde::Deserialize;
use store::read::saved_views::SavedView;
use store::{NewView, ViewPage};

use super::{dockerfiles, repositories};
use crate::app::App;
use crate::error::AppError;
use crate::format;
use crate::links;
use crate::routes::{Need, Routes};
use crate::table::TableQuery;

/// The longest name, in characters.
const LONGEST_NAME: usize = 80;
/// So many fit above a table.
const MOST: usize = 100;

pub(crate) fn routes() -> Routes {
    Routes::new().post("/orgs/{org}/views", Need::EDITOR, save).post(
        "/orgs/{org}/views/{id}/delete",
        Need::EDITOR,
        delete,
    )
}

/// What stands above a table.
pub(crate) struct SavedViews {
    pub(crate) views: Vec<ViewLink>,
    /// Where the view that is looked at is deleted, if it is a saved one.
    pub(crate) delete: Option<String>,
    /// Where it is saved, if it is none and something was chosen.
    pub(crate) save: Option<String>,
    pub(crate) page: &'static str,
    pub(crate) query: String,
}

/// A view to go to.
pub(crate) struct ViewLink {
    pub(crate) name: String,
    pub(crate) link: String,
    pub(crate) is_current: bool,
}

impl SavedViews {
    pub(crate) fn new(
        org: &OrgLogin,
        page: ViewPage,
        query: &TableQuery,
        stored: Vec<SavedView>,
    ) -> Self {
        let text = query.text();
        let current = stored.iter().find(|it| it.query == text).map(|it| it.saved_view_id);
        let view = |it: SavedView| ViewLink {
            is_current: it.query == text,
            link: format!("{}?{}", query.path(), it.query),
            name: format::shown(&it.name),
        };
        let may_save = current.is_none() && !text.is_empty();
        Self {
            views: stored.into_iter().map(view).collect(),
            delete: current.map(|it| links::delete_view(org, it)),
            save: may_save.then(|| links::save_view(org)),
            page: page.slug(),
            query: text,
        }
    }
}

#[derive(Deserialize)]
struct SaveForm {
    page: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    query: String,
}

async fn save(
    app: App,
    Path(org): Path<String>,
    form: Result<Form<SaveForm>, FormRejection>,
) -> Result<Redirect, AppError> {
    let (org, now): (OrgLogin, _) = (org.parse()?, app.now());
    let Form(form) = form.map_err(|_| refused("This form cannot be read."))?;
    let header = app.organization(&org).await?;
    let page = table(&form.page)?;
    let name = name(&form.name)?;
    let query = read_query(page, &form.query, &header.login, now)?;
    if query.text().is_empty() {
        return Err(refused("Choose a filter or an order first; a view keeps these."));
    }
    let organization_id = header.organization_id;
    if app.store.saved_views(organization_id, page).await?.len() >= MOST {
        return Err(refused("This table has a hundred views already. Delete one first."));
    }
    let view = NewView { organization_id, page, name, query: query.text() };
    if !app.store.save_view(&view, &app.reader.actor(), now).await? {
        let name = format::shown(&view.name);
        return Err(AppError::BadRequest(format!(
            "There is a view called \u{201c}{name}\u{201d} already. Take another name, or delete that one first."
        )));
    }
    Ok(Redirect::to(&query.with(&[])))
}

async fn delete(
    app: App,
    Path((org, id)): Path<(String, i64)>,
    form: Result<Form<SaveForm>, FormRejection>,
) -> Result<Redirect, AppError> {
    let org: OrgLogin = org.parse()?;
    let Form(form) = form.map_err(|_| refused("This form cannot be read."))?;
    let header = app.organization(&org).await?;
    let query = read_query(table(&form.page)?, &form.query, &header.login, app.now())?;
    let snapshot = app.snapshot(&header).await?;
    let views = app.saved_views(&header, table(&form.page)?, &snapshot).await?;
    // Whoever was first deleted it; the reader sees that it is gone.
    if views.iter().any(|it| it.saved_view_id == id) {
        let (actor, now) = (app.reader.actor(), app.now());
        app.store.delete_view(header.organization_id, id, &actor, now).await?;
    }
    Ok(Redirect::to(&query.with(&[])))
}

fn refused(sentence: &str) -> AppError {
    AppError::BadRequest(sentence.to_owned())
}

fn table(slug: &str) -> Result<ViewPage, AppError> {
    ViewPage::from_slug(slug).ok_or_else(|| refused("There is no such table."))
}

fn name(typed: &str) -> Result<String, AppError> {
    let name = typed.trim();
    let length = name.chars().count();
    if !(1..=LONGEST_NAME).contains(&length) || name.chars().any(char::is_control) {
        return Err(refused("A view\u{2019}s name has 1 to 80 characters, all of them visible."));
    }
    Ok(name.to_owned())
}

/// The choices of a view, as its table itself understands and prints them.
fn read_query(
    page: ViewPage,
    query: &str,
    org: &OrgLogin,
    now: DateTime<Utc>,
) -> Result<TableQuery, AppError> {
    Ok(match page {
        ViewPage::Repositories => repositories::Address::of_kept(query, org.clone(), now)?.query,
        ViewPage::Dockerfiles => dockerfiles::Address::of_kept(query, org.clone())?.query,
    })
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use store::testing::TestStore;

    use crate::testing::{get, post, words};
    use crate::world::acme;

    async fn world() -> TestStore {
        let store = store::testing::store().await;
        acme(&store).await;
        store
    }

    async fn save(store: &TestStore, form: &str) -> (StatusCode, String, String) {
        post(store, "/orgs/acme/views", form).await
    }

    #[tokio::test]
    async fn a_view_is_saved_as_the_table_prints_it_and_deleted_again() {
        let store = world().await;
        let form = "page=repositories&name=+My+%3Cb%3E+&query=sort%3D%26item%3Dports%26page%3D2";
        let (status, _, location) = save(&store, form).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        assert_eq!(location, "/orgs/acme/repositories?item=ports&verdict=left");
        let (_, page) = get(&store, &location).await;
        assert!(page.contains("aria-current=\"page\"><bdi>My &#60;b&#62;</bdi></a>"), "{page}");
        let id: i64 = sqlx::query_scalar("SELECT saved_view_id FROM saved_view")
            .fetch_one(store.pool())
            .await
            .unwrap();
        let delete = format!("/orgs/acme/views/{id}/delete");
        let (status, _, location) = post(&store, &delete, "page=repositories&query=q%3Da").await;
        assert_eq!(
            (status, location.as_str()),
            (StatusCode::SEE_OTHER, "/orgs/acme/repositories?q=a")
        );
        let (_, page) = get(&store, &location).await;
        assert!(!words(&page).contains("My <b>"));
    }

    #[tokio::test]
    async fn a_name_that_is_taken_is_refused_in_its_table_only() {
        let store = world().await;
        assert_eq!(save(&store, "page=repositories&name=Ports&query=item%3Dports").await.0, 303);
        let (status, page, _) = save(&store, "page=repositories&name=pOrTs&query=q%3Da").await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(words(&page).contains("There is a view called \u{201c}pOrTs\u{201d} already."));
        assert_eq!(save(&store, "page=dockerfiles&name=ports&query=q%3Da").await.0, 303);
    }

    #[tokio::test]
    async fn a_view_that_says_nothing_is_refused_in_words() {
        let store = world().await;
        let long = format!("page=repositories&query=q%3Da&name={}", "x".repeat(81));
        for (form, sentence) in [
            ("page=repositories&name=+&query=q%3Da", "A view\u{2019}s name has 1 to 80 characters"),
            (long.as_str(), "A view\u{2019}s name has 1 to 80 characters"),
            ("page=repositories&name=a%1B&query=q%3Da", "all of them visible"),
            ("page=repositories&name=a&query=", "Choose a filter or an order first"),
            ("page=repositories&name=a&query=state%3Dx", "The filter state=x is not known here."),
            ("page=teams&name=a&query=q%3Da", "There is no such table."),
        ] {
            let (status, page, _) = save(&store, form).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{form}");
            assert!(words(&page).contains(sentence), "{form}: {}", words(&page));
        }
    }
}
