//! `drydock-bench`: the command line around the crate.

use std::process::ExitCode;

use anyhow::Result;
use chrono::Utc;
use clap::Parser;
use drydock_bench::arguments::{Arguments, Command};
use drydock_bench::{compare, load, seed};

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failure(&error),
    }
}

/// Says on standard error what went wrong and, below it, why.
#[expect(clippy::print_stderr, reason = "the last word to the person at the terminal")]
fn failure(error: &anyhow::Error) -> ExitCode {
    eprintln!("drydock-bench: {error}");
    for cause in error.chain().skip(1) {
        eprintln!("  because: {cause}");
    }
    ExitCode::FAILURE
}

async fn run(arguments: Arguments) -> Result<()> {
    let out = &mut std::io::stdout();
    match arguments.command {
        Command::Seed(arguments) => seed::seed(&arguments, Utc::now(), out).await,
        Command::Check(arguments) => seed::check(&arguments.database, out).await,
        Command::Load(arguments) => load::load(&arguments, out).await,
        Command::Compare(arguments) => compare::compare(&arguments, Utc::now(), out).await,
    }
}
