//! Signing in over real HTTP: against the stand-in GitHub, and a small provider of OpenID
//! Connect that does what a test says.

mod mode;
mod provider;
mod with_github;
mod with_oidc;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use web::sign_in::{Answer, Flow, SignInError};

use super::Clock;

type Fails = Box<dyn std::error::Error>;
type Test = Result<(), Fails>;

fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

/// A clock that both sides go by, and what moves it.
fn clock() -> (Clock, Arc<AtomicI64>) {
    let seconds = Arc::new(AtomicI64::new(0));
    let moved = Arc::clone(&seconds);
    (Arc::new(move || noon() + TimeDelta::seconds(moved.load(Ordering::Relaxed))), seconds)
}

/// Long enough to be searched for in a log.
const STATE: &str = "a-state-of-its-own";

fn flow() -> Flow {
    Flow {
        state: STATE.to_owned(),
        verifier: SecretString::from("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
        nonce: SecretString::from("a-nonce-of-its-own"),
    }
}

/// What a browser brings back in the address that it was sent to.
fn brought_back(location: &str) -> Result<Answer, Fails> {
    let location = reqwest::Url::parse(location)?;
    let said = |name: &str| {
        let found = location.query_pairs().find(|(it, _)| it == name);
        found.map(|(_, value)| value.into_owned())
    };
    assert_eq!(said("state").as_deref(), Some(STATE));
    Ok(Answer {
        code: said("code").map(SecretString::from),
        error: said("error"),
        issuer: said("iss"),
    })
}

/// A browser that goes where it is sent only when told to.
fn browser() -> Result<reqwest::Client, Fails> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?)
}

fn location(response: &reqwest::Response) -> Result<String, Fails> {
    let location = response.headers().get("location").ok_or("sent nowhere")?;
    Ok(location.to_str()?.to_owned())
}

/// The reason that is for the log.
fn reason<T>(result: Result<T, SignInError>) -> String {
    match result.err() {
        Some(SignInError::Failed(why)) => why,
        other => format!("{other:?}"),
    }
}
