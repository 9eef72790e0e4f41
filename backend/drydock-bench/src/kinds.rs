//! Every kind of page, and how an address of it is drawn from a database's names.

use std::fmt::Write as _;

use checklist::Item;
pub use github_fake::Dice;
use store::seed::SeededNames;

/// A kind of page.
#[derive(Clone, Copy)]
pub struct Kind {
    /// Its name in tables and after `--only`.
    pub name: &'static str,
    address: fn(&SeededNames, &mut Dice) -> Option<String>,
}

const STATES: [&str; 7] = [
    "finished",
    "in-progress",
    "not-started",
    "no-dockerfile",
    "out-of-scope",
    "all",
    "slipped-back",
];
const VERDICTS: [&str; 6] = ["left", "met", "remaining", "verify", "unknown", "not-applicable"];
const SORTS: [&str; 9] = [
    "name",
    "team",
    "-progress",
    "left",
    "-left",
    "-dockerfiles",
    "-gained",
    "-committed",
    "progress",
];
const CHANGES: [&str; 5] = ["gained", "lost", "finished", "decision", "ours"];
const SINCE: [&str; 4] = ["day", "week", "month", "quarter"];
const WORDS: [&str; 6] = ["api", "ledger", "node", "python:3", "dockerfile", "zzz"];

/// All kinds. One that answers 404 at the first look is not built yet and left out.
pub const KINDS: &[Kind] = &[
    Kind { name: "organizations", address: |_, _| Some("/".to_owned()) },
    Kind { name: "overview", address: |names, _| of(names, "") },
    Kind {
        name: "overview, team",
        address: |names, dice| of(names, &format!("?team={}", encoded(dice.pick(&names.teams)?))),
    },
    Kind { name: "repositories", address: |names, _| of(names, "/repositories") },
    Kind {
        name: "repositories, page",
        address: |names, dice| {
            let sort = dice.word(&SORTS);
            of(names, &format!("/repositories?sort={sort}&page={}", 1 + dice.below(12)))
        },
    },
    Kind {
        name: "repositories, item",
        address: |names, dice| {
            let (item, verdict) = (item(dice), dice.word(&VERDICTS));
            of(names, &format!("/repositories?item={item}&verdict={verdict}"))
        },
    },
    Kind {
        name: "repositories, filter",
        address: |names, dice| {
            let query = match dice.below(5) {
                0 => format!("team={}", encoded(dice.pick(&names.teams)?)),
                1 => format!("language={}", encoded(dice.pick(&names.languages)?)),
                2 => format!("image={}", encoded(dice.pick(&names.images)?)),
                3 => format!("state={}", dice.word(&STATES)),
                _ => "quick=1".to_owned(),
            };
            of(names, &format!("/repositories?{query}&sort={}", dice.word(&SORTS)))
        },
    },
    Kind {
        name: "repositories, text",
        address: |names, dice| of(names, &format!("/repositories?q={}", dice.word(&WORDS))),
    },
    Kind {
        name: "dockerfiles",
        address: |names, dice| {
            let (item, verdict) = (item(dice), dice.word(&VERDICTS));
            let page = 1 + dice.below(20);
            of(names, &format!("/dockerfiles?item={item}&verdict={verdict}&page={page}"))
        },
    },
    Kind {
        name: "dockerfiles, image",
        address: |names, dice| {
            of(names, &format!("/dockerfiles?image={}", encoded(dice.pick(&names.images)?)))
        },
    },
    Kind { name: "items", address: |names, _| of(names, "/items") },
    Kind { name: "item", address: |names, dice| of(names, &format!("/items/{}", item(dice))) },
    Kind { name: "images", address: |names, _| of(names, "/images") },
    Kind {
        name: "image",
        address: |names, dice| {
            of(names, &format!("/images/{}", encoded(dice.pick(&names.images)?)))
        },
    },
    Kind { name: "teams", address: |names, _| of(names, "/teams") },
    Kind {
        name: "team",
        address: |names, dice| of(names, &format!("/teams/{}", encoded(dice.pick(&names.teams)?))),
    },
    Kind { name: "changes", address: |names, _| of(names, "/changes") },
    Kind {
        name: "changes, filter",
        address: |names, dice| {
            let choice = match dice.below(3) {
                0 => format!("team={}", encoded(dice.pick(&names.teams)?)),
                1 => format!("item={}", item(dice)),
                _ => format!("kind={}", dice.word(&CHANGES)),
            };
            of(names, &format!("/changes?since={}&{choice}", dice.word(&SINCE)))
        },
    },
    Kind { name: "changes, all", address: |names, _| of(names, "/changes?since=2000-01-01") },
    Kind { name: "campaigns", address: |names, _| of(names, "/campaigns") },
    Kind {
        name: "campaign",
        address: |names, dice| of(names, &format!("/campaigns/{}", dice.pick(&names.campaigns)?)),
    },
    Kind { name: "disputes", address: |names, _| of(names, "/disputes") },
    Kind { name: "organization settings", address: |names, _| of(names, "/settings") },
    Kind { name: "repository", address: |names, dice| repository(names, dice, "/repos", "") },
    Kind { name: "dockerfile", address: |names, dice| file(names, dice, "dockerfiles") },
    Kind { name: "suggested Dockerfile", address: |names, dice| file(names, dice, "suggested") },
    Kind {
        name: "search",
        address: |names, dice| {
            let word = match dice.below(3) {
                0 => dice.pick(&names.repositories)?,
                1 => dice.pick(&names.images)?,
                _ => dice.word(&WORDS),
            };
            Some(format!("/search?q={}", encoded(word)))
        },
    },
    Kind { name: "crawls", address: |_, _| Some("/crawls".to_owned()) },
    Kind {
        name: "crawl",
        address: |names, dice| Some(format!("/crawls/{}", dice.pick(&names.crawls)?)),
    },
    Kind { name: "settings", address: |_, _| Some("/settings".to_owned()) },
    Kind { name: "account", address: |_, _| Some("/account".to_owned()) },
    Kind { name: "people", address: |_, _| Some("/people".to_owned()) },
    Kind { name: "audit log", address: |_, _| Some("/audit".to_owned()) },
    Kind { name: "checklist", address: |_, _| Some("/checklist".to_owned()) },
    Kind {
        name: "api, organization",
        address: |names, _| Some(format!("/api/v1/orgs/{}", encoded(&names.organization))),
    },
    Kind {
        name: "api, repositories",
        address: |names, _| {
            Some(format!("/api/v1/orgs/{}/repositories", encoded(&names.organization)))
        },
    },
    Kind {
        name: "api, repository",
        address: |names, dice| repository(names, dice, "/api/v1/repos", ""),
    },
    Kind { name: "api, description", address: |_, _| Some("/api/v1/openapi.json".to_owned()) },
    Kind { name: "badge", address: |names, dice| repository(names, dice, "/badge", ".svg") },
    Kind { name: "feed", address: |names, _| of(names, "/changes.atom") },
];

impl Kind {
    /// An address of the kind; none if the database has nothing of it.
    #[must_use]
    pub fn address(&self, names: &SeededNames, dice: &mut Dice) -> Option<String> {
        (self.address)(names, dice)
    }
}

fn of(names: &SeededNames, rest: &str) -> Option<String> {
    Some(format!("/orgs/{}{rest}", encoded(&names.organization)))
}

/// A page about one Dockerfile.
fn file(names: &SeededNames, dice: &mut Dice, part: &str) -> Option<String> {
    let file = dice.pick(&names.files)?;
    let path: Vec<String> = file.path.split('/').map(encoded).collect();
    let (owner, name) = (encoded(&names.organization), encoded(&file.repository));
    Some(format!("/repos/{owner}/{name}/{part}/{}", path.join("/")))
}

fn repository(names: &SeededNames, dice: &mut Dice, before: &str, after: &str) -> Option<String> {
    let name = encoded(dice.pick(&names.repositories)?);
    Some(format!("{before}/{}/{name}{after}", encoded(&names.organization)))
}

fn item(dice: &mut Dice) -> &'static str {
    dice.pick(&Item::ALL).map_or("ports", |it| it.slug())
}

/// Percent-encodes all but the unreserved characters of RFC 3986.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
