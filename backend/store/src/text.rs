//! Text on its way into Postgres, which holds every character but NUL.

use std::borrow::Cow;

/// The text with each NUL shown as the sign for a character that could not be read.
pub(crate) fn storable(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// At most so many characters of a text, as Postgres can hold them.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    storable(text.trim()).chars().take(most).collect()
}

/// Each NUL shown so in every text inside a JSON value.
pub(crate) fn storable_json(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::String(text) => {
            if let Cow::Owned(clean) = storable(text) {
                *text = clean;
            }
        }
        serde_json::Value::Array(values) => values.iter_mut().for_each(storable_json),
        serde_json::Value::Object(fields) => fields.values_mut().for_each(storable_json),
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_becomes_a_sign_that_postgres_can_hold() {
        let mut value = serde_json::json!({ "message": ["a\0b", 1, null], "fix": "\\u0000" });
        storable_json(&mut value);
        assert_eq!(
            value,
            serde_json::json!({ "message": ["a\u{fffd}b", 1, null], "fix": "\\u0000" })
        );
    }
}
