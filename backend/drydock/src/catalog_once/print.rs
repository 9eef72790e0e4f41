//! What `drydock catalog` says, in sentences.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use crawl::{Moves, Successor};
use names::OrgLogin;
use store::{KeptEdition, ReadFrom, RefreshStanding};

/// So many names of a kind are printed.
const NAMED: usize = 10;

/// Prints a paragraph.
pub(super) fn say(text: &str) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{text}")
}

/// What an edition is, and what it brings.
pub(super) fn edition(new: &Successor) -> String {
    let (images, tags, misread) = new.counts();
    let mut text = format!(
        "The catalogue of {}: {images} images with {tags} live tags ({}).",
        new.edition.day,
        new.version()
    );
    if misread > 0 {
        let files = counted(misread, "file");
        let _ = write!(text, "\n{files} could not be understood; what they say is left out.");
    }
    if let Some(brings) = &new.brings {
        for (what, names) in [
            ("New images", &brings.images_new),
            ("Images that are gone", &brings.images_gone),
            ("New tags", &brings.tags_new),
            ("Withdrawn tags", &brings.tags_withdrawn),
        ] {
            let _ = write!(text, "\n{what}: {}", listed(names));
        }
    }
    text
}

/// "12: a, b and 10 more".
fn listed(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(NAMED).map(String::as_str).collect();
    let shown = shown.join(", ");
    match (names.len(), names.len().saturating_sub(NAMED)) {
        (0, _) => "none".to_owned(),
        (count, 0) => format!("{count} ({shown})"),
        (count, more) => format!("{count} ({shown} and {more} more)"),
    }
}

/// What would move in one organization.
pub(super) fn moves(login: &OrgLogin, moves: &Moves) -> String {
    let total: u64 = moves.values().sum();
    let mut text = format!("{login}: {} would change.", counted(total, "verdict"));
    for ((item, before, after), count) in moves {
        let (item, before, after) = (item.title(), before.slug(), after.slug());
        let _ = write!(text, "\n  {count:>6}  {item}: {before} to {after}");
    }
    text
}

/// The present edition.
pub(super) fn kept(kept: &KeptEdition) -> String {
    let from = match kept.read_from {
        ReadFrom::Github => "from GitHub",
        ReadFrom::File => "from a file",
    };
    format!(
        "The catalogue of {}: {} images with {} live tags ({}), read {from}: {}.",
        kept.day, kept.images, kept.tags, kept.version, kept.source
    )
}

/// When the repository was looked at, and is next.
pub(super) fn looks(standing: &RefreshStanding, repository: &str) -> String {
    let minute = "%Y-%m-%d %H:%M UTC";
    let last = match standing.looked_at {
        Some(at) => format!("{repository} was last looked at on {}.", at.format(minute)),
        None => format!("{repository} was not looked at yet."),
    };
    let failed = standing.failure.as_ref().map(|it| format!(" The last attempt failed: {it}."));
    let next = match standing.looked_at.or(standing.tried_at) {
        Some(_) => format!(" The next look is due on {}.", standing.next_at.format(minute)),
        None => {
            " The first look comes with `drydock serve` or `drydock catalog refresh`.".to_owned()
        }
    };
    format!("{last}{}{next}", failed.unwrap_or_default())
}

/// "1 verdict", "12 verdicts".
pub(super) fn counted(count: impl TryInto<u64>, word: &str) -> String {
    match count.try_into().unwrap_or_default() {
        1 => format!("1 {word}"),
        count => format!("{count} {word}s"),
    }
}
