//! Signing in to an app: the page, the code, the token, and what the token opens.

use std::collections::HashMap;
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::http::Request;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use github_fake::{App, Fake, Installation, OauthApp, Options};
use serde_json::{Value, json};

use crate::common::{Reply, Tested, noon, send, world};

const BACK: &str = "http%3A%2F%2F127.0.0.1%3A4711%2Fsign-in%2Fgithub%2Fanswer";
const VERIFIER: &str = "a-verifier-of-forty-three-characters-or-more";

type Fields = HashMap<String, String>;

/// `acme` with the member `alice`, who may read `vault`, and a clock to move.
async fn started(app: OauthApp) -> Result<(Fake, Arc<AtomicI64>), Box<dyn Error>> {
    let mut world = world()?;
    world.add_user("alice")?;
    world.add_member("acme", "alice")?;
    world.let_read("acme/vault", "alice")?;
    let seconds = Arc::new(AtomicI64::new(0));
    let moved = Arc::clone(&seconds);
    let options = Options {
        oauth_apps: vec![app],
        clock: Arc::new(move || noon() + TimeDelta::seconds(moved.load(Ordering::Relaxed))),
        ..Options::default()
    };
    Ok((Fake::start(world, options).await?, seconds))
}

fn oauth_app() -> OauthApp {
    OauthApp { is_github_app: false, ..OauthApp::default() }
}

fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(ring::digest::digest(&ring::digest::SHA256, VERIFIER.as_bytes()))
}

/// Where the browser is sent after the person answered.
async fn answered(fake: &Fake, answer: &str) -> Result<String, Box<dyn Error>> {
    let form = format!(
        "client_id={}&redirect_uri={BACK}&state=s+1&scope=repo+read%3Aorg&code_challenge={}\
         &code_challenge_method=S256&person=alice&answer={answer}",
        OauthApp::default().client_id,
        challenge()
    );
    let page = format!("{}/login/oauth/authorize", fake.api_url());
    let reply = send(Request::post(page), form).await?;
    assert_eq!(reply.status, 302);
    Ok(reply.header("location").to_owned())
}

async fn code(fake: &Fake) -> Result<String, Box<dyn Error>> {
    let location = answered(fake, "approve").await?;
    let code = location.split("code=").nth(1).and_then(|it| it.split('&').next());
    Ok(code.ok_or("no code")?.replace("%5F", "_").replace("%2D", "-"))
}

async fn exchanged(fake: &Fake, said: &Value) -> Result<Fields, Box<dyn Error>> {
    let app = OauthApp::default();
    let mut body = json!({ "client_id": app.client_id, "client_secret": app.client_secret });
    if let (Some(body), Some(said)) = (body.as_object_mut(), said.as_object()) {
        body.extend(said.clone());
    }
    let request = Request::post(format!("{}/login/oauth/access_token", fake.api_url()))
        .header("accept", "application/json");
    let reply = send(request, body.to_string()).await?;
    // Refusals come with this status, too.
    assert_eq!(reply.status, 200);
    let fields: HashMap<String, Value> = serde_json::from_slice(&reply.body)?;
    let text = |it: Value| it.as_str().map_or_else(|| it.to_string(), str::to_owned);
    Ok(fields.into_iter().map(|(name, value)| (name, text(value))).collect())
}

async fn signed_in(fake: &Fake) -> Result<Fields, Box<dyn Error>> {
    let code = code(fake).await?;
    exchanged(fake, &json!({ "code": code, "code_verifier": VERIFIER })).await
}

async fn get(fake: &Fake, path: &str, token: &str) -> Result<Reply, Box<dyn Error>> {
    let request = Request::get(format!("{}{path}", fake.api_url()))
        .header("user-agent", "test")
        .header("authorization", format!("Bearer {token}"));
    send(request, "").await
}

/// The names of what a token sees of `acme`.
async fn seen(fake: &Fake, token: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let list = get(fake, "/orgs/acme/repos?sort=full_name", token).await?.json();
    let rows = list.as_array().cloned().unwrap_or_default();
    Ok(rows.iter().filter_map(|it| it["name"].as_str().map(str::to_owned)).collect())
}

#[tokio::test]
async fn the_page_asks_and_keeps_what_it_was_told_unread() -> Tested {
    let (fake, _) = started(OauthApp::default()).await?;
    let page = format!(
        "{}/login/oauth/authorize?client_id={}&state=%3Cb%3E",
        fake.api_url(),
        OauthApp::default().client_id
    );
    let reply = send(Request::get(page), "").await?;
    let text = String::from_utf8(reply.body.to_vec())?;
    assert!(text.contains("<option selected>alice</option>"), "{text}");
    assert!(text.contains("name=\"state\" value=\"&lt;b>\""), "{text}");
    Ok(())
}

#[tokio::test]
async fn who_cancels_is_sent_back_with_the_reason_and_the_state() -> Tested {
    let (fake, _) = started(OauthApp::default()).await?;
    let location = answered(&fake, "deny").await?;
    assert!(
        location.starts_with("http://127.0.0.1:4711/sign-in/github/answer?error=access%5Fdenied&")
            && location.ends_with("&state=s%201"),
        "{location}"
    );
    Ok(())
}

#[tokio::test]
async fn a_browser_is_never_sent_to_an_address_that_was_not_registered() -> Tested {
    let (fake, _) = started(OauthApp::default()).await?;
    let page = format!(
        "{}/login/oauth/authorize?client_id={}&redirect_uri=https%3A%2F%2Fevil.example&state=s",
        fake.api_url(),
        OauthApp::default().client_id
    );
    let location = send(Request::get(page), "").await?.header("location").to_owned();
    let error = "http://127.0.0.1/sign-in/github/answer?error=redirect%5Furi%5Fmismatch&";
    assert!(location.starts_with(error), "{location}");
    Ok(())
}

#[tokio::test]
async fn a_code_is_good_once_in_time_and_with_its_verifier() -> Tested {
    let (fake, seconds) = started(OauthApp::default()).await?;
    let first = code(&fake).await?;
    let good = json!({ "code": first, "code_verifier": VERIFIER });
    assert!(exchanged(&fake, &good).await?.contains_key("access_token"));
    let late = code(&fake).await?;
    seconds.store(600, Ordering::Relaxed);
    for wrong in [
        good,
        json!({ "code": late, "code_verifier": VERIFIER }),
        json!({ "code": code(&fake).await?, "code_verifier": "another" }),
        json!({ "code": code(&fake).await? }),
    ] {
        let answer = exchanged(&fake, &wrong).await?;
        assert_eq!(answer["error"], "bad_verification_code", "{wrong}");
    }
    Ok(())
}

#[tokio::test]
async fn a_wrong_secret_and_a_wrong_address_are_refused_with_status_200() -> Tested {
    let (fake, _) = started(OauthApp::default()).await?;
    let code = code(&fake).await?;
    let wrong = json!({ "code": code, "client_secret": "guess" });
    assert_eq!(exchanged(&fake, &wrong).await?["error"], "incorrect_client_credentials");
    let wrong = json!({ "code": code, "redirect_uri": "https://evil.example" });
    assert_eq!(exchanged(&fake, &wrong).await?["error"], "redirect_uri_mismatch");
    Ok(())
}

#[tokio::test]
async fn without_a_wish_for_json_the_answer_is_a_form() -> Tested {
    let (fake, _) = started(oauth_app()).await?;
    let app = OauthApp::default();
    let form = format!(
        "client_id={}&client_secret={}&code={}&code_verifier={VERIFIER}&redirect_uri={BACK}",
        app.client_id,
        app.client_secret,
        code(&fake).await?
    );
    let url = format!("{}/login/oauth/access_token", fake.api_url());
    let reply = send(Request::post(url), form).await?;
    let text = String::from_utf8(reply.body.to_vec())?;
    assert!(text.contains("access_token=gho%5F"), "{text}");
    assert!(text.contains("scope=repo%2Cread%3Aorg"), "{text}");
    Ok(())
}

#[tokio::test]
async fn a_person_sees_what_they_may_read_until_they_are_no_member() -> Tested {
    for app in [OauthApp::default(), oauth_app()] {
        let (fake, _) = started(app).await?;
        let token = signed_in(&fake).await?["access_token"].clone();
        assert_eq!(get(&fake, "/user", &token).await?.json()["login"], "alice");
        assert_eq!(seen(&fake, &token).await?, ["shop", "vault"]);
        fake.world(|it| it.remove_member("acme", "alice"))?;
        assert_eq!(seen(&fake, &token).await?, ["shop"]);
        fake.revoke_tokens_of("alice");
        assert_eq!(get(&fake, "/user", &token).await?.status, 401);
    }
    Ok(())
}

#[tokio::test]
async fn the_token_of_a_github_app_sees_what_the_app_was_let_to_see() -> Tested {
    let (fake, _) = started(OauthApp::default()).await?;
    let token = signed_in(&fake).await?["access_token"].clone();
    let mut installation = Installation::reading(7, "acme");
    installation.repositories = Some(vec!["shop".to_owned()]);
    let client_id = OauthApp::default().client_id;
    fake.apps(|it| {
        it.push(App { client_id, installations: vec![installation], ..App::default() });
    });
    assert_eq!(seen(&fake, &token).await?, ["shop"]);
    Ok(())
}

#[tokio::test]
async fn a_token_of_eight_hours_is_renewed_once() -> Tested {
    let (fake, seconds) = started(OauthApp::default()).await?;
    let first = signed_in(&fake).await?;
    assert_eq!(first["expires_in"], "28800");
    seconds.store(28_800, Ordering::Relaxed);
    assert_eq!(get(&fake, "/user", &first["access_token"]).await?.status, 401);
    let renewal = json!({ "grant_type": "refresh_token", "refresh_token": first["refresh_token"] });
    let second = exchanged(&fake, &renewal).await?;
    assert_eq!(get(&fake, "/user", &second["access_token"]).await?.status, 200);
    assert_eq!(exchanged(&fake, &renewal).await?["error"], "bad_refresh_token");
    Ok(())
}
