//! Another image in a `FROM`: in the line itself, or in the default of the build argument
//! that it names.

use super::target::Target;
use super::{Op, Step, View};
use crate::Item;
use crate::dockerfile::{Instruction, Keyword};
use crate::stages::{Base, Stage};

/// The steps that give a stage another image; none if its `FROM` cannot be rewritten safely.
pub(super) fn steps(
    view: &View<'_>,
    stage: &Stage<'_>,
    target: &Target<'_>,
    why: &str,
) -> Option<Vec<Step>> {
    let Base::Image(image) = &stage.base else { return None };
    let raw = stage.from.raw.as_str();
    let digest = if image.contains('@') {
        " The digest belonged to the image of before: pin the new one if that is wanted."
    } else {
        ""
    };
    let why = format!("{why}{}{digest}", target.drift(image));
    if !raw.contains('$') {
        return Some(vec![in_line(view, stage, &target.reference, why)?]);
    }
    if let Some(name) = only_variable(raw) {
        return default_of(view, name, target, why).map(|it| vec![it]);
    }
    if let Some(written) = kept_version(view, raw, target) {
        return Some(vec![in_line(view, stage, &written, why)?]);
    }
    // A registry or a name in a variable is somebody's wish; a version that cannot be kept is
    // said.
    if raw.split_once(':').is_none_or(|(name, _)| name.contains('$')) {
        return None;
    }
    let why = format!(
        "{why} It is written out, because no tag of `dhi.io/{}` is made of the build arguments in \
         `{raw}` alone.",
        target.name
    );
    Some(vec![in_line(view, stage, &target.reference, why)?])
}

/// The `FROM` of a stage.
pub(super) fn from_of<'v>(view: &View<'v>, stage: &Stage<'_>) -> Option<&'v Instruction> {
    view.file.instructions.iter().find(|it| {
        it.keyword == Keyword::From && it.lines == stage.from.lines && it.error.is_none()
    })
}

/// Replaces the image in the line where it stands.
fn in_line(view: &View<'_>, stage: &Stage<'_>, written: &str, why: String) -> Option<Step> {
    let from = from_of(view, stage)?;
    let word = from.words().first()?;
    let (line, text) = view.document.line(word.line)?;
    let at = position(text, &word.text)?;
    let (before, rest) = text.split_at_checked(at)?;
    let after = rest.get(word.text.len()..)?;
    let ops = vec![Op::Replace(line, format!("{before}{written}{after}"))];
    Some(Step { item: Item::BaseImage, why, ops })
}

/// Where a whole word begins, if it stands there once.
fn position(text: &str, word: &str) -> Option<usize> {
    let is_edge = |it: Option<char>| it.is_none_or(char::is_whitespace);
    let mut found = text.match_indices(word).filter(|(at, _)| {
        let before = text.get(..*at).and_then(|it| it.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|it| it.chars().next());
        is_edge(before) && (is_edge(after) || after == Some('\\') || after == Some('`'))
    });
    let (at, _) = found.next()?;
    found.next().is_none().then_some(at)
}

/// The name in `$NAME` and `${NAME}` where nothing else stands.
fn only_variable(raw: &str) -> Option<&str> {
    let name = raw.strip_prefix('$')?;
    let name = match name.strip_prefix('{') {
        Some(inner) => inner.strip_suffix('}')?,
        None => name,
    };
    is_name(name).then_some(name)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
}

/// The global `ARG`s, those before the first `FROM`.
fn globals<'v>(view: &View<'v>) -> impl Iterator<Item = &'v Instruction> {
    view.file.instructions.iter().take_while(|it| it.keyword == Keyword::Arg)
}

/// Another default of a build argument that names the whole image. Whoever passes a value
/// still decides.
fn default_of(view: &View<'_>, name: &str, target: &Target<'_>, why: String) -> Option<Step> {
    let mut set = globals(view).filter(|it| it.pairs().iter().any(|it| it.name.text == name));
    let (arg, None) = (set.next()?, set.next()) else { return None };
    let [pair] = arg.pairs() else { return None };
    let value = pair.value.as_ref().filter(|it| !it.text.contains(['$', '"', '\'', '\\']))?;
    // Used once, or the other uses would get an image that was not chosen for them.
    let names = |it: &&Instruction| {
        let declares = it.pairs().iter().any(|it| it.name.text == name);
        declares && it.keyword == Keyword::Arg || uses(it.text.as_str(), name)
    };
    if view.file.instructions.iter().filter(names).count() != 2 {
        return None;
    }
    let (line, text) = view.document.line(value.line)?;
    let (before, after) = text.split_once(&format!("{name}={}", value.text))?;
    let ops = vec![Op::Replace(line, format!("{before}{name}={}{after}", target.reference))];
    Some(Step { item: Item::BaseImage, why, ops })
}

/// Whether a text holds a variable.
fn uses(text: &str, name: &str) -> bool {
    text.split('$').skip(1).any(|it| {
        let rest = it.strip_prefix('{').unwrap_or(it).strip_prefix(name);
        rest.is_some_and(|it| !it.starts_with(|it: char| it.is_ascii_alphanumeric() || it == '_'))
    })
}

/// A reference that still takes its version from the build argument: `dhi.io/node:${V}-dev`
/// for `node:${V}`, where the default of `V` leads to the target.
fn kept_version(view: &View<'_>, raw: &str, target: &Target<'_>) -> Option<String> {
    let (name, tag) = raw.split_once(':')?;
    if name.contains('$') || tag.matches('$').count() > 1 {
        return None;
    }
    let rest = tag.strip_prefix('$')?;
    let (variable, written) = match rest.strip_prefix('{') {
        Some(inner) => {
            let (variable, _) = inner.split_once('}')?;
            (variable, format!("${{{variable}}}"))
        }
        None => {
            let end = rest.find(|it: char| !it.is_ascii_alphanumeric() && it != '_');
            let variable = rest.get(..end.unwrap_or(rest.len()))?;
            (variable, format!("${{{variable}}}"))
        }
    };
    let value = default(view, variable)?;
    let is_version = !value.is_empty() && value.chars().all(|it| it.is_ascii_digit() || it == '.');
    let behind = target.tag.strip_prefix(&value)?;
    let is_whole = behind.is_empty() || behind.starts_with('-');
    let address = target.reference.strip_suffix(&target.tag)?;
    (is_name(variable) && is_version && is_whole).then(|| format!("{address}{written}{behind}"))
}

/// The default of a global `ARG` that is set once, and to a plain text.
fn default(view: &View<'_>, name: &str) -> Option<String> {
    let pairs = globals(view).flat_map(|it| it.pairs()).filter(|it| it.name.text == name);
    let mut values = pairs.filter_map(|it| it.value.as_ref());
    let (value, None) = (values.next()?, values.next()) else { return None };
    let text = value.text.trim_matches(['"', '\'']);
    (!text.contains(['$', '"', '\'', '\\'])).then(|| text.to_owned())
}
