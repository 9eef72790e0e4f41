//! Every real Dockerfile of the corpus beside the repository gets its proposal, and every
//! proposal keeps what it promises. Skipped, aloud, where that folder is not there.

#[path = "shared/corpus.rs"]
#[expect(dead_code, reason = "only a part of it is needed here")]
mod corpus;
#[path = "shared/promises.rs"]
mod promises;

use checklist::{Catalog, FileKind, Policy, SourceFile, propose};
use corpus::shared;
use promises::{Tally, files, kept, patches_apply};
use proptest::prelude::*;

#[test]
fn every_proposal_over_the_corpus_keeps_its_promises() {
    let Some(shared) = shared() else {
        println!("skipped: there is no corpus beside the repository");
        return;
    };
    let mut tally = Tally::default();
    let mut changed = Vec::new();
    for (text, uses) in files(&shared).unwrap() {
        let proposal = kept(&text, Catalog::built_in(), &Policy::default());
        tally.add(&proposal, uses);
        changed.extend(proposal.content.map(|it| (text, it)));
    }
    patches_apply(&changed).unwrap();
    println!("{tally}");
    assert!(changed.len() > 100);
}

/// Lines of which proposals are made.
fn source() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        "FROM (--platform=linux/amd64 )?(node:24(-alpine)?|golang:1.26|python:3.13|nginx:1|alpine|\\$B|node:\\$V|scratch|dhi.io/node:24-dev)( (AS|as) (a|b|build))?",
        "FROM (a|b|build)( AS c)?",
        "ARG (B=node:24|V=24|B|V=24-alpine)",
        "WORKDIR (/app|/srv/x|y|/|\\$V)",
        "COPY (--from=(a|b|0|1|build|busybox) )?(--link )?(\\.|x|/app|/etc/a) (\\.|/app|/x/|/etc/)",
        "RUN (npm ci|go build -o (a|/a)|pip install x|apk add --no-cache (ca-certificates|git ca-certificates)|apt-get update && \\\\\n  apt-get install -y \\\\\n  ca-certificates \\\\\n  git|mkdir /d|echo a > b)( && x| \\\\)?",
        "RUN <<EOF\nnpm ci\nEOF",
        "(CMD|ENTRYPOINT|HEALTHCHECK CMD) (node a.js|\\[\"node\", \"a.js\"\\]|exec a|a \\$B|nginx -g 'daemon off;'|\\[\"nginx\", \"-g\"\\])",
        "(USER (node|root|1001|\\$U|nobody)|EXPOSE (80|3000|\\$P)|VOLUME /d|SHELL \\[\"/bin/sh\", \"-c\"\\]|ENV (A=b|PATH=/v/bin:\\$PATH)|ONBUILD RUN x|LABEL a=b)",
        Just("# escape=`".to_owned()),
        Just(String::new()),
        "[ \t]*[a-zé#&\\\\]{0,8} ?\\\\?",
    ];
    let end = prop_oneof![Just(""), Just("\n"), Just("\r\n")];
    let break_ = prop_oneof![Just("\n"), Just("\r\n")];
    (prop::collection::vec(line, 0..14), break_, end)
        .prop_map(|(lines, break_, end)| lines.join(break_) + end)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

    #[test]
    fn every_proposal_on_anything_keeps_its_promises(text in source()) {
        kept(&text, Catalog::built_in(), &Policy::default());
    }

    #[test]
    fn any_bytes_are_taken(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let file = SourceFile { kind: FileKind::Dockerfile, bytes: &bytes };
        let _ = propose(&file, Catalog::built_in(), &Policy::default());
    }
}

#[test]
fn a_target_and_a_declared_prefix_are_heeded() {
    let policy = Policy {
        hardened_prefixes: vec!["registry.acme.example/h/".to_owned()],
        target: Some("web".to_owned()),
    };
    let text = "FROM registry.acme.example/h/node:24 AS web\nCOPY . /app\nCMD node /app/a.js\nFROM node:24 AS other\nRUN npm ci\n";
    let proposal = kept(text, Catalog::built_in(), &policy);
    let expected = text
        .replace("COPY . /app", "COPY --chown=node . /app")
        .replace("node /app/a.js", "[\"node\", \"/app/a.js\"]");
    assert_eq!(proposal.content, Some(expected));
}
