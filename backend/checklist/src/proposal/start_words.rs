//! The words of a start command in shell form that asks nothing of a shell.

/// What a shell does itself, so that no program of that name need exist.
const OF_THE_SHELL: [&str; 34] = [
    ".", ":", "[", "alias", "bg", "break", "cd", "case", "command", "continue", "declare", "do",
    "eval", "exec", "exit", "export", "fg", "for", "function", "getopts", "if", "local", "read",
    "readonly", "return", "set", "shift", "source", "time", "trap", "ulimit", "umask", "unset",
    "while",
];

/// Endings of files that a shell runs even if they do not say so in their first line.
const SCRIPTS: [&str; 3] = [".sh", ".bash", ".ash"];

/// Names that scripts have which may not say what runs them: a shell runs those too.
const SCRIPT_NAMES: [&str; 6] =
    ["docker-entrypoint", "entrypoint", "start", "startup", "bootstrap", "run"];

/// The words of a command line; none if it needs a shell, or may.
pub(super) fn literal_words(text: &str) -> Option<Vec<String>> {
    let mut words = split(text)?;
    if words.len() > 1 && words.first().is_some_and(|it| it == "exec") {
        words.remove(0);
    }
    let first = words.first()?;
    let is_option = first.starts_with('-');
    let name = first.rsplit('/').next().unwrap_or(first);
    // A shell by name stays one.
    let is_shell = ["sh", "bash", "ash", "dash", "zsh", "ksh"].contains(&name);
    let is_script = SCRIPTS.iter().any(|it| first.ends_with(it)) || SCRIPT_NAMES.contains(&name);
    let needs_shell = first.contains('=') || OF_THE_SHELL.contains(&first.as_str());
    (!is_option && !is_shell && !is_script && !needs_shell).then_some(words)
}

/// Cuts at blanks and removes quotes; none if any sign may mean something else.
fn split(text: &str) -> Option<Vec<String>> {
    const NEVER: &[char] = &['$', '`', '\\', '\n', '\r'];
    const BARE: &[char] =
        &['&', '|', ';', '<', '>', '(', ')', '*', '?', '[', ']', '{', '}', '~', '#', '!', '^', '%'];
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for sign in text.chars() {
        let is_blank = sign == ' ' || sign == '\t';
        let is_odd = !is_blank && (sign.is_control() || sign.is_whitespace());
        if NEVER.contains(&sign) || is_odd || (quote.is_none() && BARE.contains(&sign)) {
            return None;
        }
        match (quote, sign) {
            (Some(open), it) if it == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(sign);
                word.get_or_insert_default();
            }
            (None, _) if is_blank => words.extend(word.take()),
            (_, it) => word.get_or_insert_default().push(it),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

/// The JSON form of words.
pub(super) fn exec_form(words: &[String]) -> String {
    let quoted = |it: &String| format!("\"{}\"", it.replace('\\', "\\\\").replace('"', "\\\""));
    format!("[{}]", words.iter().map(quoted).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_command_line_is_its_words() {
        let words = |it| literal_words(it).map(|it| exec_form(&it)).unwrap_or_default();
        assert_eq!(words("node server.js"), r#"["node", "server.js"]"#);
        assert_eq!(words("exec java -jar '/a b.jar'"), r#"["java", "-jar", "/a b.jar"]"#);
        assert_eq!(words("app --say 'a \"b\"' --p=80"), r#"["app", "--say", "a \"b\"", "--p=80"]"#);
    }

    #[test]
    fn what_a_shell_may_be_needed_for_is_left() {
        for text in [
            "a && b",
            "a $B",
            "a \"$B\"",
            "a > b",
            "a *.js",
            "a {b,c}",
            "A=b c",
            "cd /x",
            "exec",
            "./start.sh",
            "a \\b",
            "a 'open",
            "a #b",
            "! a",
            "a [b]",
            "a ~",
            "",
            "-x",
            "set -e",
        ] {
            assert_eq!(literal_words(text), None, "{text}");
        }
    }
}
