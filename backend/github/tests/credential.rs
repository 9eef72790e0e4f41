//! What a person's token is told about itself, against the stand-in GitHub.

use chrono::{DateTime, Utc};
use github::{Client, Endpoints, SingleSignOn};
use github_fake::{Fake, Grant, NewRepository, Options, World};
use names::OrgLogin;
use secrecy::SecretString;

type Test = Result<(), Box<dyn std::error::Error>>;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap_or_default()
}

/// What is found out about a token at `acme`, which has two private repositories.
async fn checked(
    token: github_fake::Credential,
) -> Result<github::Credential, Box<dyn std::error::Error>> {
    let mut world = World::new(now());
    world.add_organization("acme")?;
    for name in ["shop", "vault"] {
        world.create(NewRepository::named("acme", name)?)?;
    }
    let options = Options { credentials: vec![token], ..Options::default() };
    let fake = Fake::start(world, options).await?;
    let endpoints = Endpoints::from_settings(Some(&fake.api_url()), None)?;
    let token = SecretString::from(fake.token().to_owned());
    let acme: OrgLogin = "acme".parse()?;
    Ok(Client::new(endpoints, Some(token))?.credential_for(&acme).await?)
}

#[tokio::test]
async fn a_token_that_sees_everything_has_nothing_to_warn_of() -> Test {
    let credential = checked(github_fake::Credential::default()).await?;
    let words = credential.in_words().join(" ");
    assert!(words.contains("It sees 2 repositories of 2."), "{words}");
    assert_eq!(credential.warnings(now()), Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn a_fine_grained_token_says_how_many_it_was_not_granted() -> Test {
    let grant = Grant {
        owner: "acme".to_owned(),
        repositories: Some(vec!["shop".to_owned()]),
        permissions: [("contents".to_owned(), "read".to_owned())].into(),
    };
    let token = github_fake::Credential {
        scopes: None,
        grant: Some(grant),
        ..github_fake::Credential::default()
    };
    let warnings = checked(token).await?.warnings(now());
    assert!(warnings[0].starts_with("1 repository is hidden"), "{warnings:?}");
    Ok(())
}

#[tokio::test]
async fn a_token_that_single_sign_on_keeps_out_is_told_so() -> Test {
    let token = github_fake::Credential {
        not_authorized_for: vec!["acme".to_owned()],
        ..github_fake::Credential::default()
    };
    let credential = checked(token).await?;
    assert_eq!(credential.single_sign_on, SingleSignOn::Required);
    let warnings = credential.warnings(now());
    assert!(warnings[0].contains("Configure SSO"), "{warnings:?}");
    assert!(!warnings[0].contains("authorization_request"), "{warnings:?}");
    Ok(())
}
