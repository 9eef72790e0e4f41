//! The event streams that are open: how many there may be, and when they end. A server
//! that is asked to stop would wait for them for ever.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

/// Whoever comes later sees a page that fetches itself again.
pub(crate) const MOST_STREAMS: usize = 64;

/// Bounds event streams. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Streams {
    stop: CancellationToken,
    places: Arc<Semaphore>,
}

impl Streams {
    /// Streams that end when `stop` is cancelled.
    #[must_use]
    pub fn until(stop: CancellationToken) -> Self {
        Self { stop, places: Arc::new(Semaphore::new(MOST_STREAMS)) }
    }

    /// A place for one more stream, if there is one.
    pub(crate) fn place(&self) -> Option<OwnedSemaphorePermit> {
        self.places.clone().try_acquire_owned().ok()
    }

    /// Waits for so long; true if the process ends before that.
    pub(crate) async fn stops_within(&self, pause: Duration) -> bool {
        self.stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_none()
    }

    #[cfg(test)]
    pub(crate) fn stop(&self) {
        self.stop.cancel();
    }
}
