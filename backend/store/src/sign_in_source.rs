//! Where somebody comes from, as limits count it.

use std::net::IpAddr;

use sha2::{Digest as _, Sha256};

use crate::StoreError;

/// The address; for IPv6 its network of 64 bits, all of which one household has.
pub(crate) fn source_of(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// Whoever else counts what came from there waits until the transaction ends.
pub(crate) async fn lock_source(
    connection: &mut sqlx::PgConnection,
    source: &str,
) -> Result<(), StoreError> {
    lock(connection, &Sha256::digest(source).into()).await
}

/// Whoever else locks the same digest waits until the transaction ends.
pub(crate) async fn lock(
    connection: &mut sqlx::PgConnection,
    digest: &[u8; 32],
) -> Result<(), StoreError> {
    let [a, b, c, d, e, f, g, h, ..] = *digest;
    let number = i64::from_be_bytes([a, b, c, d, e, f, g, h]);
    sqlx::query!(r#"SELECT pg_advisory_xact_lock($1)"#, number).execute(connection).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_addresses_of_one_network_count_as_one() {
        let source = |text: &str| source_of(text.parse().unwrap());
        assert_eq!(source("192.0.2.1"), "192.0.2.1");
        assert_eq!(source("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(source("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(source("2001:db8:1:2::9"), "2001:db8:1:2::/64");
    }
}
