//! `/search?q=`: repositories, Dockerfiles and base images by a part of their name.

use askama::Template;
use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::routing::get;
use serde::Deserialize;
use store::read::search::{Found, FoundRepository};

use crate::app::App;
use crate::error::{Page, page};
use crate::format;
use crate::layout::{Layout, Section};
use crate::links;
use crate::scope::exclusion_words;

/// Hits shown of each kind.
const SHOWN: i64 = 50;
/// Longer than any name or path that people search for.
const LONGEST: usize = 200;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/search", get(show))
}

#[derive(Debug, Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
}

async fn show(State(app): State<App>, asked: Result<Query<Asked>, QueryRejection>) -> Page {
    let Query(asked) = asked?;
    let text: String = asked.q.trim().chars().take(LONGEST).collect();
    let found =
        if text.is_empty() { Found::default() } else { app.store.found(&text, SHOWN).await? };
    let layout = Layout::general(&app, Section::Elsewhere, "Search").await?;
    page(&SearchPage { layout, hits: Hits::new(found), text })
}

#[derive(Template)]
#[template(path = "pages/search.html")]
struct SearchPage {
    layout: Layout,
    text: String,
    hits: Hits,
}

/// What was found, ready to print.
#[derive(Debug, PartialEq, Eq)]
struct Hits {
    repositories: Vec<Hit>,
    dockerfiles: Vec<Hit>,
    images: Vec<ImageHit>,
}

/// Something that has a page.
#[derive(Debug, PartialEq, Eq)]
struct Hit {
    text: String,
    link: String,
    remark: String,
}

/// A base image in use.
#[derive(Debug, PartialEq, Eq)]
struct ImageHit {
    reference: String,
    suggestion: Option<String>,
    dockerfiles: String,
}

impl Hits {
    fn new(found: Found) -> Self {
        let repository = |it: &FoundRepository| Hit {
            text: format!("{}/{}", it.owner, it.name),
            link: links::repository(&it.owner, &it.name),
            remark: repository_remark(it),
        };
        Self {
            repositories: found.repositories.iter().map(repository).collect(),
            dockerfiles: found
                .dockerfiles
                .iter()
                .map(|it| Hit {
                    text: it.path.to_string(),
                    link: links::dockerfile(&it.owner, &it.repository, &it.path),
                    remark: format!("{}/{}", it.owner, it.repository),
                })
                .collect(),
            images: found
                .images
                .into_iter()
                .map(|it| ImageHit {
                    reference: it.reference,
                    suggestion: it.suggestion,
                    dockerfiles: format::counted(it.dockerfiles, "Dockerfile", "Dockerfiles"),
                })
                .collect(),
        }
    }

    fn is_empty(&self) -> bool {
        self.repositories.is_empty() && self.dockerfiles.is_empty() && self.images.is_empty()
    }
}

fn repository_remark(found: &FoundRepository) -> String {
    if let Some(exclusion) = found.excluded_by {
        return format!("out of scope: {}", exclusion_words(exclusion));
    }
    match (found.dockerfiles, found.items_left) {
        (Some(0), _) => "no Dockerfile".to_owned(),
        (Some(_), Some(0)) => "finished".to_owned(),
        (Some(_), Some(left)) => format::counted(left.into(), "item left", "items left"),
        _ => "not read yet".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Written, get, listed, now, organization, reading, report, words};
    use axum::http::StatusCode;

    fn repository(dockerfiles: Option<i32>, items_left: Option<i32>) -> FoundRepository {
        FoundRepository {
            owner: "acme".parse().unwrap(),
            name: "shop".parse().unwrap(),
            dockerfiles,
            items_left,
            excluded_by: None,
        }
    }

    #[test]
    fn a_hit_says_how_far_the_repository_is() {
        let told = [(Some(2), Some(0)), (Some(2), Some(3)), (Some(0), Some(0)), (None, None)]
            .map(|(files, left)| repository_remark(&repository(files, left)));
        assert_eq!(told.join(" | "), "finished | 3 items left | no Dockerfile | not read yet");
    }

    #[tokio::test]
    async fn a_part_of_a_name_finds_repositories_and_paths() {
        let store = store::testing::store().await;
        let org = organization(&store, "acme").await;
        store
            .save_listing(org, &[listed(1, "shop_web"), listed(2, "billing")], now())
            .await
            .unwrap();
        let file = Written {
            path: "shop/Dockerfile",
            text: "FROM scratch\n",
            report: report(&[]),
            excluded_by: None,
        };
        reading(&store, 2, "2026-11-20T12:00:00Z", &[file]).await;
        let (_, page) = get(&store, "/search?q=SHOP").await;
        let words = words(&page);
        assert!(words.contains("acme/shop_web not read yet"), "{words}");
        assert!(words.contains("shop/Dockerfile acme/billing"), "{words}");
    }

    #[tokio::test]
    async fn a_search_means_its_characters_and_prints_them_as_text() {
        let store = store::testing::store().await;
        let org = organization(&store, "acme").await;
        store.save_listing(org, &[listed(1, "shop")], now()).await.unwrap();
        for hostile in ["%25", "_", "%3Cscript%3E", "%00", "%5C", "'"] {
            let (status, page) = get(&store, &format!("/search?q={hostile}")).await;
            assert_eq!(status, StatusCode::OK, "{hostile}");
            assert!(words(&page).contains("Nothing has that in its name."), "{hostile}");
            assert!(!page.contains("<script>"), "{hostile}");
        }
    }
}
