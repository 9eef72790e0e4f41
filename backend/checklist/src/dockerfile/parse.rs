//! A logical line to a typed instruction.

use crate::LineRange;
use crate::dockerfile::instruction::{Arguments, Instruction, Keyword, Pair};
use crate::dockerfile::json::{self, Json};
use crate::dockerfile::text::{MappedText, Piece};
use crate::dockerfile::{flags, validate, words};

/// Reads an instruction. The second value says why the line parser refuses the whole file.
pub(super) fn instruction(
    line: &MappedText,
    lines: LineRange,
    escape: char,
) -> (Instruction, Option<String>) {
    let mut instruction = shell_of(line, lines);
    let mut refusal = None;
    if instruction.keyword == Keyword::Onbuild && !instruction.text.is_empty() {
        let mut trigger = shell_of(&instruction.text, lines);
        refusal = fill(&mut trigger, escape).err();
        trigger.error = refusal.clone().or_else(|| validate::error_of(&trigger));
        instruction.arguments = Arguments::Trigger(Box::new(trigger));
    } else if let Err(reason) = fill(&mut instruction, escape) {
        refusal = Some(reason);
    }
    instruction.error = refusal.clone().or_else(|| validate::error_of(&instruction));
    (instruction, refusal)
}

/// Keyword, flags and text; the arguments are still to be read.
fn shell_of(line: &MappedText, lines: LineRange) -> Instruction {
    let line = line.trimmed();
    let source = line.as_str();
    let word_end = source.find(words::is_separator).unwrap_or(source.len());
    let word = source.get(..word_end).unwrap_or_default();
    let rest = line.slice(word_end, source.len()).trimmed();
    let (flags, at) = flags::read(&rest);
    let text = rest.slice(at, rest.as_str().len()).trimmed();
    Instruction {
        keyword: Keyword::of(word),
        word: word.to_uppercase(),
        lines,
        flags,
        arguments: Arguments::Nothing,
        text,
        heredocs: Vec::new(),
        error: None,
    }
}

/// Reads the arguments. An error is one at which the line parser gives up.
fn fill(instruction: &mut Instruction, escape: char) -> Result<(), String> {
    let text = &instruction.text;
    if text.is_empty() {
        return Ok(());
    }
    instruction.arguments = match instruction.keyword {
        Keyword::Run | Keyword::Cmd | Keyword::Entrypoint | Keyword::Shell => command(text)?,
        Keyword::Add | Keyword::Copy | Keyword::Volume => {
            json_or(text, |text| Arguments::Words(words::at_blanks(text)))?
        }
        Keyword::From | Keyword::Expose => Arguments::Words(words::at_blanks(text)),
        Keyword::User | Keyword::Workdir | Keyword::Stopsignal | Keyword::Maintainer => {
            Arguments::Words(vec![text.piece(0, text.as_str().len())])
        }
        Keyword::Arg => Arguments::Pairs(arg_pairs(text, escape)),
        Keyword::Env | Keyword::Label => Arguments::Pairs(pairs(instruction, escape)?),
        Keyword::Healthcheck => healthcheck(text)?,
        Keyword::Onbuild | Keyword::Unknown => Arguments::Nothing,
    };
    Ok(())
}

fn command(text: &MappedText) -> Result<Arguments, String> {
    json_or(text, |text| Arguments::Shell(text.clone()))
}

fn json_or(
    text: &MappedText,
    otherwise: impl FnOnce(&MappedText) -> Arguments,
) -> Result<Arguments, String> {
    match json::read(text.as_str()) {
        Json::Strings(elements) => {
            let piece = |it: json::Element| Piece { line: text.line_at(it.offset), text: it.text };
            Ok(Arguments::Exec(elements.into_iter().map(piece).collect()))
        }
        Json::NotOnlyStrings => Err("the JSON form takes strings only".to_owned()),
        Json::None => Ok(otherwise(text)),
    }
}

fn healthcheck(text: &MappedText) -> Result<Arguments, String> {
    let source = text.as_str();
    let end = source.find(char::is_whitespace).unwrap_or(source.len());
    let rest = text.slice(end, source.len()).trimmed();
    let kind = source.get(..end).unwrap_or_default();
    if kind.eq_ignore_ascii_case("NONE") && rest.is_empty() {
        return Ok(Arguments::NoHealthcheck);
    }
    if rest.is_empty() {
        return Ok(Arguments::Nothing);
    }
    command(&rest)
}

fn arg_pairs(text: &MappedText, escape: char) -> Vec<Pair> {
    words::quoted(text, escape).into_iter().map(|word| split_pair(&word)).collect()
}

fn pairs(instruction: &Instruction, escape: char) -> Result<Vec<Pair>, String> {
    let text = &instruction.text;
    let words = words::quoted(text, escape);
    let Some(first) = words.first() else { return Ok(Vec::new()) };
    if !first.text.contains('=') {
        return old_pair(text)
            .map(|pair| vec![pair])
            .ok_or_else(|| format!("{} must have two arguments", instruction.word));
    }
    match words.iter().find(|it| !it.text.contains('=')) {
        Some(word) => Err(format!("{:?} has no =; it must be name=value", word.text)),
        None => Ok(words.iter().map(split_pair).collect()),
    }
}

/// The old form: the name, then everything else as its one value.
fn old_pair(text: &MappedText) -> Option<Pair> {
    let source = text.as_str();
    let end = source.find(words::is_separator)?;
    let rest = source.get(end..)?;
    let start = end + (rest.len() - rest.trim_start_matches(words::is_separator).len());
    let value = Some(text.piece(start, source.len()));
    Some(Pair { name: text.piece(0, end), value })
}

fn split_pair(word: &Piece) -> Pair {
    let piece = |text: &str| Piece { text: text.to_owned(), line: word.line };
    match word.text.split_once('=') {
        Some((name, value)) => Pair { name: piece(name), value: Some(piece(value)) },
        None => Pair { name: word.clone(), value: None },
    }
}
