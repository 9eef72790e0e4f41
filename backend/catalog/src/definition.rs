//! One definition file: one image variant and all its tags.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::fields::{Fields, short};
use crate::merged::{Merged, merged_images};
use crate::yaml::Node;

/// Shell packages, as Docker's own policy names them, and Debian's default one.
/// Alpine's `busybox-extras` brings `busybox` along.
const SHELLS: [&str; 4] = ["bash", "busybox", "busybox-extras", "dash"];
const PACKAGE_MANAGERS: [&str; 2] = ["apt", "apk-tools"];

/// The fields of a definition, those that are read and those that say nothing here.
const FIELDS: [&str; 21] = [
    "accounts",
    "annotations",
    "cmd",
    "contents",
    "dates",
    "entrypoint",
    "environment",
    "flavor",
    "image",
    "labels",
    "name",
    "os-release",
    "output",
    "paths",
    "platforms",
    "ports",
    "stop-signal",
    "tags",
    "variant",
    "vars",
    "work-dir",
];
const ACCOUNT_FIELDS: [&str; 4] = ["groups", "root", "run-as", "users"];
const CONTENT_FIELDS: [&str; 7] =
    ["artifacts", "builds", "files", "keyring", "mappings", "packages", "repositories"];
const DATE_FIELDS: [&str; 2] = ["end-of-life", "release"];

/// Words in the name of a variable that is about a port or an address.
const NETWORK_WORDS: [&str; 9] =
    ["PORT", "PORTS", "HOST", "URLS", "ADDR", "ADDRESS", "LISTEN", "BIND", "ENDPOINT"];
/// The variable that names a bundle of certificate authorities.
const BUNDLE_VARIABLE: &str = "SSL_CERT_FILE";

/// What a variant is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It ships.
    Runtime,
    /// It builds: root, a shell and a package manager.
    Dev,
    /// It builds .NET. The catalogue calls it runtime, but it has what a dev image has.
    Sdk,
}

/// The facts of one definition. What the file does not say is empty or none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Definition {
    /// What it is for; none if the file says so in a word that is not known.
    pub kind: Option<Kind>,
    /// The catalogue's flavour: `compat`, `fpm`, `sfw` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flavor: Option<String>,
    /// Every tag that the catalogue keeps alive for it.
    pub tags: Vec<String>,
    /// The account that the container runs as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// That account's number; none if the account is not declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<u32>,
    /// The accounts and their numbers.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub users: BTreeMap<String, u32>,
    /// Whether root is among the accounts; it is declared apart from the others.
    #[serde(skip_serializing_if = "is_false")]
    pub has_root: bool,
    /// The groups and their numbers.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub groups: BTreeMap<String, u32>,
    /// The image's entry point; none where it is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entrypoint: Option<Vec<String>>,
    /// The image's command; none where it is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cmd: Option<Vec<String>>,
    /// Its working directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workdir: Option<String>,
    /// Its exposed ports, `8080/tcp`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<String>,
    /// The shells among its packages. None listed is no proof that there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shells: Vec<String>,
    /// The package managers among its packages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub package_managers: Vec<String>,
    /// What it sets in the environment about ports, addresses and certificates.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub environment: Vec<(String, String)>,
    /// Whether a bundle of certificate authorities is among its packages.
    #[serde(skip_serializing_if = "is_false")]
    pub has_bundle: bool,
    /// The images that files are taken from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<Merged>,
    /// The day on which its maintenance ends, `2028-04-30`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_of_life: Option<String>,
    /// What in the file was odd, one clause each. Facts beside it may be missing, so nothing
    /// but the tags is relied on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl Definition {
    /// Reads the definition of an image from its document; also names the fields that are new.
    /// An error says in words why it is no definition.
    pub(crate) fn read(image: &str, root: &Node) -> Result<(Self, Vec<String>), String> {
        let mut fields = Fields::of(root);
        fields.expect_mappings(&["accounts", "contents", "dates", "environment"]);
        let tags = fields.texts(&["tags"]);
        if tags.is_empty() {
            return Err("it lists no tags".to_owned());
        }
        let packages = packages(&mut fields);
        let users = fields.numbers(&["accounts", "users"], "uid");
        let user = fields.text(&["accounts", "run-as"]).map(str::to_owned);
        let uid = user.as_deref().and_then(|it| number_of(it, &users));
        if uid.is_none() {
            fields.doubt("it does not say who it runs as, by name and number".to_owned());
        }
        let end_of_life =
            fields.text(&["dates", "end-of-life"]).and_then(|it| day(it, &mut fields));
        let read = Self {
            kind: kind(image, &tags, &mut fields),
            flavor: fields.text(&["flavor"]).map(str::to_owned),
            tags,
            user,
            uid,
            users,
            has_root: fields.flag(&["accounts", "root"]),
            groups: fields.numbers(&["accounts", "groups"], "gid"),
            entrypoint: fields.command("entrypoint"),
            cmd: fields.command("cmd"),
            workdir: fields.text(&["work-dir"]).map(str::to_owned),
            ports: fields.texts(&["ports"]),
            shells: among(&packages, &SHELLS),
            package_managers: among(&packages, &PACKAGE_MANAGERS),
            environment: environment(&mut fields),
            has_bundle: packages.iter().any(|it| it.starts_with("ca-certificates")),
            merged: merged_images(&mut fields),
            end_of_life,
            doubts: Vec::new(),
        };
        let new = new_fields(&fields);
        Ok((Self { doubts: fields.into_doubts(), ..read }, new))
    }

    /// Whether it behaves more like the image that it replaces.
    #[must_use]
    pub fn is_compat(&self) -> bool {
        self.has_flavor("compat")
    }

    /// Which of Docker's package firewalls it carries.
    #[must_use]
    pub fn firewall(&self) -> Option<Firewall> {
        match (self.has_flavor("sfw"), self.has_flavor("ent")) {
            (true, true) => Some(Firewall::Enterprise),
            (true, false) => Some(Firewall::Free),
            (false, _) => None,
        }
    }

    fn has_flavor(&self, word: &str) -> bool {
        self.flavor.iter().flat_map(|it| it.split('-')).any(|it| it == word)
    }

    /// Whether it sets `SSL_CERT_FILE`: a bundle that is not among its packages.
    #[must_use]
    pub fn names_bundle(&self) -> bool {
        self.environment.iter().any(|(name, _)| name == BUNDLE_VARIABLE)
    }
}

/// A package firewall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Firewall {
    /// For everybody.
    Free,
    /// For customers.
    Enterprise,
}

/// The number of an account that is named, or written as a number, with or without a group.
fn number_of(user: &str, users: &BTreeMap<String, u32>) -> Option<u32> {
    let account = user.split(':').next()?;
    let root = (account == "root").then_some(0);
    users.get(account).copied().or_else(|| account.parse().ok()).or(root)
}

fn kind(image: &str, tags: &[String], fields: &mut Fields<'_>) -> Option<Kind> {
    let is_sdk = |tag: &String| tag.split('-').any(|it| it == "sdk");
    match fields.text(&["variant"]) {
        Some("dev") => Some(Kind::Dev),
        Some("runtime") if image == "dotnet" && tags.iter().any(is_sdk) => Some(Kind::Sdk),
        Some("runtime") => Some(Kind::Runtime),
        Some(other) => {
            fields.doubt(format!("its variant “{}” is not known", short(other)));
            None
        }
        None => {
            fields.doubt("it does not say its variant".to_owned());
            None
        }
    }
}

/// The names of the packages that are in the image: without version, and without
/// those that a leading `!` keeps out.
fn packages(fields: &mut Fields<'_>) -> Vec<String> {
    let listed = fields.texts(&["contents", "packages"]);
    let kept = listed.iter().filter(|it| !it.starts_with('!'));
    kept.filter_map(|it| it.split(['=', '~', '<', '>']).next()).map(str::to_owned).collect()
}

fn among(packages: &[String], wanted: &[&str]) -> Vec<String> {
    let there = wanted.iter().filter(|name| packages.iter().any(|it| it == *name));
    there.map(|&it| it.to_owned()).collect()
}

fn environment(fields: &mut Fields<'_>) -> Vec<(String, String)> {
    let mut pairs = fields.pairs(&["environment"]);
    pairs.retain(|(name, _)| {
        name == BUNDLE_VARIABLE || name.split('_').any(|it| NETWORK_WORDS.contains(&it))
    });
    pairs
}

/// A day as `2028-04-30`; another form could not be compared.
fn day(text: &str, fields: &mut Fields<'_>) -> Option<String> {
    let is_day = text.len() == 10
        && text.char_indices().all(|(place, it)| match place {
            4 | 7 => it == '-',
            _ => it.is_ascii_digit(),
        });
    if !is_day {
        fields.doubt(format!("its end of life “{}” is no day", short(text)));
    }
    is_day.then(|| text.to_owned())
}

fn new_fields(fields: &Fields<'_>) -> Vec<String> {
    let mut new = fields.unknown(&[], &FIELDS);
    new.extend(fields.unknown(&["accounts"], &ACCOUNT_FIELDS));
    new.extend(fields.unknown(&["contents"], &CONTENT_FIELDS));
    new.extend(fields.unknown(&["dates"], &DATE_FIELDS));
    new
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::document;

    const NODE: &str = "name: Node.js\nimage: dhi.io/node\nvariant: runtime\n\
        tags:\n  - \"3.10\"\n  - 3.10\ndates:\n  end-of-life: \"2028-04-30\"\n\
        contents:\n  packages:\n    - '!bash'\n    - ca-certificates\n    - nodejs-24=24.19.0-0\n\
        accounts:\n  run-as: node\n  users:\n    - name: node\n      uid: 1000\n  groups: []\n\
        cmd:\n  - node\n";

    fn read(text: &str) -> Result<(Definition, Vec<String>), String> {
        Definition::read("node", &document(text)?.root)
    }

    fn definition(text: &str) -> Definition {
        read(text).unwrap().0
    }

    #[test]
    fn a_tag_that_looks_like_a_number_keeps_its_zero() {
        assert_eq!(definition(NODE).tags, ["3.10", "3.10"]);
    }

    #[test]
    fn the_account_it_runs_as_has_its_own_number() {
        let definition = definition(NODE);
        assert_eq!((definition.user.as_deref(), definition.uid), (Some("node"), Some(1000)));
    }

    #[test]
    fn a_package_that_is_kept_out_is_not_in_the_image() {
        let definition = definition(NODE);
        assert!(definition.shells.is_empty() && definition.has_bundle);
    }

    #[test]
    fn an_entry_point_that_is_not_set_is_none_and_not_empty() {
        let definition = definition(NODE);
        assert_eq!((definition.entrypoint, definition.cmd), (None, Some(vec!["node".to_owned()])));
    }

    #[test]
    fn a_file_without_tags_is_no_definition() {
        for text in ["a: 1", "- 1", "tags: []", "1"] {
            assert_eq!(read(text).unwrap_err(), "it lists no tags", "{text}");
        }
        assert!(read("{").is_err() && read("").is_err());
    }

    #[test]
    fn a_new_field_is_named_and_changes_nothing() {
        let text =
            format!("{NODE}some-new-field: {{a: 1}}\n").replace("run-as", "extra: 1\n  run-as");
        let (definition, new) = read(&text).unwrap();
        assert_eq!(new, ["some-new-field", "accounts.extra"]);
        assert_eq!(definition, self::definition(NODE));
    }

    #[test]
    fn an_odd_field_is_a_doubt_and_the_tags_are_read() {
        for (odd, doubt) in [
            ("variant: builder", "its variant “builder” is not known"),
            ("entrypoint: /bin/app", "its `entrypoint` is not a list"),
            ("ports: [{a: 1}]", "its `ports` is not a list of words"),
            ("dates: {end-of-life: soon}", "its end of life “soon” is no day"),
            ("dates: 3", "its `dates` is not a mapping"),
            ("accounts: {run-as: x, users: []}", "it does not say who it runs as"),
            (
                "accounts: {run-as: x, users: [{name: x}]}",
                "`accounts.users` is not a list of names",
            ),
            ("accounts: {run-as: '1', root: maybe}", "`accounts.root` is not true or false"),
            ("cmd: &a [x]\nentrypoint: *a", "its `entrypoint` is not a list"),
        ] {
            let field = odd.split(':').next().unwrap();
            let kept: Vec<&str> = ["variant: dev", "accounts: {run-as: '1'}"]
                .into_iter()
                .filter(|it| !it.starts_with(field))
                .collect();
            let definition = definition(&format!("tags: ['1']\n{}\n{odd}\n", kept.join("\n")));
            assert_eq!(definition.tags, ["1"], "{odd}");
            assert!(definition.doubts.iter().any(|it| it.contains(doubt)), "{odd}: {definition:?}");
        }
    }

    #[test]
    fn flavours_say_compatibility_and_firewalls() {
        let flavoured = |it: &str| Definition { flavor: Some(it.into()), ..Definition::default() };
        assert!(flavoured("compat").is_compat() && !flavoured("fpm").is_compat());
        assert_eq!(flavoured("sfw").firewall(), Some(Firewall::Free));
        assert_eq!(flavoured("sfw-ent").firewall(), Some(Firewall::Enterprise));
        assert_eq!(flavoured("fpm").firewall(), None);
    }
}
