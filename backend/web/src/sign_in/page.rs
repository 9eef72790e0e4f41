//! `/sign-in`: the ways in, and the form of those who have an account here.

use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::access::{Gate, ReturnTo};
use crate::app::App;
use crate::error::{AppError, form_page};
use crate::layout::{Layout, Section};
use crate::links;
use crate::reader::Who;

/// Where to go afterwards.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Wish {
    #[serde(default)]
    to: String,
}

impl Wish {
    pub(super) fn to(&self) -> ReturnTo {
        ReturnTo::of(&self.to)
    }
}

#[derive(Template)]
#[template(path = "pages/sign_in.html")]
struct SignInPage {
    layout: Layout,
    ways: Vec<Way>,
    has_accounts: bool,
    has_proxy: bool,
    public_url: Option<String>,
    to: String,
    /// What was typed before.
    name: String,
    refusal: Option<&'static str>,
}

/// A way that leads over another site.
struct Way {
    words: String,
    link: String,
}

/// The ways in. Who is in already goes on, and where nobody signs in everybody does.
pub(super) async fn show(app: App, Query(wish): Query<Wish>) -> Result<Response, AppError> {
    let to = wish.to();
    let gate = app.access.gate().filter(|_| matches!(app.reader.who, Who::Nobody));
    let Some(gate) = gate else { return Ok(Redirect::to(to.as_str()).into_response()) };
    form(&app, gate, &to, None).await
}

/// The page, with what was typed and why it was refused.
pub(super) async fn form(
    app: &App,
    gate: &Gate,
    to: &ReturnTo,
    refused: Option<(String, &'static str)>,
) -> Result<Response, AppError> {
    let way = |method: &super::Method| Way {
        words: method.words.clone(),
        link: links::sign_in_with(method.slug, to.as_str()),
    };
    let (name, refusal) = refused.unzip();
    let shown = SignInPage {
        layout: Layout::general(app, Section::Elsewhere, "Sign in").await?,
        ways: gate.sign_in.methods().iter().map(way).collect(),
        has_accounts: app.store.has_local_accounts().await?,
        has_proxy: gate.proxies.header.is_some(),
        public_url: gate.public_url.clone(),
        to: to.as_str().to_owned(),
        name: name.unwrap_or_default(),
        refusal,
    };
    form_page(&shown, refusal.is_some())
}
