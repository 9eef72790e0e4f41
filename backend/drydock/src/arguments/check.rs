//! The arguments of `drydock check`.

use std::path::PathBuf;

use checklist::Item;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

const EXAMPLES: &str = "\
Examples:
  drydock check .                                  every container file below this folder
  drydock check Dockerfile build/api.Dockerfile    files, whatever they are called
  cat Dockerfile | drydock check -                 standard input
  drydock check --item base-image --item ports .   two items of the eight
  drydock check --format github .                  annotations in a GitHub Actions job
  drydock check --format sarif . > drydock.sarif   for code scanning
  drydock check --write-baseline known.json .      accept what there is today …
  drydock check --baseline known.json .            … and fail only on what comes on top
  drydock check --catalog catalog.tar.gz .         with the catalogue of today

Exit status:
  0  nothing remains, or with a baseline: nothing new remains
  1  something remains
  2  the check could not run, or not all of what was named could be read";

/// Arguments of `check`.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct CheckArguments {
    /// Files, folders (searched for container files), or - for standard input.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// How the report is printed.
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    pub(crate) format: CheckFormat,
    /// Only this item is printed and counts; may be given several times [default: all eight].
    #[arg(long = "item", value_name = "SLUG", value_parser = item_parser())]
    pub(crate) items: Vec<Item>,
    /// The known findings: neither printed as errors nor a reason to fail.
    #[arg(long, value_name = "FILE", conflicts_with = "write_baseline")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write all findings of today as the known ones, and print nothing else.
    #[arg(long, value_name = "FILE")]
    pub(crate) write_baseline: Option<PathBuf>,
    /// An archive (.tar.gz) or a folder of the open catalogue's repository, in place of the
    /// built-in facts about hardened images.
    #[arg(long, value_name = "FILE")]
    pub(crate) catalog: Option<PathBuf>,
    /// The address of your dashboard's checklist page, which explains every reason code
    /// [default: the page is named without its address].
    #[arg(
        long,
        env = "DRYDOCK_CHECKLIST_URL",
        value_name = "URL",
        value_parser = checklist_address
    )]
    pub(crate) checklist_url: Option<String>,
    /// When the human report is coloured; `auto` asks the terminal and `NO_COLOR`.
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    pub(crate) color: Color,
    /// How many files are checked at once [default: one a processor].
    #[arg(long, value_name = "NUMBER")]
    pub(crate) jobs: Option<std::num::NonZeroUsize>,
}

/// How `check` prints its report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// Source excerpts, reasons and fixes.
    Human,
    /// One JSON document.
    Json,
    /// One SARIF 2.1.0 document, for code scanning.
    Sarif,
    /// Workflow commands of GitHub Actions: annotations on the lines.
    Github,
    /// A line of JSON a file: its instructions and their lines.
    Instructions,
}

/// When the human report is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// If standard output is a terminal and `NO_COLOR` is not set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

fn item_parser() -> impl TypedValueParser<Value = Item> {
    PossibleValuesParser::new(Item::ALL.map(Item::slug))
        .try_map(|slug| Item::from_slug(&slug).ok_or("no item has this name"))
}

/// An address without what would stand in the way of `#CODE` behind it.
fn checklist_address(text: &str) -> Result<String, &'static str> {
    let is_address = text.starts_with("http://") || text.starts_with("https://");
    let is_plain = text.chars().all(|it| it.is_ascii_graphic()) && !text.contains('#');
    if is_address && is_plain {
        Ok(text.trim_end_matches('/').to_owned())
    } else {
        Err("write the address of the page, https://HOST/checklist")
    }
}
