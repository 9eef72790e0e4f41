//! What the tests of pages share: a small organization in a real database, and
//! the way to ask for a page of it.

pub(crate) mod gate;
pub(crate) mod people;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use checklist::scope::{OwnRules, PathRules};
use checklist::{Catalog, FileState, Finding, Item, LineRange, Outcome, Report, Verdict};
use chrono::{DateTime, Utc};
use http_body_util::BodyExt as _;
use names::{BlobSha, OrgLogin, RepositoryId};
use secrecy::{ExposeSecret as _, SecretString};
use store::{
    CredentialCheck, EngineVersion, FileKind, ListedFacts, NewBlob, NewOrganization, NewReport,
    OrganizationId, ReadContent, ReadFile, RepositoryReading, Store, Visibility,
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::{
    Connect, Connected, Connecting, Delivered, Receiving, Refused, Site, Streams, Webhooks,
};

/// "Now" in every test of a page.
pub(crate) const NOW: &str = "2026-11-23T12:00:00Z";

pub(crate) fn now() -> DateTime<Utc> {
    at(NOW)
}

pub(crate) fn at(moment: &str) -> DateTime<Utc> {
    moment.parse().unwrap()
}

/// Knows the organization `acme` and the token `token-of-octavia`.
struct Gate;

impl Connect for Gate {
    fn connect(&self, organization: OrgLogin, token: SecretString) -> Connecting<'_> {
        Box::pin(async move {
            test_logs::secret(token.expose_secret());
            if token.expose_secret() != "token-of-octavia" {
                return Err("GitHub does not take this token. Make a new one.".to_owned());
            }
            Ok(Connected {
                login: organization,
                check: CredentialCheck {
                    checked_at: now(),
                    sentences: vec!["The token is octavia\u{2019}s.".to_owned()],
                    warnings: Vec::new(),
                    expires_at: None,
                },
            })
        })
    }
}

/// Knows the signature `good`, and JSON by its first letter.
impl Webhooks for Gate {
    fn is_open(&self) -> bool {
        true
    }

    fn receive(&self, delivered: Delivered) -> Receiving<'_> {
        Box::pin(async move {
            match (delivered.signature.as_str(), delivered.body.starts_with(b"{")) {
                ("good", true) => Ok(()),
                ("good", false) => Err(Refused::Malformed("no JSON".to_owned())),
                _ => Err(Refused::Unsigned),
            }
        })
    }
}

pub(crate) fn app(store: &Store) -> Site {
    Site {
        store: store.clone(),
        access: crate::access::Access::Open,
        clock: Arc::new(now),
        catalog: watch::channel(Arc::new(Catalog::built_in().clone())).1,
        catalog_looks: crate::CatalogLooks::In("docker-hardened-images/catalog".to_owned()),
        connect: Arc::new(Gate),
        webhooks: Arc::new(Gate),
        snapshots: crate::Snapshots::default(),
        metrics: crate::Metrics::default(),
        kept_pages: crate::KeptPages::default(),
        streams: Streams::until(CancellationToken::new()),
        github_web: "https://github.com".to_owned(),
        read_schedule: |cron, zone, now| match cron {
            "never" => crate::ScheduleReading {
                words: format!("\u{201c}{cron}\u{201d} is no schedule"),
                next: Vec::new(),
            },
            _ => crate::ScheduleReading {
                words: format!("at \u{201c}{cron}\u{201d} {zone}"),
                next: (1..=3).map(|hours| now + chrono::TimeDelta::hours(hours)).collect(),
            },
        },
    }
}

/// Asks for an address as a browser does.
pub(crate) async fn get(store: &Store, address: &str) -> (StatusCode, String) {
    get_of(&app(store), address).await
}

/// Asks an app that has answered before.
pub(crate) async fn get_of(app: &Site, address: &str) -> (StatusCode, String) {
    let request = Request::get(address).body(Body::empty()).unwrap();
    read(crate::router(app.clone()).oneshot(request).await.unwrap()).await
}

/// Sends a form as a browser does from our own page; the last is where it leads.
pub(crate) async fn post(store: &Store, address: &str, form: &str) -> (StatusCode, String, String) {
    let request = Request::post(address)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(form.to_owned()))
        .unwrap();
    let response = crate::router(app(store)).oneshot(request).await.unwrap();
    let location = response.headers().get(header::LOCATION);
    let location = location.map_or_else(String::new, |it| it.to_str().unwrap().to_owned());
    let (status, body) = read(response).await;
    (status, body, location)
}

pub(crate) async fn read(response: Response) -> (StatusCode, String) {
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

/// The words of a page's `<main>`, as a reader meets them.
pub(crate) fn words(page: &str) -> String {
    let page = scraper::Html::parse_document(page);
    let main = scraper::Selector::parse("main").unwrap();
    let text: String = page.select(&main).flat_map(|it| it.text()).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(crate) async fn organization(store: &Store, login: &str) -> OrganizationId {
    let new = NewOrganization { login: login.parse().unwrap(), is_sample: false };
    store.add_organization(&new, at("2026-06-01T00:00:00Z")).await.unwrap()
}

/// A private repository that is in scope.
pub(crate) fn listed(id: i64, name: &str) -> ListedFacts {
    ListedFacts {
        repository_id: RepositoryId(id),
        name: name.parse().unwrap(),
        visibility: Visibility::Private,
        is_archived: false,
        is_fork: false,
        is_template: false,
        is_disabled: false,
        is_empty: false,
        language: Some("Go".to_owned()),
        topics: Vec::new(),
        team: None,
        default_branch: Some("main".to_owned()),
        pushed_at: Some(at("2026-11-20T12:00:00Z")),
    }
}

/// A Dockerfile to be read.
pub(crate) struct Written<'a> {
    pub(crate) path: &'a str,
    pub(crate) text: &'a str,
    pub(crate) report: Report,
    pub(crate) excluded_by: Option<&'a str>,
}

/// Reads a repository that holds these Dockerfiles at a commit of that moment.
pub(crate) async fn reading(store: &Store, id: i64, moment: &str, files: &[Written<'_>]) {
    let version = EngineVersion { rules: 1, catalog: "test".to_owned() };
    let head_committed_at = at(moment);
    let mut read = Vec::new();
    for file in files {
        let blob: BlobSha = sha(file.text).parse().unwrap();
        let content = NewBlob {
            sha: blob.clone(),
            byte_size: u64::try_from(file.text.len()).unwrap(),
            content: Some(file.text.as_bytes().to_vec()),
        };
        store.save_blobs(&[content], head_committed_at).await.unwrap();
        let kind = FileKind::Dockerfile;
        let report = NewReport {
            blob: blob.clone(),
            kind,
            policy: String::new(),
            report: file.report.clone(),
        };
        store.save_reports(&[report], &version, head_committed_at).await.unwrap();
        read.push(ReadFile {
            path: file.path.parse().unwrap(),
            kind,
            content: ReadContent::Scored(blob),
            owner: None,
        });
        let rule = PathRules::default().excluded_by(file.path, &OwnRules::default());
        assert_eq!(rule.as_deref(), file.excluded_by, "the store leaves it out by this rule");
    }
    let reading = RepositoryReading {
        repository: RepositoryId(id),
        head: sha(moment).parse().unwrap(),
        tree: sha(moment).parse().unwrap(),
        head_committed_at,
        files: read,
        has_links: false,
        version,
        policy: String::new(),
        settings: None,
    };
    store.save_reading(&reading, head_committed_at).await.unwrap();
}

fn sha(text: &str) -> String {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    format!("{:040x}", hasher.finish())
}

pub(crate) fn finding(verdict: Verdict, line: u32, message: &str, fix: &str) -> Finding {
    Finding {
        code: "not-hardened".to_owned(),
        verdict,
        lines: Some(LineRange::one(line)),
        message: message.to_owned(),
        fix: (!fix.is_empty()).then(|| fix.to_owned()),
    }
}

/// A readable file's report with these findings; an item without one is met.
pub(crate) fn report(findings: &[(Item, Finding)]) -> Report {
    let outcome = |item: Item| {
        let of_item = findings.iter().filter(|(it, _)| *it == item);
        let findings: Vec<Finding> = of_item.map(|(_, it)| it.clone()).collect();
        let verdict = findings.iter().map(|it| it.verdict).max().unwrap_or(Verdict::Met);
        Outcome { verdict, settled_by: None, findings }
    };
    Report {
        state: FileState::Readable,
        state_reason: None,
        outcomes: Item::ALL.map(outcome),
        stages: Vec::new(),
        bases: Vec::new(),
        uses_dhi: false,
    }
}

/// Every number on a page that is a link to a table, and the rows that the table has behind it.
pub(crate) async fn numbers_and_rows(store: &Store, address: &str) -> Vec<(String, i64, i64)> {
    let (status, page) = get(store, address).await;
    assert_eq!(status, StatusCode::OK, "{address}");
    let mut found = Vec::new();
    for (number, link) in table_links(&page) {
        let file = link.replacen("/repositories?", "/repositories.json?", 1);
        let file = file.replacen("/dockerfiles?", "/dockerfiles.json?", 1);
        let (status, body) = get(store, &file).await;
        assert_eq!(status, StatusCode::OK, "{link}");
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        found.push((link, number, body["total"].as_i64().unwrap()));
    }
    found
}

fn table_links(page: &str) -> Vec<(i64, String)> {
    let page = scraper::Html::parse_document(page);
    let links = "main a[href*='/repositories?'], main a[href*='/dockerfiles?']";
    let links = scraper::Selector::parse(links).unwrap();
    let number = |it: scraper::ElementRef<'_>| {
        let text: String = it.text().collect();
        // "And 3 more" leads to all of them.
        if text.starts_with("And ") {
            return None;
        }
        let digits = text.chars().filter(|it| it.is_ascii_digit() || *it == ' ');
        let digits: String = digits.collect();
        let number = digits.split_whitespace().next()?.parse().ok()?;
        Some((number, it.attr("href")?.to_owned()))
    };
    page.select(&links).filter_map(number).collect()
}
