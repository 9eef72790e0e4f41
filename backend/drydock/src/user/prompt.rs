//! A password: asked for twice on a terminal without showing it, or the first line of
//! standard input.

use std::io::{self, IsTerminal as _, Read as _, Write as _};

use anyhow::{Context as _, Result, bail};
use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};
use secrecy::{ExposeSecret as _, SecretString};

/// The most bytes that are read; a longer password is refused for its length.
const MOST_BYTES: u64 = 4096;
/// What Ctrl-C is as a character.
const INTERRUPT: u8 = 3;

/// The password.
///
/// # Errors
/// A sentence that says what to do.
pub(super) fn password(from_stdin: bool) -> Result<SecretString> {
    if from_stdin {
        return line(b"\n");
    }
    if !io::stdin().is_terminal() {
        bail!("a password is asked for on a terminal; to pipe one in, add --password-stdin");
    }
    let first = asked("Password: ")?;
    let second = asked("The same again: ")?;
    if first.expose_secret() != second.expose_secret() {
        bail!("the two passwords are not the same; nothing was changed");
    }
    Ok(first)
}

fn asked(question: &str) -> Result<SecretString> {
    let mut terminal = io::stderr().lock();
    write!(terminal, "{question}")
        .and_then(|()| terminal.flush())
        .context("nothing can be asked")?;
    let silence =
        Silence::begin().context("the terminal cannot be kept from showing a password")?;
    let line = line(&[b'\n', INTERRUPT]);
    drop(silence);
    writeln!(terminal).context("nothing can be asked")?;
    let line = line?;
    if line.expose_secret().bytes().last() == Some(INTERRUPT) {
        bail!("stopped; nothing was changed");
    }
    Ok(line)
}

/// Standard input until one of these signs, of which a line's own end is left out.
fn line(ends: &[u8]) -> Result<SecretString> {
    let mut bytes = Vec::new();
    for byte in io::stdin().lock().take(MOST_BYTES).bytes() {
        bytes.push(byte.context("the password could not be read")?);
        if bytes.last().is_some_and(|it| ends.contains(it)) {
            break;
        }
    }
    let text = String::from_utf8(bytes).ok().context("a password is written in UTF-8")?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned().into())
}

/// A terminal that shows nothing, until this goes. Ctrl-C ends the line instead of the
/// program, which would leave the terminal silent.
struct Silence(Termios);

impl Silence {
    fn begin() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO | LocalModes::ISIG);
        silent.special_codes[SpecialCodeIndex::VEOL] = INTERRUPT;
        tcsetattr(io::stdin(), OptionalActions::Flush, &silent)?;
        Ok(Self(before))
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        // Nothing can be done about a terminal that went away.
        let _ = tcsetattr(io::stdin(), OptionalActions::Flush, &self.0);
    }
}
