//! Every real Dockerfile of the corpus beside the repository gets its proposal, and every
//! proposal keeps what it promises. Skipped, aloud, where that folder is not there.

#[path = "shared/corpus.rs"]
#[expect(dead_code, reason = "only a part of it is needed here")]
mod corpus;
#[path = "shared/promises.rs"]
mod promises;

use checklist::{Catalog, Policy};
use corpus::shared;
use promises::{Tally, files, kept, patches_apply};

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
