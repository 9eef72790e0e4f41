//! The catalogue among the settings: which one is in use, what it last brought, and when it
//! is looked at again.

use axum::response::Redirect;
use chrono::NaiveDate;
use store::{Brought, KeptEdition, Misread, ReadFrom, RefreshStanding};

use crate::app::{App, CatalogLooks};
use crate::catalogue::{CatalogueInUse, want_look};
use crate::error::AppError;
use crate::format::{Moment, counted, date};
use crate::links;
use crate::prose::Prose;

/// The catalogue in use.
pub(super) struct Catalogue {
    pub(super) version: String,
    /// Where it was read.
    pub(super) source: String,
    /// The day up to which its facts hold.
    pub(super) day: Moment,
    /// "554 images with 18,095 live tags"; none of the facts that come with the program.
    pub(super) size: Option<String>,
    pub(super) change: Option<Change>,
    pub(super) looked: Option<Moment>,
    /// Why the last look failed.
    pub(super) failure: Option<Prose>,
    /// When it is looked at next, or why it is not.
    pub(super) next: Prose,
    pub(super) misread: Option<MisreadFiles>,
    pub(super) may_refresh: bool,
    pub(super) action: &'static str,
}

/// What the present edition brought, and since when it is the present one.
pub(super) struct Change {
    pub(super) at: Moment,
    pub(super) brought: Vec<String>,
}

/// What was not understood.
pub(super) struct MisreadFiles {
    pub(super) count: String,
    pub(super) files: Vec<Misread>,
    /// "and 12 more", where not all are named.
    pub(super) more: Option<String>,
}

/// "Refresh now".
pub(super) async fn refresh(app: App) -> Result<Redirect, AppError> {
    want_look(&app).await?;
    Ok(Redirect::to(links::CATALOG_SETTINGS))
}

impl Catalogue {
    pub(super) async fn read(app: &App) -> Result<Self, AppError> {
        let now = app.now();
        let CatalogueInUse { version, day, kept, verdicts_changed, standing } =
            CatalogueInUse::read(app).await?;
        Ok(Self {
            version,
            source: kept.as_ref().map_or_else(|| "as it comes with Drydock".to_owned(), source),
            day: day_of(day.unwrap_or_default(), app),
            size: kept.as_ref().map(size),
            change: kept.as_ref().map(|it| Change {
                at: Moment::new(it.saved_at, now),
                brought: brought(it.brought.as_ref(), verdicts_changed),
            }),
            looked: standing.looked_at.map(|it| Moment::new(it, now)),
            failure: standing.failure.as_deref().map(Prose::sentence),
            next: next(&app.catalog_looks, &standing, app),
            misread: kept.filter(|it| it.not_understood > 0).map(MisreadFiles::of),
            may_refresh: matches!(app.catalog_looks, CatalogLooks::In(_)) && !standing.is_running,
            action: links::REFRESH_CATALOG,
        })
    }
}

impl MisreadFiles {
    fn of(kept: KeptEdition) -> Self {
        let all = i64::from(kept.not_understood);
        let more = all - i64::try_from(kept.misread.len()).unwrap_or(all);
        Self {
            count: counted(all, "file", "files"),
            files: kept.misread,
            more: (more > 0).then(|| format!("and {}", counted(more, "more", "more"))),
        }
    }
}

/// A day in words, as old as its beginning.
fn day_of(day: NaiveDate, app: &App) -> Moment {
    let begun = day.and_time(chrono::NaiveTime::MIN).and_utc();
    Moment { exact: date(day), ..Moment::new(begun, app.now()) }
}

fn source(kept: &KeptEdition) -> String {
    match kept.read_from {
        ReadFrom::Github => format!("read from {} on GitHub", kept.source),
        ReadFrom::File => format!("read from the file {}", kept.source),
    }
}

fn size(kept: &KeptEdition) -> String {
    let images = counted(kept.images.into(), "image", "images");
    format!("{images} with {}", counted(kept.tags.into(), "live tag", "live tags"))
}

/// "2 tags new", "1 tag withdrawn", "4 verdicts changed".
fn brought(brought: Option<&Brought>, verdicts: i64) -> Vec<String> {
    let first = if brought.is_none() { vec!["the first one".to_owned()] } else { Vec::new() };
    let it = brought.copied().unwrap_or_default();
    let kinds = [
        (it.images_new, "image new", "images new"),
        (it.images_gone, "image gone", "images gone"),
        (it.tags_new, "tag new", "tags new"),
        (it.tags_withdrawn, "tag withdrawn", "tags withdrawn"),
    ];
    let some = kinds.into_iter().filter(|(count, ..)| *count > 0);
    let changed = match verdicts {
        0 => "no verdict changed".to_owned(),
        _ => counted(verdicts, "verdict changed", "verdicts changed"),
    };
    let words = some.map(|(count, one, many)| counted(count.into(), one, many));
    first.into_iter().chain(words).chain([changed]).collect()
}

fn next(looks: &CatalogLooks, standing: &RefreshStanding, app: &App) -> Prose {
    let repository = match looks {
        CatalogLooks::In(repository) => repository,
        CatalogLooks::Off => {
            return Prose::of("None: `--catalog-repository` is `off`.");
        }
        CatalogLooks::NotThere => {
            return Prose::of(
                "None: the catalogue\u{2019}s repository is on github.com. Name a mirror of \
                 `docker-hardened-images/catalog` with `--catalog-repository OWNER/NAME`, or hand \
                 its archive to `drydock catalog import`.",
            );
        }
    };
    let when = match () {
        () if standing.is_running => "at this moment".to_owned(),
        () if standing.next_at <= app.now() => {
            "as soon as a credential for GitHub is known".to_owned()
        }
        () => Moment::new(standing.next_at, app.now()).exact,
    };
    Prose::of(&format!("{when}, in `{repository}`"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use checklist::Catalog;
    use chrono::TimeDelta;
    use store::{Looked, NewEdition};

    use super::*;
    use crate::app::Site;
    use crate::testing::{at, get, get_of, now, post, words};

    fn edition() -> NewEdition {
        NewEdition {
            version: "dhi-0123".to_owned(),
            day: at("2026-11-20T00:00:00Z").date_naive(),
            source: "docker-hardened-images/catalog at 30c3db971dff".to_owned(),
            read_from: ReadFrom::Github,
            commit: None,
            content: Vec::new(),
            images: 554,
            tags: 18_095,
            brought: Some(Brought { tags_new: 2, tags_withdrawn: 1, ..Brought::default() }),
            misread: vec![Misread {
                path: "image/<b>/debian-13/1.yaml".to_owned(),
                reason: "its `tags` is not a list".to_owned(),
            }],
        }
    }

    #[tokio::test]
    async fn without_an_edition_the_facts_of_the_program_are_in_use() {
        let store = store::testing::store().await;
        let text = words(&get(&store, "/settings").await.1);
        assert!(text.contains("as it comes with Drydock"), "{text}");
        assert!(text.contains("as soon as a credential for GitHub is known"), "{text}");
        assert!(text.contains("drydock catalog import"), "{text}");
    }

    #[tokio::test]
    async fn the_edition_in_use_is_told_on_the_page_and_by_the_api_with_what_it_brought() {
        let store = store::testing::store().await;
        store.save_edition(&edition(), None, now() - TimeDelta::hours(3)).await.unwrap();
        let app = crate::testing::app(&store);
        let catalog = Catalog::built_in().with_hardened("dhi-0123", "2026-11-20", []);
        let app = Site { catalog: tokio::sync::watch::channel(Arc::new(catalog)).1, ..app };
        let (_, page) = get_of(&app, "/settings").await;
        let text = words(&page);
        for said in [
            "read from docker-hardened-images/catalog at 30c3db971dff on GitHub",
            "20 Nov 2026",
            "554 images with 18,095 live tags",
            "3 hours ago: 2 tags new, 1 tag withdrawn, no verdict changed",
            "1 file of the catalogue not understood",
            "image/<b>/debian-13/1.yaml",
        ] {
            assert!(text.contains(said), "{said}: {text}");
        }
        assert!(!page.contains("image/<b>"));
        let (_, answer) = get_of(&app, "/api/v1/catalog").await;
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        let edition = &answer["edition"];
        assert_eq!(
            (&answer["day"], &edition["read_from"]),
            (&"2026-11-20".into(), &"github".into())
        );
        assert_eq!(
            (&edition["live_tags"], &edition["not_understood"]),
            (&18_095.into(), &1.into())
        );
        assert_eq!(edition["brought"]["tags_new"], 2);
    }

    #[tokio::test]
    async fn a_failed_look_is_told_and_a_person_may_have_one_now() {
        let store = store::testing::store().await;
        let (minute, hour) = (TimeDelta::minutes(1), TimeDelta::hours(1));
        store.claim_refresh("one", minute, now()).await.unwrap();
        let failed = Looked::Badly("GitHub could not be reached", hour);
        store.end_refresh("one", failed, now()).await.unwrap();
        let text = words(&get(&store, "/settings").await.1);
        assert!(text.contains("The last look failed. GitHub could not be reached."), "{text}");
        assert!(
            text.contains("23 Nov 2026, 13:00 UTC, in docker-hardened-images/catalog"),
            "{text}"
        );
        let (_, _, location) = post(&store, links::REFRESH_CATALOG, "").await;
        assert_eq!(location, links::CATALOG_SETTINGS);
        assert_eq!(store.refresh_standing(now()).await.unwrap().next_at, now());
    }

    #[tokio::test]
    async fn where_no_mirror_is_named_the_page_says_what_to_do() {
        let store = store::testing::store().await;
        let app = Site { catalog_looks: CatalogLooks::NotThere, ..crate::testing::app(&store) };
        let (_, page) = get_of(&app, "/settings").await;
        assert!(words(&page).contains("Name a mirror of docker-hardened-images/catalog"));
        assert!(!page.contains("Refresh now"));
    }
}
