//! Why a request was not answered by its service, and whose fault that is.

use std::error::Error;
use std::fmt::Write as _;
use std::io;

use hyper_util::client::legacy;
use varco_core::refusal::{Refusal, refusals};

use crate::body::StreamError;
use crate::challenge::Challenge;

refusals! {
    /// What stops a proxied request.
    pub enum ProxyRefusal {
        /// The path could be read as another one than the one judged.
        AmbiguousPath => ("proxy.path.ambiguous", BadRequest),
        /// The request contradicts itself, or uses a method that has no place behind a gateway.
        MalformedRequest => ("proxy.request.malformed", BadRequest),
        /// The client broke off, or stopped in the middle of its request.
        ClientBroken => ("proxy.client.broken", BadRequest),
        /// No service answers at this host and path.
        UnknownService => ("proxy.service.unknown", NotFound),
        /// The session cannot be looked up at the moment.
        StoreUnavailable => ("proxy.store.unavailable", Unavailable),
        /// No connection to the service.
        UpstreamUnreachable => ("proxy.upstream.unreachable", BadGateway),
        /// The service broke off, or answered what is not HTTP.
        UpstreamBroken => ("proxy.upstream.broken", BadGateway),
        /// The service did not answer in time.
        UpstreamTimeout => ("proxy.upstream.timeout", GatewayTimeout),
        /// The gateway is at fault.
        Internal => ("proxy.internal", Internal),
    }
}

/// Whose fault it is that a request failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The service behind the gateway.
    Upstream,
    /// Whoever sent the request.
    Client,
    /// The gateway itself, or its store.
    Gateway,
}

/// A request that failed: the reason has a code and a text; the cause is for the log only.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) reason: ProxyRefusal,
    pub(crate) cause: Option<String>,
}

/// Why a request goes no further than this gateway.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The caller must log in first.
    Challenge(Challenge),
    /// The service is not for this caller.
    Refused(Refusal),
    /// It failed.
    Failure(Failure),
}

// === impl ProxyRefusal ===

impl ProxyRefusal {
    /// Whose fault it is.
    pub const fn source(self) -> Source {
        match self {
            Self::AmbiguousPath | Self::MalformedRequest | Self::ClientBroken | Self::UnknownService => Source::Client,
            Self::UpstreamUnreachable | Self::UpstreamBroken | Self::UpstreamTimeout => Source::Upstream,
            Self::StoreUnavailable | Self::Internal => Source::Gateway,
        }
    }

    /// With what the log should say.
    pub(crate) fn caused_by(self, cause: impl std::fmt::Display) -> Failure {
        Failure { reason: self, cause: Some(cause.to_string()) }
    }
}

// === impl Failure ===

impl Failure {
    /// The exchange with the service failed before the head of its answer was there.
    pub(crate) fn of_exchange(error: &legacy::Error, upload_failed: bool) -> Self {
        let reason = match (upload_failed, error.is_connect()) {
            (true, _) => ProxyRefusal::ClientBroken,
            (false, false) => ProxyRefusal::UpstreamBroken,
            (false, true) if timed_out(error) => ProxyRefusal::UpstreamTimeout,
            (false, true) => ProxyRefusal::UpstreamUnreachable,
        };
        reason.caused_by(chain(error))
    }

    /// The body of the answer stopped half way.
    pub(crate) fn of_answer(error: &StreamError) -> Self {
        match error {
            StreamError::Silent(_) => ProxyRefusal::UpstreamTimeout.caused_by(error),
            StreamError::Broken(_) => ProxyRefusal::UpstreamBroken.caused_by(chain(error)),
        }
    }

    /// As the page shows it and the log tells it.
    pub(crate) fn refusal(&self) -> Refusal {
        match &self.cause {
            Some(cause) => self.reason.because(cause),
            None => self.reason.refusal(),
        }
    }
}

impl From<ProxyRefusal> for Failure {
    fn from(reason: ProxyRefusal) -> Self {
        Self { reason, cause: None }
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<ProxyRefusal> for Stop {
    fn from(reason: ProxyRefusal) -> Self {
        Self::Failure(reason.into())
    }
}

impl From<Challenge> for Stop {
    fn from(challenge: Challenge) -> Self {
        Self::Challenge(challenge)
    }
}

/// An error with its sources, for the log.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    for source in sources(error).skip(1) {
        // Writing to a String cannot fail.
        let _ = write!(text, ": {source}");
    }
    text
}

fn timed_out(error: &(dyn Error + 'static)) -> bool {
    sources(error)
        .filter_map(|source| source.downcast_ref::<io::Error>())
        .any(|source| source.kind() == io::ErrorKind::TimedOut)
}

fn sources<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}
