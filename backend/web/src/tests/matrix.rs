//! Every address of the router × everybody who may ask for it: who is let through, who is told
//! to sign in, who may not, and for whom a repository does not exist. The rows are the
//! router's own, so that a new address is in the matrix by itself.

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use drydock_bench::arguments::SeedArguments;
use http_body_util::BodyExt as _;
use scraper::{Html, Selector};
use store::seed::SeededNames;
use store::testing::TestStore;
use store::{Person, Role, TokenScope};
use tower::ServiceExt as _;

use crate::Site;
use crate::access::Gate;
use crate::links::encoded;
use crate::router;
use crate::routes::{Need, Row};
use crate::testing::gate::{Hub, bearer, cookie, gate, github_person, later, site, token_of};
use crate::testing::now;

/// Everybody who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Nobody,
    ViewerWithout,
    Viewer,
    Editor,
    OperatorWithout,
    Operator,
    ReadToken,
    WriteToken,
    ExpiredSession,
    RevokedToken,
}

const EVERYBODY: [Who; 10] = [
    Who::Nobody,
    Who::ViewerWithout,
    Who::Viewer,
    Who::Editor,
    Who::OperatorWithout,
    Who::Operator,
    Who::ReadToken,
    Who::WriteToken,
    Who::ExpiredSession,
    Who::RevokedToken,
];

/// What an answer comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// The handler has answered.
    Through,
    /// A browser is led to sign in.
    ToSignIn,
    /// 401.
    Unknown,
    /// 403.
    Forbidden,
    /// 404, as if there were no such thing.
    NotThere,
}

struct World {
    store: TestStore,
    site: Site,
    router: Router,
    names: SeededNames,
    outsider: Person,
    viewer: Person,
    editor: Person,
    blind: Person,
    operator: Person,
}

impl World {
    async fn new() -> Self {
        let store = store::testing::store().await;
        let arguments = SeedArguments {
            database: store.url().to_owned(),
            repositories: 12,
            dockerfiles: 30,
            years: 1,
            seed: 5,
        };
        drydock_bench::seed::seed(&arguments, now(), &mut std::io::sink()).await.unwrap();
        let names = store.seeded_names().await.unwrap().unwrap();
        let all: Vec<i64> = sqlx::query_scalar("SELECT repository_id FROM repository")
            .fetch_all(store.pool())
            .await
            .unwrap();
        let hub = Hub::new();
        for name in ["viewer", "editor", "operator"] {
            hub.lets_see(&token_of(name), &names.organization, Ok(all.clone()));
        }
        let gate: Gate = gate(&hub);
        let site = site(&store, gate);
        let person = async |name, role| github_person(&store, name, role).await;
        Self {
            router: router(site.clone()),
            outsider: person("outsider", Role::Viewer).await,
            viewer: person("viewer", Role::Viewer).await,
            editor: person("editor", Role::Editor).await,
            blind: person("blind", Role::Operator).await,
            operator: person("operator", Role::Operator).await,
            site,
            names,
            store,
        }
    }

    /// What somebody sends to be known: a new one each time, as some addresses end it.
    async fn shown(&self, who: Who) -> Option<(header::HeaderName, String)> {
        let of = async |person| Some((header::COOKIE, cookie(&self.site, person).await));
        match who {
            Who::Nobody => None,
            Who::ViewerWithout => of(&self.outsider).await,
            Who::Viewer => of(&self.viewer).await,
            Who::Editor => of(&self.editor).await,
            Who::OperatorWithout => of(&self.blind).await,
            Who::Operator => of(&self.operator).await,
            Who::ReadToken => self.token(TokenScope::Read, false).await,
            Who::WriteToken => self.token(TokenScope::Write, false).await,
            Who::RevokedToken => self.token(TokenScope::Write, true).await,
            Who::ExpiredSession => {
                let before = later(&self.site, chrono::TimeDelta::hours(-12));
                Some((header::COOKIE, cookie(&before, &self.operator).await))
            }
        }
    }

    /// A token of the operator's, who has a session to ask GitHub with.
    async fn token(
        &self,
        scope: TokenScope,
        is_revoked: bool,
    ) -> Option<(header::HeaderName, String)> {
        cookie(&self.site, &self.operator).await;
        let bearer = bearer(&self.site, &self.operator, scope).await;
        if is_revoked {
            let revoke = "UPDATE api_token SET revoked_at = created_at WHERE revoked_at IS NULL";
            sqlx::query(revoke).execute(self.store.pool()).await.unwrap();
        }
        // A person has at most fifty that are good.
        let old = "DELETE FROM api_token WHERE api_token_id <
                   (SELECT max(api_token_id) FROM api_token)";
        sqlx::query(old).execute(self.store.pool()).await.unwrap();
        Some((header::AUTHORIZATION, bearer))
    }

    async fn class(&self, row: &Row, who: Who) -> (Class, StatusCode, String) {
        let address = filled(&row.path, &self.names);
        let mut request = Request::builder()
            .method(row.method.clone())
            .uri(&address)
            .header(header::ACCEPT, "text/html")
            .header("sec-fetch-site", "same-origin");
        if let Some((name, value)) = self.shown(who).await {
            request = request.header(name, value);
        }
        if row.method != Method::GET {
            let is_api = row.path.starts_with("/api/");
            let kind =
                if is_api { "application/json" } else { "application/x-www-form-urlencoded" };
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await;
        let response = response.unwrap();
        let place = response.headers().get(header::LOCATION);
        let to_sign_in = place.is_some_and(|it| it.to_str().unwrap().starts_with("/sign-in?to="));
        let class = match response.status() {
            StatusCode::SEE_OTHER if to_sign_in => Class::ToSignIn,
            StatusCode::UNAUTHORIZED => Class::Unknown,
            StatusCode::FORBIDDEN => Class::Forbidden,
            StatusCode::NOT_FOUND => Class::NotThere,
            _ => Class::Through,
        };
        (class, response.status(), address)
    }
}

/// An address with names that are there.
fn filled(path: &str, names: &SeededNames) -> String {
    let file = &names.files[0];
    let id = if path.contains("campaigns") { names.campaigns[0] } else { names.crawls[0] };
    let picture = if path.contains("{owner}") { &file.repository } else { &names.organization };
    let asset = crate::assets::DRYDOCK_CSS.path.rsplit('/').next().unwrap();
    let static_or_badge =
        if path.starts_with("/static/") { asset.to_owned() } else { format!("{picture}.svg") };
    let address = path
        .replace("{org}", &names.organization)
        .replace("{owner}", &names.organization)
        .replace("{name}", &encoded(&file.repository))
        .replace("{file}", &static_or_badge)
        .replace("{item}", "ports")
        .replace("{team}", &encoded(&names.teams[0]))
        .replace("{method}", "github")
        .replace("{*path}", &file.path)
        .replace("{*reference}", &encoded(&names.images[0]).replace("%2F", "/"))
        .replace("{id}", &id.to_string())
        .replace("{crawl}", &id.to_string())
        .replace("{job}", &id.to_string());
    assert!(!address.contains('{'), "{address}: say what stands there");
    match path {
        "/api/v1/repos/{owner}/{name}/dockerfile" | "/api/v1/repos/{owner}/{name}/suggested" => {
            format!("{address}?path={}", encoded(&file.path))
        }
        "/api/v1/orgs/{org}/image" => format!("{address}?reference={}", encoded(&names.images[0])),
        _ => address,
    }
}

/// What is expected by the need of an address.
fn expected(row: &Row, who: Who) -> Class {
    let is_static = row.path.starts_with("/static/");
    if who == Who::RevokedToken && !is_static {
        return Class::Unknown;
    }
    let Need::Role(needed) = row.need else { return Class::Through };
    let role = match who {
        Who::Nobody | Who::ExpiredSession | Who::RevokedToken => {
            let is_page = row.method == Method::GET && !row.path.starts_with("/api/v1/");
            return if is_page { Class::ToSignIn } else { Class::Unknown };
        }
        Who::ViewerWithout | Who::Viewer | Who::ReadToken => Role::Viewer,
        Who::Editor => Role::Editor,
        Who::OperatorWithout | Who::Operator | Who::WriteToken => Role::Operator,
    };
    if role < needed {
        return Class::Forbidden;
    }
    match who {
        Who::ViewerWithout | Who::OperatorWithout if is_of_organization(&row.path) => {
            Class::NotThere
        }
        Who::ViewerWithout | Who::OperatorWithout if tells_of_everything(&row.path) => {
            Class::Forbidden
        }
        _ => Class::Through,
    }
}

/// Whether an address names an organization, a repository, or what belongs to one: to whoever
/// sees nothing of it, it is not there.
fn is_of_organization(path: &str) -> bool {
    ["{org}", "{owner}", "/badge/", "/crawls/{"].iter().any(|it| path.contains(it))
}

/// Whether an address tells of all repositories: whoever sees only some may not have it.
fn tells_of_everything(path: &str) -> bool {
    ["/metrics", "/audit", "/audit.csv"].contains(&path)
}

/// Whether a handler that was reached says itself that something is not there: what is named in
/// the address is of another kind, or was not made in this world.
fn may_be_missing(row: &Row) -> bool {
    let not_made = ["/views/{id}", "/jobs/{", "/decisions/{id}", "/people/{id}", "/account/"];
    row.method != Method::GET && not_made.iter().any(|it| row.path.contains(it))
}

/// What a handler answers to everybody who asks as the matrix does.
fn own_refusal(row: &Row) -> Option<Class> {
    match row.path.as_str() {
        // Nothing is signed with a secret.
        "/webhooks/github" => Some(Class::Unknown),
        // Nobody was sent away to sign in.
        "/sign-in/{method}/answer" => Some(Class::Forbidden),
        _ => None,
    }
}

#[tokio::test]
async fn every_address_answers_everybody_as_its_row_says() {
    let world = World::new().await;
    let rows = router::rows();
    assert!(rows.len() > 80, "{} rows", rows.len());
    let mut wrong = Vec::new();
    for row in &rows {
        for who in EVERYBODY {
            let (class, status, address) = world.class(row, who).await;
            let expected = expected(row, who);
            let is_missing = class == Class::NotThere && may_be_missing(row);
            // An empty body is refused before anything is looked for.
            let is_unread = status == StatusCode::BAD_REQUEST && expected == Class::NotThere;
            let is_right =
                class == expected || is_missing || is_unread || Some(class) == own_refusal(row);
            if !is_right || status.is_server_error() {
                wrong.push(format!(
                    "{} {address} by {who:?}: {status}, not {expected:?}",
                    row.method
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// The row that an address leads to: of those that fit, the one with the most words of its own.
fn row_of<'a>(rows: &'a [Row], method: &Method, address: &str) -> Option<&'a Row> {
    let path = address.split(['?', '#']).next().unwrap();
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |row: &&Row| {
        let pattern: Vec<&str> = row.path.split('/').collect();
        let has_rest = row.path.contains("{*");
        let is_long_enough =
            if has_rest { parts.len() >= pattern.len() } else { parts.len() == pattern.len() };
        let is_same = |(of, part): (&&str, &&str)| of.starts_with('{') || of == part;
        row.method == *method && is_long_enough && pattern.iter().zip(&parts).all(is_same)
    };
    let words = |row: &&Row| row.path.split('/').filter(|it| !it.starts_with('{')).count();
    rows.iter().filter(fits).max_by_key(words)
}

#[tokio::test]
async fn no_page_offers_what_its_reader_may_not_do() {
    let world = World::new().await;
    let rows = router::rows();
    let forms = Selector::parse("form[method=post]").unwrap();
    let links = Selector::parse("a[href^='/']").unwrap();
    let mut offered = [0, 0, 0];
    for (place, (who, role)) in
        [(Who::Viewer, Role::Viewer), (Who::Editor, Role::Editor), (Who::Operator, Role::Operator)]
            .into_iter()
            .enumerate()
    {
        let is_page = |it: &&Row| it.method == Method::GET && !it.path.starts_with("/api/v1/");
        for row in rows.iter().filter(is_page) {
            let address = filled(&row.path, &world.names);
            let (name, value) = world.shown(who).await.unwrap();
            let request = Request::get(&address).header(name, value);
            let request = request.header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
            let answer = world.router.clone().oneshot(request).await.unwrap();
            let kind = answer.headers().get(header::CONTENT_TYPE);
            if kind.is_none_or(|it| !it.as_bytes().starts_with(b"text/html")) {
                continue;
            }
            let bytes = answer.into_body().collect().await.unwrap().to_bytes();
            let page = Html::parse_document(std::str::from_utf8(&bytes).unwrap());
            let of = |all, method: Method, attribute| {
                let found = page.select(all).filter_map(move |it| it.attr(attribute));
                found.map(move |to| (method.clone(), to.to_owned())).collect::<Vec<_>>()
            };
            let leads = [of(&forms, Method::POST, "action"), of(&links, Method::GET, "href")];
            for (method, to) in leads.into_iter().flatten() {
                let led = row_of(&rows, &method, &to);
                let led = led.unwrap_or_else(|| panic!("{address}: {method} {to} leads nowhere"));
                let may = match led.need {
                    Need::Nobody => true,
                    Need::Role(needed) => role >= needed,
                };
                assert!(may, "{address} offers {who:?} {method} {to}");
                offered[place] += usize::from(method == Method::POST);
            }
        }
    }
    let [viewer, editor, operator] = offered;
    assert!(0 < viewer && viewer < editor && editor < operator, "{offered:?}");
}
