//! A site without sign-in: whoever sits at this machine may do everything, nobody else anything.

use axum::http::request::Parts;

use super::address::{is_forwarded, is_here};
use super::barred::Barred;
use crate::reader::Reader;

/// Who asks. Where everybody may ask it does not matter by which name: webhooks come from afar.
pub(crate) fn reader(parts: &Parts, address: &str, is_for_all: bool) -> Result<Reader, Barred> {
    let barred = match () {
        () if !is_here(parts) => Barred::OtherHost,
        () if is_forwarded(parts) => Barred::Forwarded,
        () => return Ok(Reader { address: address.into(), ..Reader::machine() }),
    };
    if is_for_all { Ok(Reader::nobody(address)) } else { Err(barred) }
}
