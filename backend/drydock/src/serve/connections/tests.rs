//! Slow, silent and greedy clients, over real sockets.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{Limits, serve};

type Fails = Box<dyn std::error::Error>;
type Test = Result<(), Fails>;

/// A server of its own, until it is told to stop.
async fn server(limits: Limits) -> Result<(SocketAddr, CancellationToken, JoinHandle<()>), Fails> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let (address, stop) = (listener.local_addr()?, CancellationToken::new());
    let peer = |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() };
    let router =
        Router::new().route("/", get(peer)).route("/echo", post(|it: String| async { it }));
    Ok((address, stop.clone(), tokio::spawn(serve(listener, router, limits, stop))))
}

fn limits(connections: usize, seconds: u64) -> Limits {
    Limits { connections, head_within: Duration::from_secs(seconds) }
}

/// All that comes back for what is sent at once.
async fn asked(address: SocketAddr, request: &str) -> Result<String, Fails> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    // A server that closes early may reset what was still on its way.
    let _ = stream.read_to_end(&mut answer).await;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

const REQUEST: &str = "GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn an_answer_knows_who_is_at_the_other_end() -> Test {
    let (address, ..) = server(Limits::default()).await?;
    let answer = asked(address, REQUEST).await?;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("127.0.0.1"), "{answer}");
    Ok(())
}

#[tokio::test]
async fn a_client_that_sends_its_head_byte_by_byte_is_cut_off() -> Test {
    let (address, ..) = server(limits(10, 2)).await?;
    let (began, mut stream) = (Instant::now(), TcpStream::connect(address).await?);
    let (mut read, mut write) = stream.split();
    let trickle = async {
        for byte in "GET / HTTP/1.1\r\nhost: localhost\r\nx-slow: aaaaaaaaaaaaaaaaaaa".bytes() {
            if write.write_all(&[byte]).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    let mut answer = Vec::new();
    tokio::select! {
        () = trickle => return Err("it was never cut off".into()),
        _ = read.read_to_end(&mut answer) => {}
    }
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    assert!(!answer.starts_with(b"HTTP/1.1 200"));
    Ok(())
}

#[tokio::test]
async fn five_hundred_silent_connections_stop_nobody() -> Test {
    let (address, ..) = server(limits(800, 60)).await?;
    let mut silent = Vec::new();
    for _ in 0..500 {
        silent.push(TcpStream::connect(address).await?);
    }
    let began = Instant::now();
    assert!(asked(address, REQUEST).await?.starts_with("HTTP/1.1 200"));
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    Ok(())
}

#[tokio::test]
async fn beyond_the_most_connections_the_next_one_waits_until_a_silent_one_is_closed() -> Test {
    let (address, ..) = server(limits(2, 1)).await?;
    let _silent = (TcpStream::connect(address).await?, TcpStream::connect(address).await?);
    let began = Instant::now();
    let answer = tokio::time::timeout(Duration::from_secs(20), asked(address, REQUEST)).await??;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(began.elapsed() >= Duration::from_millis(500), "{:?}", began.elapsed());
    Ok(())
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() -> Test {
    let (address, ..) = server(Limits::default()).await?;
    let many: String = (0..101).map(|it| format!("x-{it}: 1\r\n")).collect();
    let long = format!("x-long: {}\r\n", "a".repeat(70_000));
    for headers in [many, long] {
        let request = format!("GET / HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n");
        let answer = asked(address, &request).await?;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    }
    Ok(())
}

#[tokio::test]
async fn a_request_in_flight_ends_before_the_server_does() -> Test {
    let (address, stop, served) = server(Limits::default()).await?;
    let mut stream = TcpStream::connect(address).await?;
    let head = "POST /echo HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/plain\r\ncontent-length: 4\r\n\r\nha";
    stream.write_all(head.as_bytes()).await?;
    tokio::time::sleep(Duration::from_millis(200)).await;
    stop.cancel();
    tokio::time::sleep(Duration::from_millis(200)).await;
    stream.write_all(b"lf").await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    assert!(String::from_utf8_lossy(&answer).ends_with("half"));
    served.await?;
    Ok(())
}
