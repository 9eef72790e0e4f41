//! `/` for who sees no organization: that it is so, why, and what they can do about it. Whether
//! something is hidden from them or nothing has been crawled is told alike.

use askama::Template;

use crate::app::App;
use crate::error::{Page, page};
use crate::layout::{Layout, Section};
use crate::reader::Sight;

#[derive(Template)]
#[template(path = "pages/nothing_visible.html")]
struct NothingVisiblePage {
    layout: Layout,
    name: String,
    /// GitHub says what they see; else they see whatever there is.
    is_up_to_github: bool,
}

pub(super) fn show(app: &App) -> Page {
    let name = app.reader.name().unwrap_or_default().to_owned();
    let is_up_to_github = matches!(app.reader.sight, Sight::Only(_));
    let layout = Layout::around(app, None, Section::Overview, "Nothing to see yet");
    page(&NothingVisiblePage { layout, name, is_up_to_github })
}

#[cfg(test)]
mod tests {
    use axum::http::{Request, StatusCode, header};
    use store::{Role, TokenScope};

    use crate::testing::gate::{
        Hub, bearer, browses, cookie, gate, github_person, local_person, read, site,
    };
    use crate::testing::words;

    /// What `/` answers to mallory, whom GitHub lets read nothing.
    async fn nothing_for_mallory(is_crawled: bool) -> (StatusCode, String) {
        let store = store::testing::store().await;
        if is_crawled {
            crate::world::acme(&store).await;
        }
        let site = site(&store, gate(&Hub::new()));
        let mallory = github_person(&store, "mallory", Role::Viewer).await;
        let cookie = cookie(&site, &mallory).await;
        read(&site, browses("/", &cookie)).await
    }

    #[tokio::test]
    async fn who_may_read_no_repository_is_told_so_and_why_and_what_to_do() {
        let (status, page) = nothing_for_mallory(true).await;
        assert_eq!(status, StatusCode::OK);
        let text = words(&page);
        for sentence in [
            "Nothing here is visible to you",
            "You are signed in as mallory.",
            "lets you read none of the repositories that this Drydock looks at",
            "at most five minutes old",
        ] {
            assert!(text.contains(sentence), "{sentence}: {text}");
        }
        assert!(page.contains("href=\"/account\"") && !page.contains("/welcome"), "{page}");
    }

    #[tokio::test]
    async fn what_is_hidden_and_what_never_was_look_alike() {
        assert_eq!(nothing_for_mallory(true).await, nothing_for_mallory(false).await);
    }

    #[tokio::test]
    async fn who_would_see_everything_is_told_that_nothing_is_there_yet() {
        let store = store::testing::store().await;
        let site = site(&store, gate(&Hub::new()));
        let vera = local_person(&store, "vera", Role::Viewer).await;
        let cookie = cookie(&site, &vera).await;
        let (status, page) = read(&site, browses("/", &cookie)).await;
        assert_eq!(status, StatusCode::OK);
        let text = words(&page);
        assert!(text.contains("No organization has been added yet"), "{text}");
        assert!(!text.contains("GitHub lets") && !page.contains("/welcome"), "{page}");
    }

    #[tokio::test]
    async fn other_empty_pages_lead_to_the_reason_and_to_nothing_that_is_refused() {
        let store = store::testing::store().await;
        let site = site(&store, gate(&Hub::new()));
        let mallory = github_person(&store, "mallory", Role::Viewer).await;
        let cookie = cookie(&site, &mallory).await;
        for address in ["/crawls", "/search?q=a"] {
            let (_, page) = read(&site, browses(address, &cookie)).await;
            assert!(words(&page).contains("The overview says why"), "{page}");
            assert!(!page.contains("/welcome"), "{page}");
        }
    }

    #[tokio::test]
    async fn a_program_of_who_may_read_no_repository_gets_empty_lists() {
        let store = store::testing::store().await;
        crate::world::acme(&store).await;
        let site = site(&store, gate(&Hub::new()));
        let mallory = github_person(&store, "mallory", Role::Viewer).await;
        // GitHub is asked with what they brought when they signed in.
        cookie(&site, &mallory).await;
        let bearer = bearer(&site, &mallory, TokenScope::Read).await;
        for address in ["orgs", "crawls", "queues", "search?q=a"] {
            let asked = Request::get(format!("/api/v1/{address}"));
            let asked = asked.header(header::AUTHORIZATION, bearer.as_str());
            let (status, body) = read(&site, asked).await;
            assert_eq!(status, StatusCode::OK, "{address}: {body}");
            assert!(!body.contains("acme"), "{address}: {body}");
        }
    }
}
