//! Whoever sees some repositories gets of everything what they would get if the others had never
//! been there. Every address of the site is asked for, about what is seen and what is hidden.

use axum::body::Body;
use axum::http::Request;
use sqlx::Row as _;
use sqlx::{AssertSqlSafe, PgPool};
use tower::ServiceExt as _;

use super::hidden::{Hidden, MARK, Share, answer};
use super::world::{IMAGES, TEAMS};
use crate::app::Site;
use crate::links::encoded;
use crate::reader::Reader;
use crate::router;
use crate::routes::{Need, Row};
use crate::testing;

/// None, some and all of each organization.
const SIGHTS: [(u64, Share); 3] = [(1, [50, 40, 50]), (2, [100, 0, 50]), (3, [0, 0, 0])];
/// What crawls count and why they failed is about organizations as a whole: it is left out, and
/// has no like where nothing is hidden.
const OF_THE_WHOLE: [&str; 4] = ["/crawls", "/api/v1/crawls", "/api/v1/queues", "/metrics"];

/// What addresses are filled with.
struct Names {
    /// Organization, repository, path.
    files: Vec<(String, String, String)>,
    repositories: Vec<(String, String)>,
    campaigns: Vec<i64>,
    crawls: Vec<i64>,
}

impl Names {
    async fn of(pool: &PgPool) -> Self {
        let ids = async |query: &'static str| sqlx::query_scalar(query).fetch_all(pool).await;
        let rows = async |query: &'static str| sqlx::query(query).fetch_all(pool).await.unwrap();
        let files = rows(
            "SELECT login, name, path
             FROM (SELECT login, name, path, row_number() OVER (PARTITION BY login,
                          path LIKE 'xyzzy%' ORDER BY dockerfile_id) AS place
                   FROM organization JOIN repository USING (organization_id)
                   JOIN dockerfile USING (repository_id)) AS each
             WHERE place <= 2",
        )
        .await;
        let repositories = rows(
            "SELECT login, name
             FROM (SELECT login, name, row_number() OVER (PARTITION BY login,
                          name LIKE '%xyzzy' ORDER BY repository_id) AS place
                   FROM organization JOIN repository USING (organization_id)) AS each
             WHERE place <= 2",
        )
        .await;
        Self {
            files: files.iter().map(|it| (it.get(0), it.get(1), it.get(2))).collect(),
            repositories: repositories.iter().map(|it| (it.get(0), it.get(1))).collect(),
            campaigns: ids("SELECT campaign_id FROM campaign").await.unwrap(),
            crawls: ids("SELECT crawl_id FROM crawl").await.unwrap(),
        }
    }

    /// Every address that somebody may look at, about everything that there is.
    fn addresses(&self) -> Vec<String> {
        let looks = |it: &Row| it.method == "GET" && it.need != Need::OPERATOR;
        let mut all: Vec<String> = router::rows()
            .iter()
            .filter(|it| looks(it) && !it.path.starts_with("/static"))
            .filter(|it| !it.path.ends_with("/events"))
            .flat_map(|it| self.filled(&it.path))
            .collect();
        let asked: Vec<String> = all.iter().flat_map(|it| with_choices(it)).collect();
        all.extend(asked);
        all
    }

    fn filled(&self, path: &str) -> Vec<String> {
        if path.contains("{*path}") || needs_path(path) {
            let file = |(owner, name, file): &(String, String, String)| {
                let path = path.replace("{owner}", owner).replace("{name}", &encoded(name));
                match needs_path(&path) {
                    true => format!("{path}?path={}", encoded(file)),
                    false => path.replace("{*path}", &encoded(file)),
                }
            };
            return self.files.iter().map(file).collect();
        }
        if path.contains("{name}") || path.contains("{owner}/{file}") {
            let repository = |(owner, name): &(String, String)| {
                let file = format!("{}.svg", encoded(name));
                let path = path.replace("{owner}", owner).replace("{name}", &encoded(name));
                path.replace("{file}", &file).replace("{id}", "1")
            };
            return self.repositories.iter().map(repository).collect();
        }
        let ids = if path.contains("campaigns") { &self.campaigns } else { &self.crawls };
        let of_org = ["acme", "beta", "gamma"].map(|it| {
            path.replace("{org}", it).replace("{owner}", it).replace("{file}", &format!("{it}.svg"))
        });
        let mut found = of_org.to_vec();
        found.dedup();
        let values = |name: &str| -> Vec<String> {
            match name {
                "{id}" => ids.iter().map(ToString::to_string).collect(),
                "{item}" => vec!["ports".to_owned(), "base-image".to_owned()],
                "{team}" => [TEAMS[0], TEAMS[4], "-", "xyzzy-team"].map(encoded).into(),
                _ => [IMAGES[1].0, IMAGES[5].0, "xyzzy.example/base:1"].map(encoded).into(),
            }
        };
        for name in ["{id}", "{item}", "{team}", "{*reference}"] {
            if path.contains(name) {
                let each = |it: &String| {
                    values(name)
                        .into_iter()
                        .map(|value| it.replace(name, &value))
                        .collect::<Vec<_>>()
                };
                found = found.iter().flat_map(each).collect();
            }
        }
        found
    }
}

/// A Dockerfile of the API is named by a choice.
fn needs_path(path: &str) -> bool {
    path.starts_with("/api/") && (path.ends_with("/dockerfile") || path.ends_with("/suggested"))
}

/// The same address with what people choose.
fn with_choices(address: &str) -> Vec<String> {
    let queries: &[&str] = match address.rsplit('/').next().unwrap() {
        "repositories" | "repositories.csv" | "repositories.json" => &[
            "state=all",
            "sort=-gained",
            "team=web&item=ports",
            "q=xyzzy",
            "image=node",
            "week=changed",
        ],
        "dockerfiles" | "dockerfiles.csv" | "dockerfiles.json" => {
            &["item=ports&verdict=left", "q=xyzzy", "image=node:20", "sort=-changed"]
        }
        "search" => &["q=a", "q=node", "q=xyzzy", "q=acme/"],
        "changes" | "changes.csv" | "changes.json" => &["since=90", "kind=gained", "item=ports"],
        "acme" | "beta" | "history" | "outlook" | "still" => {
            &["team=web", "filter=team%3Dweb", "language=Go", "filter=language%3DGo&items=ports"]
        }
        "image" => &["reference=node%3A20", "reference=xyzzy.example%2Fbase%3A1"],
        _ => &[],
    };
    queries.iter().map(|it| format!("{address}?{it}")).collect()
}

/// One database: what a reader gets while the rest is there, and what everybody gets without it.
async fn compare(seed: u64, share: Share) -> (usize, usize) {
    let hidden = Hidden::new(seed, share).await;
    let mut addresses = Names::of(hidden.pool()).await.addresses();
    if share == [0, 0, 0] {
        // Nothing is anywhere: some of it is enough.
        addresses = addresses.into_iter().step_by(9).collect();
    }
    let (reader, site) = (hidden.reader(), testing::app(&hidden.store));
    let mut got = Vec::new();
    for address in &addresses {
        let (status, body) = answer(&site, &reader, address).await;
        assert!(status.as_u16() < 500, "{address}: {body}");
        let typed = address.to_lowercase().contains(MARK);
        assert!(typed || !body.to_lowercase().contains(MARK), "{address} of {seed}: {body}");
        got.push((status, body));
    }
    hidden.remove().await;
    let (everybody, site) = (Reader::machine(), testing::app(&hidden.store));
    let mut found = 0;
    for (address, got) in addresses.iter().zip(got) {
        if OF_THE_WHOLE.iter().any(|it| address.starts_with(it)) || is_of_start(address, share) {
            continue;
        }
        let without = answer(&site, &everybody, address).await;
        found += usize::from(got.0 == 200);
        assert!(got == without, "{address} of {seed}:\n{}\n\n{}", got.1, without.1);
    }
    (addresses.len(), found)
}

/// Where nothing is looked at yet an operator is led to the first-run page, and who sees
/// nothing is not.
fn is_of_start(address: &str, share: Share) -> bool {
    address == "/" && share == [0, 0, 0]
}

#[tokio::test]
async fn everything_is_as_if_hidden_repositories_were_not_there() {
    let (mut asked, mut found) = (0, 0);
    for (seed, share) in SIGHTS {
        let (all, some) = compare(seed, share).await;
        (asked, found) = (asked + all, found + some);
    }
    println!("{asked} answers, {found} of them with something in it");
    assert!(found > 500, "{found} of {asked}");
}

#[tokio::test]
async fn nobody_changes_what_they_may_not_see() {
    let hidden = Hidden::new(5, [50, 0, 50]).await;
    let (site, reader, pool) = (testing::app(&hidden.store), hidden.reader(), hidden.pool());
    let one = async |query: &'static str| -> String {
        let value: i64 = sqlx::query_scalar(query).fetch_one(pool).await.unwrap();
        value.to_string()
    };
    let withdrawn = "/repos/acme/{name}/withdraw/{path}";
    let (name, path) = file(pool, "path LIKE 'xyzzy/%'").await;
    let (seen_name, seen_path) = file(pool, "path NOT LIKE 'xyzzy/%'").await;
    let decision = one("SELECT decision_id FROM decision JOIN dockerfile USING (dockerfile_id)
         WHERE path LIKE 'xyzzy/%' AND ended_at IS NULL LIMIT 1")
    .await;
    let campaign = one("SELECT campaign_id FROM campaign JOIN organization USING (organization_id)
         WHERE login = 'acme' AND filter = 'q=XYZZY'")
    .await;
    let job = one("SELECT max(job_id) FROM job JOIN organization USING (organization_id)
         WHERE login = 'acme'")
    .await;
    let at = |place: &str, name: &str, path: &str| {
        place.replace("{name}", &encoded(name)).replace("{path}", &encoded(path))
    };
    let withdraw = format!("item=ports&by=octavia&decision={decision}");
    for (address, form) in [
        (at(withdrawn, &name, &path), withdraw.as_str()),
        (at(withdrawn, &seen_name, &seen_path), withdraw.as_str()),
        (at("/repos/acme/{name}/crawl", &name, ""), ""),
        ("/orgs/beta/crawl".to_owned(), ""),
        ("/orgs/beta/target".to_owned(), "target=2027-01-01"),
        (format!("/orgs/acme/campaigns/{campaign}/end"), ""),
        (format!("/orgs/acme/campaigns/{campaign}/edit"), "name=a&target=2027-01-01"),
        (format!("/jobs/{job}/retry"), ""),
    ] {
        assert_eq!(send(&site, &reader, &address, form).await, 404, "{address}");
    }
    for address in ["/orgs/acme/settings/scope", "/orgs/acme/settings/schedule"] {
        assert_eq!(send(&site, &reader, address, "").await, 403, "{address}");
    }
    for address in ["/metrics", "/orgs/acme/settings", "/api/v1/orgs/acme/settings"] {
        assert_eq!(answer(&site, &reader, address).await.0, 403, "{address}");
    }
}

/// The name of a repository of acme and the path of a Dockerfile in it.
async fn file(pool: &PgPool, which: &str) -> (String, String) {
    let query = format!(
        "SELECT name, path FROM dockerfile JOIN repository USING (repository_id)
         JOIN organization USING (organization_id) WHERE login = 'acme' AND {which} LIMIT 1"
    );
    sqlx::query_as(AssertSqlSafe(query)).fetch_one(pool).await.unwrap()
}

async fn send(site: &Site, reader: &Reader, address: &str, form: &str) -> u16 {
    let request = Request::post(address)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .extension(reader.clone())
        .body(Body::from(form.to_owned()))
        .unwrap();
    crate::router(site.clone()).oneshot(request).await.unwrap().status().as_u16()
}

#[tokio::test]
async fn who_sees_less_gets_a_page_and_a_tag_of_their_own() {
    let hidden = Hidden::new(6, [50, 100, 100]).await;
    let (site, some) = (testing::app(&hidden.store), hidden.reader());
    for address in ["/orgs/acme", "/api/v1/orgs/acme", "/badge/acme.svg"] {
        let tag = async |reader: &Reader| {
            let request = Request::get(address).extension(reader.clone());
            let request = request.body(Body::empty()).unwrap();
            let answer = crate::router(site.clone()).oneshot(request).await.unwrap();
            let cache = answer.headers()["cache-control"].to_str().unwrap();
            assert!(cache.starts_with("private"), "{address}: {cache}");
            answer.headers()["etag"].clone()
        };
        let everything = tag(&Reader::machine()).await;
        assert_ne!(everything, tag(&some).await, "{address}");
        assert_eq!(everything, tag(&Reader::machine()).await, "{address}");
    }
}
