//! The package that a word of a command line names, in the manager's notation.

use super::managers::Notation;
use crate::shell::Word;

/// What may stand behind the last dot of an rpm package's name.
const RPM_ARCHITECTURES: [&str; 12] = [
    "noarch", "x86_64", "i386", "i486", "i586", "i686", "aarch64", "armv7hl", "ppc64", "ppc64le",
    "s390x", "src",
];

/// What stands in no name: a variable, a template's mark, `{}` of `xargs -I`.
const NEVER_IN_A_NAME: [char; 7] = ['$', '`', '{', '}', '|', '"', '\''];

/// How many words braces may make of one.
const MOST_ALTERNATIVES: usize = 40;
/// How many braces such a word may have.
const MOST_BRACES: usize = 2;
/// The longest word of which braces make several, in bytes.
const LONGEST_WITH_BRACES: usize = 400;

/// The packages that a word names: usually one; none if the word removes a package, sets an
/// option or is not known.
pub(super) fn of(notation: Notation, subcommand: &str, word: &Word) -> Vec<String> {
    let (text, known) = match &word.text {
        Some(text) => (text.clone(), true),
        // The name may be literal where the version is not.
        None => (word.raw.replace(['"', '\''], ""), false),
    };
    if notation == Notation::Apt && subcommand == "satisfy" {
        return dependencies(&text);
    }
    let is_name = |it: &String| {
        !it.is_empty() && !it.contains(NEVER_IN_A_NAME) && (known || !it.contains(['(', ')']))
    };
    let written = if known { alternatives(text) } else { vec![text] };
    let names = written.iter().filter_map(|it| name(notation, subcommand, it));
    names.map(str::to_owned).filter(is_name).collect()
}

fn name<'t>(notation: Notation, subcommand: &str, text: &'t str) -> Option<&'t str> {
    match notation {
        Notation::Apt => apt(text),
        Notation::Apk => apk(text),
        Notation::Dnf => dnf(subcommand, text),
        Notation::Zypper => zypper(text),
        Notation::Pacman => Some(pacman(text)),
    }
}

/// `php-cli` and `php-gd` of `php-{cli,gd}`. The shell of images with dnf and zypper is bash,
/// which makes two words of it; no package has a brace in its name.
fn alternatives(text: String) -> Vec<String> {
    let (mut done, mut open) = (Vec::new(), vec![text]);
    while let Some(text) = open.pop() {
        let is_small =
            text.len() <= LONGEST_WITH_BRACES && text.matches('{').count() <= MOST_BRACES;
        let expands = is_small && done.len() + open.len() < MOST_ALTERNATIVES;
        match expands.then(|| braces(&text)).flatten() {
            Some(made) => open.extend(made.into_iter().rev()),
            None => done.push(text),
        }
    }
    done
}

/// The texts that the first braces with a comma and without braces inside stand for.
fn braces(text: &str) -> Option<Vec<String>> {
    let end = text.find('}')?;
    let (before, rest) = (text.get(..end)?, text.get(end + 1..)?);
    let (start, inside) = before.rsplit_once('{').filter(|(_, it)| it.contains(','))?;
    Some(inside.split(',').map(|it| format!("{start}{it}{rest}")).collect())
}

/// The last part of a path or an address.
fn file(path: &str) -> &str {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    path.trim_end_matches('/').rsplit('/').next().unwrap_or(path)
}

fn before<'t>(text: &'t str, ends: &[char]) -> &'t str {
    text.split(ends).next().unwrap_or(text)
}

/// `name`, `name=version`, `name/release`, `name:architecture`, `name+`; `name-` removes.
/// A digit alone is the value of `-q`.
fn apt(text: &str) -> Option<&str> {
    let is_path = ["/", "./", "../", "~/"].iter().any(|it| text.starts_with(it));
    let is_file = [".deb", ".dsc", ".changes"].iter().any(|it| text.ends_with(it));
    if text.contains('/') && (is_path || is_file || text.contains("://")) {
        return Some(file(text));
    }
    if matches!(text, "." | "..") || text.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    if is_file {
        return Some(text);
    }
    let is_plain = !text.contains(['=', '/']);
    if is_plain && text.ends_with(['-', '_']) {
        return None;
    }
    let marked = is_plain && text.ends_with('+') && !text.ends_with("++");
    let text = if marked { text.trim_end_matches('+') } else { text };
    Some(before(text, &['=', '/', ':']))
}

/// `a (>= 1), b | c` of `apt-get satisfy`.
fn dependencies(text: &str) -> Vec<String> {
    if text.starts_with("Conflicts") || text.contains(['$', '`']) {
        return Vec::new();
    }
    let names = text.split([',', '|']).map(|it| before(it.trim(), &[' ', '(', '[', ':']));
    names.filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

/// `name=1`, `name~=1`, `name<1`, `name@tag`; `!name` forbids, `.name` is virtual.
fn apk(text: &str) -> Option<&str> {
    if text.starts_with('!') {
        return None;
    }
    if text.contains('/') {
        return Some(file(text));
    }
    (!text.starts_with('.')).then(|| before(text, &['=', '<', '>', '~', '@']))
}

fn dnf<'t>(subcommand: &str, text: &'t str) -> Option<&'t str> {
    if subcommand.starts_with("gr") {
        return Some(text);
    }
    if subcommand.starts_with("module") {
        return Some(before(text, &[':', '/']));
    }
    Some(rpm(text))
}

/// `name`, `name.architecture`, `"name >= 1"`, `@group`, `@module:stream`, a file or an address.
fn rpm(text: &str) -> &str {
    if text.contains("://") || text.ends_with(".rpm") {
        return file(text);
    }
    if text.starts_with('(') {
        return text;
    }
    let name = before(text, &[' ', '<', '>', '=']);
    if name.starts_with('@') {
        return before(name, &[':']);
    }
    match name.rsplit_once('.') {
        Some((stem, architecture)) if RPM_ARCHITECTURES.contains(&architecture) => stem,
        Some(_) | None => name,
    }
}

/// As for dnf; `-name`, `!name` and `~name` remove, `+name` and `package:name` install.
fn zypper(text: &str) -> Option<&str> {
    if text.starts_with(['-', '!', '~']) {
        return None;
    }
    let text = text.strip_prefix('+').unwrap_or(text);
    Some(rpm(text.strip_prefix("package:").unwrap_or(text)))
}

/// `name`, `repository/name`, `name>=1`, a file or an address.
fn pacman(text: &str) -> &str {
    if text.contains("://") || text.contains(".pkg.tar") {
        return file(text);
    }
    let name = before(text, &['<', '>', '=']);
    name.rsplit('/').next().unwrap_or(name)
}
