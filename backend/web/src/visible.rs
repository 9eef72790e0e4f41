//! Makes control characters visible: names, paths and files from outside may hold any,
//! HTML allows none of them, and a screen shows nothing in their place. So are the marks that
//! turn text around, for one that is never closed turns what follows on the page.

/// The page with a picture (␛ and the like) in place of each control character that is
/// not white space, and of each mark that turns text around but in the values of attributes:
/// those go back to us as they were, and turn nothing on the page.
pub(crate) fn visible(html: String) -> String {
    if !html.chars().any(|it| is_invisible(it) || turns(it)) {
        return html;
    }
    let mut is_in_tag = false;
    let shown = html.chars().map(|it| {
        is_in_tag = if is_in_tag { it != '>' } else { it == '<' };
        if turns(it) && !is_in_tag { char::REPLACEMENT_CHARACTER } else { picture(it) }
    });
    shown.collect()
}

fn is_invisible(it: char) -> bool {
    it.is_control() && !it.is_ascii_whitespace()
}

/// The embeddings, overrides and isolates of Unicode's bidirectional algorithm.
fn turns(it: char) -> bool {
    matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn picture(it: char) -> char {
    let code = u32::from(it);
    match code {
        _ if !is_invisible(it) => it,
        0x7f => '\u{2421}',
        // Unicode has pictures for the first 32, in their order, and none for 0x80 to 0x9f.
        _ => char::from_u32(0x2400 + code).filter(|_| code < 0x20).unwrap_or('\u{fffd}'),
    }
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn control_characters_become_pictures_and_white_space_stays() {
        let text =
            "<b>a\u{1b}[31m\u{7}\u{7f}\u{85}</b>\r\n\tb · ü\u{202e}<i title='\u{202e}'>\u{2066}"
                .to_owned();
        insta::assert_debug_snapshot!(visible(text), @r#""<b>a␛[31m␇␡�</b>\r\n\tb · ü�<i title='\u{202e}'>�""#);
    }
}
