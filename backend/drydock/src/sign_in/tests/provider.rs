//! A small provider of OpenID Connect over HTTP that lies as it is told.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RsaKeyPair,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Fails, noon};

pub(super) const SECRET: &str = "s3cret/of the-client";
const ACCESS_TOKEN: &str = "an-access-token";

/// What a provider signs with.
pub(super) enum Key {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
    /// As if a shared secret were a key.
    Hmac,
    /// Not at all.
    Nothing,
}

type Said = HashMap<String, String>;

/// Changes what is about to be said.
pub(super) type Lie = Box<dyn Fn(&mut Value) + Send>;

/// What a provider knows.
pub(super) struct Known {
    pub(super) key: Key,
    pub(super) key_id: String,
    /// The keys that it shows.
    pub(super) shown: Vec<Value>,
    pub(super) about: Lie,
    pub(super) claims: Lie,
    /// What it tells apart from the id token.
    pub(super) told: Value,
    /// The paths that it was asked.
    pub(super) asked: Vec<String>,
    issuer: String,
    codes: HashMap<String, Said>,
}

/// A running provider.
pub(super) struct Provider {
    pub(super) issuer: String,
    known: Arc<Mutex<Known>>,
}

type Shared = State<Arc<Mutex<Known>>>;

fn lock(known: &Mutex<Known>) -> MutexGuard<'_, Known> {
    known.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Provider {
    /// A provider that signs with a key and shows it.
    pub(super) async fn start(key: Key) -> Result<Self, Fails> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let issuer = format!("http://{}", listener.local_addr()?);
        let known = Known {
            shown: vec![key.shown("first")],
            key,
            key_id: "first".to_owned(),
            about: Box::new(|_| {}),
            claims: Box::new(|_| {}),
            told: Value::Null,
            asked: Vec::new(),
            issuer: issuer.clone(),
            codes: HashMap::new(),
        };
        let known = Arc::new(Mutex::new(known));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(about))
            .route("/keys", get(keys))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .route("/told", get(told))
            .with_state(Arc::clone(&known));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { issuer, known })
    }

    pub(super) fn known(&self) -> MutexGuard<'_, Known> {
        lock(&self.known)
    }

    /// How often something was asked.
    pub(super) fn times(&self, path: &str) -> usize {
        self.known().asked.iter().filter(|it| *it == path).count()
    }
}

impl Known {
    /// Signs with another key from now on, and shows it or not.
    pub(super) fn rotate(&mut self, key: Key, key_id: &str, shows: bool) {
        self.shown.retain(|_| !shows);
        if shows {
            self.shown.push(key.shown(key_id));
        }
        self.key = key;
        key_id.clone_into(&mut self.key_id);
    }

    fn id_token(&self, said: &Said) -> String {
        let mut claims = json!({
            "iss": self.issuer,
            "aud": said["client_id"],
            "sub": "248289761001",
            "iat": noon().timestamp(),
            "exp": noon().timestamp() + 300,
            "nonce": said["nonce"],
            "name": "Jane Doe",
            "email": "Jane@Acme.example",
            "email_verified": true,
        });
        (self.claims)(&mut claims);
        let head = json!({ "alg": self.key.algorithm(), "typ": "JWT", "kid": self.key_id });
        let part = |it: &Value| URL_SAFE_NO_PAD.encode(it.to_string());
        let text = format!("{}.{}", part(&head), part(&claims));
        let signature = self.key.signature(text.as_bytes());
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

impl Key {
    /// The key of the stand-in GitHub's App, which opens nothing anywhere else.
    pub(super) fn rsa() -> Self {
        Self::of_pem(include_str!("../../../../github-fake/tests/app/key.pem"))
    }

    pub(super) fn other_rsa() -> Self {
        Self::of_pem(include_str!("../../../../github-fake/tests/app/other-key.pem"))
    }

    fn of_pem(pem: &str) -> Self {
        let lines: String = pem.lines().filter(|it| !it.starts_with('-')).collect();
        Self::Rsa(RsaKeyPair::from_der(&STANDARD.decode(lines).unwrap()).unwrap())
    }

    pub(super) fn ec() -> Self {
        let (random, kind) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
        let key = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        Self::Ec(EcdsaKeyPair::from_pkcs8(kind, key.as_ref(), &random).unwrap())
    }

    pub(super) fn ed() -> Self {
        let key = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self::Ed(Ed25519KeyPair::from_pkcs8(key.as_ref()).unwrap())
    }

    fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "RS256",
            Self::Ec(_) => "ES256",
            Self::Ed(_) => "EdDSA",
            Self::Hmac => "HS256",
            Self::Nothing => "none",
        }
    }

    fn shown(&self, id: &str) -> Value {
        let text = |it: &[u8]| URL_SAFE_NO_PAD.encode(it);
        let mut key = match self {
            Self::Rsa(key) => {
                let public = ring::rsa::PublicKeyComponents::<Vec<u8>>::from(key.public());
                json!({ "kty": "RSA", "n": text(&public.n), "e": text(&public.e) })
            }
            Self::Ec(key) => {
                let (x, y) = key.public_key().as_ref()[1..].split_at(32);
                json!({ "kty": "EC", "crv": "P-256", "x": text(x), "y": text(y) })
            }
            Self::Ed(key) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "x": text(key.public_key().as_ref()) })
            }
            Self::Hmac | Self::Nothing => json!({ "kty": "oct", "k": text(SECRET.as_bytes()) }),
        };
        key["kid"] = json!(id);
        key["use"] = json!("sig");
        key
    }

    fn signature(&self, text: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, text, &mut signature).unwrap();
                signature
            }
            Self::Ec(key) => key.sign(&random, text).unwrap().as_ref().to_vec(),
            Self::Ed(key) => key.sign(text).as_ref().to_vec(),
            Self::Hmac => {
                let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, SECRET.as_bytes());
                ring::hmac::sign(&key, text).as_ref().to_vec()
            }
            Self::Nothing => Vec::new(),
        }
    }
}

async fn about(State(known): Shared, uri: Uri) -> Json<Value> {
    let mut known = lock(&known);
    known.asked.push(uri.path().to_owned());
    let issuer = &known.issuer;
    let mut about = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize?tenant=acme"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "userinfo_endpoint": format!("{issuer}/told"),
        "authorization_response_iss_parameter_supported": true,
    });
    (known.about)(&mut about);
    Json(about)
}

async fn keys(State(known): Shared, uri: Uri) -> Json<Value> {
    let mut known = lock(&known);
    known.asked.push(uri.path().to_owned());
    Json(json!({ "keys": known.shown }))
}

async fn told(State(known): Shared, headers: HeaderMap, uri: Uri) -> Json<Value> {
    let mut known = lock(&known);
    known.asked.push(uri.path().to_owned());
    assert_eq!(headers["authorization"], format!("Bearer {ACCESS_TOKEN}"));
    Json(known.told.clone())
}

/// Everybody who comes is Jane, and approves.
async fn authorize(State(known): Shared, Query(said): Query<Said>) -> impl IntoResponse {
    let mut known = lock(&known);
    let code = format!("code-of-jane-{}", known.codes.len());
    let mut back = reqwest::Url::parse(&said["redirect_uri"]).unwrap();
    back.query_pairs_mut()
        .append_pair("code", &code)
        .append_pair("state", &said["state"])
        .append_pair("iss", &known.issuer);
    for secret in [&code, &said["state"], &said["nonce"]] {
        test_logs::secret(secret);
    }
    known.codes.insert(code, said);
    (StatusCode::FOUND, [(header::LOCATION, back.to_string())])
}

async fn token(
    State(known): Shared,
    headers: HeaderMap,
    Form(said): Form<Said>,
) -> impl IntoResponse {
    let mut known = lock(&known);
    let refused = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error })));
    let basic = STANDARD.encode("drydock:s3cret%2Fof%20the-client");
    let by_header = headers.get("authorization").is_some_and(|it| *it == format!("Basic {basic}"));
    let by_form = said.get("client_secret").is_some_and(|it| it == SECRET);
    if !by_header && !by_form {
        return refused("invalid_client");
    }
    let Some(asked) = said.get("code").and_then(|it| known.codes.remove(it)) else {
        return refused("invalid_grant");
    };
    let hash = said.get("code_verifier").map(|it| URL_SAFE_NO_PAD.encode(Sha256::digest(it)));
    if hash.as_ref() != asked.get("code_challenge")
        || said.get("redirect_uri") != asked.get("redirect_uri")
    {
        return refused("invalid_grant");
    }
    let id_token = known.id_token(&asked);
    for secret in [SECRET, ACCESS_TOKEN, &basic, &id_token, &said["code_verifier"]] {
        test_logs::secret(secret);
    }
    let answer =
        json!({ "access_token": ACCESS_TOKEN, "token_type": "Bearer", "id_token": id_token });
    (StatusCode::OK, Json(answer))
}
