//! `drydock health`: asks the dashboard at our own listening address whether it is
//! ready. For container health checks in images without a shell or curl.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::settings::Settings;

const ANSWER_WITHIN: Duration = Duration::from_secs(4);

/// Succeeds if `/readyz` answers 200.
///
/// # Errors
/// No answer within four seconds, or another one.
pub(crate) async fn run(settings: &Settings) -> Result<()> {
    let address = reachable(settings.listen);
    let status = timeout(ANSWER_WITHIN, status_line(address))
        .await
        .with_context(|| format!("the dashboard at {address} did not answer within 4 s"))?
        .with_context(|| format!("the dashboard at {address} could not be asked"))?;
    if status.split_ascii_whitespace().nth(1) != Some("200") {
        bail!("the dashboard at {address} is not ready: {status}");
    }
    Ok(())
}

/// Who listens on every address is asked on the loopback one.
fn reachable(mut listen: SocketAddr) -> SocketAddr {
    if listen.ip().is_unspecified() {
        listen.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    listen
}

async fn status_line(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /readyz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(1024).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned())
}
