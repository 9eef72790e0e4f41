//! Addresses, each with who may ask for it. There is no way to add one without saying so, and
//! the tests walk over all of them.

use axum::Router;
use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::{Next, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use store::Role;

use crate::app::Site;
use crate::error::AppError;
use crate::exports::TakenAway;
use crate::reader::Reader;

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Everybody, signed in or not: it tells nothing of any organization.
    Nobody,
    /// Who has at least this role.
    Role(Role),
}

impl Need {
    /// Looks at what they may see.
    pub(crate) const VIEWER: Self = Self::Role(Role::Viewer);
    /// Decides, sets targets, asks for crawls.
    pub(crate) const EDITOR: Self = Self::Role(Role::Editor);
    /// Changes settings, people and tokens.
    pub(crate) const OPERATOR: Self = Self::Role(Role::Operator);

    /// Whether a reader has it.
    fn admit(self, reader: Option<&Reader>) -> Result<(), AppError> {
        let Self::Role(role) = self else { return Ok(()) };
        let has = reader.and_then(Reader::role).ok_or(AppError::SignIn)?;
        if has >= role { Ok(()) } else { Err(AppError::Forbidden(role)) }
    }

    /// Lets a request through to its handler, or says what its reader lacks.
    pub(crate) async fn let_through(self, request: Request, next: Next) -> Response {
        match self.admit(request.extensions().get()) {
            Ok(()) => next.run(request).await,
            Err(refusal) => refusal.into_response(),
        }
    }
}

/// An address with a method, and who may ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) need: Need,
}

/// Some of the site's addresses.
#[derive(Debug, Default)]
pub(crate) struct Routes {
    pub(crate) router: Router<Site>,
    pub(crate) rows: Vec<Row>,
}

impl Routes {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn get<H: Handler<T, Site>, T: 'static>(
        self,
        path: &str,
        need: Need,
        handler: H,
    ) -> Self {
        self.with(Method::GET, path, need, on(MethodFilter::GET, handler))
    }

    /// A file that is taken away, of which the audit log tells.
    pub(crate) fn file<H: Handler<T, Site>, T: 'static>(
        self,
        path: &str,
        need: Need,
        handler: H,
    ) -> Self {
        let marked = on(MethodFilter::GET, handler).layer(map_response(taken_away));
        self.with(Method::GET, path, need, marked)
    }

    pub(crate) fn post<H: Handler<T, Site>, T: 'static>(
        self,
        path: &str,
        need: Need,
        handler: H,
    ) -> Self {
        self.with(Method::POST, path, need, on(MethodFilter::POST, handler))
    }

    /// One method of an address, with layers of its own.
    pub(crate) fn with(
        mut self,
        method: Method,
        path: &str,
        need: Need,
        handler: MethodRouter<Site>,
    ) -> Self {
        let guarded = handler.layer(from_fn_with_state(need, guard));
        self.router = self.router.route(path, guarded);
        self.rows.push(Row { method, path: path.to_owned(), need });
        self
    }

    pub(crate) fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.rows.extend(other.rows);
        self
    }
}

async fn taken_away(mut response: Response) -> Response {
    if response.status().is_success() {
        response.extensions_mut().insert(TakenAway);
    }
    response
}

async fn guard(State(need): State<Need>, request: Request, next: Next) -> Response {
    need.let_through(request, next).await
}
