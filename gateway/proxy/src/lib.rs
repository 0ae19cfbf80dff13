//! The data path: a request for a service, routed, cleaned, judged, signed and forwarded.
//!
//! [`Proxy::handle`] (in `request.rs`) reads as the list of phases; each phase is one file under
//! `phases/`. Nothing on the way takes a lock or asks a store about a session that is known.
//!
//! What the services behind it can rely on: a header that says who is calling was written by the
//! gateway and by nobody else. See `phases/strip.rs`.

mod body;
mod challenge;
mod error;
mod observer;
mod pages;
mod phases;
mod problem;
mod request;
mod setup;
mod tunnel;
mod upstream;
mod vigil;

pub use error::{ProxyRefusal, Source};
pub use observer::{Observer, RequestFacts, bounded};
pub use pages::Pages;
pub use setup::{Proxy, ProxyParts, SetupError};
pub use upstream::UpstreamOptions;
