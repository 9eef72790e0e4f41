//! What images do by themselves today, as far as it decides whether another image can take
//! their place without anybody noticing: what they start and in which directory.
//!
//! Read in the Dockerfiles of the official images and of Microsoft's and Google's, November
//! 2026. An image that is not listed is left alone.

use crate::footing::{BaseImage, Footing};
use crate::reference::{Standing, catalog_name, familiar_name};

/// An image's own entry point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    /// None, or one that starts its arguments as they are.
    StartsCommand,
    /// These words, before whatever the file says.
    Words(Vec<String>),
}

/// What an image does by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Today {
    entry: Entry,
    /// Its own command.
    pub(super) cmd: Vec<String>,
    /// Its working directory; none if that is not known.
    pub(super) workdir: Option<String>,
    /// The programs by which it is used, which its counterpart has too.
    pub(super) programs: &'static [&'static str],
}

/// Names, what starts, programs. Their entry points start their arguments, and they work in
/// the root directory, but for Go.
type Row = (&'static [&'static str], &'static [&'static str], &'static [&'static str]);

const KNOWN: [Row; 9] = [
    (&["node"], &["node"], &["node"]),
    (&["python"], &["python3"], &["python", "python3"]),
    (&["eclipse-temurin", "openjdk"], &[], &["java"]),
    (&["mcr.microsoft.com/dotnet/aspnet", "mcr.microsoft.com/dotnet/runtime"], &[], &["dotnet"]),
    (&["nginx"], &["nginx", "-g", "daemon off;"], &["nginx"]),
    (&["golang"], &["bash"], &["go"]),
    (&["alpine"], &["/bin/sh"], &["sh", "echo", "cat", "ls", "sleep", "tail", "env", "true"]),
    (&["debian"], &["bash"], &["bash", "echo", "cat", "ls", "sleep", "tail", "env", "true"]),
    (
        &[
            "gcr.io/distroless/static",
            "gcr.io/distroless/static-debian11",
            "gcr.io/distroless/static-debian12",
            "gcr.io/distroless/static-debian13",
            "cgr.dev/chainguard/static",
        ],
        &[],
        &[],
    ),
];

impl Today {
    /// What is known of the image under a stage.
    pub(super) fn of(footing: &Footing<'_>) -> Option<Self> {
        let Footing::Image(image) = footing else { return None };
        if let Some(variant) = footing.variant() {
            return Some(Self::of_hardened(variant, &image.short));
        }
        matches!(image.standing, Standing::Other).then(|| Self::of_foreign(image))?
    }

    fn of_foreign(image: &BaseImage<'_>) -> Option<Self> {
        let familiar = familiar_name(&image.reference);
        let name = catalog_name(&familiar);
        let (_, cmd, programs) = KNOWN.iter().find(|(names, ..)| names.contains(&name))?;
        let tag = image.reference.tag.as_deref().unwrap_or_default();
        // The variants without root start in the home of their account.
        let is_at_root = !tag.contains("nonroot") && name != "golang";
        Some(Self {
            entry: Entry::StartsCommand,
            cmd: cmd.iter().map(|it| (*it).to_owned()).collect(),
            workdir: is_at_root.then(|| "/".to_owned()),
            programs,
        })
    }

    fn of_hardened(variant: &crate::catalog::Variant, short: &str) -> Self {
        let name = short.split(':').next().unwrap_or_default().rsplit('/').next();
        let programs: &[&str] = match name.unwrap_or_default().trim_start_matches("dhi-") {
            "node" => &["node"],
            "python" => &["python", "python3"],
            "eclipse-temurin" => &["java"],
            "aspnetcore" | "dotnet" => &["dotnet"],
            "nginx" => &["nginx"],
            _ => &[],
        };
        let entry = match variant.entrypoint.is_empty() {
            true => Entry::StartsCommand,
            false => Entry::Words(variant.entrypoint.clone()),
        };
        Self { entry, cmd: variant.cmd.clone(), workdir: variant.workdir.clone(), programs }
    }

    /// Whether a command of the file is started as it is.
    pub(super) fn starts_command(&self) -> bool {
        self.entry == Entry::StartsCommand
    }

    /// The words that stand before a command of the file.
    pub(super) fn entry_words(&self) -> &[String] {
        match &self.entry {
            Entry::StartsCommand => &[],
            Entry::Words(words) => words,
        }
    }
}
