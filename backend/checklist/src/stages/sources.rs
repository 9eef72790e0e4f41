//! From which stages and images a stage takes files.

use std::collections::HashMap;

use super::{CopySource, Source, Stage};
use crate::dockerfile::{Instruction, Keyword};

/// Fills in `copies_from` of every stage. Unlike in `FROM`, names are found in any case, and
/// the last definition of a name counts wherever it stands.
pub(super) fn connect(stages: &mut [Stage<'_>], names: &HashMap<String, usize>) {
    let count = stages.len();
    for stage in stages {
        let sources = stage.steps.iter().flat_map(|it| {
            let lines = it.instruction.lines;
            let source = move |name: &str| CopySource { source: find(name, names, count), lines };
            source_names(it.instruction).into_iter().map(source)
        });
        stage.copies_from = sources.collect();
    }
}

fn source_names(instruction: &Instruction) -> Vec<&str> {
    match instruction.keyword {
        Keyword::Copy => instruction.flag("from").filter(|it| !it.is_empty()).into_iter().collect(),
        Keyword::Run => {
            let mounts = instruction.flags.iter().filter(|it| it.name == "mount");
            mounts.filter_map(|it| mount_source(it.value.as_deref()?)).collect()
        }
        Keyword::Add
        | Keyword::Arg
        | Keyword::Cmd
        | Keyword::Entrypoint
        | Keyword::Env
        | Keyword::Expose
        | Keyword::From
        | Keyword::Healthcheck
        | Keyword::Label
        | Keyword::Maintainer
        | Keyword::Onbuild
        | Keyword::Shell
        | Keyword::Stopsignal
        | Keyword::User
        | Keyword::Volume
        | Keyword::Workdir
        | Keyword::Unknown => Vec::new(),
    }
}

fn mount_source(mount: &str) -> Option<&str> {
    let fields = mount.split(',').filter_map(|it| it.trim().split_once('='));
    let mut from = fields.filter(|(name, _)| name.eq_ignore_ascii_case("from"));
    from.next().map(|(_, value)| value).filter(|it| !it.is_empty())
}

fn find(name: &str, names: &HashMap<String, usize>, count: usize) -> Source {
    if let Ok(index) = name.parse::<usize>() {
        let known = index < count;
        return if known { Source::Stage(index) } else { Source::Unknown(name.to_owned()) };
    }
    match names.get(&name.to_lowercase()) {
        Some(stage) => Source::Stage(*stage),
        None if name.contains('$') => Source::Unknown(name.to_owned()),
        None => Source::Image(name.to_owned()),
    }
}
