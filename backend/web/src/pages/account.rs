//! `/account`: who somebody is here, what lets them in, and how a program comes in for them.

mod browser;
mod password;
mod sessions;
#[cfg(test)]
mod tests;
mod tokens;

use askama::Template;
use axum::response::Response;
use store::{Person, SessionId, SignInMethod};

use self::password::PasswordForm;
use self::sessions::SessionRow;
use self::tokens::{TokenForm, TokenRow};
use crate::app::App;
use crate::error::{AppError, form_page};
use crate::layout::{Layout, Section};
use crate::links;
use crate::people::{method_words, role_words};
use crate::reader::{Reader, Who};
use crate::routes::{Need, Routes};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(links::ACCOUNT, Need::VIEWER, show)
        .post("/account/sessions/{id}/end", Need::VIEWER, sessions::end)
        .post(links::END_OTHER_SESSIONS, Need::VIEWER, sessions::end_others)
        .post(links::END_SESSIONS, Need::VIEWER, sessions::end_all)
        .post(links::TOKENS, Need::VIEWER, tokens::make)
        .post("/account/tokens/{id}/revoke", Need::VIEWER, tokens::revoke)
        .post(links::PASSWORD, Need::VIEWER, password::change)
}

#[derive(Template)]
#[template(path = "pages/account.html")]
struct AccountPage {
    layout: Layout,
    view: Result<AccountView, &'static str>,
}

/// The whole page of a person.
struct AccountView {
    name: String,
    account: String,
    role: &'static str,
    method: &'static str,
    sessions: Vec<SessionRow>,
    tokens: Vec<TokenRow>,
    forms: Forms,
}

/// The forms: empty, or as somebody sent one that was refused.
#[derive(Default)]
struct Forms {
    token: TokenForm,
    password: Option<PasswordForm>,
    /// A token that was made just now: it is shown this once.
    made: Option<String>,
}

async fn show(app: App) -> Result<Response, AppError> {
    answer(&app, Forms::default()).await
}

/// The page, with what became of a form.
async fn answer(app: &App, forms: Forms) -> Result<Response, AppError> {
    let is_refused = forms.token.refusal.is_some() || forms.password.is_some();
    let view = match signed_in(&app.reader) {
        Ok((person, session)) => Ok(AccountView::read(app, person, session, forms).await?),
        Err(sentence) => Err(sentence),
    };
    let layout = Layout::general(app, Section::Elsewhere, "Your account").await?;
    form_page(&AccountPage { layout, view }, is_refused)
}

/// Who signed in with a browser, and by which session; else why there is no account to show.
fn signed_in(reader: &Reader) -> Result<(&Person, Option<SessionId>), &'static str> {
    match &reader.who {
        Who::Person(person, session) => Ok((person, *session)),
        Who::Program(..) => Err(
            "A program has no account of its own. Whoever made its token signs in with a browser to change it.",
        ),
        Who::Machine | Who::Nobody => Err(
            "Nobody signs in here: Drydock is open to whoever sits at this machine. Once a way to sign in is set, everybody has a page of their own here, with their sessions and API tokens.",
        ),
    }
}

/// Whoever signed in, for what only they may do; no token makes or ends another one.
fn owner(app: &App) -> Result<(&Person, Option<SessionId>), AppError> {
    signed_in(&app.reader).map_err(|sentence| AppError::Refused(sentence.to_owned()))
}

impl AccountView {
    async fn read(
        app: &App,
        person: &Person,
        session: Option<SessionId>,
        forms: Forms,
    ) -> Result<Self, AppError> {
        let now = app.now();
        let sessions = app.store.sessions(person.id, now).await?;
        let tokens = app.store.api_tokens(person.id).await?;
        let has_password = person.method == SignInMethod::Local;
        let password = forms.password.or_else(|| has_password.then(PasswordForm::default));
        let may_write = app.reader.may(store::Role::Editor);
        let mine = |it: &store::read::sessions::SessionLine| session == Some(it.id);
        Ok(Self {
            name: person.name.clone(),
            account: person.account(),
            role: role_words(person.role),
            method: method_words(person.method),
            sessions: sessions.iter().map(|it| SessionRow::new(it, mine(it), now)).collect(),
            tokens: tokens.iter().map(|it| TokenRow::new(it, now)).collect(),
            forms: Forms { password, token: TokenForm { may_write, ..forms.token }, ..forms },
        })
    }

    /// Whether there is a session besides the one at hand.
    fn has_others(&self) -> bool {
        self.sessions.iter().any(|it| !it.is_this)
    }
}
