//! Whose a file is by `CODEOWNERS`, by GitHub's rules: the last line whose pattern fits
//! decides, also where it names nobody. A line that GitHub cannot read counts for nothing.

use checklist::PathGlob;

/// Its name.
pub(crate) const FILE: &str = "CODEOWNERS";
/// Where GitHub looks for the file, in this order; the first one counts.
pub(crate) const PLACES: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];
/// A larger file is not read by GitHub.
pub(crate) const SIZE_LIMIT: usize = 3_000_000;
/// Longer ones are no names on GitHub.
const LONGEST_OWNER: usize = 255;

/// What one `CODEOWNERS` says.
pub(crate) struct Owners {
    /// In the file's order: what is named, and the owner if there is one.
    lines: Vec<(PathGlob, Option<String>)>,
}

impl Owners {
    pub(crate) fn read(content: &[u8]) -> Self {
        let text = String::from_utf8_lossy(content);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        Self { lines: text.lines().filter_map(line).collect() }
    }

    /// The owner of a path: a team's name, `@user` or an address; none if it is nobody's.
    pub(crate) fn of(&self, path: &str) -> Option<&str> {
        let (_, owner) = self.lines.iter().rev().find(|(glob, _)| glob.matches(path))?;
        owner.as_deref()
    }
}

/// None for a comment, an empty line, and one that GitHub cannot read.
fn line(line: &str) -> Option<(PathGlob, Option<String>)> {
    let (pattern, rest) = split_pattern(line.trim())?;
    let owners: Vec<&str> = rest.split_whitespace().take_while(|it| !it.starts_with('#')).collect();
    if !owners.iter().all(|it| is_owner(it)) {
        return None;
    }
    Some((PathGlob::new(pattern).ok()?, first_owner(&owners)))
}

/// The pattern, which ends at the first space that is not escaped, and what follows.
fn split_pattern(line: &str) -> Option<(&str, &str)> {
    // A `#` cannot be escaped, says GitHub.
    if line.starts_with('#') || line.starts_with("\\#") {
        return None;
    }
    let mut is_escaped = false;
    let is_end = |it: char| {
        let is_end = it.is_whitespace() && !is_escaped;
        is_escaped = it == '\\' && !is_escaped;
        is_end
    };
    let end = line.find(is_end).unwrap_or(line.len());
    line.split_at_checked(end)
}

fn is_owner(text: &str) -> bool {
    let is_name = |it: &str| {
        !it.is_empty() && it.chars().all(|it| it.is_ascii_alphanumeric() || "-_.".contains(it))
    };
    let is_short = text.len() <= LONGEST_OWNER;
    match text.strip_prefix('@') {
        Some(name) => is_short && name.splitn(2, '/').all(is_name),
        None => {
            is_short
                && text.split_once('@').is_some_and(|(it, host)| !it.is_empty() && is_name(host))
        }
    }
}

/// A team before a person before an address.
fn first_owner(owners: &[&str]) -> Option<String> {
    let team = owners.iter().find_map(|it| it.strip_prefix('@')?.split_once('/'));
    let user = owners.iter().find(|it| it.starts_with('@'));
    match (team, user) {
        // GitHub does not tell cases apart.
        (Some((_, slug)), _) => Some(slug.to_ascii_lowercase()),
        (None, Some(user)) => Some(user.to_ascii_lowercase()),
        (None, None) => owners.first().map(|it| (*it).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(file: &str, path: &str) -> Option<String> {
        Owners::read(file.as_bytes()).of(path).map(str::to_owned)
    }

    /// The example of GitHub's documentation, in our words.
    const FILE: &str = "
# Everybody's, unless a later line says otherwise.
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/* docs@example.com
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octocat-logs
/apps/ @octocat
/apps/github
/apps/github/keep @keeper
";

    #[test]
    fn the_last_line_that_fits_decides() {
        for (path, expected) in [
            ("Dockerfile", Some("@global-owner1")),
            ("a/b/x.js", Some("@js-owner")),
            ("cmd/main.go", Some("docs@example.com")),
            ("notes.txt", Some("octocats")),
            ("build/logs/x", Some("@octocat-logs")),
            ("deeply/nested/logs/x", Some("@octocat-logs")),
            ("docs/a/b", Some("@doctocat")),
            ("x/apps/Dockerfile", Some("@octocat")),
            ("scripts/Dockerfile", Some("@doctocat")),
        ] {
            assert_eq!(owner(FILE, path).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn a_line_without_owners_makes_its_files_nobodys() {
        assert_eq!(owner(FILE, "apps/github/Dockerfile"), None);
        assert_eq!(owner(FILE, "apps/github/keep/Dockerfile").as_deref(), Some("@keeper"));
        assert_eq!(owner("* @a\n/x # nobody\n", "x/Dockerfile"), None);
    }

    #[test]
    fn a_team_comes_before_people_and_people_before_addresses() {
        assert_eq!(owner("* x@y.example @Ann @Acme/Web-Team", "f").as_deref(), Some("web-team"));
        assert_eq!(owner("* x@y.example @Ann", "f").as_deref(), Some("@ann"));
        assert_eq!(owner("* X@y.example", "f").as_deref(), Some("X@y.example"));
    }

    #[test]
    fn a_line_that_github_cannot_read_counts_for_nothing() {
        for bad in ["f user", "f @", "f @a/", "f @a/b/c", "!f @b", "[f] @b", "\\#f @b", "f @<b>"] {
            assert_eq!(owner(&format!("* @a\n{bad}\n"), "f").as_deref(), Some("@a"), "{bad}");
        }
    }

    #[test]
    fn a_space_in_a_pattern_is_escaped() {
        assert_eq!(owner("a\\ b/ @c", "a b/Dockerfile").as_deref(), Some("@c"));
        assert_eq!(owner("a b/ @c", "a b/Dockerfile"), None);
    }

    #[test]
    fn odd_bytes_marks_and_line_ends_are_read() {
        assert_eq!(owner("\u{feff}* @a\r\nx\t@b\r\n", "x").as_deref(), Some("@b"));
        assert_eq!(Owners::read(b"\xff\xfe @a\n* @b").of("f"), Some("@b"));
        assert_eq!(owner("", "f"), None);
    }
}
