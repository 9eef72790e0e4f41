//! Which programs are there to start what ships: those of the hardened image, and those that
//! the file copies in.

use super::View;
use super::places::{absolute, is_of_the_image};
use super::today::Today;
use crate::dockerfile::Keyword;
use crate::stages::Step;

/// Whether a program is in the hardened image: one of its own, or one that the file brings.
pub(super) fn is_there(view: &View<'_>, today: &Today, program: &str) -> bool {
    if today.programs.contains(&program) {
        return true;
    }
    // A program of .NET looks for its runtime where the image of today has it.
    if today.programs.contains(&"dotnet") {
        return false;
    }
    let stage = view.subject.final_stage();
    let workdir = stage.and_then(|it| it.workdir.as_ref()).map_or("", |it| it.value.text.as_str());
    let path = match program.strip_prefix("./") {
        Some(rest) => format!("{}/{rest}", workdir.trim_end_matches('/')),
        None => program.to_owned(),
    };
    let is_script = [".sh", ".bash"].iter().any(|it| program.ends_with(it));
    if is_script {
        return false;
    }
    if !path.contains('/') {
        return is_of_environment(view, &path);
    }
    path.starts_with('/') && view.subject.graph.chain().iter().any(|step| brings(view, step, &path))
}

/// Whether a program of Python comes with an environment that is copied whole and stands first
/// on the search path.
fn is_of_environment(view: &View<'_>, program: &str) -> bool {
    const OF_PYTHON: [&str; 8] =
        ["uvicorn", "gunicorn", "flask", "celery", "fastapi", "hypercorn", "daphne", "streamlit"];
    let Some(stage) = view.subject.final_stage() else { return false };
    let environment = view.subject.graph.env(stage.index);
    let path = environment.iter().find(|(name, _)| name == "PATH").map(|(_, it)| &it.value.text);
    let folder = path.and_then(|it| it.split(':').next()).and_then(|it| it.strip_suffix("/bin"));
    let Some(folder) = folder.filter(|_| OF_PYTHON.contains(&program)) else { return false };
    view.subject.graph.chain().iter().any(|step| {
        let is_copy = step.instruction.keyword == Keyword::Copy;
        let to = step.instruction.words().last().map(|it| it.text.trim_end_matches('/'));
        is_copy
            && to.is_some_and(|to| {
                !is_shared(to) && (to == folder || folder.starts_with(&format!("{to}/")))
            })
    })
}

/// Whether a copy brings a file to a path.
fn brings(view: &View<'_>, step: &Step<'_>, path: &str) -> bool {
    let it = step.instruction;
    let Some((to, sources)) = it.words().split_last() else { return false };
    if !matches!(it.keyword, Keyword::Copy | Keyword::Add)
        || it.is_exec_form() && sources.is_empty()
    {
        return false;
    }
    let scope = view.subject.graph.scope(step);
    let expanded = scope.expand(&to.text).text;
    let to = absolute(view, &expanded);
    let folder = path.rsplit_once('/').map_or("", |it| it.0);
    let name = path.rsplit('/').next().unwrap_or(path);
    let base =
        |it: &str| it.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    let is_named = sources.iter().any(|it| base(&scope.expand(&it.text).text) == name);
    let to = to.trim_end_matches('/');
    let is_tree = !to.is_empty() && !is_shared(to) && path.starts_with(&format!("{to}/"));
    to == path || is_tree || (to == folder && is_named)
}

fn is_shared(folder: &str) -> bool {
    is_of_the_image(folder)
        && folder.matches('/').count() < 4
        && !folder.starts_with("/opt/")
        && !folder.starts_with("/home/")
}
