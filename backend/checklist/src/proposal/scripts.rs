//! The commands of npm, Yarn and pnpm that leave what they make in the project they are run
//! in: packages in `node_modules`, what a script for building makes beside them.

/// What npm and the like run of a package's own scripts.
const SCRIPTS: [&str; 6] = ["build", "compile", "generate", "bundle", "postinstall", "production"];

/// Programs of packages that write into the project they are run in.
const TOOLS: [&str; 9] =
    ["tsc", "next", "vite", "ng", "nest", "webpack", "rollup", "esbuild", "nuxt"];

fn runs_script(name: &str) -> bool {
    SCRIPTS.iter().any(|it| name.starts_with(it))
}

/// Whether a command of npm stays in the project.
pub(super) fn npm(arguments: &[&str]) -> bool {
    let stays = !arguments.iter().any(|it| it.starts_with("--prefix") || *it == "-C");
    let mut operands = arguments.iter().filter(|it| !it.starts_with('-'));
    let subcommand = operands.next().copied().unwrap_or_default();
    let next = operands.next().copied().unwrap_or_default();
    stays
        && match subcommand {
            "ci" | "clean-install" | "install" | "i" | "prune" | "cache" | "rebuild" | "audit"
            | "config" | "set" | "dedupe" => true,
            "run" | "run-script" => runs_script(next),
            _ => false,
        }
}

/// Whether a command of the first Yarn stays in the project.
pub(super) fn yarn(arguments: &[&str]) -> bool {
    const ELSEWHERE: [&str; 4] = ["--immutable", "global", "--cwd", "workspaces"];
    let stays = !arguments.iter().any(|it| ELSEWHERE.contains(it));
    let mut operands = arguments.iter().filter(|it| !it.starts_with('-'));
    stays
        && match operands.next().copied() {
            None | Some("install" | "cache" | "config") => true,
            Some("run") => operands.next().is_some_and(|it| runs_script(it)),
            Some(script) => runs_script(script),
        }
}

/// Whether a command of pnpm stays in the project.
pub(super) fn pnpm(arguments: &[&str]) -> bool {
    let stays = !arguments.iter().any(|it| matches!(*it, "-C" | "--dir" | "-g" | "--global"));
    let mut operands = arguments.iter().filter(|it| !it.starts_with('-'));
    stays
        && match operands.next().copied() {
            Some("install" | "i" | "prune" | "fetch" | "rebuild") => true,
            Some("run") => operands.next().is_some_and(|it| runs_script(it)),
            Some(script) => runs_script(script),
            None => false,
        }
}

/// Whether npx runs a tool that writes into the project alone.
pub(super) fn npx(arguments: &[&str]) -> bool {
    let tool = arguments.iter().find(|it| !it.starts_with('-'));
    tool.is_some_and(|it| TOOLS.contains(it))
}
