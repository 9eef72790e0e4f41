//! As much of Postgres's protocol as one command over our own socket needs, so that a
//! machine with the server alone, without its client programs, will do.

use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

use crate::ClusterError;

const PROTOCOL_3_0: u32 = 196_608;
const PATIENCE: Duration = Duration::from_secs(60);
/// An answer to our commands is a few hundred bytes.
const LONGEST_ANSWER: u32 = 1 << 20;

/// The server's refusal of a command.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The five letters that say what kind it is.
    pub(crate) code: String,
    /// The sentence.
    pub(crate) message: String,
}

/// Runs one command; its rows are thrown away.
pub(crate) async fn run(
    socket: &Path,
    user: &str,
    database: &str,
    command: &str,
) -> Result<Result<(), Refusal>, ClusterError> {
    let talk = async {
        let mut stream = UnixStream::connect(socket).await?;
        stream.write_all(&start_message(user, database)).await?;
        if let Err(refusal) = until_ready(&mut stream).await? {
            return Ok(Err(refusal));
        }
        stream.write_all(&message(b'Q', &terminated(command))).await?;
        let answer = until_ready(&mut stream).await?;
        stream.write_all(&message(b'X', &[])).await?;
        Ok(answer)
    };
    let talked = tokio::time::timeout(PATIENCE, talk).await;
    let answer = talked.unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()));
    answer.map_err(ClusterError::io("talk to Postgres through", socket))
}

/// Reads messages until the server waits for a command; gives the last refusal.
async fn until_ready(stream: &mut UnixStream) -> std::io::Result<Result<(), Refusal>> {
    let mut answer = Ok(());
    loop {
        let kind = stream.read_u8().await?;
        let length = stream.read_u32().await?;
        if !(4..=LONGEST_ANSWER).contains(&length) {
            return Err(std::io::ErrorKind::InvalidData.into());
        }
        let mut body = vec![0; (length - 4) as usize];
        stream.read_exact(&mut body).await?;
        match kind {
            b'Z' => return Ok(answer),
            b'E' => answer = Err(refusal(&body)),
            _ => {}
        }
        // A fatal refusal ends the connection instead of waiting for a command.
        if kind == b'E' && field(&body, b'V').is_some_and(|it| it == "FATAL") {
            return Ok(answer);
        }
    }
}

fn refusal(body: &[u8]) -> Refusal {
    Refusal {
        code: field(body, b'C').unwrap_or_default(),
        message: field(body, b'M').unwrap_or_default(),
    }
}

/// A field of an error: a letter, its text, a NUL.
fn field(body: &[u8], letter: u8) -> Option<String> {
    let text = body.split(|it| *it == 0).find_map(|it| it.strip_prefix(&[letter]))?;
    Some(String::from_utf8_lossy(text).into_owned())
}

fn start_message(user: &str, database: &str) -> Vec<u8> {
    let mut body = PROTOCOL_3_0.to_be_bytes().to_vec();
    for text in ["user", user, "database", database] {
        body.extend(terminated(text));
    }
    body.push(0);
    framed(&body)
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut message = vec![kind];
    message.extend(framed(body));
    message
}

fn framed(body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).unwrap_or(u32::MAX);
    let mut framed = length.to_be_bytes().to_vec();
    framed.extend_from_slice(body);
    framed
}

fn terminated(text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    bytes.push(0);
    bytes
}
