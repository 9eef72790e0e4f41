//! The saved views of an organization's tables.

use serde::Serialize;
use store::ViewPage;
use store::read::saved_views::SavedView;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{Answer, One};
use super::query::{Nothing, Query};
use super::scope::Scope;
use crate::app::Site;

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list))
}

/// The saved views of both tables, by name.
#[derive(Serialize, ToSchema)]
struct ViewsBody {
    repositories: Vec<ViewRow>,
    dockerfiles: Vec<ViewRow>,
}

/// A view with a name.
#[derive(Serialize, ToSchema)]
struct ViewRow {
    id: i64,
    name: String,
    /// The query of the list that it shows.
    #[schema(example = "team=payments&sort=-left")]
    query: String,
}

/// Its saved views
#[utoipa::path(get, path = "/api/v1/orgs/{org}/views", tag = "Organizations",
    responses((status = 200, body = One<ViewsBody>)))]
async fn list(scope: Scope, _: Query<Nothing>) -> Answer {
    let (app, header, snapshot) = (&scope.app, &scope.header, scope.snapshot().await?);
    let repositories = app.saved_views(header, ViewPage::Repositories, &snapshot).await?;
    let dockerfiles = app.saved_views(header, ViewPage::Dockerfiles, &snapshot).await?;
    let rows = |it: Vec<SavedView>| it.into_iter().map(ViewRow::from).collect();
    let body = ViewsBody { repositories: rows(repositories), dockerfiles: rows(dockerfiles) };
    Ok(scope.one(scope.header.revision, body))
}

impl From<SavedView> for ViewRow {
    fn from(it: SavedView) -> Self {
        Self { id: it.saved_view_id, name: it.name, query: it.query }
    }
}
