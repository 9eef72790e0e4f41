//! Signing in with OpenID Connect: who is let in, and every lie that is seen through.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use github::Endpoints;
use secrecy::SecretString;
use serde_json::{Value, json};
use web::sign_in::{Answer, Flow, SignIn as _, SignInError, SignedIn};

use super::provider::{Key, Provider, SECRET};
use super::{Fails, Test, brought_back, browser, clock, flow, location, noon, reason};
use crate::settings::sign_in::{OidcSignIn, SignInSettings};
use crate::sign_in::Providers;

struct Stage {
    provider: Provider,
    providers: Providers,
    seconds: Arc<AtomicI64>,
}

impl Stage {
    async fn set(key: Key, change: impl FnOnce(&mut OidcSignIn)) -> Result<Self, Fails> {
        let provider = Provider::start(key).await?;
        let mut oidc = OidcSignIn {
            issuer: provider.issuer.clone(),
            name: None,
            client_id: "drydock".to_owned(),
            client_secret: SecretString::from(SECRET),
            email_domains: Vec::new(),
        };
        change(&mut oidc);
        let settings = SignInSettings {
            public_url: Some("https://drydock.example".to_owned()),
            oidc: Some(oidc),
            ..SignInSettings::default()
        };
        let (clock, seconds) = clock();
        let providers = Providers::new(&settings, &Endpoints::default(), clock)?;
        Ok(Self { provider, providers, seconds })
    }

    async fn of(key: Key) -> Result<Self, Fails> {
        Self::set(key, |_| {}).await
    }

    async fn answered(&self) -> Result<Answer, Fails> {
        let page = self.providers.begin("oidc", &flow()).await?;
        brought_back(&location(&browser()?.get(page).send().await?)?)
    }

    async fn finished(&self, answer: &Answer) -> Result<SignedIn, SignInError> {
        self.providers.finish("oidc", answer, &flow()).await
    }

    async fn signed_in(&self) -> Result<SignedIn, SignInError> {
        let answer = self.answered().await.map_err(|it| SignInError::Failed(it.to_string()))?;
        self.finished(&answer).await
    }

    /// Signs in while the provider says something else, and gives the reason that it fails.
    async fn told(&self, claim: &'static str, lie: Value) -> String {
        self.provider.known().claims = Box::new(move |it| it[claim] = lie.clone());
        reason(self.signed_in().await)
    }
}

#[tokio::test]
async fn a_person_signs_in_whatever_the_provider_signs_with() -> Test {
    for key in [Key::rsa(), Key::ec(), Key::ed()] {
        let stage = Stage::of(key).await?;
        let person = stage.signed_in().await?;
        assert_eq!(person.subject, format!("{} 248289761001", stage.provider.issuer));
        assert_eq!(person.name, "Jane Doe");
        assert_eq!(person.handles, ["oidc:jane@acme.example", "oidc-sub:248289761001"]);
        assert!(person.token.is_none());
    }
    Ok(())
}

#[tokio::test]
async fn the_provider_is_asked_about_itself_once_an_hour() -> Test {
    let stage = Stage::of(Key::rsa()).await?;
    assert_eq!(stage.providers.methods()[0].words, "Sign in with 127.0.0.1");
    stage.signed_in().await?;
    stage.signed_in().await?;
    let times = |path| stage.provider.times(path);
    assert_eq!((times("/.well-known/openid-configuration"), times("/keys")), (1, 1));
    stage.seconds.store(3600, Ordering::Relaxed);
    let at = noon().timestamp() + 3600;
    stage.provider.known().claims = Box::new(move |it| {
        it["iat"] = json!(at);
        it["exp"] = json!(at + 300);
    });
    stage.signed_in().await?;
    assert_eq!((times("/.well-known/openid-configuration"), times("/keys")), (2, 2));
    Ok(())
}

#[tokio::test]
async fn a_new_key_is_asked_for_and_an_old_one_is_forgotten() -> Test {
    let stage = Stage::of(Key::rsa()).await?;
    stage.signed_in().await?;
    stage.seconds.store(61, Ordering::Relaxed);
    stage.provider.known().rotate(Key::ec(), "second", true);
    stage.signed_in().await?;
    assert_eq!(stage.provider.times("/keys"), 2);
    // The first key is shown no more, so nothing it signs is good.
    stage.seconds.store(122, Ordering::Relaxed);
    stage.provider.known().rotate(Key::rsa(), "first", false);
    assert!(reason(stage.signed_in().await).contains("its key is unknown"));
    Ok(())
}

#[tokio::test]
async fn keys_are_asked_for_once_a_minute_whatever_tokens_name() -> Test {
    let stage = Stage::of(Key::rsa()).await?;
    stage.provider.known().rotate(Key::other_rsa(), "unheard-of", false);
    for _ in 0..3 {
        assert!(reason(stage.signed_in().await).contains("its key is unknown"));
    }
    assert_eq!(stage.provider.times("/keys"), 1);
    Ok(())
}

#[tokio::test]
async fn a_signature_of_another_key_under_the_known_name_is_refused() -> Test {
    let stage = Stage::of(Key::rsa()).await?;
    stage.provider.known().rotate(Key::other_rsa(), "first", false);
    assert!(reason(stage.signed_in().await).contains("InvalidSignature"));
    Ok(())
}

#[tokio::test]
async fn a_token_that_nobody_or_a_shared_secret_signed_is_refused() -> Test {
    for key in [Key::Nothing, Key::Hmac] {
        let stage = Stage::of(key).await?;
        let why = reason(stage.signed_in().await);
        assert!(why.contains("not signed with RS256, ES256 or EdDSA"), "{why}");
    }
    Ok(())
}

#[tokio::test]
async fn every_claim_is_held_to_what_it_must_be() -> Test {
    let stage = Stage::of(Key::rsa()).await?;
    let now = noon().timestamp();
    for (claim, lie, why) in [
        ("nonce", json!("another"), "another sign-in"),
        ("nonce", Value::Null, "another sign-in"),
        ("aud", json!("somebody-else"), "InvalidAudience"),
        ("aud", json!(["drydock", "somebody-else"]), "for others, too"),
        ("aud", Value::Null, "aud"),
        ("azp", json!("somebody-else"), "asked for by another"),
        ("iss", json!(format!("{}/", stage.provider.issuer)), "InvalidIssuer"),
        ("iss", json!("https://evil.example"), "InvalidIssuer"),
        ("iss", Value::Null, "iss"),
        ("exp", json!(now - 60), "time is over"),
        ("exp", json!("tomorrow"), "does not say what"),
        ("iat", json!(now + 61), "time is over"),
        ("nbf", json!(now + 61), "time is over"),
        ("sub", json!(""), "subject"),
        ("sub", json!("a\0b"), "subject"),
        ("sub", json!("x".repeat(256)), "subject"),
    ] {
        let reason = stage.told(claim, lie.clone()).await;
        assert!(reason.contains(why), "{claim} {lie}: {reason}");
    }
    // A clock may be a minute off.
    for (claim, lie) in [("exp", now - 59), ("iat", now + 60)] {
        assert_eq!(stage.told(claim, json!(lie)).await, "None");
    }
    Ok(())
}

#[tokio::test]
async fn a_code_is_good_once_and_with_its_verifier() -> Test {
    let stage = Stage::of(Key::rsa()).await?;
    let answer = stage.answered().await?;
    stage.finished(&answer).await?;
    assert_eq!(stage.finished(&answer).await.err(), Some(SignInError::Over));
    let answer = stage.answered().await?;
    let stolen = Flow { verifier: SecretString::from("guess"), ..flow() };
    let error = stage.providers.finish("oidc", &answer, &stolen).await.err();
    assert_eq!(error, Some(SignInError::Over));
    Ok(())
}

#[tokio::test]
async fn the_answer_of_another_provider_is_not_taken() -> Test {
    let stage = Stage::of(Key::rsa()).await?;
    let answer = stage.answered().await?;
    for issuer in [None, Some("https://evil.example".to_owned())] {
        let mixed_up = Answer { issuer, ..answer.clone() };
        assert!(reason(stage.finished(&mixed_up).await).contains("not from the provider"));
    }
    Ok(())
}

#[tokio::test]
async fn a_provider_that_calls_itself_otherwise_or_leads_into_the_clear_is_refused() -> Test {
    let stage = Stage::of(Key::rsa()).await?;
    stage.provider.known().about = Box::new(|it| it["issuer"] = json!("https://evil.example"));
    let begun = reason(stage.providers.begin("oidc", &flow()).await);
    assert!(begun.contains("calls itself https://evil.example"), "{begun}");
    stage.provider.known().about = Box::new(|it| it["token_endpoint"] = json!("ftp://x/token"));
    let begun = reason(stage.providers.begin("oidc", &flow()).await);
    assert!(begun.contains("not https"), "{begun}");
    Ok(())
}

#[tokio::test]
async fn what_the_id_token_leaves_out_is_asked_for_of_the_same_person() -> Test {
    let stage = Stage::of(Key::rsa()).await?;
    stage.signed_in().await?;
    assert_eq!(stage.provider.times("/told"), 0);
    {
        let mut known = stage.provider.known();
        known.claims = Box::new(|it| {
            it["email"] = Value::Null;
            it["name"] = Value::Null;
        });
        known.told = json!({
            "sub": "248289761001",
            "preferred_username": "jane",
            "email": "jane@acme.example",
            "email_verified": true,
        });
    }
    let person = stage.signed_in().await?;
    assert_eq!(
        (person.name.as_str(), person.handles[0].as_str()),
        ("jane", "oidc:jane@acme.example")
    );
    stage.provider.known().told["sub"] = json!("another");
    assert_eq!(reason(stage.signed_in().await), "the provider tells of another person");
    Ok(())
}

#[tokio::test]
async fn an_email_address_that_nobody_vouches_for_makes_no_operator() -> Test {
    let stage = Stage::of(Key::rsa()).await?;
    for unsure in [json!(false), Value::Null, json!("yes")] {
        stage.provider.known().claims = Box::new(move |it| it["email_verified"] = unsure.clone());
        let handles = stage.signed_in().await.map(|it| it.handles);
        // A provider that writes nothing where something must be is no better.
        assert!(handles.is_err() || handles? == ["oidc-sub:248289761001"]);
    }
    stage.provider.known().claims = Box::new(|it| it["email_verified"] = json!("true"));
    assert_eq!(stage.signed_in().await?.handles[0], "oidc:jane@acme.example");
    Ok(())
}

#[tokio::test]
async fn only_confirmed_addresses_at_the_named_domains_are_let_in() -> Test {
    let domains = |it: &mut OidcSignIn| it.email_domains = vec!["acme.example".to_owned()];
    let stage = Stage::set(Key::rsa(), domains).await?;
    stage.signed_in().await?;
    for (email, is_verified) in [
        ("jane@evil.example", true),
        ("jane@evil-acme.example", true),
        ("jane@acme.example@evil.example", true),
        ("jane@acme.example", false),
    ] {
        stage.provider.known().claims = Box::new(move |it| {
            it["email"] = json!(email);
            it["email_verified"] = json!(is_verified);
        });
        let error = stage.signed_in().await.err();
        assert!(matches!(error, Some(SignInError::NotLetIn(_))), "{email}: {error:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_secret_goes_in_the_form_where_the_provider_wants_it_there() -> Test {
    let stage = Stage::of(Key::rsa()).await?;
    stage.provider.known().about = Box::new(|it| {
        it["token_endpoint_auth_methods_supported"] = json!(["client_secret_post"]);
    });
    stage.signed_in().await?;
    Ok(())
}

#[tokio::test]
async fn a_wrong_secret_is_said_without_showing_it() -> Test {
    let wrong = |it: &mut OidcSignIn| it.client_secret = SecretString::from("hunter2");
    let stage = Stage::set(Key::rsa(), wrong).await?;
    let why = reason(stage.signed_in().await);
    assert_eq!(why, "the provider refuses the code: invalid_client");
    Ok(())
}

#[tokio::test]
async fn a_provider_that_does_not_answer_is_said_to_be_so() -> Test {
    let away = |it: &mut OidcSignIn| it.issuer = "http://127.0.0.1:9".to_owned();
    let stage = Stage::set(Key::rsa(), away).await?;
    let error = stage.providers.begin("oidc", &flow()).await.err();
    assert!(matches!(error, Some(SignInError::Unreachable(_))), "{error:?}");
    Ok(())
}
