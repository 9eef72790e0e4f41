//! What becomes different in a stage that builds.

use crate::catalog::Family;
use crate::packages::installation;
use crate::rules::listed;
use crate::stages::Stage;
use crate::subject::Subject;
use crate::{LineRange, advice::Advised};

use super::{About, Remark};

/// A package manager that the advised image does not have.
pub(super) fn remarks(
    subject: &Subject<'_>,
    stage: &Stage<'_>,
    advised: &Advised<'_>,
) -> Vec<Remark> {
    let Some(family) = advised.hardened.family else { return Vec::new() };
    let installations = subject.commands(stage).iter().filter_map(installation);
    let others = installations.filter(|it| it.family != Some(family));
    let install = match family {
        Family::Alpine => "apk add",
        Family::Debian => "apt-get install",
    };
    let remark = |it: crate::packages::Installation| {
        let names: Vec<String> = it.packages.iter().map(|it| format!("`{}`", it.name)).collect();
        let names = if names.is_empty() { "Packages".to_owned() } else { listed(&names) };
        Remark {
            about: About::Packages,
            lines: Some(LineRange::one(it.line)),
            sentence: format!(
                "`{}` becomes `{install}` on `{}`; {names} may be called differently there.",
                it.title, advised.reference
            ),
        }
    };
    others.map(remark).collect()
}
