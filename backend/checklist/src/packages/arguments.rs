//! What stands on a package manager's command line: subcommand, options, operands.

use super::managers::{Manager, Notation};
use crate::shell::{Options, Word};

/// A command line that installs.
pub(super) struct Arguments<'w> {
    /// `install`, `module install`, `-Syu`.
    pub(super) subcommand: String,
    /// The words that say what is installed.
    pub(super) operands: Vec<&'w Word>,
}

/// Options that make pacman install: from the repositories, from files.
const SYNC: [&str; 2] = ["-S", "--sync"];
const FILES: [&str; 2] = ["-U", "--upgrade"];
const PACMAN_UPGRADES: [&str; 2] = ["-u", "--sysupgrade"];

/// Reads the words behind the program; none if they install nothing.
pub(super) fn read<'w>(manager: &Manager, words: &'w [Word]) -> Option<Arguments<'w>> {
    let mut reader =
        Reader { manager, subcommand: None, options: Vec::new(), operands: Vec::new() };
    reader.read(words);
    let Reader { subcommand, options, operands, .. } = reader;
    if options.iter().any(|it| manager.idle.contains(&it.name.as_str())) {
        return None;
    }
    if manager.notation == Notation::Pacman {
        return pacman(&options, operands);
    }
    let subcommand = subcommand?;
    if let Some((_, seconds)) = manager.pairs.iter().find(|it| it.0 == subcommand) {
        let (second, operands) = operands.split_first()?;
        let second = second.text.as_deref().filter(|it| seconds.contains(it))?;
        let subcommand = format!("{subcommand} {second}");
        return Some(Arguments { subcommand, operands: operands.to_vec() });
    }
    let replaced = usize::from(subcommand == "swap");
    let operands = operands.into_iter().skip(replaced).collect();
    let installs = manager.installs.contains(&subcommand);
    installs.then(|| Arguments { subcommand: subcommand.to_owned(), operands })
}

/// pacman's operation is an option in capitals; `-Sy` without a package only refreshes.
fn pacman<'w>(options: &[Given<'w>], operands: Vec<&'w Word>) -> Option<Arguments<'w>> {
    let given = |names: [&str; 2]| options.iter().find(|it| names.contains(&it.name.as_str()));
    let operation = given(SYNC).or_else(|| given(FILES))?;
    let changes = !operands.is_empty() || given(PACMAN_UPGRADES).is_some();
    changes.then(|| Arguments { subcommand: operation.written.to_owned(), operands })
}

/// An option: its name, and the word in which it stands.
struct Given<'w> {
    name: String,
    written: &'w str,
}

struct Reader<'w, 'm> {
    manager: &'m Manager,
    subcommand: Option<&'w str>,
    options: Vec<Given<'w>>,
    operands: Vec<&'w Word>,
}

impl<'w> Reader<'w, '_> {
    fn read(&mut self, words: &'w [Word]) {
        let (mut words, mut ended) = (words.iter(), false);
        while let Some(word) = words.next() {
            let text = written(word);
            if ended || !text.starts_with('-') || text == "-" {
                self.operand(word);
            } else if text == "--" {
                ended = true;
            } else if self.option(text) {
                words.next();
            }
        }
    }

    /// The first word that is no option is the subcommand. One that is not known is taken for
    /// options in a variable.
    fn operand(&mut self, word: &'w Word) {
        if self.subcommand.is_some() || self.manager.notation == Notation::Pacman {
            self.operands.push(word);
        } else {
            self.subcommand = word.text.as_deref();
        }
    }

    /// Notes an option; true if its value is the next word.
    fn option(&mut self, text: &'w str) -> bool {
        let before = self.subcommand.is_none();
        let other = self.manager.valued_before.filter(|_| before);
        let valued = other.unwrap_or(self.manager.valued);
        let options = Options::of(text, valued);
        if other.is_none() {
            self.options
                .extend(options.names.into_iter().map(|name| Given { name, written: text }));
        }
        options.takes_next
    }
}

/// A word without the quotes in which it begins, if it is not known.
fn written(word: &Word) -> &str {
    word.text.as_deref().unwrap_or_else(|| word.raw.trim_start_matches(['"', '\'']))
}
