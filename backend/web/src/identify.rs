//! Finds out who asks, before anything else looks at a request.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::Method;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;

use crate::access::{self, Access, Barred, Guest};
use crate::app::Site;
use crate::reader::Reader;
use crate::routes::{Need, Row};

/// Files that are the same for everybody and are asked for with every page.
const STATIC: &str = "/static/";

/// What is known of the site's addresses before anybody asks.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    site: Site,
    /// Addresses that everybody may ask for.
    for_all: Arc<HashSet<(Method, String)>>,
}

impl Door {
    pub(crate) fn new<'a>(site: Site, rows: impl Iterator<Item = &'a Row>) -> Self {
        let for_all = rows.filter(|it| it.need == Need::Nobody);
        let for_all = for_all.map(|it| (it.method.clone(), it.path.clone())).collect();
        Self { site, for_all: Arc::new(for_all) }
    }

    async fn reader(&self, parts: &Parts) -> Result<Reader, Barred> {
        access::no_token_in(parts)?;
        let peer = peer(parts);
        let is_for_all = self.is_for_all(parts);
        match &self.site.access {
            Access::Open => access::open::reader(parts, &peer.to_string(), is_for_all),
            Access::SignedIn(_) if parts.uri.path().starts_with(STATIC) => {
                Ok(Reader::nobody(&peer.to_string()))
            }
            Access::SignedIn(gate) => {
                Guest::new((&self.site, gate), parts, peer).reader(is_for_all).await
            }
        }
    }

    /// Where a request comes from, as far as declared proxies say.
    fn address(&self, parts: &Parts) -> IpAddr {
        let gate = self.site.access.gate();
        gate.map_or_else(|| peer(parts), |it| it.proxies.client(peer(parts), &parts.headers))
    }

    /// Where nothing lives, nothing is told either.
    fn is_for_all(&self, parts: &Parts) -> bool {
        let Some(path) = parts.extensions.get::<MatchedPath>() else { return true };
        let method = if parts.method == Method::HEAD { &Method::GET } else { &parts.method };
        self.for_all.contains(&(method.clone(), path.as_str().to_owned()))
    }
}

/// Puts who asks beside the request, and beside the answer for what dresses it. A request that
/// goes no further is nobody's, and has the reason beside it.
pub(crate) async fn identify(State(door): State<Door>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    // Nothing that comes over the network can put a reader here; tests do.
    let reader = match parts.extensions.get::<Reader>().cloned() {
        Some(known) => known,
        None => match door.reader(&parts).await {
            Ok(reader) => reader,
            Err(barred) => {
                parts.extensions.insert(barred);
                Reader::nobody(&door.address(&parts).to_string())
            }
        },
    };
    parts.extensions.insert(reader.clone());
    let mut response = next.run(Request::from_parts(parts, body)).await;
    response.extensions_mut().insert(reader);
    response
}

/// The other end of the connection. Only tests ask without one.
pub(crate) fn peer(parts: &Parts) -> IpAddr {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |it| it.0.ip().to_canonical())
}
