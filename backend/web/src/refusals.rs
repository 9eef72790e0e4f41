//! Refusals in the log: who was refused what, so that somebody who tries doors is noticed. A
//! browser that is led to the page for signing in was refused nothing.

use std::borrow::Cow;

use axum::http::StatusCode;
use axum::response::Response;
use tower_http::csrf::ProtectionError;

use crate::error::Refusal;
use crate::reader::{Reader, Sight, Who};

/// The most characters of a text from outside.
const LONGEST: usize = 200;

/// Whether an answer is one to be told of. What is hidden from a reader is not there for them,
/// so where nothing is it may be that. Who is led to the page for signing in is told of only if
/// they were somebody before, which is then said.
pub(crate) fn is_one(response: &Response, is_led_to_sign_in: bool, reader: &Reader) -> bool {
    match response.status() {
        StatusCode::UNAUTHORIZED => !is_led_to_sign_in || sentence(response).is_some(),
        StatusCode::FORBIDDEN | StatusCode::MISDIRECTED_REQUEST | StatusCode::TOO_MANY_REQUESTS => {
            true
        }
        StatusCode::NOT_FOUND => {
            let is_known = matches!(reader.who, Who::Person(..) | Who::Program(..));
            is_known && matches!(reader.sight, Sight::Only(_))
        }
        _ => false,
    }
}

/// One line. A path may hold anything: it is bounded here, and escaped as every text is that
/// `tracing` writes down. The query stays away, as it may hold a secret.
pub(crate) fn log(response: &Response, (id, path): (&str, &str), reader: &Reader) {
    let path: String = path.chars().take(LONGEST).collect();
    let status = response.status().as_u16();
    let why: String = why(response).chars().take(LONGEST).collect();
    let who = who(reader);
    let address = &*reader.address;
    if is_attempt(response) {
        tracing::warn!(request_id = id, path, status, why, %who, address, "A request was refused");
    } else {
        tracing::info!(request_id = id, path, status, why, %who, address, "A request was refused");
    }
}

/// Whether somebody may be at work there: a wrong address or an old link comes to none of these.
fn is_attempt(response: &Response) -> bool {
    let is_forged = response.extensions().get::<ProtectionError>().is_some();
    let is_odd = [StatusCode::MISDIRECTED_REQUEST, StatusCode::TOO_MANY_REQUESTS];
    is_forged || is_odd.contains(&response.status())
}

fn why(response: &Response) -> Cow<'_, str> {
    if response.extensions().get::<ProtectionError>().is_some() {
        return "it comes from another site".into();
    }
    sentence(response).map_or_else(|| response.status().to_string().into(), Cow::Borrowed)
}

fn sentence(response: &Response) -> Option<&str> {
    response.extensions().get::<Refusal>()?.sentence.as_deref()
}

/// A person by their number, as the page `/people` and the audit log know them.
fn who(reader: &Reader) -> Cow<'static, str> {
    match &reader.who {
        Who::Machine => "this machine".into(),
        Who::Nobody => "nobody".into(),
        Who::Person(person, _) => format!("person {}", person.id).into(),
        Who::Program(person, _) => format!("a program of person {}", person.id).into(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use axum::http::{Request, header};
    use axum::response::IntoResponse as _;
    use store::{Role, TokenScope};
    use tracing::Dispatch;
    use tracing_subscriber::Registry;

    use super::*;
    use crate::access::Barred;
    use crate::error::AppError;
    use crate::testing::gate::{
        Hub, answer, bearer, browses, cookie, gate, github_person, local_person, site,
    };

    /// What was logged.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl Log {
        /// The lines of refusals since the last look.
        fn lines(&self) -> Vec<String> {
            let text = String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).unwrap();
            let refusals = text.lines().filter(|it| it.contains("A request was refused"));
            refusals.map(str::to_owned).collect()
        }
    }

    #[test]
    fn who_was_somebody_until_now_is_told_of_though_they_are_led_to_sign_in() {
        let reader = Reader::nobody("192.0.2.1");
        assert!(!is_one(&AppError::SignIn.into_response(), true, &reader));
        assert!(is_one(&Barred::SessionOver.into_response(), true, &reader));
    }

    #[tokio::test]
    async fn each_refusal_is_one_line_with_who_and_from_where_and_no_secret() {
        let log = Log::default();
        let writer = log.clone();
        let lines = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone());
        let _guard = tracing::subscriber::set_default(lines.finish());
        // With one subscriber alone, a line that another test's thread writes first is taken
        // for one that no thread wants to hear of.
        let _other = Dispatch::new(Registry::default());
        let store = store::testing::store().await;
        crate::world::acme(&store).await;
        let site = site(&store, gate(&Hub::new()));
        let anna = local_person(&store, "anna", Role::Viewer).await;
        let alice = github_person(&store, "alice", Role::Viewer).await;
        let (annas, alices) = (cookie(&site, &anna).await, cookie(&site, &alice).await);
        let token = bearer(&site, &anna, TokenScope::Read).await;
        let secret = token.strip_prefix("Bearer ").unwrap();
        let person = format!("who=person {} ", anna.id);
        let program = format!("who=a program of person {} ", anna.id);
        let hidden = format!("who=person {} ", alice.id);
        let shows = |address: &str| Request::get(address).header(header::AUTHORIZATION, &token);
        let forged = Request::post("/sign-out").header("sec-fetch-site", "cross-site");
        let bad_token = Request::get("/").header(header::AUTHORIZATION, "Bearer drydock_hush");
        for (request, level, status, who) in [
            (browses("/settings?code=hush", &annas), "INFO", "status=403", person.as_str()),
            (shows("/settings"), "INFO", "status=403", &program),
            (browses("/orgs/acme", &alices), "INFO", "status=404", &hidden),
            (forged, "WARN", "status=403 why=\"it comes from another site\"", "who=nobody "),
            (Request::get("/api/v1/orgs"), "INFO", "status=401", "who=nobody "),
            (bad_token, "INFO", "status=401", "who=nobody "),
            (shows("/audit").header("x-request-id", "abcd-1234"), "INFO", "abcd-1234", &program),
        ] {
            answer(&site, request).await;
            let lines = log.lines();
            assert_eq!(lines.len(), 1, "{lines:?}");
            let line = &lines[0];
            assert!(line.contains(level) && line.contains(status) && line.contains(who), "{line}");
            assert!(line.contains("address=\"127.0.0.1\""), "{line}");
            assert!(!line.contains("hush") && !line.contains(secret), "{line}");
        }
        let led = answer(&site, browses("/orgs/acme", "")).await;
        assert_eq!(led.status(), StatusCode::SEE_OTHER);
        assert!(log.lines().is_empty(), "to be asked who one is is no refusal");
        answer(&site, browses("/orgs/acme", &annas)).await;
        answer(&site, browses("/nothing", &annas)).await;
        assert!(log.lines().is_empty(), "what is not there hides nothing from who sees all");
        let long = format!("/crawls/%0A%1B%5B31m{}", "a".repeat(900));
        answer(&site, browses(&long, &alices)).await;
        let lines = log.lines();
        assert!(lines.len() == 1 && lines[0].len() < 600, "{lines:?}");
        assert!(!lines[0].contains('\u{1b}'), "{lines:?}");
    }
}
