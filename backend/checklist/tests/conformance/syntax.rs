//! Instructions, lines, flags, heredocs, and what is refused.

#![expect(clippy::indexing_slicing, reason = "a JSON value gives null for a missing field")]

use checklist::dockerfile::{self, Arguments, Instruction, Reach};
use serde_json::{Value, json};

use crate::material::{Case, text, texts};

/// What differs from BuildKit's reading.
pub(crate) fn difference(case: &Case) -> Option<Result<(), String>> {
    Some(compare(case))
}

fn compare(case: &Case) -> Result<(), String> {
    let file = dockerfile::read(&case.bytes);
    let accepted = case.expected["ok"] == true;
    if file.is_rejected() == accepted {
        return Err(format!("{} but {:?}", case.expected["error"], file.diagnostics));
    }
    if !accepted {
        return Ok(());
    }
    let valid = case.expected["valid"] == true;
    let refused = file.diagnostics.iter().any(|it| it.reach == Reach::Instruction);
    if refused == valid {
        return Err(format!("{} but {:?}", case.expected["why"], file.diagnostics));
    }
    let listed = case.expected["instructions"].as_array().into_iter().flatten();
    let expected: Vec<Value> = listed.map(row).collect();
    let actual: Vec<Value> = file.instructions.iter().map(read_row).collect();
    for (expected, actual) in expected.iter().zip(&actual) {
        if expected != actual {
            return Err(format!("expected {expected} but read {actual}"));
        }
    }
    let escape = text(&case.expected, "escape");
    if expected.len() != actual.len() || escape != file.escape.to_string() {
        return Err(format!("{} instructions, escape {}", actual.len(), file.escape));
    }
    Ok(())
}

fn row(it: &Value) -> Value {
    json!({
        "cmd": it["cmd"], "start": it["start"], "end": it["end"],
        "json": it["json"] == true, "sub": text(it, "sub"), "flags": texts(it, "flags"),
        "heredocs": it["heredocs"].as_array().cloned().unwrap_or_default(),
    })
}

fn read_row(it: &Instruction) -> Value {
    let flag = |it: &dockerfile::Flag| match &it.value {
        Some(value) => format!("--{}={value}", it.name),
        None => format!("--{}", it.name),
    };
    let heredoc = |it: &dockerfile::Heredoc| json!({ "name": it.name, "expand": it.expand, "chomp": it.chomp, "lines": it.line_count });
    // Flags and form of an `ONBUILD` are those of its trigger.
    let (sub, said) = match &it.arguments {
        Arguments::Trigger(trigger) => (trigger.word.as_str(), trigger.as_ref()),
        _ => ("", it),
    };
    json!({
        "cmd": it.word, "start": it.lines.first, "end": it.lines.last,
        "json": said.is_exec_form(), "sub": sub,
        "flags": said.flags.iter().map(flag).collect::<Vec<_>>(),
        "heredocs": it.heredocs.iter().map(heredoc).collect::<Vec<_>>(),
    })
}
