//! A suggested Dockerfile over a real database, and its patch in a real clone.

use std::process::Command;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use checklist::{Catalog, FileKind, Policy, SourceFile, check, propose};
use scraper::{Html, Selector};
use serde_json::Value;
use store::testing::TestStore;
use tower::ServiceExt as _;

use crate::testing::{Written, app, get, listed, now, organization, reading, words};

/// A file of which the shipped stage can safely be moved.
const ON_STATIC: &str = "\
FROM dhi.io/golang:1.26-debian13-dev AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /locator .

FROM cgr.dev/chainguard/static:latest
COPY --from=build /locator /locator
EXPOSE 8080
ENTRYPOINT [\"/locator\"]
";

/// A repository with one Dockerfile, scored by the engine.
async fn shop(path: &str, text: &str) -> TestStore {
    let store = store::testing::store().await;
    let org = organization(&store, "acme").await;
    store.save_listing(org, &[listed(1, "shop")], now()).await.unwrap();
    let file = SourceFile { kind: FileKind::Dockerfile, bytes: text.as_bytes() };
    let report = check(&file, Catalog::built_in(), &Policy::default());
    let written = Written { path, text, report, excluded_by: None };
    reading(&store, 1, "2026-11-20T12:00:00Z", &[written]).await;
    store
}

fn proposed(text: &str) -> Option<String> {
    let file = SourceFile { kind: FileKind::Dockerfile, bytes: text.as_bytes() };
    propose(&file, Catalog::built_in(), &Policy::default()).content
}

#[tokio::test]
async fn what_is_settled_why_and_the_difference_stand_on_the_page() {
    let store = shop("api/Dockerfile", ON_STATIC).await;
    let (status, page) = get(&store, "/repos/acme/shop/suggested/api/Dockerfile").await;
    assert_eq!(status, StatusCode::OK);
    let words = words(&page);
    assert!(words.contains("Base image ✕ remaining → becomes ✓ met"), "{words}");
    assert!(words.contains("Base image line 6, now line 6"), "{words}");
    assert!(page.contains("<del>FROM cgr.dev/chainguard/static:latest</del>"), "{page}");
    assert!(page.contains("<ins>FROM dhi.io/static:"), "{page}");
    assert!(page.contains(r#"href="/repos/acme/shop/patch/api/Dockerfile" download"#));
}

#[tokio::test]
async fn both_views_show_the_same_lines() {
    let store = shop("Dockerfile", ON_STATIC).await;
    let lines = |page: &str, table: &str| {
        let page = Html::parse_document(page);
        let lines = Selector::parse(&format!("{table} ins, {table} del")).unwrap();
        let mut lines: Vec<String> = page.select(&lines).map(|it| it.text().collect()).collect();
        lines.sort();
        lines
    };
    let (_, unified) = get(&store, "/repos/acme/shop/suggested/Dockerfile").await;
    let (_, side) = get(&store, "/repos/acme/shop/suggested/Dockerfile?view=side").await;
    let shown = lines(&unified, ".unified");
    assert!(!shown.is_empty());
    assert_eq!(lines(&side, ".side"), shown);
    // For narrow windows, in which the style sheet shows it instead.
    assert_eq!(lines(&side, ".only-narrow .unified"), shown);
    let (status, _) = get(&store, "/repos/acme/shop/suggested/Dockerfile?view=odd").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_patch_makes_the_suggested_file_of_the_one_in_a_clone() {
    let text = ON_STATIC.replace('\n', "\r\n");
    let path = "a b/D\u{fc}ckerfile-\"x\"/Dockerfile";
    let store = shop(path, &text).await;
    let address = "/repos/acme/shop/patch/a%20b/D%C3%BCckerfile-%22x%22/Dockerfile";
    let request = Request::get(address).body(Body::empty()).unwrap();
    let answer = crate::router(app(&store)).oneshot(request).await.unwrap();
    let headers = answer.headers();
    assert_eq!(headers[header::CONTENT_TYPE], "text/x-diff; charset=utf-8");
    let name = "attachment; filename=\"shop-a-b-D-ckerfile--x--Dockerfile.patch\"";
    assert_eq!(headers[header::CONTENT_DISPOSITION], name);
    let (_, patch) = crate::testing::read(answer).await;

    let clone = tempfile::tempdir().unwrap();
    let place = clone.path().join(path);
    std::fs::create_dir_all(place.parent().unwrap()).unwrap();
    std::fs::write(&place, &text).unwrap();
    std::fs::write(clone.path().join("x.patch"), patch).unwrap();
    for arguments in [&["init", "--quiet"][..], &["apply", "--whitespace=nowarn", "x.patch"]] {
        let run = Command::new("git").args(arguments).current_dir(clone.path()).output().unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    }
    assert_eq!(std::fs::read_to_string(place).unwrap(), proposed(&text).unwrap());
}

#[tokio::test]
async fn hostile_text_stays_text() {
    let label = "LABEL a=\"<script>alert(1)</script></ins><img src=x>\"";
    let text = ON_STATIC.replace("EXPOSE 8080", label);
    let store = shop("<b>/Dockerfile", &text).await;
    for view in ["unified", "side"] {
        let address = format!("/repos/acme/shop/suggested/%3Cb%3E/Dockerfile?view={view}");
        let (status, page) = get(&store, &address).await;
        assert_eq!(status, StatusCode::OK);
        assert!(!page.contains("<script>alert") && !page.contains("<img src=x"), "{page}");
        assert!(words(&page).contains("<script>alert(1)</script>"), "{page}");
    }
}

#[tokio::test]
async fn where_nothing_can_be_changed_the_page_says_what_is_left() {
    let store = shop("Dockerfile", "FROM registry.example/base:1\nRUN make\n").await;
    let (status, page) = get(&store, "/repos/acme/shop/suggested/Dockerfile").await;
    assert_eq!(status, StatusCode::OK);
    assert!(words(&page).contains("Nothing can safely be changed by itself."), "{page}");
    assert!(page.contains("/repos/acme/shop/dockerfiles/Dockerfile#findings"));
    let (status, _) = get(&store, "/repos/acme/shop/patch/Dockerfile").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_gone_or_was_never_there_has_no_suggestion() {
    let store = shop("Dockerfile", ON_STATIC).await;
    sqlx::query("UPDATE dockerfile SET removed_at = now()").execute(store.pool()).await.unwrap();
    for path in ["suggested/Dockerfile", "patch/Dockerfile", "suggested/nope", "patch/..%2Fx"] {
        let (status, _) = get(&store, &format!("/repos/acme/shop/{path}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn what_a_repository_declares_holds_for_the_suggestion() {
    let store = shop("Dockerfile", "FROM acme.example/h/node:22\nCMD [\"node\", \"a.js\"]\n").await;
    let policy = "UPDATE report SET policy = E'prefix acme.example/h/\\n'";
    sqlx::query(policy).execute(store.pool()).await.unwrap();
    let (_, page) = get(&store, "/repos/acme/shop/dockerfiles/Dockerfile").await;
    let stages = words(&page);
    let (_, stages) = stages.split_once("Stages and their images").unwrap();
    assert!(stages.contains("✓ hardened"), "{stages}");
}

#[tokio::test]
async fn programs_are_told_the_same() {
    let store = shop("Dockerfile", ON_STATIC).await;
    let (status, body) = get(&store, "/api/v1/repos/acme/shop/suggested?path=Dockerfile").await;
    assert_eq!(status, StatusCode::OK);
    let told = &serde_json::from_str::<Value>(&body).unwrap()["data"];
    assert_eq!(told["content"].as_str(), proposed(ON_STATIC).as_deref());
    let (_, patch) = get(&store, "/repos/acme/shop/patch/Dockerfile").await;
    assert_eq!(told["patch"].as_str(), Some(patch.as_str()));
    assert_eq!(told["settles"][0]["item"], "base-image");
    assert_eq!(told["changes"][0]["first_line"], 6);
    assert_eq!(told["advice"][1]["suggestion"]["kind"], "use");
}
