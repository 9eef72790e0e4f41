//! A YAML file that anybody may have written: read with the line of every value, and
//! refused where reading it would cost more than it can say.

use saphyr::{MarkedYaml, YamlData, YamlLoader};
use saphyr_parser::{Event, Parser, ScanError};

/// Values inside values; the format needs four.
const DEEPEST: usize = 16;

/// A line, counted from one, and what is wrong there.
pub(super) type Complaint = (u32, String);

/// The first document, its scalars as they are written; none where there is nothing.
pub(super) fn document(text: &str) -> Result<Option<MarkedYaml<'_>>, Complaint> {
    check(text)?;
    let mut loader = YamlLoader::<MarkedYaml<'_>>::default();
    loader.early_parse(false);
    Parser::new_from_str(text).load(&mut loader, true).map_err(|it| complaint(&it))?;
    if let Some(error) = loader.error() {
        return Err(complaint(error));
    }
    let mut documents = loader.into_documents().into_iter();
    let first = documents.next();
    match documents.next() {
        Some(second) => Err((line(&second), "the file has more than one document".to_owned())),
        None => Ok(first),
    }
}

/// Depth would overflow a stack, and aliases make a large value of a small text.
fn check(text: &str) -> Result<(), Complaint> {
    let mut depth = 0_usize;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|it| complaint(&it))?;
        let line = number(span.start.line());
        match event {
            Event::SequenceStart(..) | Event::MappingStart(..) => depth += 1,
            Event::SequenceEnd | Event::MappingEnd => depth = depth.saturating_sub(1),
            Event::Alias(_) => return Err((line, "aliases are not read".to_owned())),
            _ => {}
        }
        if depth > DEEPEST {
            return Err((line, "the file is nested too deeply".to_owned()));
        }
    }
    Ok(())
}

fn complaint(error: &ScanError) -> Complaint {
    (number(error.marker().line()), format!("this is no YAML: {}", error.info()))
}

/// The line that a value begins in.
pub(super) fn line(node: &MarkedYaml<'_>) -> u32 {
    number(node.span.start.line())
}

fn number(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

/// A scalar as it is written.
pub(super) fn text<'a>(node: &'a MarkedYaml<'_>) -> Option<&'a str> {
    match &node.data {
        YamlData::Representation(text, _, _) => Some(text),
        _ => None,
    }
}

/// Whether nothing is written where a value could be.
pub(super) fn is_nothing(node: &MarkedYaml<'_>) -> bool {
    matches!(text(node), Some("" | "~" | "null"))
}
