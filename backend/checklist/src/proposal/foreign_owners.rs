//! Owners of what is copied where another image than a hardened one ships, and an account
//! other than root runs it.
//!
//! The account gets more by it and nobody less: it becomes the owner, and the group stays
//! root's, which platforms count on that choose a number of their own for the account. Offered
//! for all copies or none, and only where no command of another account follows that may ask
//! whose a file is, as git and npm do.

use super::places::below;
use super::ship::other_user_of;
use super::{Offer, Op, Step, View};
use crate::dockerfile::{Instruction, Keyword};
use crate::reasons::non_root_user::COPIED_AS_ROOT;
use crate::reference::{catalog_name, familiar_name};
use crate::shell::{self, Command};
use crate::stages::Step as Instructed;
use crate::subject::{Footing, Ground};
use crate::{Item, rules};

/// Programs that do the same whomever the files belong to.
const INDIFFERENT: [&str; 17] = [
    "addgroup", "adduser", "apk", "apt", "apt-get", "chgrp", "chmod", "chown", "echo", "groupadd",
    "ln", "ls", "mkdir", "rm", "set", "true", "useradd",
];

/// What makes a file more than its owner lets it be.
const PRIVILEGES: [&str; 5] = ["setcap", "+s", "chrome-sandbox", "sudo", "chmod 4"];

/// Folders in which an image keeps its own files: what goes there stays root's.
const OF_THE_SYSTEM: [&str; 13] = [
    "/bin", "/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/root", "/run", "/sbin", "/sys",
    "/usr", "/var/lib",
];

/// Folders of applications in there.
const OF_THE_APPLICATION: [&str; 2] = ["/usr/src/", "/usr/local/app"];

/// Offers `--chown` for every copy of the shipped stage that has none.
pub(super) fn offer(view: &View<'_>) -> Offer {
    let groups = steps(view).filter(|it| !it.is_empty()).into_iter().collect();
    Offer { groups, left: Vec::new() }
}

fn steps(view: &View<'_>) -> Option<Vec<Step>> {
    let subject = view.subject;
    let ground = subject.final_footing().ground();
    let outcome = rules::outcome(Item::NonRootUser, subject);
    let is_asked = !outcome.findings.is_empty()
        && outcome.findings.iter().all(|it| it.code == COPIED_AS_ROOT.code);
    let is_shared = other_user_of(view, &subject.graph.chain_stages()).is_some();
    let mut texts = view.file.instructions.iter().map(|it| it.text.as_str());
    let has_privileges = texts.any(|text| PRIVILEGES.iter().any(|mark| text.contains(mark)));
    let is_elsewhere = matches!(ground, Ground::Foreign | Ground::Scratch | Ground::Unknown);
    if !is_elsewhere || !is_asked || is_shared || has_privileges {
        return None;
    }
    let runner = runner(view)?;
    let is_known = runner.is_number() || runner.is_of_image;
    let mut walk =
        Walk { view, runner, is_known, user: None, folder: None, copies: false, steps: Vec::new() };
    for step in &subject.graph.chain() {
        walk.step(step)?;
    }
    Some(walk.steps)
}

/// A walk along what ships, instruction by instruction.
struct Walk<'v, 'f> {
    view: &'v View<'f>,
    runner: Runner,
    /// Whether the account can be named by now.
    is_known: bool,
    /// Who runs the commands by now.
    user: Option<String>,
    /// The working directory by now.
    folder: Option<String>,
    /// Whether something was copied.
    copies: bool,
    steps: Vec<Step>,
}

impl Walk<'_, '_> {
    /// One instruction; none where all is to be left.
    fn step(&mut self, step: &Instructed<'_>) -> Option<()> {
        let it = step.instruction;
        let scope = self.view.subject.graph.scope(step);
        match it.keyword {
            Keyword::User => self.user = it.words().first().map(|it| it.text.clone()),
            Keyword::Workdir => {
                let to = scope.expand(&it.words().first()?.text);
                self.folder = below(self.folder.take(), to.known()?);
            }
            Keyword::Run => self.run(&shell::commands(it, &scope))?,
            Keyword::Copy | Keyword::Add => {
                self.copies = true;
                if it.flag("chown").is_none() {
                    self.copy(step)?;
                }
            }
            Keyword::Onbuild => return None,
            _ => {}
        }
        Some(())
    }

    fn run(&mut self, commands: &[Command]) -> Option<()> {
        let is_runner = self.user.as_ref().is_some_and(|it| account_of(it) == self.runner.name);
        self.is_known = self.is_known || commands.iter().any(|it| makes(it, &self.runner.name));
        (!self.copies || is_runner || are_indifferent(commands)).then_some(())
    }

    fn copy(&mut self, step: &Instructed<'_>) -> Option<()> {
        let is_linked = step.instruction.flag("link").is_some();
        let can_be_named = self.is_known && (self.runner.is_number() || !is_linked);
        let folder = self.folder.as_deref();
        let given = given(self.view, step, folder, &self.runner.name)?;
        self.steps.push(given);
        (can_be_named && !step.is_trigger).then_some(())
    }
}

/// The account that runs what ships.
struct Runner {
    /// Its name or number.
    name: String,
    /// Whether the image of today has an account of that name.
    is_of_image: bool,
}

impl Runner {
    fn is_number(&self) -> bool {
        self.name.parse::<u32>().is_ok()
    }
}

fn runner(view: &View<'_>) -> Option<Runner> {
    let stage = view.subject.final_stage()?;
    let own = account_of_image(view.subject.final_footing());
    let Some(user) = &stage.user else {
        return own.map(|it| Runner { name: it.to_owned(), is_of_image: true });
    };
    let chain = view.subject.graph.chain();
    let written = chain.iter().rfind(|it| it.instruction.keyword == Keyword::User)?;
    let text = user.value.known().filter(|_| !written.instruction.text.as_str().contains('$'))?;
    let name = account_of(text).to_owned();
    let is_of_image = own == Some(name.as_str());
    let is_root = name == "root" || name.parse::<u32>() == Ok(0);
    (!is_root && !name.is_empty()).then_some(Runner { name, is_of_image })
}

/// An account other than root that an image surely has.
fn account_of_image(footing: &Footing<'_>) -> Option<&'static str> {
    let Footing::Image(image) = footing else { return None };
    let familiar = familiar_name(&image.reference);
    match catalog_name(&familiar) {
        "node" => Some("node"),
        name if name.starts_with("gcr.io/distroless/") => Some("nonroot"),
        _ => None,
    }
}

fn account_of(user: &str) -> &str {
    user.split(':').next().unwrap_or(user)
}

fn makes(command: &Command, name: &str) -> bool {
    let is_maker = matches!(command.program_name(), Some("adduser" | "useradd"));
    is_maker && command.words.iter().any(|it| it.text.as_deref() == Some(name))
}

fn are_indifferent(commands: &[Command]) -> bool {
    let mut names = commands.iter().map(Command::program_name);
    !commands.is_empty() && names.all(|it| it.is_some_and(|it| INDIFFERENT.contains(&it)))
}

/// The step that gives one copy to the account.
fn given(view: &View<'_>, step: &Instructed<'_>, folder: Option<&str>, name: &str) -> Option<Step> {
    let it = step.instruction;
    let scope = view.subject.graph.scope(step);
    let (to, sources) = it.words().split_last()?;
    let expanded = scope.expand(&to.text);
    let to = below(folder.map(str::to_owned), expanded.known()?)?;
    let clean = to.trim_end_matches('/');
    let is_in = |folder: &str| clean == folder || clean.starts_with(&format!("{folder}/"));
    let is_system = OF_THE_SYSTEM.iter().any(|it| is_in(it))
        && !OF_THE_APPLICATION.iter().any(|it| clean.starts_with(it));
    let is_archive = it.keyword == Keyword::Add && !sources.iter().all(|it| is_plain(&it.text));
    let is_tree = clean.is_empty() && !sources.iter().all(|it| is_file(view, &it.text));
    if it.error.is_some() || is_system || is_archive || is_tree || clean.contains("..") {
        return None;
    }
    let why = format!(
        "Files arrive owned by root, and {name} runs the container: with `--chown` it may write \
         to them too; the group stays root's."
    );
    let ops = vec![with_owner(view, it, name)?];
    Some(Step { item: Item::NonRootUser, why, ops })
}

fn with_owner(view: &View<'_>, it: &Instruction, name: &str) -> Option<Op> {
    let (line, source) = view.document.line(it.lines.first)?;
    let at = source.find(|it: char| !it.is_whitespace())?;
    let end = at + source.get(at..)?.find(char::is_whitespace)?;
    let (before, after) = source.split_at_checked(end)?;
    Some(Op::Replace(line, format!("{before} --chown={name}:0{after}")))
}

/// A source of `ADD` that is surely no archive: those are unpacked with owners of their own.
fn is_plain(source: &str) -> bool {
    let name = source.rsplit('/').next().unwrap_or(source);
    let ending = name.rsplit_once('.').map(|it| it.1);
    let is_text = ending.is_some_and(|it| {
        ["js", "json", "py", "sh", "conf", "cfg", "yml", "yaml", "txt", "xml", "jar", "toml"]
            .contains(&it)
    });
    is_text && !source.contains(['$', '*', '?', '['])
}

/// Whether a source is a file and no folder: it has an ending, or it is what starts.
fn is_file(view: &View<'_>, source: &str) -> bool {
    let name = source.rsplit('/').next().unwrap_or(source);
    let stage = view.subject.final_stage();
    let set = stage.and_then(|it| it.entrypoint.as_ref().or(it.cmd.as_ref()));
    let starts = set.and_then(|it| it.value.words.first());
    let is_start = starts.is_some_and(|it| it.strip_prefix('/') == Some(name));
    let is_odd = source.contains(['$', '*', '?', '[']) || source.contains("rootfs");
    !name.is_empty() && !is_odd && (is_plain(source) || is_start)
}
