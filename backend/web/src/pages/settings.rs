//! `/settings`: with which credential each organization is crawled and when, and which
//! catalogue everything is scored by, in words.

mod access;
mod catalogue;

use askama::Template;
use store::{CredentialCheck, Organization};

use self::catalogue::Catalogue;
use crate::app::App;
use crate::error::{AppError, Page, page};
use crate::format::Moment;
use crate::layout::{Layout, Section};
use crate::links;
use crate::routes::{Need, Routes};

pub(crate) fn routes() -> Routes {
    Routes::new().get(links::SETTINGS, Need::OPERATOR, show).post(
        links::REFRESH_CATALOG,
        Need::OPERATOR,
        catalogue::refresh,
    )
}

async fn show(app: App) -> Page {
    let credentials = credentials(&app).await?;
    let layout = Layout::general(&app, Section::Settings, "Settings").await?;
    let catalogue = Catalogue::read(&app).await?;
    let has_accounts = app.store.has_local_accounts().await?;
    page(&SettingsPage {
        layout,
        credentials,
        has_app: app.connect.has_app(),
        access: access::sentences(&app.access, has_accounts),
        catalogue,
    })
}

#[derive(Template)]
#[template(path = "pages/settings.html")]
struct SettingsPage {
    layout: Layout,
    credentials: Vec<Credential>,
    has_app: bool,
    /// Who may look.
    access: Vec<String>,
    catalogue: Catalogue,
}

/// One organization's credential and schedules.
pub(super) struct Credential {
    pub(super) owner: String,
    link: String,
    settings_link: String,
    is_sample: bool,
    /// When it was looked at; none before the first time.
    checked: Option<Moment>,
    pub(super) sentences: Vec<String>,
    pub(super) warnings: Vec<String>,
    /// Where people's disputes are, if there are some.
    pub(super) disputes: Option<String>,
    schedules: [Schedule; 2],
}

struct Schedule {
    title: &'static str,
    cron: String,
    words: String,
    next: Vec<Moment>,
}

/// Every organization; the sample needs no credential of anyone's.
pub(super) async fn credentials(app: &App) -> Result<Vec<Credential>, AppError> {
    let of = |(organization, check, is_disputed): (Organization, _, bool)| {
        let disputes = is_disputed.then(|| links::disputes(&organization.login));
        Credential::new(app, &organization, check, disputes)
    };
    Ok(app.credentials().await?.into_iter().map(of).collect())
}

impl Credential {
    fn new(
        app: &App,
        organization: &Organization,
        check: Option<CredentialCheck>,
        disputes: Option<String>,
    ) -> Self {
        let now = app.now();
        let schedule = |title, cron: &str| {
            let reading = (app.read_schedule)(cron, &organization.time_zone, now);
            let next = reading.next.into_iter().map(|it| Moment::new(it, now)).collect();
            Schedule { title, cron: cron.to_owned(), words: reading.words, next }
        };
        Self {
            owner: organization.login.to_string(),
            link: links::organization(&organization.login),
            is_sample: organization.is_sample,
            settings_link: links::organization_settings(&organization.login),
            checked: check.as_ref().map(|it| Moment::new(it.checked_at, now)),
            schedules: [
                schedule("Full crawl", &organization.full_schedule),
                schedule("Look at what is new", &organization.listing_schedule),
            ],
            disputes,
            sentences: check.as_ref().map(|it| it.sentences.clone()).unwrap_or_default(),
            warnings: check.map(|it| it.warnings).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use store::CredentialCheck;

    use crate::testing::{at, get, organization, words};

    #[tokio::test]
    async fn without_an_organization_the_page_says_how_to_begin() {
        let store = store::testing::store().await;
        let (status, page) = get(&store, "/settings").await;
        assert_eq!(status, StatusCode::OK);
        assert!(words(&page).contains("Add an organization"), "{}", words(&page));
    }

    #[tokio::test]
    async fn a_credential_is_told_in_words_and_a_warning_stands_on_crawls_too() {
        let store = store::testing::store().await;
        let acme = organization(&store, "acme").await;
        let (_, page) = get(&store, "/settings").await;
        assert!(words(&page).contains("not looked at yet"), "{}", words(&page));
        let check = CredentialCheck {
            checked_at: at("2026-11-23T11:00:00Z"),
            sentences: vec!["The token is <b>octavia</b>\u{2019}s.".to_owned()],
            warnings: vec!["The token expires in 6 days.".to_owned()],
            expires_at: None,
        };
        store.save_credential_check(acme, &check).await.unwrap();
        let (_, page) = get(&store, "/settings").await;
        let text = words(&page);
        assert!(text.contains("The token is <b>octavia</b>\u{2019}s."), "{text}");
        assert!(text.contains("The token expires in 6 days."), "{text}");
        assert!(text.contains("at \u{201c}0 3 * * *\u{201d} UTC"), "{text}");
        let (_, page) = get(&store, "/crawls").await;
        assert!(words(&page).contains("acme: The token expires in 6 days."));
    }
}
