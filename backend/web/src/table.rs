//! What the tables of an organization share: the choices of their address, the form and the
//! chips above them, and headings that sort.

mod form;
mod query;

pub(crate) use form::{Chip, FilterForm, Heading, Select, chosen, counted, select};
pub(crate) use query::{TableQuery, asked_item, asked_team, kept, unknown};

/// Rows on a page.
pub(crate) const PAGE_SIZE: usize = 50;
/// The team value that means "no owner"; no team on GitHub is called so.
pub(crate) const NO_OWNER: &str = "-";
