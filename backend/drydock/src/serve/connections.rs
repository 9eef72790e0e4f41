//! Connections: each is served by a task of its own, within limits that no client can wait out.
//!
//! `axum::serve` has no limits, so `hyper` is asked directly: the head of a request must come
//! within a few seconds and be small, a connection without one is closed, and there are only so
//! many at once. A body is read within the time limit of its request.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// What a client may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Connections at once, of all clients.
    connections: usize,
    /// The head of a request, from the first to the last byte; between two requests, silence.
    head_within: Duration,
}

impl Default for Limits {
    /// Below the 1024 files that a process may open by default.
    fn default() -> Self {
        Self { connections: 800, head_within: Duration::from_secs(15) }
    }
}

/// Bytes of the head: address and headers.
const LARGEST_HEAD: usize = 64 * 1024;
const MOST_HEADERS: usize = 100;
/// No file could be opened for a connection: some others end meanwhile.
const NEXT_TRY: Duration = Duration::from_millis(200);

/// Serves until `stop`, then lets requests in flight end.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    stop: CancellationToken,
) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let (http, graceful) = (http(limits), GracefulShutdown::new());
    loop {
        let next = async { (places.clone().acquire_owned().await, accept(&listener).await) };
        let (place, (stream, peer)) = tokio::select! {
            next = next => next,
            () = stop.cancelled() => break,
        };
        let router = router.clone();
        let answer = service_fn(move |request| answer(router.clone(), request, peer));
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), answer));
        tokio::spawn(async move {
            // What a client does to its own connection is no fault of ours.
            if let Err(error) = connection.await {
                let error: &dyn std::error::Error = &error;
                tracing::debug!(error, "A connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

fn http(limits: Limits) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.head_within)
        .max_header_size(LARGEST_HEAD)
        .max_headers(MOST_HEADERS);
    http
}

/// The next connection.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // An answer is not held back until there is more of it.
                drop(stream.set_nodelay(true));
                return (stream, peer);
            }
            Err(error) => {
                tracing::warn!(%error, "A connection could not be taken");
                tokio::time::sleep(NEXT_TRY).await;
            }
        }
    }
}

/// Answers a request, beside which stands who is at the other end.
async fn answer(
    router: Router,
    request: Request<Incoming>,
    peer: SocketAddr,
) -> Result<axum::response::Response, Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    router.oneshot(request).await
}

#[cfg(test)]
mod tests;
