//! What was and what is, as people read it: only what differs, a line each.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::format::{exact, shown};

/// Something that changed, came or went.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// "target on"; empty where the whole of it is one thing.
    pub(super) what: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

/// What differs between before and after.
pub(super) fn changes(before: Option<&Value>, after: Option<&Value>) -> Vec<Change> {
    let (Some(old), Some(new)) = (fields(before), fields(after)) else {
        return vec![Change {
            what: String::new(),
            before: before.map(words),
            after: after.map(words),
        }];
    };
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let change = |name: &String| {
        let (old, new) = (old.get(name), new.get(name));
        let what = shown(&name.replace('_', " "));
        (old != new).then(|| Change { what, before: old.map(words), after: new.map(words) })
    };
    names.into_iter().filter_map(change).collect()
}

/// The fields of an object; nothing has none.
fn fields(value: Option<&Value>) -> Option<Map<String, Value>> {
    match value {
        None => Some(Map::new()),
        Some(Value::Object(fields)) => Some(fields.clone()),
        Some(_) => None,
    }
}

fn words(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(is) => if *is { "yes" } else { "no" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.is_empty() => "nothing".to_owned(),
        Value::String(text) => text.parse().map_or_else(|_| shown(text), exact),
        Value::Array(all) if all.is_empty() => "none".to_owned(),
        Value::Array(all) => all.iter().map(words).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            let field = |(name, it): (&String, &Value)| format!("{} {}", shown(name), words(it));
            fields.iter().map(field).collect::<Vec<_>>().join(", ")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(before: Option<Value>, after: Option<Value>) -> String {
        let told = changes(before.as_ref(), after.as_ref());
        let side = |it: Option<String>| it.unwrap_or_else(|| "-".to_owned());
        let line = |it: Change| format!("{}: {} > {}", it.what, side(it.before), side(it.after));
        told.into_iter().map(line).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn only_what_differs_is_told_in_words() {
        let before = json!({ "role": "viewer", "target_on": null, "same": 1 });
        let after = json!({ "role": "editor", "target_on": "2027-01-31", "same": 1 });
        assert_eq!(
            read(Some(before), Some(after)),
            "role: viewer > editor; target on: nothing > 2027-01-31"
        );
        assert_eq!(
            read(None, Some(json!({ "is": true, "of": ["a", 2] }))),
            "is: - > yes; of: - > a, 2"
        );
        assert_eq!(read(Some(json!([])), Some(json!(["a"]))), ": none > a");
        assert_eq!(read(None, None), "");
        let token = json!({ "expires_at": "2026-12-26T19:42:56.494559582Z" });
        assert_eq!(read(None, Some(token)), "expires at: - > 26 Dec 2026, 19:42 UTC");
        let rules = json!([{ "glob": "a", "team": "" }]);
        assert_eq!(read(Some(json!([])), Some(rules)), ": none > glob a, team nothing");
    }
}
