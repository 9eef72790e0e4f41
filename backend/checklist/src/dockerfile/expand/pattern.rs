//! `${X#pattern}`, `${X%pattern}` and `${X/pattern/text}`.

/// Most steps that matching may take, so that hostile patterns stay cheap.
const MOST_STEPS: usize = 4_000_000;

#[derive(Clone, Copy)]
enum Token {
    Literal(char),
    One,
    Any,
}

fn tokens(pattern: &str) -> Result<Vec<Token>, String> {
    let mut rest = pattern.chars().peekable();
    let mut tokens = Vec::new();
    while let Some(next) = rest.next() {
        tokens.push(match next {
            '*' => Token::Any,
            '?' => Token::One,
            '\\' if matches!(rest.peek(), Some('}' | '/')) => continue,
            '\\' => match rest.next() {
                Some(protected @ ('*' | '?' | '\\')) => Token::Literal(protected),
                Some(_) | None => return Err(format!("invalid pattern ({pattern})")),
            },
            other => Token::Literal(other),
        });
    }
    Ok(tokens)
}

/// The value without the shortest (`#`, `%`) or longest (`##`, `%%`) matching end.
pub(super) fn trim(value: &str, word: &str, operator: char) -> Result<String, String> {
    let (pattern, longest) = match word.strip_prefix(operator) {
        Some(pattern) => (pattern, true),
        None => (word, false),
    };
    let mut tokens = tokens(pattern)?;
    let mut text: Vec<char> = value.chars().collect();
    let from_end = operator == '%';
    if from_end {
        tokens.reverse();
        text.reverse();
    }
    guard(text.len(), tokens.len())?;
    let ends = match_ends(&tokens, text.iter().copied());
    let end = if longest { ends.last() } else { ends.first() };
    let mut left: Vec<char> = text.into_iter().skip(end.copied().unwrap_or_default()).collect();
    if from_end {
        left.reverse();
    }
    Ok(left.into_iter().collect())
}

/// The value with the first match, or all matches, replaced; each match as long as can be.
pub(super) fn replace(value: &str, pattern: &str, by: &str, all: bool) -> Result<String, String> {
    let tokens = tokens(pattern)?;
    let text: Vec<char> = value.chars().collect();
    guard(text.len().saturating_mul(text.len()), tokens.len())?;
    let (mut replaced, mut at, mut done) = (String::new(), 0, false);
    while let Some(&next) = text.get(at) {
        let ends = match_ends(&tokens, text.iter().skip(at).copied());
        let length = ends.last().copied().unwrap_or_default();
        if length == 0 || done {
            replaced.push(next);
            at += 1;
            continue;
        }
        replaced.push_str(by);
        at += length;
        done = !all;
    }
    Ok(replaced)
}

fn guard(steps: usize, tokens: usize) -> Result<(), String> {
    let fits = steps.saturating_mul(tokens) <= MOST_STEPS;
    fits.then_some(()).ok_or_else(|| "the pattern is too long".to_owned())
}

/// Every length at which the pattern matches the beginning of the text, ascending.
fn match_ends(tokens: &[Token], text: impl Iterator<Item = char>) -> Vec<usize> {
    let mut states = vec![false; tokens.len() + 1];
    if let Some(first) = states.first_mut() {
        *first = true;
    }
    skip_any(tokens, &mut states);
    let mut ends = Vec::new();
    ends.extend(states.last().is_some_and(|it| *it).then_some(0));
    for (index, next) in text.enumerate() {
        states = step(tokens, &states, next);
        if states.iter().all(|it| !it) {
            break;
        }
        ends.extend(states.last().is_some_and(|it| *it).then_some(index + 1));
    }
    ends
}

fn step(tokens: &[Token], states: &[bool], next: char) -> Vec<bool> {
    let mut after = vec![false];
    for (token, active) in tokens.iter().zip(states) {
        let stays = *active && matches!(token, Token::Any);
        let moves = *active
            && match token {
                Token::Literal(it) => *it == next,
                Token::One => true,
                Token::Any => false,
            };
        if let Some(last) = after.last_mut() {
            *last |= stays;
        }
        after.push(moves);
    }
    skip_any(tokens, &mut after);
    after
}

/// A `*` may match nothing: who stands before it also stands behind it.
fn skip_any(tokens: &[Token], states: &mut [bool]) {
    let mut before = false;
    for (index, state) in states.iter_mut().enumerate() {
        *state |= before;
        before = *state && matches!(tokens.get(index), Some(Token::Any));
    }
}
