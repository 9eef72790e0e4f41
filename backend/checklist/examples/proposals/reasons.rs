//! Why files get no proposal: the first sentence that says what is left, counted.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use checklist::Proposal;

/// How many examples are written of each reason.
const MOST: usize = 100;

/// Reasons and how many texts have them first.
#[derive(Default)]
pub(crate) struct Reasons(BTreeMap<String, usize>);

impl Reasons {
    /// Counts a text without a proposal.
    pub(crate) fn add(&mut self, proposal: &Proposal) {
        let said = |it: &&checklist::Remark| {
            ["is left", "is not split", "stays as it is"]
                .iter()
                .any(|mark| it.sentence.contains(mark))
        };
        let first = proposal.left.iter().find(said).or(proposal.left.first());
        let sentence = first.map_or("nothing is said", |it| it.sentence.as_str());
        *self.0.entry(without_names(sentence)).or_default() += 1;
    }

    /// The reasons, the commonest first.
    pub(crate) fn table(&self) -> Result<String, std::fmt::Error> {
        let mut rows: Vec<(&String, &usize)> = self.0.iter().collect();
        rows.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let mut out = String::from("| texts | why nothing is proposed |\n|---|---|\n");
        for (why, count) in rows.into_iter().take(MOST) {
            writeln!(out, "| {count} | {why} |")?;
        }
        Ok(out)
    }
}

/// A sentence without the names of the file at hand.
fn without_names(sentence: &str) -> String {
    let parts = sentence.split('`').enumerate();
    let texts = parts.map(|(number, it)| if number % 2 == 1 { "…" } else { it });
    texts.collect::<String>().replace('|', "\\|")
}
