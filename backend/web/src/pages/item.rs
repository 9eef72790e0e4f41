//! `/orgs/{org}/items/{item}`: the reasons behind what is left of one item, and
//! the Dockerfiles behind each reason.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use checklist::Item;
use names::OrgLogin;
use store::read::checklist::{ReasonCount, ReasonDockerfile};

use crate::app::App;
use crate::error::{AppError, Page, page};
use crate::format;
use crate::layout::{Layout, Section};
use crate::links;
use crate::parts::Mark;
use crate::prose::Prose;

/// Dockerfiles shown behind each reason.
const SHOWN: i64 = 100;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/orgs/{org}/items/{item}", get(show))
}

async fn show(State(app): State<App>, Path((org, item)): Path<(String, String)>) -> Page {
    let org: OrgLogin = org.parse()?;
    let item = Item::from_slug(&item).ok_or(AppError::NotFound)?;
    let layout = Layout::of(&app, &org, Section::Checklist, item.title()).await?;
    let reasons = app.store.reasons_behind(&org, item).await?;
    let files = app.store.dockerfiles_behind(&org, item, SHOWN).await?;
    page(&ItemPage {
        layout,
        guide_link: links::item_guide(item),
        disputes_link: links::disputes(&org),
        others: Item::ALL.map(|it| (it.title(), links::item(&org, it), it == item)).into(),
        reasons: reasons.into_iter().map(|it| ReasonRow::new(&org, it, &files)).collect(),
        org,
        item,
    })
}

#[derive(Template)]
#[template(path = "pages/item.html")]
struct ItemPage {
    layout: Layout,
    org: OrgLogin,
    item: Item,
    guide_link: String,
    disputes_link: String,
    /// Title, address, whether it is this one.
    others: Vec<(&'static str, String, bool)>,
    reasons: Vec<ReasonRow>,
}

/// One reason and what is behind it.
#[derive(Debug, PartialEq, Eq)]
struct ReasonRow {
    code: String,
    reason_link: String,
    mark: Mark,
    /// "12 Dockerfiles in 9 repositories".
    extent: String,
    example: Prose,
    files: Vec<FileLink>,
    /// How many more there are.
    more: u32,
}

/// A Dockerfile behind a reason.
#[derive(Debug, PartialEq, Eq)]
struct FileLink {
    text: String,
    link: String,
    line: String,
}

impl ReasonRow {
    fn new(org: &OrgLogin, reason: ReasonCount, files: &[ReasonDockerfile]) -> Self {
        let code = reason.code.unwrap_or_else(|| "unread".to_owned());
        let behind = files.iter().filter(|it| it.code == code);
        let files: Vec<FileLink> = behind.map(|it| FileLink::new(org, it)).collect();
        let shown = u32::try_from(files.len()).unwrap_or(u32::MAX);
        Self {
            reason_link: links::reason(&code),
            mark: Mark::of(reason.verdict),
            extent: format!(
                "{} in {}",
                format::counted(reason.dockerfiles.into(), "Dockerfile", "Dockerfiles"),
                format::counted(reason.repositories.into(), "repository", "repositories")
            ),
            example: reason.example.as_deref().map_or_else(
                || Prose::of("The content could not be read, so nothing is known."),
                Prose::sentence,
            ),
            more: reason.dockerfiles.saturating_sub(shown),
            files,
            code,
        }
    }
}

impl FileLink {
    fn new(org: &OrgLogin, file: &ReasonDockerfile) -> Self {
        let link = links::dockerfile(org, &file.repository, &file.path);
        let text = format!("{}/{}", file.repository, file.path);
        match file.line {
            Some(line) => {
                Self { text, link: format!("{link}#L{line}"), line: format!("line {line}") }
            }
            None => Self { text, link, line: String::new() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::StatusCode;
    use checklist::Verdict;

    use crate::testing::{
        Written, finding, get, listed, now, organization, reading, report, words,
    };

    #[test]
    fn a_reason_says_how_far_it_reaches_and_how_many_are_not_shown() {
        let org: OrgLogin = "acme".parse().unwrap();
        let reason = ReasonCount {
            code: Some("not-hardened".to_owned()),
            verdict: Verdict::Remaining,
            dockerfiles: 3,
            repositories: 1,
            example: Some("`node` is not hardened".to_owned()),
        };
        let file = ReasonDockerfile {
            code: "not-hardened".to_owned(),
            repository: "shop".parse().unwrap(),
            path: "a/Dockerfile".parse().unwrap(),
            line: Some(8),
            message: String::new(),
        };
        let row = ReasonRow::new(&org, reason, &[file]);
        assert_eq!((row.extent.as_str(), row.more), ("3 Dockerfiles in 1 repository", 2));
        assert_eq!(row.files[0].link, "/repos/acme/shop/dockerfiles/a/Dockerfile#L8");
    }

    #[tokio::test]
    async fn the_dockerfiles_behind_a_reason_are_linked_by_line() {
        let store = store::testing::store().await;
        let org = organization(&store, "acme").await;
        store.save_listing(org, &[listed(1, "shop")], now()).await.unwrap();
        let open = report(&[(Item::Ports, finding(Verdict::Remaining, 2, "80 is too low", ""))]);
        let file =
            |path, text, excluded_by| Written { path, text, report: open.clone(), excluded_by };
        let files = [
            file("Dockerfile", "FROM a\nEXPOSE 80\n", None),
            file("vendor/Dockerfile", "FROM b\nEXPOSE 80\n", Some("vendor/")),
        ];
        reading(&store, 1, "2026-11-20T12:00:00Z", &files).await;
        let (_, page) = get(&store, "/orgs/acme/items/ports").await;
        assert!(words(&page).contains("1 Dockerfile in 1 repository"));
        assert!(page.contains(r#"href="/repos/acme/shop/dockerfiles/Dockerfile#L2""#));
        let (_, met) = get(&store, "/orgs/acme/items/no-shell").await;
        assert!(words(&met).contains("Nothing is left of this item."));
        let (status, _) = get(&store, "/orgs/acme/items/nope").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
}
