//! Proposals with the whole catalogue, over every real Dockerfile beside the repository: what
//! the product offers. Skipped, aloud, where that folder is not there.

#[path = "../../checklist/tests/shared/corpus.rs"]
#[expect(dead_code, reason = "only a part of it is needed here")]
mod corpus;
#[path = "../../checklist/tests/shared/promises.rs"]
mod promises;

use std::fs::File;

use catalog::read_archive;
use checklist::{Catalog, Policy};
use promises::{Tally, files, kept, patches_apply};

const DAY: &str = "2026-08-22";

#[test]
fn every_proposal_with_the_whole_catalogue_keeps_its_promises() {
    let found = corpus::shared().filter(|it| it.join("dhi/definitions.tar.gz").is_file());
    let Some(shared) = found else {
        println!("skipped: there is no corpus and catalogue beside the repository");
        return;
    };
    let archive = File::open(shared.join("dhi/definitions.tar.gz")).unwrap();
    let images = read_archive(archive).unwrap().edition(DAY).unwrap().hardened();
    let catalog = Catalog::built_in().with_hardened("test", DAY, images);
    let mut tally = Tally::default();
    let mut changed = Vec::new();
    for (text, uses) in files(&shared).unwrap() {
        let proposal = kept(&text, &catalog, &Policy::default());
        tally.add(&proposal, uses);
        changed.extend(proposal.content.map(|it| (text, it)));
    }
    patches_apply(&changed).unwrap();
    println!("{tally}");
}
