//! `/badge/{owner}/{name}.svg` and `/badge/{owner}.svg`: progress as a picture for a README.
//!
//! What is not known has a badge too, with status 404: a page that shows it says so in words.

use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use names::{OrgLogin, RepoName};
use store::read::RepositoryState;
use store::read::repository::Repository;
use store::read::standing::Standing;

use crate::api::Tagged;
use crate::app::App;
use crate::error::AppError;
use crate::format;
use crate::middleware::RESOURCE_POLICY;
use crate::parts::Tally;
use crate::routes::{Need, Routes};

/// Pages on which the badge is shown need not ask each time. What it says depends on who asks.
const CACHE: HeaderValue = HeaderValue::from_static("private, max-age=300");
const LABEL: &str = "hardened";
/// Left and right of a text.
const PADDING: u32 = 6;

pub(crate) fn routes() -> Routes {
    Routes::new().get("/badge/{owner}/{file}", Need::VIEWER, repository).get(
        "/badge/{file}",
        Need::VIEWER,
        organization,
    )
}

async fn repository(
    app: App,
    Path((owner, file)): Path<(String, String)>,
    request: Tagged,
) -> Result<Response, AppError> {
    let names = (owner.parse::<OrgLogin>(), picture_of::<RepoName>(&file));
    let found = match names {
        (Ok(owner), Some(name)) => if_there(app.repository(&owner, &name).await)?,
        (_, _) => None,
    };
    answer(&request, found.as_ref().map(of_repository))
}

async fn organization(
    app: App,
    Path(file): Path<String>,
    request: Tagged,
) -> Result<Response, AppError> {
    let header = match picture_of::<OrgLogin>(&file) {
        Some(login) => if_there(app.organization(&login).await)?,
        None => None,
    };
    let Some(header) = header else { return answer(&request, None) };
    let standing = app.snapshot(&header).await?.standing(app.now());
    answer(&request, Some(of_organization(&standing)))
}

/// What the reader may not see is as good as not there.
fn if_there<T>(found: Result<T, AppError>) -> Result<Option<T>, AppError> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(AppError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The name before `.svg`.
fn picture_of<T: std::str::FromStr>(file: &str) -> Option<T> {
    file.strip_suffix(".svg")?.parse().ok()
}

fn answer(request: &Tagged, said: Option<Said>) -> Result<Response, AppError> {
    let status = if said.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let said = said.unwrap_or(Said { words: "not known".to_owned(), tone: Tone::Nothing });
    let picture = Badge::new(said).render()?;
    let tag = request.tag(&picture);
    if status == StatusCode::OK && request.knows(&tag) {
        return Ok(cached(tag.not_modified()));
    }
    let kind = [(header::CONTENT_TYPE, "image/svg+xml")];
    Ok(cached(tag.on((status, kind, picture).into_response())))
}

fn cached(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, CACHE);
    response.headers_mut().insert(RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
    response
}

/// What a badge says.
struct Said {
    words: String,
    tone: Tone,
}

/// The colour beside the words.
#[derive(Clone, Copy)]
enum Tone {
    Finished,
    OnTheWay,
    Nothing,
}

fn of_repository(it: &Repository) -> Said {
    if it.excluded_by.is_some() {
        let words = RepositoryState::OutOfScope.title().to_owned();
        return Said { words, tone: Tone::Nothing };
    }
    let was_read = it.head_sha.is_some() || it.is_empty;
    let Some(standing) = it.standing.as_ref().filter(|_| was_read) else {
        return Said { words: "not read yet".to_owned(), tone: Tone::Nothing };
    };
    let tally = Tally::from(standing.tally);
    match standing.state {
        RepositoryState::Finished => {
            Said { words: format!("finished · {}", share(tally)), tone: Tone::Finished }
        }
        RepositoryState::InProgress | RepositoryState::NotStarted => {
            Said { words: share(tally), tone: Tone::OnTheWay }
        }
        it @ (RepositoryState::NoDockerfile | RepositoryState::OutOfScope) => {
            Said { words: it.title().to_owned(), tone: Tone::Nothing }
        }
    }
}

fn of_organization(standing: &Standing) -> Said {
    if standing.repositories == 0 {
        return Said { words: "nothing to count".to_owned(), tone: Tone::Nothing };
    }
    let (finished, all) = (standing.finished, standing.repositories);
    let percent = Tally::from(standing.tally).percent().unwrap_or_default();
    let words =
        format!("{percent}% · {} of {} finished", format::number(finished), format::number(all));
    Said { words, tone: if finished == all { Tone::Finished } else { Tone::OnTheWay } }
}

/// "73% of 41 items".
fn share(tally: Tally) -> String {
    match tally.percent() {
        Some(percent) => {
            format!("{percent}% of {}", format::counted(tally.counted(), "item", "items"))
        }
        None => "no item applies".to_owned(),
    }
}

/// Two boxes side by side.
#[derive(Template)]
#[template(path = "pages/badge.svg", escape = "html")]
struct Badge {
    label: &'static str,
    words: String,
    colour: &'static str,
    left: u32,
    right: u32,
}

impl Badge {
    fn new(said: Said) -> Self {
        Self {
            label: LABEL,
            left: width(LABEL) + 2 * PADDING,
            right: width(&said.words) + 2 * PADDING,
            words: said.words,
            // White on each has a contrast of at least 4.5 to 1.
            colour: match said.tone {
                Tone::Finished => "#1a7f37",
                Tone::OnTheWay => "#1a56c4",
                Tone::Nothing => "#57606a",
            },
        }
    }

    fn width(&self) -> u32 {
        self.left + self.right
    }

    fn left_text(&self) -> u32 {
        self.left - 2 * PADDING
    }

    fn right_text(&self) -> u32 {
        self.right - 2 * PADDING
    }

    fn right_from(&self) -> u32 {
        self.left + PADDING
    }
}

/// About how wide a text is at 11 pixels; the picture makes it fit.
fn width(text: &str) -> u32 {
    let tenths = |it: char| match it {
        'i' | 'j' | 'l' | '.' | ',' | '·' => 32,
        ' ' | 'f' | 't' | 'r' => 41,
        '%' | 'm' | 'w' => 100,
        _ => 67,
    };
    text.chars().map(tenths).sum::<u32>().div_ceil(10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::get;
    use crate::world;

    #[tokio::test]
    async fn a_badge_says_its_share_in_words() {
        let store = store::testing::store().await;
        world::acme(&store).await;
        let said = async |address: &str| {
            let (status, picture) = get(&store, address).await;
            let title = picture.split("<title>").nth(1).unwrap_or_default();
            (status.as_u16(), title.split("</title>").next().unwrap().to_owned())
        };
        assert_eq!(
            said("/badge/acme/finished.svg").await,
            (200, "hardened: finished · 100% of 8 items".to_owned())
        );
        assert_eq!(
            said("/badge/ACME/busy.svg").await,
            (200, "hardened: 81% of 16 items".to_owned())
        );
        assert_eq!(said("/badge/acme/bare.svg").await.1, "hardened: no Dockerfile");
        assert_eq!(said("/badge/acme/archived.svg").await.1, "hardened: out of scope");
        assert!(said("/badge/acme.svg").await.1.contains("of 58 finished"));
        for unknown in
            ["/badge/acme/nope.svg", "/badge/nobody.svg", "/badge/acme/busy", "/badge/a%3Cb/x.svg"]
        {
            assert_eq!(said(unknown).await, (404, "hardened: not known".to_owned()), "{unknown}");
        }
    }

    #[test]
    fn a_longer_text_has_a_wider_box() {
        assert!(width("100% of 1,000 items") > width("0% of 8 items"));
    }
}
