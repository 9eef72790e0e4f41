//! Finds out who asks, before anything else looks at a request.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

use crate::reader::Reader;

/// Puts who asks beside the request, and beside the answer for what dresses it.
pub(crate) async fn identify(mut request: Request, next: Next) -> Response {
    // Nothing that comes over the network can put a reader here; tests do.
    let known = request.extensions().get::<Reader>().cloned();
    let reader = known.unwrap_or_else(Reader::machine);
    request.extensions_mut().insert(reader.clone());
    let mut response = next.run(request).await;
    response.extensions_mut().insert(reader);
    response
}
