//! What standard output can show: colours, and how wide it is.

use std::io::{self, IsTerminal};

use anstream::{AutoStream, ColorChoice};

use crate::arguments::Color;

/// The width of a report that no terminal shows, in columns.
const DEFAULT_WIDTH: usize = 120;
/// The narrowest and the widest report.
const NARROWEST: usize = 40;
const WIDEST: usize = 160;

/// What a report may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Terminal {
    /// Whether to colour.
    pub(super) has_color: bool,
    /// The columns there are.
    pub(super) width: usize,
}

impl Terminal {
    /// What standard output is, asked as other programs do: `NO_COLOR`, `TERM` and whether
    /// it is a terminal at all.
    pub(super) fn of(color: Color) -> Self {
        let stdout = io::stdout();
        let has_color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                stdout.is_terminal() && AutoStream::choice(&stdout) != ColorChoice::Never
            }
        };
        let size = terminal_size::terminal_size_of(&stdout);
        let width = size.map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0));
        Self { has_color, width: width.clamp(NARROWEST, WIDEST) }
    }
}
