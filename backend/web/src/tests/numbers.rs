//! Every number equals a recount, under every filter, for random organizations; and leads to
//! exactly that many rows, which are the same in the table, in CSV and in JSON.

use std::collections::BTreeMap;

use checklist::Item;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use scraper::{ElementRef, Html, Selector};
use serde_json::Value;
use store::testing::TestStore;
use tokio::runtime::Runtime;

use super::hidden::{Hidden, answer};
use super::recount::{self, Choices, Dockerfile, Facts, Repository};
use super::world::{self, CODES, IMAGES, LANGUAGES, TEAMS};
use crate::Site;
use crate::links::with_query;
use crate::reader::Reader;
use crate::testing;

/// Random filters of each table. More with `PROPTEST_CASES`.
const CASES: u32 = 60;
/// Of each reader who sees some repositories.
const SOME_CASES: u32 = 6;
const ORGANIZATIONS: [&str; 3] = ["acme", "beta", "gamma"];
const VERDICTS: [&str; 8] =
    ["left", "met", "verified", "verify", "unknown", "remaining", "waived", "not-applicable"];
const STATES: [&str; 8] = [
    "all",
    "finished",
    "in-progress",
    "not-started",
    "no-dockerfile",
    "out-of-scope",
    "slipped-back",
    "unreadable",
];

type Pairs = Vec<(&'static str, &'static str)>;

fn chosen(
    name: &'static str,
    percent: f64,
    values: Vec<&'static str>,
) -> impl Strategy<Value = Option<(&'static str, &'static str)>> {
    weighted(percent, select(values).prop_map(move |it| (name, it)))
}

fn items() -> Vec<&'static str> {
    Item::ALL.iter().map(|it| it.slug()).collect()
}

fn teams() -> Vec<&'static str> {
    TEAMS.into_iter().chain(["-", "nobody's"]).collect()
}

fn images() -> Vec<&'static str> {
    IMAGES.iter().flat_map(|(reference, image)| [*reference, *image]).collect()
}

fn sorts(columns: Vec<&'static str>) -> Vec<&'static str> {
    let down = columns.iter().map(|it| &*format!("-{it}").leak()).collect::<Vec<_>>();
    columns.into_iter().chain(down).collect()
}

/// An organization and choices of its repositories.
fn of_repositories() -> impl Strategy<Value = (&'static str, Pairs)> {
    let columns = ["name", "team", "progress", "left", "dockerfiles", "gained", "committed"];
    let columns = sorts(columns.into_iter().chain(items()).collect());
    let choices = (
        chosen("q", 0.2, vec!["a", "API", "-1", "shop.", "%", "none"]),
        (weighted(0.4, select(items())), select(VERDICTS.to_vec())),
        chosen("team", 0.2, teams()),
        chosen("state", 0.4, STATES.to_vec()),
        chosen("image", 0.15, images()),
        chosen("language", 0.15, LANGUAGES.to_vec()),
        chosen("archived", 0.2, vec!["shown", "only"]),
        chosen("quick", 0.1, vec!["1"]),
        chosen("week", 0.15, vec!["finished", "slipped-back", "changed"]),
        chosen("sort", 0.8, columns),
    );
    let pairs = choices.prop_map(|all| {
        let (q, (item, verdict), team, state, image, language, archived, quick, week, sort) = all;
        let asked = item.map(|it| ("item", it));
        let verdict = item.map(|_| ("verdict", verdict));
        let all = [q, asked, verdict, team, state, image, language, archived, quick, week, sort];
        all.into_iter().flatten().collect()
    });
    (select(ORGANIZATIONS.to_vec()), pairs)
}

/// An organization and choices of its Dockerfiles.
fn of_dockerfiles() -> impl Strategy<Value = (&'static str, Pairs)> {
    let choices = (
        chosen("q", 0.3, vec!["a", "API", "-1/", "\u{fc}N\u{cf}", "/a/", "x%2F", "=", "\u{202e}"]),
        (weighted(0.4, select(items())), select(VERDICTS.to_vec())),
        chosen("code", 0.25, CODES.into_iter().chain(["no-such", "-"]).collect()),
        (chosen("image", 0.3, images()), chosen("tag", 0.5, vec!["any"])),
        chosen("stage", 0.2, vec!["build", "shipped"]),
        chosen("team", 0.2, teams()),
        chosen("source", 0.2, vec!["codeowners", "property", "topic", "rule"]),
        chosen("sort", 0.8, sorts(vec!["repository", "path", "left", "changed"])),
    );
    let pairs = choices.prop_map(|all| {
        let (q, (item, verdict), code, (image, tag), stage, team, source, sort) = all;
        let asked = item.map(|it| ("item", it));
        let verdict = item.map(|_| ("verdict", verdict));
        let all = [q, asked, verdict, code, image, image.and(tag), stage, team, source, sort];
        all.into_iter().flatten().collect()
    });
    (select(ORGANIZATIONS.to_vec()), pairs)
}

/// The site, the facts behind it, and how much was compared.
struct Check {
    app: Site,
    facts: Facts,
    reader: Reader,
    compared: std::cell::Cell<usize>,
}

impl Check {
    fn same<T: PartialEq + std::fmt::Debug>(&self, ours: T, recounted: T, what: &str) {
        assert_eq!(ours, recounted, "{what}");
        self.compared.set(self.compared.get() + 1);
    }

    async fn get(&self, address: &str) -> String {
        let (status, body) = answer(&self.app, &self.reader, address).await;
        assert_eq!(status, 200, "{address}");
        body
    }

    async fn json(&self, address: &str) -> Value {
        serde_json::from_str(&self.get(address).await).unwrap()
    }

    /// One filter of the repositories' table, in all its forms.
    async fn repositories(&self, org: &str, pairs: &Pairs) {
        let path = format!("/orgs/{org}/repositories");
        let address = with_query(&path, pairs);
        let asked = Choices::of(&address);
        let rows = recount::repositories(&self.facts, org, &asked).await;
        let json = self.json(&with_query(&format!("{path}.json"), pairs)).await;
        self.same(json["total"].as_u64(), Some(rows.len() as u64), &address);
        let told = json["repositories"].as_array().unwrap();
        self.same(told.len(), rows.len(), &address);
        for (row, json) in rows.iter().zip(told) {
            self.repository_row(row, json, &address);
        }
        let csv = self.csv(&with_query(&format!("{path}.csv"), pairs)).await;
        self.same(csv.len(), rows.len(), &address);
        for (row, record) in rows.iter().zip(&csv) {
            self.same(plain(&record["repository"]), row.name.as_str(), &address);
            self.same(record["remaining"].clone(), row.remaining.to_string(), &address);
        }
        let page = Html::parse_document(&self.get(&address).await);
        let names: Vec<_> = rows.iter().take(50).map(|it| format!("{org}/{}", it.name)).collect();
        self.same(texts(&page, "tbody th > a"), names, &address);
        let lead = texts(&page, ".lead").remove(0);
        self.same(lead.starts_with(&spelled(rows.len() as i64)), true, &address);
        self.summary(&page, &rows, &address);
        self.choices(&page, org, &asked).await;
        self.links(&page, &address).await;
    }

    fn repository_row(&self, row: &Repository, json: &Value, address: &str) {
        let what = format!("{} at {address}", row.name);
        for (ours, recounted) in [
            (&json["repository"], Value::from(row.name.clone())),
            (&json["state"], row.state.clone().into()),
            (&json["dockerfiles"], row.dockerfiles.into()),
            (&json["items_left"], row.items_left.into()),
            (&json["met"], row.met.into()),
            (&json["verified"], row.verified.into()),
            (&json["verify"], row.verify.into()),
            (&json["unknown"], row.unknown.into()),
            (&json["remaining"], row.remaining.into()),
            (&json["waived"], row.waived.into()),
            (&json["not_applicable"], row.not_applicable.into()),
            (&json["teams"], row.teams.clone().into()),
            (&json["has_no_owner"], row.has_no_owner.into()),
            (&json["percent"], percent(row.done(), row.counted()).map(|it| it as i64).into()),
        ] {
            self.same(ours, &recounted, &what);
        }
    }

    /// The numbers above the table.
    fn summary(&self, page: &Html, rows: &[Repository], address: &str) {
        let counts = |it: &&Repository| !matches!(&*it.state, "no-dockerfile" | "out-of-scope");
        let counted: Vec<_> = rows.iter().filter(counts).collect();
        let sum = |part: fn(&Repository) -> i64| counted.iter().map(|it| part(it)).sum::<i64>();
        let told = texts(page, ".summary p");
        if sum(|it| it.dockerfiles) == 0 {
            self.same(told, Vec::new(), address);
            return;
        }
        let share = percent(sum(Repository::done), sum(Repository::counted));
        let share = share.map_or("–".to_owned(), |it| format!("{it}%"));
        let always = sum(Repository::counted) + sum(|it| it.waived) > 0;
        let parts = [
            (sum(|it| it.met), "met", true),
            (sum(|it| it.verified), "verified", false),
            (sum(|it| it.verify), "to verify", true),
            (sum(|it| it.remaining), "remaining", true),
            (sum(|it| it.unknown), "unknown", false),
            (sum(|it| it.waived), "waived", false),
        ];
        let parts = parts.into_iter().filter(|(count, _, shown)| *shown || *count > 0);
        let parts: Vec<_> =
            parts.map(|(count, word, _)| format!("{} {word}", spelled(count))).collect();
        let words = if always { parts.join(" · ") } else { "nothing to count".to_owned() };
        let beside = match sum(|it| it.not_applicable) {
            0 => String::new(),
            some => format!("; {} not applicable", spelled(some)),
        };
        self.same(told[0].clone(), format!("{share} {words}{beside}"), address);
        let quick = sum(|it| i64::from(it.items_left == 1));
        let files = format!("{} Dockerfile", spelled(sum(|it| it.dockerfiles)));
        self.same(told[1].starts_with(&files), true, &format!("{files} at {address}"));
        let told = told[1].split(" · ").find_map(|it| number(it.split_once(" quick win")?.0));
        self.same(told.unwrap_or(0), usize::try_from(quick).unwrap(), address);
    }

    /// Every choice leads to as many rows as it says.
    async fn choices(&self, page: &Html, org: &str, asked: &Choices) {
        let name = Selector::parse("form.filters select").unwrap();
        let option = Selector::parse("option").unwrap();
        for (place, select) in page.select(&name).enumerate() {
            let options: Vec<_> = select.select(&option).collect();
            // One of each select a time: another the next.
            let Some(option) = options.get((self.compared.get() + place) % options.len()) else {
                continue;
            };
            let text: String = option.text().collect();
            let Some((_, count)) = text.rsplit_once(" (") else { continue };
            let (name, value) = (select.attr("name").unwrap(), option.attr("value").unwrap());
            let rows = recount::repositories(&self.facts, org, &asked.with(name, value)).await;
            let what = format!("{name}={value} beside {asked:?}");
            self.same(number(count.trim_end_matches(')')), Some(rows.len()), &what);
        }
    }

    /// Every linked number on a page leads to exactly that many rows.
    async fn links(&self, page: &Html, address: &str) {
        for (count, link) in linked_numbers(page) {
            let (path, query) = link.split_once('?').unwrap_or((&link, ""));
            let org = path.split('/').nth(2).unwrap();
            let what = format!("{link} on {address}");
            let json = self.json(&format!("{path}.json?{query}")).await;
            let rows = match path.rsplit('/').next().unwrap() {
                "repositories" => {
                    recount::repositories(&self.facts, org, &Choices::of(&link)).await.len()
                }
                _ => recount::dockerfiles(&self.facts, org, &Choices::of(&link)).await.len(),
            };
            self.same(count, rows, &what);
            self.same(json["total"].as_u64(), Some(rows as u64), &what);
        }
    }

    /// One filter of the Dockerfiles' table, in all its forms.
    async fn dockerfiles(&self, org: &str, pairs: &Pairs) {
        let path = format!("/orgs/{org}/dockerfiles");
        let address = with_query(&path, pairs);
        let rows = recount::dockerfiles(&self.facts, org, &Choices::of(&address)).await;
        let json = self.json(&with_query(&format!("{path}.json"), pairs)).await;
        self.same(json["total"].as_u64(), Some(rows.len() as u64), &address);
        let told = json["dockerfiles"].as_array().unwrap();
        self.same(told.len(), rows.len(), &address);
        for (row, json) in rows.iter().zip(told) {
            self.dockerfile_row(row, json, &address);
        }
        let csv = self.csv(&with_query(&format!("{path}.csv"), pairs)).await;
        self.same(csv.len(), rows.len(), &address);
        for (row, record) in rows.iter().zip(&csv) {
            self.same(plain(&record["repository"]), row.repository.as_str(), &address);
            self.same(plain(&record["path"]), row.path.as_str(), &address);
        }
        let page = Html::parse_document(&self.get(&address).await);
        let names: Vec<_> = rows.iter().take(50).map(|it| it.repository.clone()).collect();
        self.same(texts(&page, "tbody td > a.strong"), names, &address);
        let lead = texts(&page, ".lead").remove(0);
        self.same(lead.starts_with(&spelled(rows.len() as i64)), true, &address);
        let share =
            percent(rows.iter().map(|it| it.done).sum(), rows.iter().map(|it| it.counted).sum());
        let told = texts(&page, ".summary .share").pop();
        self.same(told, share.map(|it| format!("{it}%")), &address);
        self.links(&page, &address).await;
    }

    fn dockerfile_row(&self, row: &Dockerfile, json: &Value, address: &str) {
        let what = format!("{}/{} at {address}", row.repository, row.path);
        for (ours, recounted) in [
            (&json["repository"], Value::from(row.repository.clone())),
            (&json["path"], row.path.clone().into()),
            (&json["team"], row.team.clone().into()),
            (&json["team_source"], row.source.clone().into()),
            (&json["left"], row.items_left.into()),
            (&json["percent"], percent(row.done, row.counted).map(|it| it as i64).into()),
        ] {
            self.same(ours, &recounted, &what);
        }
    }

    async fn csv(&self, address: &str) -> Vec<BTreeMap<String, String>> {
        let text = self.get(address).await;
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        reader.deserialize().map(Result::unwrap).collect()
    }

    /// The overview: its linked numbers, and the share.
    async fn overview(&self, org: &str) {
        let address = format!("/orgs/{org}");
        let page = Html::parse_document(&self.get(&address).await);
        self.links(&page, &address).await;
        let rows = recount::repositories(&self.facts, org, &Choices::default()).await;
        let (done, counted) = rows
            .iter()
            .fold((0, 0), |(done, counted), it| (done + it.done(), counted + it.counted()));
        let told = texts(&page, ".figure .big").first().cloned();
        if let Some(share) = percent(done, counted) {
            self.same(told, Some(format!("{share}%")), &address);
        }
        let bars = bars(&page, "#items");
        for (item, bar) in Item::ALL.into_iter().zip(bars) {
            let mut asked = Choices::default();
            asked.0.insert("item".to_owned(), item.slug().to_owned());
            for (verdict, word) in
                [("met", "met"), ("remaining", "remaining"), ("waived", "waived")]
            {
                let asked = asked.with("verdict", verdict);
                let rows = recount::dockerfiles(&self.facts, org, &asked).await.len();
                let told = bar.split(" · ").find_map(|it| it.strip_suffix(&format!(" {word}")));
                self.same(told.and_then(number).unwrap_or(0), rows, &format!("{item:?}: {bar}"));
            }
        }
    }
}

impl Repository {
    fn done(&self) -> i64 {
        self.met + self.verified
    }

    fn counted(&self) -> i64 {
        self.done() + self.verify + self.unknown + self.remaining
    }
}

fn percent(done: i64, counted: i64) -> Option<u64> {
    (counted > 0).then(|| u64::try_from(done * 100 / counted).unwrap())
}

/// A cell without the mark that keeps it from being a formula.
fn plain(cell: &str) -> &str {
    cell.trim_start_matches('\'')
}

/// 1,512.
fn spelled(count: i64) -> String {
    match count {
        0..1000 => count.to_string(),
        _ => format!("{},{:03}", count / 1000, count % 1000),
    }
}

fn number(text: &str) -> Option<usize> {
    text.replace(',', "").parse().ok()
}

fn texts(page: &Html, selector: &str) -> Vec<String> {
    let text = |it: ElementRef<'_>| it.text().collect::<String>();
    let plain = |it: String| it.split_whitespace().collect::<Vec<_>>().join(" ");
    page.select(&Selector::parse(selector).unwrap()).map(text).map(plain).collect()
}

/// The words of the bars of the card with this heading.
fn bars(page: &Html, heading: &str) -> Vec<String> {
    let heading = page.select(&Selector::parse(heading).unwrap()).next();
    let Some(card) = heading.and_then(|it| it.parent()).and_then(ElementRef::wrap) else {
        return Vec::new();
    };
    let bar = Selector::parse(".bar").unwrap();
    card.select(&bar).map(|it| it.attr("aria-label").unwrap().to_owned()).collect()
}

/// "58", "of 58", "+3 this week", "All 12", "74 Dockerfiles", with where they lead.
fn linked_numbers(page: &Html) -> Vec<(usize, String)> {
    let tables = "main a[href*='/repositories'], main a[href*='/dockerfiles?'], \
                  main a[href$='/dockerfiles']";
    let counted = |it: ElementRef<'_>| {
        let text: String = it.text().collect();
        let text =
            ["+", "of ", "All "].iter().fold(text.trim(), |it, sign| it.trim_start_matches(sign));
        Some((number(text.split(' ').next()?)?, it.attr("href")?.to_owned()))
    };
    page.select(&Selector::parse(tables).unwrap()).filter_map(counted).collect()
}

async fn check(store: &TestStore) -> Check {
    world::worlds(store, 0x00d0_c0de).await;
    let facts = Facts { pool: store.pool().clone(), only: None };
    Check { app: testing::app(store), facts, reader: Reader::machine(), compared: 0.into() }
}

#[test]
fn every_number_equals_a_recount_under_every_filter_and_leads_to_its_rows() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let store = runtime.block_on(store::testing::store());
    let check = runtime.block_on(check(&store));
    for org in ORGANIZATIONS {
        runtime.block_on(check.overview(org));
    }
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|it| it.parse().ok());
    let cases = cases.unwrap_or(CASES);
    filter(&runtime, &check, cases);
    let (cases, compared) = (cases * 2, check.compared.get());
    println!("{cases} filters, {compared} numbers and words compared");
    assert!(compared > usize::try_from(cases).unwrap() * 20);
    drop(check);
    drop(runtime.enter());
    drop(store);
}

/// The tables under random filters.
fn filter(runtime: &Runtime, check: &Check, cases: u32) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let rng = || TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    TestRunner::new_with_rng(config.clone(), rng())
        .run(&of_repositories(), |(org, pairs)| {
            runtime.block_on(check.repositories(org, &pairs));
            Ok(())
        })
        .unwrap();
    TestRunner::new_with_rng(config, rng())
        .run(&of_dockerfiles(), |(org, pairs)| {
            runtime.block_on(check.dockerfiles(org, &pairs));
            Ok(())
        })
        .unwrap();
}

#[test]
fn what_a_reader_gets_is_counted_over_the_repositories_that_they_see_alone() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (seed, share) in [(11, [50, 60, 100]), (12, [15, 100, 50])] {
        let hidden = runtime.block_on(Hidden::new(seed, share));
        let facts = Facts { pool: hidden.pool().clone(), only: Some(hidden.ids()) };
        let (app, reader) = (testing::app(&hidden.store), hidden.reader());
        let check = Check { app, facts, reader, compared: 0.into() };
        for org in ORGANIZATIONS {
            runtime.block_on(check.overview(org));
        }
        filter(&runtime, &check, SOME_CASES);
        println!("{} numbers and words compared", check.compared.get());
        drop(check);
        drop(runtime.enter());
        drop(hidden);
    }
}
