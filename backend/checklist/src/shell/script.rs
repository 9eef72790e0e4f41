//! What both shell readers give: a script as a flat list of what happens, in source order.

use super::tokens::{Token, Tokens};
use super::{brush, scanner};

/// More openers than any real body has (48); beyond, the recursive reader could exhaust the
/// stack.
const MOST_OPENERS: usize = 64;
/// Deeper than any real body nests; the recursive reader tries each level several times, so
/// that its time grows exponentially with the depth.
const DEEPEST: usize = 8;
/// The longest body that goes to the recursive reader, in bytes.
const LONGEST: usize = 65_536;

/// A word as written and the byte at which it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RawWord {
    pub raw: String,
    pub offset: usize,
}

/// The body of a heredoc and the byte at which it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Body {
    pub start: usize,
    pub end: usize,
}

/// One thing that a script does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    /// `NAME=value` that stays in force.
    Assignment { name: String, value: RawWord, append: bool },
    /// A name that takes a list of values: `for NAME in …` or `NAME=(…)`.
    List { name: String, values: Vec<RawWord>, append: bool },
    /// Where the body of a function begins.
    Function { name: String },
    /// A simple command. No words only if it is nothing but a heredoc.
    Command { words: Vec<RawWord>, heredoc: Option<Body> },
    /// A word that is no part of a command's words but may hold substitutions.
    Aside(RawWord),
}

impl Item {
    /// The variable that it sets.
    pub(super) fn set_name(&self) -> Option<&str> {
        match self {
            Self::Assignment { name, .. } | Self::List { name, .. } => Some(name),
            Self::Function { .. } | Self::Command { .. } | Self::Aside(_) => None,
        }
    }
}

/// What reads a script.
pub(super) type Reader = fn(&str) -> Vec<Item>;

/// Reads a script.
pub(super) fn read(text: &str) -> Vec<Item> {
    let openers = openers(text);
    // Without structure both readers find the same, and the scanner is several times faster.
    let is_flat = openers == text.matches("${").count() && !text.contains("\\\n");
    // The recursive reader panics at some heredocs that begin inside an expansion.
    let has_heredoc = text.contains("<<");
    let recursive = !is_flat
        && !has_heredoc
        && !has_subscript(text)
        && text.len() <= LONGEST
        && openers <= MOST_OPENERS
        && depth(text) <= DEEPEST
        && !names_large_descriptor(text);
    let read = if recursive { brush::read(text) } else { None };
    read.unwrap_or_else(|| scanner::read(text))
}

/// How deep groups, subshells and compound commands nest, at most.
fn depth(text: &str) -> usize {
    depth_of_commands(text).max(depth_of_brackets(text))
}

/// Those inside words too, such as `<(`, `${` and `a[`, and perhaps some that are only quoted.
fn depth_of_brackets(text: &str) -> usize {
    let (mut open, mut deepest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'{' | b'[' => open += 1,
            b')' | b'}' | b']' => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open);
    }
    deepest
}

fn depth_of_commands(text: &str) -> usize {
    let mut tokens = Tokens::new(text);
    let (mut parentheses, mut compounds, mut deepest) = (0_usize, 0_usize, 0);
    while let Some(token) = tokens.next_token() {
        match token {
            Token::Open => parentheses += 1,
            Token::Close => parentheses = parentheses.saturating_sub(1),
            Token::Word(word) => match word.raw.as_str() {
                "{" | "if" | "for" | "while" | "until" | "case" | "select" => compounds += 1,
                "}" | "fi" | "done" | "esac" => compounds = compounds.saturating_sub(1),
                _ => {}
            },
            Token::Redirect
            | Token::Heredoc { .. }
            | Token::Separator
            | Token::Pipe
            | Token::CaseEnd => {}
        }
        deepest = deepest.max(parentheses + compounds);
    }
    deepest
}

/// Whether a name stands before a bracket (`a[`, `${a[`): the recursive reader tries what
/// follows again and again, in a time that grows exponentially.
fn has_subscript(text: &str) -> bool {
    let mut pairs = text.bytes().zip(text.bytes().skip(1));
    pairs.any(|(before, it)| it == b'[' && (before.is_ascii_alphanumeric() || before == b'_'))
}

/// Whether a redirection names a descriptor too large for a number (`2147483648>x`), at which
/// the recursive reader panics. Its digits may stand on several lines.
fn names_large_descriptor(text: &str) -> bool {
    const DIGITS: usize = 10;
    let (mut digits, mut before) = (0, 0);
    text.bytes().any(|byte| {
        match (before, byte) {
            (b'\\', b'\n') | (_, b'\\') => {}
            (_, b'0'..=b'9') => digits += 1,
            (_, b'<' | b'>') if digits >= DIGITS => return true,
            _ => digits = 0,
        }
        before = byte;
        false
    })
}

/// How often something opens that may nest.
fn openers(text: &str) -> usize {
    let single = text.bytes().filter(|it| matches!(it, b'(' | b'{' | b'`' | b'!')).count();
    let is_word = |it: char| it.is_ascii_alphanumeric() || it == '_';
    let keywords =
        ["if", "elif", "for", "while", "until", "case", "select", "time", "coproc", "function"];
    let words = text.split(|it| !is_word(it)).filter(|it| keywords.contains(it)).count();
    let tests = if text.contains("[[") { text.matches(['&', '|']).count() } else { 0 };
    // `a[` and `$[`, not the program `[`.
    let pairs = text.bytes().zip(text.bytes().skip(1));
    let subscripts = pairs.filter(|(a, b)| *b == b'[' && !a.is_ascii_whitespace()).count();
    single + words + tests + subscripts
}

/// An assignment before a command holds for that command alone.
pub(super) fn values_only(item: Item) -> Vec<Item> {
    match item {
        Item::Assignment { value, .. } => vec![Item::Aside(value)],
        Item::List { values, .. } => values.into_iter().map(Item::Aside).collect(),
        Item::Command { .. } | Item::Aside(_) | Item::Function { .. } => vec![item],
    }
}

#[cfg(test)]
mod tests {
    use super::{Item, brush, openers, scanner};
    use crate::dockerfile::{self, Arguments};
    use crate::material::{Failure, Material, SKIPPED, Score};
    use proptest::prelude::*;

    /// The commands and the values, without what only one reader tells apart.
    fn essence(items: Vec<Item>) -> Vec<Item> {
        let counts = |it: &Item| match it {
            Item::Aside(_) => false,
            Item::Command { words, .. } => !words.is_empty(),
            Item::Assignment { .. } | Item::List { .. } | Item::Function { .. } => true,
        };
        items.into_iter().filter(counts).collect()
    }

    proptest! {
        #[test]
        fn both_readers_agree_where_there_is_no_structure(
            script in "([a-z='\"$#>&|; \\\\\n-]|[$][{]a[}]|&& |[|] |A=b ){0,24}"
        ) {
            prop_assume!(!script.contains("\\\n"));
            if let Some(brush) = brush::read(&script) {
                prop_assert_eq!(essence(brush), essence(scanner::read(&script)));
            }
        }
    }

    #[test]
    fn brackets_inside_words_count_as_depth() {
        assert_eq!(super::depth("a[\"a[\"b[r.c{z{d${n[i${d[s"), 9);
        assert_eq!(super::depth("((i=(r ((Y<((<((a((_<((b"), 13);
        assert_eq!(super::depth("(cd x && y); { z; }"), 1);
    }

    #[test]
    fn a_heredoc_inside_an_open_expansion_stops_no_reading() {
        let script = "a <<A >b $((c && d <<-e $(f)\nA\n\t;g=\"=\"h)); i $((j";
        assert!(super::read(script).iter().any(|it| matches!(it, Item::Command { .. })));
    }

    #[test]
    fn a_descriptor_that_is_no_number_stops_no_reading() {
        for script in
            ["a 66666666666>b", "a 66666\\\n666666>b", "66666666666<b c", "2147483648>a b"]
        {
            let read = super::read(script);
            assert!(read.iter().any(|it| matches!(it, Item::Command { .. })), "{script}: {read:?}");
        }
    }

    #[test]
    fn both_readers_find_the_same_commands() {
        let scripts = [
            "a && b || c; d & e | f |& g",
            "if a; then b; elif c; then d; else e; fi > x 2>&1",
            "for i in 1 2 \"3 4\"; do a $i; done; for j; do b; done; while a; do b; done",
            "case \"$a\" in x|y) b ;; (z) c; d ;; *) ;; esac; e",
            "f() { a; }; function g { b; }; f; (cd x && c) ; { d; }",
            "A=1 B=$(c) d; E=2; export F=3; G=(h i); J+=k; L+=(m)",
            "cat <<X >y && a\nb $c\nX\nd <<'Y' | e\nf\nY\n",
            "[[ a == b && -f c ]] && d; (( x = 1 + 2 )); e $((1 + (2))) `f g`",
            "a 'b \" c' \"d ' e $(f \"g\") ${h:-i j}\" k\\ l # m\nn",
            "! a; time b; c <<< d; e <(f) >(g); h 2>/dev/null >&2 &>x",
            "a\\\n b; [ -f x ] || { echo é; exit 1; }",
        ];
        for script in scripts {
            let brush = essence(brush::read(script).unwrap());
            assert_eq!(brush, essence(scanner::read(script)), "{script}");
        }
    }

    #[test]
    fn both_readers_find_the_same_commands_in_real_files() -> Result<(), Failure> {
        let Some(material) = Material::find() else {
            println!("{SKIPPED}");
            return Ok(());
        };
        let mut score = Score::default();
        for case in material.truth("parse")? {
            for instruction in dockerfile::read(&case.bytes).instructions {
                let Arguments::Shell(text) = &instruction.arguments else { continue };
                let text = crate::shell::with_heredocs(text, &instruction);
                if openers(text.as_str()) > super::MOST_OPENERS {
                    continue;
                }
                let Some(brush) = brush::read(text.as_str()) else { continue };
                let (brush, scanned) = (essence(brush), essence(scanner::read(text.as_str())));
                let differs = brush.iter().zip(&scanned).find(|(a, b)| a != b);
                match differs {
                    None if brush.len() == scanned.len() => score.total += 1,
                    None => score.fail(&case.id, format!("{} {}", brush.len(), scanned.len())),
                    Some((a, b)) => score.fail(&case.id, format!("{a:?} {b:?}")),
                }
            }
        }
        println!("{score}");
        assert_eq!(score.wrong, 0, "{score}");
        Ok(())
    }
}
