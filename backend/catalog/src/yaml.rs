//! Looking into a YAML document without guessing types: a tag written `3.10` stays
//! the text `3.10`, where a YAML number would have become 3.1.
//!
//! The text may be hostile, so the document is built out of the parser's events and given
//! up where it is deeper or larger than any definition. Aliases are not followed: they
//! make a large value of a small text, and no definition needs one.

use saphyr_parser::{Event, Parser, ScalarStyle};

/// Values inside values; the deepest definition has 11.
const DEEPEST: usize = 32;
/// The most values of a document; the largest definition has 1,623.
const MOST_NODES: usize = 20_000;

/// A value as it is written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Node {
    /// Nothing, where a value could be.
    Nothing,
    /// A scalar.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// A mapping, its keys in the order of the text.
    Map(Vec<(Self, Self)>),
    /// An alias of another value.
    Alias,
}

/// A document and how many values it has.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) root: Node,
    pub(crate) nodes: usize,
}

/// Reads the first document of a text; why it cannot be read, in words.
pub(crate) fn document(text: &str) -> Result<Document, String> {
    let mut tree = Tree { open: Vec::new(), nodes: 0 };
    for event in Parser::new_from_str(text) {
        let (event, _) = event.map_err(|it| format!("it is no YAML: {it}"))?;
        if let Some(root) = tree.take(event)? {
            return Ok(Document { root, nodes: tree.nodes });
        }
    }
    Err("the file is empty".to_owned())
}

/// The values that are not closed yet, the outermost first.
struct Tree {
    open: Vec<Open>,
    nodes: usize,
}

enum Open {
    List(Vec<Node>),
    /// A mapping, and the key whose value comes next.
    Map(Vec<(Node, Node)>, Option<Node>),
}

impl Tree {
    /// Takes up an event; the whole document once it is closed.
    fn take(&mut self, event: Event<'_>) -> Result<Option<Node>, String> {
        let closed = match event {
            Event::SequenceStart(..) => return self.open(Open::List(Vec::new())),
            Event::MappingStart(..) => return self.open(Open::Map(Vec::new(), None)),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List(entries)) => Node::List(entries),
                Some(Open::Map(entries, _)) => Node::Map(entries),
                None => return Ok(None),
            },
            Event::Scalar(text, ScalarStyle::Plain, ..)
                if matches!(text.as_ref(), "" | "~" | "null") =>
            {
                Node::Nothing
            }
            Event::Scalar(text, ..) => Node::Text(text.into_owned()),
            Event::Alias(_) => Node::Alias,
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => return Ok(None),
        };
        self.count()?;
        Ok(self.put(closed))
    }

    fn open(&mut self, open: Open) -> Result<Option<Node>, String> {
        self.count()?;
        self.open.push(open);
        if self.open.len() > DEEPEST {
            return Err("it is nested more deeply than any definition".to_owned());
        }
        Ok(None)
    }

    fn count(&mut self) -> Result<(), String> {
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            return Err("it has more values than any definition".to_owned());
        }
        Ok(())
    }

    /// Puts a value where it belongs; gives it back if it is the document itself.
    fn put(&mut self, node: Node) -> Option<Node> {
        match self.open.last_mut() {
            None => return Some(node),
            Some(Open::List(entries)) => entries.push(node),
            Some(Open::Map(entries, key)) => match key.take() {
                None => *key = Some(node),
                Some(name) => entries.push((name, node)),
            },
        }
        None
    }
}

impl Node {
    /// The value under a name; none if nothing is written there.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        let found = self.entries().iter().find(|(key, _)| key.text() == Some(name));
        found.map(|(_, value)| value).filter(|it| **it != Self::Nothing)
    }

    /// A scalar as it is written.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Nothing | Self::List(_) | Self::Map(_) | Self::Alias => None,
        }
    }

    /// The keys and values of a mapping; none of anything else.
    pub(crate) fn entries(&self) -> &[(Self, Self)] {
        match self {
            Self::Map(entries) => entries,
            Self::Nothing | Self::Text(_) | Self::List(_) | Self::Alias => &[],
        }
    }

    /// The entries of a list; none of anything else.
    pub(crate) fn list(&self) -> &[Self] {
        match self {
            Self::List(entries) => entries,
            Self::Nothing | Self::Text(_) | Self::Map(_) | Self::Alias => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        document(text).map(|it| format!("{:?}", it.root)).unwrap_err()
    }

    #[test]
    fn a_scalar_is_kept_as_it_is_written() {
        let root = document("a: 3.10\nb: 'null'\nc:\nd: ~\n").unwrap().root;
        assert_eq!(root.get("a").and_then(Node::text), Some("3.10"));
        assert_eq!(root.get("b").and_then(Node::text), Some("null"));
        assert_eq!((root.get("c"), root.get("d"), root.get("e")), (None, None, None));
    }

    #[test]
    fn an_alias_is_not_followed() {
        let root = document("a: &x [1, 2]\nb: *x\n").unwrap().root;
        assert_eq!(root.get("b"), Some(&Node::Alias));
        let levels = (1..30).map(|it| {
            let before = it - 1;
            format!("a{it}: &a{it} [{}]\n", format!("*a{before},").repeat(9))
        });
        let bomb = format!("a0: &a0 [x]\n{}", levels.collect::<String>());
        assert!(document(&bomb).unwrap().nodes < 1_000);
    }

    #[test]
    fn a_hostile_text_is_given_up_soon() {
        let long = 200_000;
        for text in [
            "[".repeat(long),
            "{".repeat(long),
            "- ".repeat(long),
            "? ".repeat(long),
            "a: {".repeat(long),
            (0..600).map(|it| format!("{}a:\n", " ".repeat(it))).collect(),
        ] {
            // The parser itself gives brackets up after some.
            let refusal = refusal(&text);
            let is_soon = refusal.contains("deeply") || refusal.contains("recursion");
            assert!(is_soon, "{}: {refusal}", text.get(..20).unwrap());
        }
        for text in ["[a,".to_owned() + &"a,".repeat(long), "- a\n".repeat(long)] {
            assert!(refusal(&text).contains("more values"), "{}", text.get(..20).unwrap());
        }
        // These are read or refused; they must only not take long.
        for text in [
            "a".repeat(long),
            "\"".to_owned() + &"\\u0041".repeat(long / 6),
            "a".repeat(long) + ": 1",
            "# c\n".repeat(long),
            "---\n".repeat(long),
            "&a ".repeat(long),
            "!!a ".repeat(long),
            "%TAG ! a\n".repeat(long / 10),
            "\t".repeat(long),
            "a\n ".repeat(long),
            "| \n".repeat(long),
            "'".repeat(long),
            ": ".repeat(long),
            "]".repeat(long),
            "\u{feff}\0".repeat(long),
        ] {
            drop(document(&text));
        }
    }
}
