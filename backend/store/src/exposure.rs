//! Whether somebody on the way to the database could read or change what goes there, as far as
//! its address tells.

use std::net::IpAddr;

use sqlx::postgres::{PgConnectOptions, PgSslMode};

use crate::StoreError;

/// What somebody on the way could do, in a sentence for whoever runs Drydock. It names the
/// host, and nothing else of the address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Exposure {
    /// Read and change everything.
    #[error(
        "The database at {0} may be reached without TLS: who is on the way could read and change everything. Say sslmode=verify-full in DATABASE_URL, or sslmode=disable if nobody is on the way."
    )]
    Plain(String),
    /// Answer in the database's place.
    #[error(
        "Nothing makes sure that the database at {0} is the one that is meant: who is on the way could answer in its place. Say sslmode=verify-full in DATABASE_URL."
    )]
    Unchecked(String),
}

impl Exposure {
    /// What the address of a database lets happen. None if it is on this machine, if its
    /// certificate is checked, or if somebody has said that it needs no TLS.
    ///
    /// # Errors
    /// [`StoreError::Address`].
    pub fn of(url: &str) -> Result<Option<Self>, StoreError> {
        let options: PgConnectOptions = url.parse().map_err(StoreError::Address)?;
        if is_on_this_machine(&options) {
            return Ok(None);
        }
        let host = options.get_host().to_owned();
        Ok(match options.get_ssl_mode() {
            PgSslMode::Disable | PgSslMode::VerifyFull => None,
            PgSslMode::Allow | PgSslMode::Prefer => Some(Self::Plain(host)),
            // A certificate of any authority and for any name will do, or any certificate at all.
            PgSslMode::VerifyCa | PgSslMode::Require => Some(Self::Unchecked(host)),
        })
    }
}

fn is_on_this_machine(options: &PgConnectOptions) -> bool {
    let host = options.get_host().trim_matches(['[', ']']);
    let is_loopback = host.parse().is_ok_and(|it: IpAddr| it.is_loopback());
    // A host that is a path is the folder of a socket.
    options.get_socket().is_some() || host.starts_with('/') || host == "localhost" || is_loopback
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;
    use crate::Store;

    fn exposure(address: &str) -> Option<Exposure> {
        Exposure::of(&format!("postgres://anna:hush@{address}")).unwrap()
    }

    #[test]
    fn a_database_elsewhere_is_exposed_unless_its_certificate_is_checked_or_somebody_said_so() {
        let host = || "db.example".to_owned();
        for (mode, expected) in [
            ("", Some(Exposure::Plain(host()))),
            ("?sslmode=prefer", Some(Exposure::Plain(host()))),
            ("?sslmode=allow", Some(Exposure::Plain(host()))),
            ("?sslmode=require", Some(Exposure::Unchecked(host()))),
            ("?sslmode=verify-ca", Some(Exposure::Unchecked(host()))),
            ("?sslmode=verify-full", None),
            ("?sslmode=disable", None),
        ] {
            let said = exposure(&format!("db.example/drydock{mode}"));
            assert_eq!(said, expected, "{mode}");
            assert!(!said.is_some_and(|it| it.to_string().contains("hush")), "{mode}");
        }
    }

    #[test]
    fn a_database_on_this_machine_is_not_exposed() {
        for address in
            ["localhost/x", "127.0.0.1:5433/x", "[::1]/x", "localhost/x?host=/run/postgresql"]
        {
            assert_eq!(exposure(address), None, "{address}");
        }
        assert!(exposure("192.0.2.7/x").is_some() && exposure("[2001:db8::7]/x").is_some());
    }

    /// What a database without TLS is told once it has said so.
    async fn told_without_tls(mode: &str) -> Vec<u8> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let url = format!("postgres://anna:hush@127.0.0.1:{port}/drydock?sslmode={mode}");
        let server = async {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut asked = [0; 8];
            socket.read_exact(&mut asked).await.unwrap();
            socket.write_all(b"N").await.unwrap();
            let mut told = vec![0; 1000];
            let length = socket.read(&mut told).await.unwrap();
            told.truncate(length);
            told
        };
        let (told, store) = tokio::join!(server, Store::connect(&url, 1));
        assert!(matches!(store, Err(StoreError::Unreachable(_))));
        told
    }

    #[tokio::test]
    async fn who_asks_for_tls_tells_a_database_without_it_nothing() {
        assert!(!told_without_tls("prefer").await.is_empty());
        for mode in ["require", "verify-full"] {
            assert!(told_without_tls(mode).await.is_empty(), "{mode}");
        }
    }
}
