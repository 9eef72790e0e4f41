//! Prints every GraphQL text the client can send, as a JSON array, so that CI can
//! check them against GitHub's own schema.

use std::io::{self, Write as _};

fn main() -> io::Result<()> {
    let texts = github::every_query();
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &texts)?;
    writeln!(out)
}
