//! The arguments of `drydock catalog`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

const IMPORT_EXAMPLES: &str = "\
Examples:
  drydock catalog import catalog.tar.gz             the archive of the repository
                                                    docker-hardened-images/catalog, as
                                                    GitHub's \u{201c}Download\u{201d} gives it
  drydock catalog import --dry-run catalog.tar.gz   how many verdicts would change
  drydock catalog import ~/catalog                  a clone, or the unpacked archive
  cat catalog.tar.gz | drydock catalog import -     standard input

An archive holds on the day of its newest file, anything else on the present day.

Exit status:
  0  it is the catalogue now, or it was already
  1  it is not: it is older than the present one, broken, or only a piece";

/// What can be done with the catalogue.
#[derive(Debug, Subcommand)]
pub(crate) enum CatalogCommand {
    /// Look for a new edition on GitHub now, and score everything by it.
    Refresh,
    /// Take the catalogue from an archive or a folder, and score everything by it.
    ///
    /// For networks without GitHub. An older catalogue than the present one is refused, and
    /// so is one that has lost more than a day explains. Tags that were withdrawn stay known.
    Import(ImportArguments),
    /// Say which catalogue is in use and when it is looked at next.
    Show,
}

/// Arguments of `catalog import`.
#[derive(Debug, Args)]
#[command(after_long_help = IMPORT_EXAMPLES)]
pub(crate) struct ImportArguments {
    /// An archive (.tar.gz) or a folder of the catalogue's repository, or - for an archive
    /// on standard input.
    #[arg(value_name = "FILE|FOLDER|-")]
    pub(crate) source: PathBuf,
    /// Only say how many verdicts would change, for each organization and item.
    #[arg(long)]
    pub(crate) dry_run: bool,
}
