//! Owners of what is copied into what ships.
//!
//! Files of the application get the account that runs it as their owner, because whether it
//! writes to them is not to be seen: whoever only reads them notices nothing, whoever writes
//! to them as root today goes on doing so. What goes into the system's own folders is
//! programs and configuration, and stays with root.

use super::places::absolute;
use super::{Offer, Op, Step, View};
use crate::Item;
use crate::catalog::Variant;
use crate::dockerfile::Keyword;
use crate::stages::Step as Instruction;
use crate::subject::Ground;

/// Folders of the system.
const OF_THE_SYSTEM: [&str; 8] =
    ["/etc", "/usr/bin", "/usr/lib", "/usr/local", "/usr/share", "/bin", "/sbin", "/lib"];

/// Folders of applications within them, as their images suggest them.
const OF_THE_APPLICATION: [&str; 1] = ["/usr/local/app"];

/// Offers `--chown` for every copy of the shipped stage that has none.
pub(super) fn offer(view: &View<'_>) -> Offer {
    let steps = owner(view).map_or(Vec::new(), |owner| {
        let chain = view.subject.graph.chain();
        chain.iter().filter_map(|it| step(view, it, &owner)).collect()
    });
    let groups = if steps.is_empty() { Vec::new() } else { vec![steps] };
    Offer { groups, left: Vec::new() }
}

/// The account that runs what ships.
struct Owner {
    /// As the file or the image names it.
    text: String,
    /// In numbers, if they are known: a linked copy can look up no name.
    numbers: Option<String>,
}

fn owner(view: &View<'_>) -> Option<Owner> {
    let footing = view.subject.final_footing();
    let variant = footing.variant().filter(|_| footing.ground() == Ground::Runtime)?;
    let stage = view.subject.final_stage()?;
    let text = match &stage.user {
        Some(user) => user.value.known()?.to_owned(),
        None => variant.user.clone(),
    };
    let account = text.split(':').next().unwrap_or_default();
    let number = number(variant, account)?;
    let is_argument = stage.user.as_ref().is_some_and(|_| {
        let chain = view.subject.graph.chain();
        let step = chain.iter().rfind(|it| it.instruction.keyword == Keyword::User);
        step.is_some_and(|it| it.instruction.text.as_str().contains('$'))
    });
    let numbers = (!text.contains(':')).then(|| format!("{number}:{number}"));
    (number != 0 && !is_argument).then_some(Owner { text, numbers })
}

fn number(variant: &Variant, account: &str) -> Option<u32> {
    account.parse().ok().or_else(|| variant.users.get(account).copied())
}

fn may_be_archive(source: &str) -> bool {
    const ENDINGS: [&str; 5] = [".tar", ".tgz", ".gz", ".xz", ".bz2"];
    ENDINGS.iter().any(|it| source.contains(it)) || source.contains(['$', '*', '?'])
}

fn step(view: &View<'_>, step: &Instruction<'_>, owner: &Owner) -> Option<Step> {
    let it = step.instruction;
    let is_copy = matches!(it.keyword, Keyword::Copy | Keyword::Add) && !step.is_trigger;
    // An archive is unpacked with owners of its own, which stay.
    let unpacks =
        it.keyword == Keyword::Add && it.words().iter().any(|it| may_be_archive(&it.text));
    if !is_copy || unpacks || it.flag("chown").is_some() || it.error.is_some() {
        return None;
    }
    let to = view.subject.graph.scope(step).expand(&it.words().last()?.text);
    let to = to.known()?;
    let to = absolute(view, to);
    let is_in =
        |folders: &[&str]| folders.iter().any(|it| to == *it || to.starts_with(&format!("{it}/")));
    let is_java = to.starts_with("/opt/java");
    if is_java || (is_in(&OF_THE_SYSTEM) && !is_in(&OF_THE_APPLICATION)) {
        return None;
    }
    let text = if it.flag("link").is_some() { owner.numbers.as_ref()? } else { &owner.text };
    let (line, source) = view.document.line(it.lines.first)?;
    let at = source.find(|it: char| !it.is_whitespace())?;
    let end = at + source.get(at..)?.find(char::is_whitespace)?;
    let (before, after) = source.split_at_checked(end)?;
    let why = format!(
        "Files arrive owned by root, and {text} runs the container: with `--chown` it may write \
         to them too."
    );
    let ops = vec![Op::Replace(line, format!("{before} --chown={text}{after}"))];
    Some(Step { item: Item::NonRootUser, why, ops })
}
