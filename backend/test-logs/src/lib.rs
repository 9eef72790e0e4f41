//! What tests make Drydock log, and the secrets that they use, each in files below the folder
//! that `DRYDOCK_TEST_LOGS` names: `.ci/check-logs` searches `log` for what is in `secrets`.
//! Without that variable nothing happens here.
//!
//! Only for tests: crates have it for their tests alone, or behind their feature `testing`.
//! What goes wrong here panics, as a search that misses files would find nothing.

use std::collections::HashSet;
use std::fmt::Display;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{LazyLock, Mutex, PoisonError};

use tracing_subscriber::fmt::format::FmtSpan;

/// All that anything says, so that a secret does not hang on what is usually left out. Not the
/// words of what only tests read pages with, nor those of the reader of shells, which `drydock`
/// never lets through.
const FILTER: &str = "trace,html5ever=off,selectors=off,\
    tokenize=off,parse=off,expansion=off,arithmetic=off";
/// What a program that a test starts, and may end at any moment, says.
const FILTER_OF_PROGRAMS: &str = "debug";
/// What is shorter stands by chance in every log.
const SHORTEST: usize = 8;

static KEPT: LazyLock<Option<Kept>> = LazyLock::new(|| {
    let folder = std::env::var_os("DRYDOCK_TEST_LOGS").filter(|it| !it.is_empty())?;
    Some(Kept::begin(Path::new(&folder)))
});

/// The files of this process.
struct Kept {
    log: PathBuf,
    secrets: Mutex<Secrets>,
}

struct Secrets {
    file: File,
    known: HashSet<String>,
}

/// Keeps what this process logs from now on, and what it says when it panics.
pub fn keep() {
    LazyLock::force(&KEPT);
}

/// Notes a secret that must not be logged; of several lines each one.
pub fn secret(text: &str) {
    if let Some(kept) = KEPT.as_ref() {
        let mut secrets = kept.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        text.lines().for_each(|it| secrets.note(it.trim()));
    }
}

/// Has a program log much, into a file that is searched instead of standard error.
pub fn keep_log_of(program: &mut Command) {
    if let Some(kept) = KEPT.as_ref() {
        program.env("DRYDOCK_LOG", FILTER_OF_PROGRAMS).env("NO_COLOR", "1").stderr(kept.open());
    }
}

/// Keeps what a program printed.
pub fn keep_output(output: &Output) {
    if let Some(kept) = KEPT.as_ref() {
        let text = [output.stdout.as_slice(), &output.stderr].concat();
        kept.open().write_all(&text).unwrap_or_else(|it| fail(&it));
    }
}

impl Kept {
    fn begin(folder: &Path) -> Self {
        let program = std::env::current_exe().unwrap_or_else(|it| fail(&it));
        let program = program.file_stem().unwrap_or_default().display();
        let name = format!("{program}-{}", std::process::id());
        let place = |kind: &str| {
            let folder = folder.join(kind);
            std::fs::create_dir_all(&folder).unwrap_or_else(|it| fail(&it));
            folder.join(&name)
        };
        let (log, secrets) = (place("log"), open(&place("secrets")));
        let kept =
            Self { log, secrets: Mutex::new(Secrets { file: secrets, known: HashSet::new() }) };
        kept.listen();
        kept
    }

    fn listen(&self) {
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter(FILTER)
            .with_span_events(FmtSpan::NEW)
            .with_ansi(false)
            .without_time()
            .with_writer(Mutex::new(self.open()));
        // A program that listens to itself, as Drydock does, is heard through `keep_log_of`.
        drop(subscriber.try_init());
        let (log, before) = (self.log.clone(), std::panic::take_hook());
        std::panic::set_hook(Box::new(move |panic| {
            // To panic within a panic would end the process without a word.
            drop(writeln!(open(&log), "{panic}"));
            before(panic);
        }));
    }

    fn open(&self) -> File {
        open(&self.log)
    }
}

impl Secrets {
    fn note(&mut self, line: &str) {
        // The first and the last line of a key in PEM's form are the same for all keys.
        let is_secret = line.len() >= SHORTEST && !line.starts_with("-----");
        if is_secret && self.known.insert(line.to_owned()) {
            writeln!(self.file, "{line}").unwrap_or_else(|it| fail(&it));
        }
    }
}

/// To be written at its end, where others write too.
fn open(path: &Path) -> File {
    OpenOptions::new().create(true).append(true).open(path).unwrap_or_else(|it| fail(&it))
}

#[expect(clippy::panic, reason = "logs that are not kept would be found clean")]
fn fail(error: &dyn Display) -> ! {
    panic!("what tests log cannot be kept: {error}")
}
