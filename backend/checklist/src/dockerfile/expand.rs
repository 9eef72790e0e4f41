//! Quotes, escapes and variables in the operands of an instruction, as BuildKit's own small
//! shell lexer reads them. Iterative: nesting in the input never nests calls.

mod frame;
mod pattern;
mod run;

use run::Run;

/// The value of a variable, and the variables that this value itself misses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Value {
    /// The text.
    pub text: String,
    /// What it misses.
    pub missing: Vec<String>,
}

/// How to read a text.
pub(crate) struct Lexer<'a> {
    /// The file's escape character.
    pub escape: char,
    /// Keep the quotes in the result.
    pub raw_quotes: bool,
    /// Keep the escape characters in the result.
    pub raw_escapes: bool,
    /// Keep `$NAME` as written where NAME has no value; otherwise it becomes nothing.
    pub keep_unset: bool,
    /// The value of a variable.
    pub value: &'a dyn Fn(&str) -> Option<Value>,
}

/// What the reading gave.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Lexed {
    /// The whole text.
    pub text: String,
    /// The text split at white space outside quotes, after variables are filled in.
    pub words: Vec<String>,
    /// Variables without a value for which nothing else stands in.
    pub missing: Vec<String>,
}

impl Lexer<'_> {
    /// A lexer that fills in values and removes quotes and escapes.
    pub(crate) fn new<'a>(escape: char, value: &'a dyn Fn(&str) -> Option<Value>) -> Lexer<'a> {
        Lexer { escape, raw_quotes: false, raw_escapes: false, keep_unset: false, value }
    }

    /// Reads a text to its end.
    pub(crate) fn read(&self, source: &str) -> Result<Lexed, String> {
        Run::new(self, source).read()
    }
}

#[cfg(test)]
mod tests {
    use super::{Lexer, Value};

    fn value(name: &str) -> Option<Value> {
        let value = match name {
            "A" => "abc.def.ghi",
            "E" => "",
            "L" => "x y",
            _ => return None,
        };
        Some(Value { text: value.to_owned(), missing: Vec::new() })
    }

    fn read(source: &str) -> String {
        Lexer::new('\\', &value).read(source).map_or_else(|it| it, |it| it.text)
    }

    #[test]
    fn quotes_and_escapes_stop_variables() {
        assert_eq!(read(r#"$A '$A' \$A "$A" "\$A""#), "abc.def.ghi $A $A abc.def.ghi $A");
    }

    #[test]
    fn defaults_stand_in() {
        assert_eq!(read("${X:-d}${E:-e}${E-n}${A:+s}${X+n}"), "des");
    }

    #[test]
    fn prefixes_and_suffixes_are_cut() {
        let cut = "${A#*.} ${A##*.} ${A%.*} ${A%%.*} ${A/def/X} ${A//./_}";
        assert_eq!(read(cut), "def.ghi ghi abc.def abc abc.X.ghi abc_def_ghi");
    }

    #[test]
    fn nested_defaults_are_read_from_the_inside() {
        assert_eq!(read("${X:-${Y:-${A}}}"), "abc.def.ghi");
    }

    #[test]
    fn a_value_with_blanks_gives_several_words() {
        let words = |it| Lexer::new('\\', &value).read(it).map(|it| it.words);
        assert_eq!(words("$L z"), Ok(vec!["x".to_owned(), "y".to_owned(), "z".to_owned()]));
        assert_eq!(words("\"$L\" z"), Ok(vec!["x y".to_owned(), "z".to_owned()]));
    }

    #[test]
    fn only_a_variable_that_counts_is_missing() {
        let missing = |it| Lexer::new('\\', &value).read(it).map(|it| it.missing);
        assert_eq!(missing("${A:-$X}${E:-$Y}$Z"), Ok(vec!["Y".to_owned(), "Z".to_owned()]));
    }

    #[test]
    fn what_cannot_be_read_is_an_error() {
        let errors = ["'a", "\"a", "${A", "${}", "${A:?x", "${X:?x}", "${A:iv}"];
        assert!(errors.iter().all(|it| Lexer::new('\\', &value).read(it).is_err()));
    }

    #[test]
    fn deep_nesting_is_no_deep_call() {
        let deep = format!("{}{}", "${X:-".repeat(100_000), "}".repeat(100_000));
        assert_eq!(read(&deep), "");
    }
}
