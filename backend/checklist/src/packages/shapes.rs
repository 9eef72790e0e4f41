//! Installations in the shapes that people write them in, from the Dockerfile to the names.

use super::installation;
use crate::dockerfile;
use crate::shell::{commands, commands_by_scanner};
use crate::stages::{BuildOptions, StageGraph};

/// What the instructions behind `FROM` install: `title: names`, `line:` before it.
fn installed(instructions: &str) -> String {
    let source = format!("FROM a\n{instructions}\n");
    let file = dockerfile::read(source.as_bytes());
    let graph = StageGraph::of(&file, &BuildOptions::default());
    let mut shown = Vec::new();
    for step in graph.chain() {
        let (instruction, scope) = (step.instruction, graph.scope(&step));
        let commands = commands(instruction, &scope);
        assert_eq!(commands, commands_by_scanner(instruction, &scope), "{instructions}");
        for it in commands.iter().filter_map(installation) {
            let names: Vec<&str> = it.packages.iter().map(|it| it.name.as_str()).collect();
            shown.push(format!("{}: {}", it.title, names.join(" ")));
        }
    }
    shown.join(", ")
}

fn assert_curl(instructions: &[&str]) {
    for it in instructions {
        assert_eq!(installed(it), "apt-get install: curl", "{it}");
    }
}

#[test]
fn wherever_a_command_may_stand() {
    assert_curl(&[
        "RUN apt-get update && apt-get install -y curl",
        "RUN set -eux; \\\n  apt-get install curl; \\\n  rm -rf /x",
        "RUN a | apt-get install curl",
        "RUN a || apt-get install curl &",
        "RUN (cd /x; apt-get install curl)",
        "RUN { apt-get install curl; }",
        "RUN if ! apt-get install curl; then a; fi",
        "RUN if a; then b; elif c; then d; else apt-get install curl; fi",
        "RUN while a; do apt-get install curl; done",
        "RUN case x in a|b) apt-get install curl ;; *) c ;; esac",
        "RUN f() { apt-get install curl; }; f",
        "RUN X=$(apt-get install curl)",
        "RUN [ -z \"`apt-get install curl`\" ]",
        "RUN apt-get install curl >/dev/null 2>&1 </dev/null",
        "RUN apt-get install \\\n  # why\n\n  curl",
        "RUN <<E\napt-get install \\\n curl\nE",
        "RUN bash -e <<-E\n\tapt-get install curl\n\tE",
        "RUN cat <<E | sh\na\nE\nRUN apt-get install curl",
    ]);
}

#[test]
fn through_programs_that_run_it() {
    assert_curl(&[
        "RUN sudo -E DEBIAN_FRONTEND=x /usr/bin/apt-get install curl",
        "RUN DEBIAN_FRONTEND=x apt-get install curl",
        "RUN env -i A=b apt-get install curl",
        "RUN a | xargs -r apt-get install curl",
        "RUN eatmydata apt-get install curl",
        "RUN timeout 60 nice -n 3 apt-get install curl",
        "RUN chroot /mnt apt-get install curl",
        "RUN command apt-get install curl",
        "RUN exec apt-get install curl",
        "RUN nohup apt-get install curl",
        "RUN time apt-get install curl",
        "RUN gosu root apt-get install curl",
        "RUN su - x -c 'apt-get install curl'",
        "RUN bash -euxo pipefail -c \"apt-get install curl\"",
        "RUN sudo sh -c 'a && apt-get install curl'",
        "RUN eval 'apt-get install curl'",
        "RUN [\"apt-get\", \"install\", \"curl\"]",
        "RUN [\"/bin/bash\", \"-c\", \"apt-get install curl\"]",
        "RUN retry 3 apt-get install curl",
        "RUN again() { \"$@\" || \"$@\"; }; again apt-get install curl",
    ]);
}

#[test]
fn with_names_from_variables() {
    let cases = [
        ("ENV L=\"a b\"\nRUN apt-get install $L", "apt-get install: a b"),
        ("ARG L=\"a b\"\nRUN apt-get install ${L} c", "apt-get install: a b c"),
        ("ARG L\nRUN apt-get install ${L:-a b}", "apt-get install: a b"),
        ("RUN L='a b' && apt-get install $L", "apt-get install: a b"),
        ("RUN L=a; L=\"$L b\"; L+=' c'; apt-get install $L", "apt-get install: a b c"),
        ("RUN export P=a; apt-get install $P", "apt-get install: a"),
        ("RUN L=(a b); L+=(c); apt-get install \"${L[@]}\"", "apt-get install: a b c"),
        ("RUN set -- a b; apt-get install \"$@\"", "apt-get install: a b"),
        (
            "RUN for p in a b; do apt-get install \"lib$p-dev\"; done",
            "apt-get install: liba-dev libb-dev",
        ),
        ("RUN for p in a b; do L=\"$L $p\"; done; apk add c $L", "apk add: c"),
        ("ENV V=8\nRUN apt-get install php$V-cli a=$W b=$(c)", "apt-get install: php8-cli a b"),
        ("ENV M=apt-get\nRUN $M install a", "apt-get install: a"),
        ("ENV S=\"apk add a\"\nRUN sh -c \"$S\"", "apk add: a"),
    ];
    for (instructions, expected) in cases {
        assert_eq!(installed(instructions), expected, "{instructions}");
    }
}

#[test]
fn with_names_from_the_calls_of_a_function() {
    let cases = [
        ("RUN f() { apt-get install \"$@\"; }; f a b; f c", "apt-get install: a b c"),
        ("RUN f() { apt-get install \"$1-dev\"; }; f a; f b", "apt-get install: a-dev b-dev"),
        ("RUN function f { apt-get install $*; }; f a b", "apt-get install: a b"),
        ("RUN f() { apt-get install \"$@\"; }", "apt-get install: "),
    ];
    for (instructions, expected) in cases {
        assert_eq!(installed(instructions), expected, "{instructions}");
    }
}

#[test]
fn without_names_that_only_the_build_knows() {
    for run in
        ["$(cat packages.txt)", "`cat p`", "$LIST", "${LIST[@]}", "*$X*", "$A-$B", "-t \"$X\""]
    {
        let shown = installed(&format!("RUN apt-get install -y {run} curl"));
        assert_eq!(shown, "apt-get install: curl", "{run}");
    }
    assert_eq!(installed("RUN xargs apt-get install -y < packages.txt"), "apt-get install: ");
}

#[test]
fn but_not_where_the_words_are_only_text() {
    for run in [
        "echo apt-get install curl",
        "a # apt-get install curl",
        "cat <<E >/x\napt-get install curl\nE",
        "grep -q 'apt-get install curl' /x",
        "command -v apt-get install",
        "A='apt-get install curl'; b",
    ] {
        assert_eq!(installed(&format!("RUN {run}")), "", "{run}");
    }
}
