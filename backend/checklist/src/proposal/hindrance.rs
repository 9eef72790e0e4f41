//! What speaks against a runtime image under what ships.

use super::View;
use super::brought::is_there;
use super::certificates;
use super::places::{image_bound, is_of_the_image, lines_of, relative_step};
use super::target::Target;
use super::today::Today;
use crate::advice::About;
use crate::catalog::Family;
use crate::dockerfile::{Arguments, Instruction, Keyword};
use crate::reasons::ports as reasons;
use crate::rules::ports::own_port_of;
use crate::stages::Step;
use crate::{Item, LineRange, Verdict, rules};

/// What it is about, where it stands, and why, as the end of a sentence.
pub(super) type Hindrance = (About, LineRange, String);

/// The first thing that speaks against it.
pub(super) fn of(view: &View<'_>, today: &Today, target: &Target<'_>) -> Option<Hindrance> {
    let chain = view.subject.graph.chain();
    chain
        .iter()
        .find_map(|it| instruction(view, it, today, target))
        .or_else(|| cultures(view, target))
        .or_else(|| paths(view, today, target))
        .or_else(|| start(view, today, target))
        .or_else(|| port(view, target))
}

fn instruction(
    view: &View<'_>,
    step: &Step<'_>,
    today: &Today,
    target: &Target<'_>,
) -> Option<Hindrance> {
    let it = step.instruction;
    let found = |about, why: &str| Some((about, lines_of(it), why.to_owned()));
    match it.keyword {
        Keyword::Run if certificates::needless(view, step, target).is_some() => None,
        Keyword::Run => found(
            About::Shell,
            "RUN needs a shell, and a build stage is to be made by hand for it.",
        ),
        Keyword::Shell => found(About::Shell, "SHELL has no meaning without a shell."),
        Keyword::Volume => {
            found(About::User, "nothing gives the volume to the account of the hardened image.")
        }
        Keyword::Healthcheck => health_check(view, it, today),
        Keyword::Copy | Keyword::Add => copied(view, step).or_else(|| {
            Some((About::User, lines_of(it), image_bound(view.subject, step, target, &[])?))
        }),
        Keyword::Env => environment(it),
        Keyword::User => user(view, step, target),
        _ => Some((About::User, lines_of(it), image_bound(view.subject, step, target, &[])?)),
    }
}

fn user(view: &View<'_>, step: &Step<'_>, target: &Target<'_>) -> Option<Hindrance> {
    let it = step.instruction;
    let name = it.words().first()?.text.as_str();
    if matches!(name.split(':').next(), Some("root" | "0")) {
        let why = format!(
            "USER {name} asks for root, and a hardened image runs as {}.",
            target.variant.runner()
        );
        return Some((About::User, lines_of(it), why));
    }
    Some((About::User, lines_of(it), image_bound(view.subject, step, target, &[])?))
}

/// A health check that a shell runs, or a program that may not be there.
fn health_check(view: &View<'_>, it: &Instruction, today: &Today) -> Option<Hindrance> {
    let why = match &it.arguments {
        Arguments::NoHealthcheck | Arguments::Nothing => return None,
        Arguments::Exec(words) => {
            let program = words.first()?.text.as_str();
            if is_there(view, today, program) {
                return None;
            }
            format!("whether `{program}` of HEALTHCHECK is in the hardened image is not known.")
        }
        Arguments::Shell(_) | Arguments::Words(_) | Arguments::Pairs(_) | Arguments::Trigger(_) => {
            "HEALTHCHECK needs a shell.".to_owned()
        }
    };
    Some((About::Shell, lines_of(it), why))
}

/// Files that go where only root may look, or into the image's own libraries.
pub(super) fn copied(view: &View<'_>, step: &Step<'_>) -> Option<Hindrance> {
    let it = step.instruction;
    let to = view.subject.graph.scope(step).expand(&it.words().last()?.text).text;
    let libraries = ["/usr/lib", "/usr/local/lib", "/lib", "/usr/include", "/var/lib"];
    let is_library = libraries.iter().any(|it| to.starts_with(it)) || to.contains("site-packages");
    let why = if to.starts_with("/root") {
        format!("`{to}` is readable by root alone.")
    } else if is_library {
        format!("`{to}` belongs to the image's own software, which may lie elsewhere.")
    } else if to == "/" && it.words().len() == 2 && is_tree(&it.words().first()?.text) {
        "a whole file system is laid over the image.".to_owned()
    } else if to.starts_with("/etc/nginx/nginx.conf")
        || to.starts_with("/etc/nginx/templates")
        || to.starts_with("/docker-entrypoint")
    {
        format!("`{to}` depends on how the image of today starts.")
    } else {
        return None;
    };
    Some((About::EntryPoint, lines_of(it), why))
}

fn is_tree(source: &str) -> bool {
    source.ends_with('/')
        || source.contains("rootfs")
        || source.contains(".tar")
        || !source.contains('.')
}

/// Variables that point into the image of today.
pub(super) fn environment(it: &Instruction) -> Option<Hindrance> {
    let points = |text: &str| {
        let parts = text.trim_matches(['"', '\'']).split(':');
        let mut own = parts.filter(|it| is_of_the_image(it));
        own.find(|it| {
            it.contains("site-packages")
                || it.starts_with("/root")
                || (it.starts_with("/usr/lib") || it.starts_with("/usr/local/lib"))
        })
        .map(str::to_owned)
    };
    let pair = it.pairs().iter().find_map(|it| points(&it.value.as_ref()?.text))?;
    let why = format!("`{pair}` in ENV may lie elsewhere in the hardened image.");
    Some((About::EntryPoint, lines_of(it), why))
}

/// .NET on Alpine: the official images do without the data of cultures, and say so in a
/// variable that the hardened ones do not set.
fn cultures(view: &View<'_>, target: &Target<'_>) -> Option<Hindrance> {
    let is_net = matches!(target.name.as_str(), "aspnetcore" | "dotnet");
    (is_net && target.family == Family::Alpine).then(|| {
        let why = format!("whether `{}` has the data of cultures is not known.", target.reference);
        (About::EntryPoint, view.subject.final_from(), why)
    })
}

/// Relative paths where nothing says from where.
fn paths(view: &View<'_>, today: &Today, target: &Target<'_>) -> Option<Hindrance> {
    let stage = view.subject.final_stage()?;
    let chain = view.subject.graph.chain_stages();
    let root = chain.first()?;
    let now = target.variant.workdir.as_deref().unwrap_or("/");
    // The built-in facts know no directories: only images without one of their own are safe.
    let same = today.workdir.as_deref() == Some(now) && !has_unknown_workdir(target);
    if same {
        return None;
    }
    let why = format!(
        "no WORKDIR says where it works, and `{}` may start in another directory.",
        target.reference
    );
    if let Some(step) = relative_step(view.subject, root) {
        return Some((About::EntryPoint, step.instruction.lines, why));
    }
    stage.workdir.is_none().then_some((About::EntryPoint, stage.from.lines, why))
}

/// Images of which the built-in facts do not say that they work elsewhere than at the root.
fn has_unknown_workdir(target: &Target<'_>) -> bool {
    let at_root = [
        "static",
        "python",
        "nginx",
        "alpine-base",
        "debian-base",
        "eclipse-temurin",
        "aspnetcore",
    ];
    !at_root.contains(&target.name.as_str())
}

/// What starts: something that is there, and the same as today.
fn start(view: &View<'_>, today: &Today, target: &Target<'_>) -> Option<Hindrance> {
    let stage = view.subject.final_stage()?;
    let (entry, cmd) = (stage.entrypoint.as_ref(), stage.cmd.as_ref());
    let own: Vec<&String> = target.variant.entrypoint.iter().chain(&target.variant.cmd).collect();
    let lines = entry.or(cmd).map_or(stage.from.lines, |it| it.lines);
    let found = |why: String| Some((About::EntryPoint, lines, why));
    let words = match (entry, cmd) {
        (None, None) => {
            let today: Vec<&String> = today.entry_words().iter().chain(&today.cmd).collect();
            let name = |it: &&String| it.rsplit('/').next().map(str::to_owned);
            let is_same =
                today.first().map(name) == own.first().map(name) && today.get(1..) == own.get(1..);
            return if is_same {
                None
            } else {
                found(format!("`{}` starts something else by itself.", target.reference))
            };
        }
        (Some(entry), _) if !entry.value.words.is_empty() => &entry.value,
        (_, Some(cmd)) if today.starts_command() => &cmd.value,
        (Some(_), None) => return found("ENTRYPOINT is cleared and nothing starts.".to_owned()),
        (_, Some(_)) => {
            return (today.entry_words() != target.variant.entrypoint.as_slice()).then(|| {
                (
                    About::EntryPoint,
                    lines,
                    format!("`{}` passes CMD to another entry point.", target.reference),
                )
            });
        }
    };
    if words.instruction.is_shell_form() {
        return found(format!("{} needs a shell.", words.instruction.word));
    }
    let program = words.words.first()?;
    if is_there(view, today, program) {
        return None;
    }
    found(format!("whether `{program}` is in the hardened image is not known."))
}

/// Ports below 1025, unless the image itself moves to another.
fn port(view: &View<'_>, target: &Target<'_>) -> Option<Hindrance> {
    let outcome = rules::outcome(Item::Ports, view.subject);
    let low = outcome.findings.iter().find(|it| it.verdict > Verdict::Met)?;
    if moved_port(view, target).is_some() || low.code == reasons::OTHER_TARGET.code {
        return None;
    }
    let why = format!(
        "it may listen on a port below 1025, and {} can bind those only where the host allows it.",
        target.variant.runner()
    );
    Some((About::Ports, low.lines.unwrap_or_else(|| view.subject.final_from()), why))
}

/// The port to which the image moves what it serves, where it alone decides: nginx with its
/// own configuration.
pub(super) fn moved_port(view: &View<'_>, target: &Target<'_>) -> Option<u16> {
    let port = own_port_of(target.variant).filter(|it| *it > 1024 && target.name == "nginx")?;
    let chain = view.subject.graph.chain();
    let configures = chain.iter().any(|step| {
        let it = step.instruction;
        let copies = matches!(it.keyword, Keyword::Copy | Keyword::Add);
        copies && (it.text.as_str().contains("/etc/") || it.text.as_str().contains(".conf"))
    });
    let others = chain.iter().filter(|it| it.instruction.keyword == Keyword::Expose).any(|it| {
        !matches!(it.instruction.words(), [word] if matches!(word.text.as_str(), "80" | "80/tcp"))
    });
    (!configures && !others).then_some(port)
}
