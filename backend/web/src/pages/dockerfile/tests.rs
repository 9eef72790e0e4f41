//! Findings that the tests of this page share, and the page as a whole.

use checklist::{Finding, LineRange, Verdict};

use crate::parts::Tally;

pub(crate) use crate::testing::report;

/// A finding on lines `first` to `last`.
pub(crate) fn finding(verdict: Verdict, first: u32, last: u32) -> Finding {
    Finding {
        lines: Some(LineRange { first, last }),
        ..crate::testing::finding(verdict, first, "something is the matter", "do something")
    }
}

#[test]
fn items_that_do_not_count_are_named_apart() {
    let tally = Tally { met: 4, remaining: 1, not_applicable: 3, ..Tally::default() };
    assert_eq!(super::met_words(tally), "4 of 5 items met · 3 not applicable");
    let decided = Tally { verified: 1, waived: 2, not_applicable: 1, ..tally };
    assert_eq!(
        super::met_words(decided),
        "5 of 6 items met or verified · 2 waived · 1 not applicable"
    );
    assert_eq!(super::met_words(Tally::default()), "no item applies");
}

mod decisions;

mod page {
    //! On a real database.

    use axum::http::StatusCode;
    use checklist::{FileState, Item, Verdict};
    use store::Store;

    use super::{finding, report};
    use crate::testing::{Written, get, listed, organization, reading, words};

    async fn shop(store: &Store, path: &str, text: &str, report: checklist::Report) {
        let org = organization(store, "acme").await;
        store.save_listing(org, &[listed(1, "shop")], crate::testing::now()).await.unwrap();
        let file = Written { path, text, report, excluded_by: None };
        reading(store, 1, "2026-11-20T12:00:00Z", &[file]).await;
    }

    #[tokio::test]
    async fn evidence_stands_below_its_line_and_links_lead_to_it() {
        let store = store::testing::store().await;
        let report = report(&[(Item::Ports, finding(Verdict::Remaining, 2, 2))]);
        shop(&store, "api/Dockerfile", "FROM scratch\nEXPOSE 80\n", report).await;
        let (status, page) = get(&store, "/repos/acme/shop/dockerfiles/api/Dockerfile").await;
        assert_eq!(status, StatusCode::OK);
        assert!(page.contains(r#"<li id="L2" class="remaining">"#));
        assert!(page.contains(r##"<a href="#L2">line 2</a>"##));
        assert!(page.contains("/blob/") && page.contains("/api/Dockerfile\""));
        assert!(words(&page).contains("Ports, remaining — something is the matter. Do something."));
    }

    #[tokio::test]
    async fn hostile_text_stays_text() {
        let store = store::testing::store().await;
        let mut bad = finding(Verdict::Remaining, 1, 1);
        bad.message = "`<img src=x onerror=alert(1)>`".to_owned();
        let text = "FROM <script>alert(1)</script>\n";
        let path = "a b/\"><script>/Dockerfile";
        shop(&store, path, text, report(&[(Item::BaseImage, bad)])).await;
        let address = "/repos/acme/shop/dockerfiles/a%20b/%22%3E%3Cscript%3E/Dockerfile";
        let (status, page) = get(&store, address).await;
        assert_eq!(status, StatusCode::OK);
        assert!(!page.contains("<script>alert") && !page.contains("<img src=x"));
        assert!(words(&page).contains("FROM <script>alert(1)</script>"));
    }

    #[tokio::test]
    async fn a_template_is_said_once() {
        let store = store::testing::store().await;
        let unknown = Item::ALL.map(|it| (it, finding(Verdict::Unknown, 1, 1)));
        let mut report = report(&unknown);
        report.state = FileState::Template;
        shop(&store, "Dockerfile", "FROM {{ base }}\n", report).await;
        let (_, page) = get(&store, "/repos/acme/shop/dockerfiles/Dockerfile").await;
        let words = words(&page);
        assert_eq!(
            words.matches("This is a template, and what it becomes is not known.").count(),
            1
        );
        let (_, cards) = words.split_once("Checklist").unwrap();
        assert!(!cards.contains("something is the matter"));
    }

    #[tokio::test]
    async fn a_path_that_leaves_the_repository_leads_nowhere() {
        let store = store::testing::store().await;
        shop(&store, "Dockerfile", "FROM scratch\n", report(&[])).await;
        for path in ["..%2F..%2Fetc%2Fpasswd", "Dockerfile%00", "nope"] {
            let (status, _) = get(&store, &format!("/repos/acme/shop/dockerfiles/{path}")).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        }
    }
}
