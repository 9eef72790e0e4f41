//! What stands around every page: navigation, search, freshness, the sample's banner.

use names::OrgLogin;
use store::Role;
use store::read::OrganizationHeader;

use crate::app::App;
use crate::assets;
use crate::error::AppError;
use crate::freshness::Freshness;
use crate::links;
use crate::reader::Who;

/// The entry of the navigation that the reader is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    /// Organization overview, and the list of organizations.
    Overview,
    /// The table, a repository, a Dockerfile.
    Repositories,
    /// The eight items.
    Checklist,
    /// Base images in use.
    Images,
    /// Who owns what.
    Teams,
    /// What changed.
    Changes,
    /// What ran and what runs.
    Crawls,
    /// Credentials and schedules.
    Settings,
    /// No entry: first run, errors.
    Elsewhere,
}

/// One entry of the navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NavEntry {
    pub(crate) title: &'static str,
    pub(crate) link: String,
    pub(crate) is_current: bool,
}

/// The organization that the page is about.
#[derive(Debug, Clone)]
pub(crate) struct CurrentOrganization {
    pub(crate) login: OrgLogin,
    pub(crate) link: String,
    /// What changed, for feed readers.
    pub(crate) feed_link: String,
    pub(crate) is_sample: bool,
    pub(crate) freshness: Freshness,
    /// A crawl runs: its page.
    pub(crate) crawl_link: Option<String>,
}

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SignedIn {
    pub(crate) name: String,
    pub(crate) role: &'static str,
    /// A session of a browser, which they can end.
    pub(crate) has_session: bool,
}

/// Everything `base.html` prints. Field `layout` of every page's template.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) title: String,
    pub(crate) nav: Vec<NavEntry>,
    pub(crate) signed_in: Option<SignedIn>,
    /// The reader may decide, set targets, ask for crawls: forms for that are there.
    pub(crate) may_edit: bool,
    /// The reader may change settings: links to them are there.
    pub(crate) may_operate: bool,
    /// Nobody is signed in who could be.
    pub(crate) offers_sign_in: bool,
    /// Nobody signs in: whoever sits at this machine may do everything.
    pub(crate) is_open: bool,
    pub(crate) organization: Option<CurrentOrganization>,
    /// The page is fetched again every few seconds while this holds.
    pub(crate) is_live: bool,
}

impl Layout {
    /// Around a page of one organization. An organization we do not know has no page.
    pub(crate) async fn of(
        app: &App,
        org: &OrgLogin,
        section: Section,
        title: impl Into<String>,
    ) -> Result<Self, AppError> {
        let header = app.organization(org).await?;
        Ok(Self::around(app, Some(header), section, title))
    }

    /// Around a page of no organization in particular: with just one, it is that one.
    pub(crate) async fn general(
        app: &App,
        section: Section,
        title: impl Into<String>,
    ) -> Result<Self, AppError> {
        // Nobody is told of any organization.
        if !app.reader.may(Role::Viewer) {
            return Ok(Self::around(app, None, section, title));
        }
        let mut headers = app.organizations().await?;
        let only = if headers.len() == 1 { headers.pop() } else { None };
        Ok(Self::around(app, only, section, title))
    }

    /// Around a page of an organization that is at hand already.
    pub(crate) fn around(
        app: &App,
        header: Option<OrganizationHeader>,
        section: Section,
        title: impl Into<String>,
    ) -> Self {
        let organization = header.map(|it| CurrentOrganization::new(it, app));
        let login = organization.as_ref().map(|it| &it.login);
        let nav = navigation(login, section, app.reader.role());
        let signed_in = SignedIn::of(&app.reader.who);
        let is_open = matches!(app.reader.who, Who::Machine);
        let offers_sign_in = matches!(app.reader.who, Who::Nobody) && app.access.gate().is_some();
        Self {
            title: title.into(),
            nav,
            signed_in,
            may_edit: app.reader.may(Role::Editor),
            may_operate: app.reader.may(Role::Operator),
            offers_sign_in,
            is_open,
            organization,
            is_live: false,
        }
    }

    /// Around an error: nothing is asked of the store, or known of who looks.
    pub(crate) fn bare(title: impl Into<String>) -> Self {
        let nav = navigation(None, Section::Elsewhere, None);
        Self {
            title: title.into(),
            nav,
            signed_in: None,
            may_edit: false,
            may_operate: false,
            offers_sign_in: false,
            is_open: false,
            organization: None,
            is_live: false,
        }
    }

    /// Has the page fetched again every few seconds.
    pub(crate) fn live(mut self, is_live: bool) -> Self {
        self.is_live = is_live;
        self
    }

    pub(crate) fn stylesheet(&self) -> &'static str {
        assets::DRYDOCK_CSS.path
    }

    /// The shapes of single repositories, Dockerfiles and crawls.
    pub(crate) fn detail_stylesheet(&self) -> &'static str {
        assets::DETAIL_CSS.path
    }

    /// The shapes of what the catalogue advises.
    pub(crate) fn advice_stylesheet(&self) -> &'static str {
        assets::ADVICE_CSS.path
    }

    pub(crate) fn script(&self) -> &'static str {
        assets::DRYDOCK_JS.path
    }

    /// The page of whoever is signed in.
    pub(crate) fn account_link(&self) -> &'static str {
        links::ACCOUNT
    }

    /// The ways in.
    pub(crate) fn sign_in_link(&self) -> &'static str {
        links::SIGN_IN
    }

    /// Where the form goes that signs out.
    pub(crate) fn sign_out_link(&self) -> &'static str {
        links::SIGN_OUT
    }

    pub(crate) fn icon(&self) -> &'static str {
        assets::DRYDOCK_SVG.path
    }
}

impl CurrentOrganization {
    /// Something about the facts has to be said loudly.
    pub(crate) fn has_banner(&self) -> bool {
        self.is_sample || matches!(self.freshness, Freshness::Outdated(_))
    }

    fn new(header: OrganizationHeader, app: &App) -> Self {
        let schedule = (header.full_schedule.as_str(), header.time_zone.as_str());
        Self {
            link: links::organization(&header.login),
            feed_link: links::changes_feed(&header.login),
            is_sample: header.is_sample,
            freshness: Freshness::new(header.crawled_at, schedule, app.now()),
            crawl_link: header.running_crawl_id.map(links::crawl),
            login: header.login,
        }
    }
}

impl SignedIn {
    fn of(who: &Who) -> Option<Self> {
        let (person, has_session) = match who {
            Who::Machine | Who::Nobody => return None,
            Who::Person(person, session) => (person, session.is_some()),
            Who::Program(person, ..) => (person, false),
        };
        Some(Self { name: person.name.clone(), role: person.role.slug(), has_session })
    }
}

/// What the reader may open.
fn navigation(org: Option<&OrgLogin>, section: Section, role: Option<Role>) -> Vec<NavEntry> {
    let entry = |title, link, of| NavEntry { title, link, is_current: section == of };
    let Some(role) = role else { return Vec::new() };
    let mut entries = match org {
        Some(org) => vec![
            entry("Overview", links::organization(org), Section::Overview),
            entry("Repositories", links::repositories(org), Section::Repositories),
            entry("Checklist", links::items(org), Section::Checklist),
            entry("Base images", links::images(org), Section::Images),
            entry("Teams", links::teams(org), Section::Teams),
            entry("Changes", links::changes_where(org, &[]), Section::Changes),
        ],
        None => vec![
            entry("Overview", links::HOME.to_owned(), Section::Overview),
            entry("Checklist", links::CHECKLIST.to_owned(), Section::Checklist),
        ],
    };
    entries.push(entry("Crawls", links::CRAWLS.to_owned(), Section::Crawls));
    if role == Role::Operator {
        entries.push(entry("Settings", links::SETTINGS.to_owned(), Section::Settings));
    }
    entries
}
