//! People who signed in, and how they ask.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use store::{Person, Recognized, Role, SessionId, SignInMethod, Store};
use tower::ServiceExt as _;

use super::{app, now};
use crate::reader::{Reader, Sight, Who};

/// What somebody was answered.
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answered {
    pub(crate) fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |it| it.to_str().unwrap())
    }
}

/// Somebody who signed in with GitHub.
pub(crate) async fn person(store: &Store, name: &str, role: Role) -> Person {
    let recognized = Recognized {
        method: SignInMethod::Github,
        subject: name,
        name,
        address: "192.0.2.1",
        first_role: role,
        named_as: None,
    };
    store.recognize_person(&recognized, now()).await.unwrap()
}

/// A person who asks with a session, or one of whom a proxy says who they are.
pub(crate) fn reader(person: &Person, session: Option<SessionId>) -> Reader {
    of(Who::Person(Arc::new(person.clone()), session))
}

/// A program with a token that may do all that its person may.
pub(crate) fn program(person: &Person) -> Reader {
    of(Who::Program(Arc::new(person.clone()), person.role))
}

fn of(who: Who) -> Reader {
    Reader { who, sight: Sight::Everything, address: "192.0.2.1".into() }
}

pub(crate) async fn get_as(store: &Store, reader: &Reader, address: &str) -> Answered {
    ask(store, reader, Request::get(address), "").await
}

pub(crate) async fn post_as(store: &Store, reader: &Reader, address: &str, form: &str) -> Answered {
    let request = Request::post(address)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin");
    ask(store, reader, request, form).await
}

pub(crate) async fn ask(
    store: &Store,
    reader: &Reader,
    request: axum::http::request::Builder,
    body: &str,
) -> Answered {
    let request = request.extension(reader.clone()).body(Body::from(body.to_owned())).unwrap();
    let response = crate::router(app(store)).oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    Answered { status, headers, body: String::from_utf8(bytes.to_vec()).unwrap() }
}
