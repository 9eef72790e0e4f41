//! GitHub Apps: their own signature, their installations, and what those see.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::http::Request;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use github_fake::{App, Fake, Installation, Options};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};

use crate::common::{Reply, Tested, noon, send, world};

const OTHER_KEY: &str = include_str!("../app/other-key.pem");

/// A web token with the claims given, signed with a key.
fn signed(key: &str, claims: &Value) -> Result<String, Box<dyn std::error::Error>> {
    let lines: String = key.lines().filter(|it| !it.starts_with('-')).collect();
    let key = RsaKeyPair::from_der(&STANDARD.decode(lines)?).map_err(|it| it.to_string())?;
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","typ":"JWT"}"#);
    let text = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)
        .map_err(|it| it.to_string())?;
    Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

fn good() -> Result<String, Box<dyn std::error::Error>> {
    let now = noon().timestamp();
    let claims = json!({ "iat": now - 60, "exp": now + 540, "iss": "1234" });
    signed(&App::default().private_key, &claims)
}

/// `acme` with the App on its repository `shop` alone, and a clock to move.
async fn started() -> Result<(Fake, Arc<AtomicI64>), Box<dyn std::error::Error>> {
    let seconds = Arc::new(AtomicI64::new(0));
    let moved = Arc::clone(&seconds);
    let mut installation = Installation::reading(7, "acme");
    installation.repositories = Some(vec!["vault".to_owned()]);
    let app = App { installations: vec![installation], ..App::default() };
    let options = Options {
        apps: vec![app],
        clock: Arc::new(move || noon() + TimeDelta::seconds(moved.load(Ordering::Relaxed))),
        ..Options::default()
    };
    Ok((Fake::start(world()?, options).await?, seconds))
}

async fn ask(
    fake: &Fake,
    method: &str,
    path: &str,
    token: &str,
) -> Result<Reply, Box<dyn std::error::Error>> {
    let request = Request::builder()
        .method(method)
        .uri(format!("{}{path}", fake.api_url()))
        .header("user-agent", "test")
        .header("authorization", format!("Bearer {token}"));
    send(request, "").await
}

async fn installation_token(fake: &Fake) -> Result<String, Box<dyn std::error::Error>> {
    let reply = ask(fake, "POST", "/app/installations/7/access_tokens", &good()?).await?;
    assert_eq!(reply.status, 201);
    let token = reply.json().get("token").and_then(Value::as_str).map(str::to_owned);
    token.ok_or_else(|| "no token".into())
}

#[tokio::test]
async fn a_signature_is_checked_and_its_times_too() -> Tested {
    let (fake, _) = started().await?;
    let now = noon().timestamp();
    let key = App::default().private_key;
    let claims = |iat: i64, exp: i64, iss: Value| json!({ "iat": iat, "exp": exp, "iss": iss });
    for (key, claims, status, words) in [
        (key.as_str(), claims(now, now + 600, json!(1234)), 200, ""),
        (&key, claims(now, now + 600, json!("Iv23liDrydockReader0")), 200, ""),
        (&key, claims(now, now + 601, json!("1234")), 401, "too far in the future"),
        (&key, claims(now - 900, now - 1, json!("1234")), 401, "('exp') must be"),
        (&key, claims(now + 1, now + 60, json!("1234")), 401, "('iat') must be"),
        (&key, claims(now, now + 60, json!("99")), 404, "Integration not found"),
        (OTHER_KEY, claims(now, now + 60, json!("1234")), 401, "could not be decoded"),
    ] {
        let reply = ask(&fake, "GET", "/app", &signed(key, &claims)?).await?;
        let said = reply.json()["message"].as_str().unwrap_or_default().to_owned();
        assert_eq!((reply.status, said.contains(words)), (status, true), "{claims}: {said}");
    }
    assert_eq!(ask(&fake, "GET", "/app", fake.token()).await?.status, 401);
    Ok(())
}

#[tokio::test]
async fn an_installation_sees_what_it_was_granted_and_no_person() -> Tested {
    let (fake, _) = started().await?;
    let token = installation_token(&fake).await?;
    assert!(token.starts_with("ghs_") && token.len() > 300, "{token}");
    let listed = ask(&fake, "GET", "/installation/repositories", &token).await?.json();
    assert_eq!(listed["total_count"], 1);
    assert_eq!(listed["repositories"][0]["name"], "vault");
    for (path, status) in
        [("/repos/acme/vault", 200), ("/repos/acme/shop", 404), ("/user", 403), ("/app", 401)]
    {
        assert_eq!(ask(&fake, "GET", path, &token).await?.status, status, "{path}");
    }
    let query = Request::post(fake.graphql_url())
        .header("user-agent", "test")
        .header("authorization", format!("Bearer {token}"));
    let text = "{ organization(login: \"acme\") { repositories(first: 9) { totalCount } } }";
    let answer = send(query, json!({ "query": text }).to_string()).await?.json();
    assert_eq!(answer["data"]["organization"]["repositories"]["totalCount"], 1);
    Ok(())
}

#[tokio::test]
async fn a_token_ends_after_an_hour_or_with_its_installation() -> Tested {
    let (fake, seconds) = started().await?;
    let token = installation_token(&fake).await?;
    seconds.store(3_599, Ordering::Relaxed);
    assert_eq!(ask(&fake, "GET", "/repos/acme/vault", &token).await?.status, 200);
    seconds.store(3_600, Ordering::Relaxed);
    assert_eq!(ask(&fake, "GET", "/repos/acme/vault", &token).await?.status, 401);
    seconds.store(0, Ordering::Relaxed);
    fake.apps(|apps| apps[0].installations[0].suspended_at = Some(noon()));
    assert_eq!(ask(&fake, "GET", "/repos/acme/vault", &token).await?.status, 401);
    let again = ask(&fake, "POST", "/app/installations/7/access_tokens", &good()?).await?;
    assert_eq!(again.status, 403);
    let shown = ask(&fake, "GET", "/orgs/acme/installation", &good()?).await?.json();
    assert_eq!(shown["suspended_by"]["login"], "acme");
    Ok(())
}

#[tokio::test]
async fn installations_come_in_pages() -> Tested {
    let (fake, _) = started().await?;
    fake.apps(|apps| {
        let more = (8..40).map(|id| Installation::reading(id, "acme"));
        apps[0].installations.extend(more);
    });
    let page = ask(&fake, "GET", "/app/installations?per_page=30&page=2", &good()?).await?;
    assert_eq!(page.json().as_array().map(Vec::len), Some(3));
    assert!(page.header("link").contains("rel=\"prev\""));
    Ok(())
}

#[tokio::test]
async fn an_organization_behind_single_sign_on_says_so() -> Tested {
    let credential = github_fake::Credential {
        not_authorized_for: vec!["acme".to_owned()],
        ..github_fake::Credential::default()
    };
    let options = Options { credentials: vec![credential], ..Options::default() };
    let fake = Fake::start(world()?, options).await?;
    let refused = ask(&fake, "GET", "/orgs/acme", fake.token()).await?;
    assert_eq!(refused.status, 403);
    assert!(refused.header("x-github-sso").starts_with("required; url="));
    let user = ask(&fake, "GET", "/user", fake.token()).await?;
    assert!(user.header("x-github-sso").starts_with("partial-results; organizations="));
    Ok(())
}
