//! What a thief of the whole database would find.

use super::account::{account, octocat};
use super::support::at;
use crate::testing::{TestStore, store};
use crate::{
    FlowSecrets, NewApiToken, NewFlow, NewSession, Role, SecretKeys, SessionRules, SignInMethod,
    Token, TokenScope,
};

const PASSWORD: &str = "otter-lamp-gravel-nine";

/// Every row of every table as text; bytes are in hexadecimal.
async fn dump(store: &TestStore) -> String {
    let names = "SELECT table_name::text FROM information_schema.tables
                 WHERE table_schema = 'public' AND table_type = 'BASE TABLE'";
    let names: Vec<String> = sqlx::query_scalar(names).fetch_all(store.pool()).await.unwrap();
    let mut dump = String::new();
    for name in names {
        let rows = sqlx::AssertSqlSafe(format!("SELECT it::text FROM {name} AS it"));
        let rows: Vec<String> = sqlx::query_scalar(rows).fetch_all(store.pool()).await.unwrap();
        dump.push_str(&rows.join("\n"));
    }
    dump
}

async fn begin_flow(store: &TestStore, keys: &SecretKeys, [state, browser]: [&Token; 2]) {
    let secrets = FlowSecrets {
        verifier: "verifier-verifier".to_owned().into(),
        nonce: "nonce-nonce-nonce".to_owned().into(),
    };
    let flow = NewFlow {
        method: SignInMethod::Github,
        state,
        browser,
        secrets: &secrets,
        return_to: "/",
        address: [192, 0, 2, 1].into(),
    };
    assert!(store.begin_flow(&flow, keys, at(2)).await.unwrap());
}

#[tokio::test]
async fn a_dump_of_the_database_holds_no_password_and_no_token() {
    let store = store().await;
    let anna = account(&store, "anna", Role::Operator).await;
    let mona = store.recognize_person(&octocat("octocat"), at(1)).await.unwrap();
    let key = SecretKeys::random_key().unwrap();
    let keys = SecretKeys::read(&key, None).unwrap();
    let [cookie, state, browser] = [(), (), ()].map(|()| Token::random().unwrap());
    let user_token = "gho_16C7e42F292c6912E7710c838347Ae178B4a".to_owned();
    let session = NewSession {
        person: &mona,
        token: &cookie,
        replaces: None,
        address: "192.0.2.1",
        browser: "Firefox",
        user_token: Some((&user_token.clone().into(), &keys)),
    };
    store.begin_session(&session, SessionRules::default(), at(2)).await.unwrap();
    let (name, scope, expires_at) = ("export", TokenScope::Write, at(20));
    let new = NewApiToken { person: &anna, name, scope, expires_at };
    let api = store.make_api_token(&new, &anna.acting_from(""), at(2)).await.unwrap().unwrap();
    begin_flow(&store, &keys, [&state, &browser]).await;
    // A password in the field for the name.
    store
        .check_password(PASSWORD, "x".to_owned().into(), [192, 0, 2, 1].into(), at(2))
        .await
        .unwrap();
    let dump = dump(&store).await;
    assert!(dump.contains("octocat") && dump.contains("$argon2id$"), "it is no dump");
    let secrets = [
        PASSWORD,
        cookie.expose(),
        state.expose(),
        browser.expose(),
        api.expose(),
        &user_token,
        "verifier-verifier",
        "nonce-nonce-nonce",
        secrecy::ExposeSecret::expose_secret(&key),
    ];
    for secret in secrets {
        let hex: String = secret.bytes().map(|it| format!("{it:02x}")).collect();
        assert!(!dump.contains(secret) && !dump.contains(&hex), "{secret}");
    }
}
