//! One definition file: one image variant and all its tags.

use std::collections::BTreeMap;

use saphyr::Yaml;

use crate::merged::{Merged, merged_images};
use crate::yaml::{document, get, list_of, pairs_of, text, text_of, texts_of};

/// Shell packages, as Docker's own policy names them, and Debian's default one.
/// Alpine's `busybox-extras` brings `busybox` along.
const SHELLS: [&str; 4] = ["bash", "busybox", "busybox-extras", "dash"];
const PACKAGE_MANAGERS: [&str; 2] = ["apt", "apk-tools"];

/// What a variant is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It ships.
    Runtime,
    /// It builds: root, a shell and a package manager.
    Dev,
    /// It builds .NET. The catalogue calls it runtime, but it has what a dev image has.
    Sdk,
}

/// The facts of one definition. What the file does not say is empty or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The repository of the image, `node`.
    pub name: String,
    /// DISTRIBUTION/FILE, `debian-13/24-dev`: unique inside the image.
    pub id: String,
    /// The distribution with its version, `debian-13`.
    pub distribution: String,
    /// What it is for.
    pub kind: Kind,
    /// The catalogue's flavour: `compat`, `fpm`, `sfw` …
    pub flavor: Option<String>,
    /// Every tag that the catalogue keeps alive for it.
    pub tags: Vec<String>,
    /// The account that the container runs as.
    pub user: String,
    /// That account's number; none if the account is not declared.
    pub uid: Option<u32>,
    /// The accounts and their numbers.
    pub users: BTreeMap<String, u32>,
    /// Whether root is among the accounts; it is declared apart from the others.
    pub has_root: bool,
    /// The groups and their numbers.
    pub groups: BTreeMap<String, u32>,
    /// The image's entry point; none where it is not set.
    pub entrypoint: Option<Vec<String>>,
    /// The image's command; none where it is not set.
    pub cmd: Option<Vec<String>>,
    /// Its working directory.
    pub workdir: Option<String>,
    /// Its exposed ports, `8080/tcp`.
    pub ports: Vec<String>,
    /// The shells among its packages. None listed is no proof that there is none.
    pub shells: Vec<String>,
    /// The package managers among its packages.
    pub package_managers: Vec<String>,
    /// What it sets in the environment, names and values.
    pub environment: Vec<(String, String)>,
    /// Whether a bundle of certificate authorities is among its packages.
    pub has_bundle: bool,
    /// Whether it sets `SSL_CERT_FILE`: a bundle that is not among its packages.
    pub names_bundle: bool,
    /// The images that files are taken from.
    pub merged: Vec<Merged>,
    /// The day on which its maintenance ends, `2028-04-30`.
    pub end_of_life: Option<String>,
}

impl Definition {
    /// Reads the file at `path` below `image/`: `NAME/DISTRIBUTION/FILE.yaml`.
    /// The error says in words what was not understood.
    pub(crate) fn read(path: &str, source: &str) -> Result<Self, String> {
        let mut parts = path.trim_end_matches(".yaml").splitn(3, '/');
        let (Some(name), Some(distribution), Some(file)) =
            (parts.next(), parts.next(), parts.next())
        else {
            return Err("the path is not NAME/DISTRIBUTION/FILE.yaml".to_owned());
        };
        let root = document(source)?;
        let packages = packages(&root);
        let accounts = get(&root, "accounts").ok_or("it has no accounts")?;
        let user = text_of(accounts, "run-as").ok_or("it does not say who it runs as")?.to_owned();
        let users = numbers(accounts, "users", "uid");
        let shells = among(&packages, &SHELLS);
        let package_managers = among(&packages, &PACKAGE_MANAGERS);
        let tags = texts_of(&root, "tags");
        let declared = text_of(&root, "variant").ok_or("it does not say its variant")?;
        Ok(Self {
            name: name.to_owned(),
            id: format!("{distribution}/{file}"),
            distribution: distribution.to_owned(),
            kind: kind(name, declared, &tags)?,
            flavor: text_of(&root, "flavor").map(str::to_owned),
            uid: number_of(&user, &users),
            user,
            users,
            has_root: text_of(accounts, "root") == Some("true"),
            groups: numbers(accounts, "groups", "gid"),
            entrypoint: command(&root, "entrypoint"),
            cmd: command(&root, "cmd"),
            workdir: text_of(&root, "work-dir").map(str::to_owned),
            ports: texts_of(&root, "ports"),
            environment: pairs_of(&root, "environment"),
            has_bundle: packages.iter().any(|it| it.starts_with("ca-certificates")),
            names_bundle: get(&root, "environment")
                .is_some_and(|it| get(it, "SSL_CERT_FILE").is_some()),
            merged: merged_images(&root),
            end_of_life: get(&root, "dates")
                .and_then(|it| text_of(it, "end-of-life"))
                .map(str::to_owned),
            tags,
            shells,
            package_managers,
        })
    }
}

/// The number of an account that is named, or written as a number, with or without a group.
fn number_of(user: &str, users: &BTreeMap<String, u32>) -> Option<u32> {
    let account = user.split(':').next()?;
    let root = (account == "root").then_some(0);
    users.get(account).copied().or_else(|| account.parse().ok()).or(root)
}

fn kind(name: &str, declared: &str, tags: &[String]) -> Result<Kind, String> {
    let is_sdk = |tag: &String| tag.split('-').any(|it| it == "sdk");
    match declared {
        "dev" => Ok(Kind::Dev),
        "runtime" if name == "dotnet" && tags.iter().any(is_sdk) => Ok(Kind::Sdk),
        "runtime" => Ok(Kind::Runtime),
        other => Err(format!("its variant “{other}” is not known")),
    }
}

/// The names of the packages that are in the image: without version, and without
/// those that a leading `!` keeps out.
fn packages(root: &Yaml<'_>) -> Vec<String> {
    let Some(contents) = get(root, "contents") else { return Vec::new() };
    list_of(contents, "packages")
        .filter_map(text)
        .filter(|it| !it.starts_with('!'))
        .filter_map(|it| it.split(['=', '~', '<', '>']).next())
        .map(str::to_owned)
        .collect()
}

fn among(packages: &[String], wanted: &[&str]) -> Vec<String> {
    wanted
        .iter()
        .filter(|name| packages.iter().any(|it| it == *name))
        .map(|&it| it.to_owned())
        .collect()
}

/// The accounts or groups under a name, with their numbers.
fn numbers(accounts: &Yaml<'_>, list: &str, number: &str) -> BTreeMap<String, u32> {
    list_of(accounts, list)
        .filter_map(|it| {
            Some((text_of(it, "name")?.to_owned(), text_of(it, number)?.parse().ok()?))
        })
        .collect()
}

/// The words of a command; none where it is not set.
fn command(root: &Yaml<'_>, name: &str) -> Option<Vec<String>> {
    get(root, name).map(|_| texts_of(root, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODE: &str = "name: Node.js\nimage: dhi.io/node\nvariant: runtime\n\
        tags:\n  - \"3.10\"\n  - 3.10\ndates:\n  end-of-life: \"2028-04-30\"\n\
        contents:\n  packages:\n    - '!bash'\n    - ca-certificates\n    - nodejs-24=24.19.0-0\n\
        accounts:\n  run-as: node\n  users:\n    - name: node\n      uid: 1000\n  groups: []\n\
        cmd:\n  - node\nsome-new-field: {a: 1}\n";

    #[test]
    fn a_tag_that_looks_like_a_number_keeps_its_zero() {
        let definition = Definition::read("node/debian-13/24.yaml", NODE).unwrap();
        assert_eq!(definition.tags, ["3.10", "3.10"]);
    }

    #[test]
    fn the_account_it_runs_as_has_its_own_number() {
        let definition = Definition::read("node/debian-13/24.yaml", NODE).unwrap();
        assert_eq!((definition.user.as_str(), definition.uid), ("node", Some(1000)));
    }

    #[test]
    fn a_package_that_is_kept_out_is_not_in_the_image() {
        let definition = Definition::read("node/debian-13/24.yaml", NODE).unwrap();
        assert!(definition.shells.is_empty() && definition.has_bundle);
    }

    #[test]
    fn an_entry_point_that_is_not_set_is_none_and_not_empty() {
        let definition = Definition::read("node/debian-13/24.yaml", NODE).unwrap();
        assert_eq!((definition.entrypoint, definition.cmd), (None, Some(vec!["node".to_owned()])));
    }

    #[test]
    fn a_file_that_is_no_definition_says_what_it_lacks() {
        assert_eq!(
            Definition::read("node/debian-13/x.yaml", "a: 1").unwrap_err(),
            "it has no accounts"
        );
        assert!(Definition::read("node/info.yaml", NODE).is_err());
        assert!(Definition::read("node/debian-13/x.yaml", "{").is_err());
    }
}
