//! Small services of public bodies, as they stand behind the gateway: they know a caller only from
//! the signed assertion, which they verify with the gateway's published keys.

mod assertion;
mod live;
mod routes;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;

pub use assertion::{Caller, Distrust};
pub use routes::echo;

use assertion::Keys;

/// A service of a public body. Copies are the same service.
#[derive(Clone)]
pub struct Service(Arc<Desk>);

struct Desk {
    id: String,
    name: String,
    body: String,
    keys: Keys,
    requests: AtomicUsize,
}

// === impl Service ===

impl Service {
    /// The service `id` of a body, behind the gateway at `gateway`, whose keys `client` fetches.
    pub fn new(id: &str, name: &str, body: &str, gateway: &str, client: reqwest::Client) -> Self {
        Self(Arc::new(Desk {
            id: id.to_owned(),
            name: name.to_owned(),
            body: body.to_owned(),
            keys: Keys::new(gateway, client),
            requests: AtomicUsize::new(0),
        }))
    }

    /// How many requests reached it.
    pub fn requests(&self) -> usize {
        self.0.requests.load(Ordering::Relaxed)
    }

    /// Its pages.
    pub fn router(&self) -> Router {
        routes::router(self.clone())
    }

    fn count(&self) {
        self.0.requests.fetch_add(1, Ordering::Relaxed);
    }
}
