//! `/welcome`: which organization, and with which credential. The token is handed
//! to `Connect` and nowhere else: it is never printed, logged or stored here.

use askama::Template;
use axum::extract::Form;
use axum::extract::rejection::FormRejection;
use axum::response::{IntoResponse, Redirect, Response};
use names::OrgLogin;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use store::{NamedOrganization, Trigger};

use super::crawl::enqueue_crawl;
use super::settings::{Credential, credentials};
use crate::app::{App, Connected};
use crate::error::{AppError, form_page};
use crate::layout::{Layout, Section};
use crate::links;
use crate::routes::{Need, Routes};

pub(crate) fn routes() -> Routes {
    Routes::new().get(links::START, Need::OPERATOR, ask).post(links::START, Need::OPERATOR, begin)
}

#[derive(Template)]
#[template(path = "pages/welcome.html")]
struct WelcomePage {
    layout: Layout,
    /// As it was typed.
    organization: String,
    has_credential: bool,
    has_app: bool,
    /// What is known of the credentials in use.
    credentials: Vec<Credential>,
    /// Why it did not work, and what to do.
    refusal: Option<String>,
}

async fn ask(app: App) -> Result<Response, AppError> {
    form(&app, String::new(), None).await
}

/// What the form sends. `SecretString` has no `Display` and hides in `Debug`.
#[derive(Debug, Deserialize)]
struct Asked {
    #[serde(default)]
    organization: String,
    #[serde(default)]
    token: SecretString,
}

async fn begin(app: App, asked: Result<Form<Asked>, FormRejection>) -> Result<Response, AppError> {
    let Ok(Form(asked)) = asked else {
        return Err(AppError::BadRequest("Go back and send the form again.".to_owned()));
    };
    let typed: String = asked.organization.trim().chars().take(200).collect();
    let login: OrgLogin = match login_in(&typed).parse() {
        Ok(login) => login,
        Err(error) => {
            let refusal = if typed.is_empty() {
                "Say which organization to look at.".to_owned()
            } else {
                format!("{error}.")
            };
            return form(&app, typed, Some(refusal)).await;
        }
    };
    // An empty token stands for the credential that is at hand.
    let has_given_credential = !asked.token.expose_secret().trim().is_empty();
    match app.connect.connect(login, asked.token).await {
        Ok(Connected { login, check }) => {
            first_crawl(&app, &NamedOrganization { login, check, has_given_credential }).await
        }
        Err(sentence) => form(&app, typed, Some(sentence)).await,
    }
}

/// People paste the organization's address as often as they type its login.
fn login_in(typed: &str) -> &str {
    let Some((_, after)) = typed.split_once("://") else { return typed };
    let path = after.split_once('/').map_or("", |(_, path)| path);
    let path = path.strip_prefix("orgs/").unwrap_or(path);
    path.split(['/', '?', '#']).next().unwrap_or(path)
}

async fn first_crawl(app: &App, named: &NamedOrganization) -> Result<Response, AppError> {
    let (actor, now) = (app.reader.actor(), app.now());
    let organization = app.store.name_organization(named, &actor, now).await?;
    enqueue_crawl(app, organization, Trigger::First).await?;
    Ok(Redirect::to(&links::crawl_now(&named.login)).into_response())
}

async fn form(
    app: &App,
    organization: String,
    refusal: Option<String>,
) -> Result<Response, AppError> {
    let layout = Layout::general(app, Section::Elsewhere, "Welcome").await?;
    let has_credential = app.connect.has_credential();
    let has_app = app.connect.has_app();
    let credentials = if has_app { credentials(app).await? } else { Vec::new() };
    let is_refused = refusal.is_some();
    let page = WelcomePage { layout, organization, has_credential, has_app, credentials, refusal };
    form_page(&page, is_refused)
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::*;
    use crate::testing::{get, post, words};

    #[test]
    fn an_organizations_address_is_as_good_as_its_login() {
        let typed = ["acme", "https://github.com/acme", "https://github.com/orgs/acme/people?x=1"];
        assert_eq!(typed.map(login_in), ["acme"; 3]);
    }

    #[tokio::test]
    async fn a_good_token_adds_the_organization_and_queues_its_first_crawl() {
        let store = store::testing::store().await;
        let (status, _, location) =
            post(&store, "/welcome", "organization=acme&token=token-of-octavia").await;
        assert_eq!((status, location.as_str()), (StatusCode::SEE_OTHER, "/orgs/acme/crawl"));
        let (status, page) = get(&store, &location).await;
        assert_eq!(status, StatusCode::OK);
        assert!(words(&page).contains("Queued. It starts in a moment."));
        assert!(page.contains(r#"<noscript><meta http-equiv="refresh" content="2"></noscript>"#));
    }

    #[tokio::test]
    async fn a_refused_token_keeps_the_form_but_never_the_token() {
        let store = store::testing::store().await;
        let (status, page, _) =
            post(&store, "/welcome", "organization=acme&token=ghp_secret").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(words(&page).contains("GitHub does not take this token. Make a new one."));
        assert!(page.contains(r#"value="acme""#) && !page.contains("ghp_secret"));
        assert!(store.organizations().await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn what_cannot_be_a_login_is_refused_before_github_is_asked() {
        let store = store::testing::store().await;
        let (status, page, _) =
            post(&store, "/welcome", "organization=a+b%3Cb%3E&token=token-of-octavia").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            words(&page).contains("is not an organization's login") && !page.contains("a b<b>")
        );
    }
}
