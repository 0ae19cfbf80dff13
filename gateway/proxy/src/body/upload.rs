//! The body of a request, on its way to the service.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use pin_project_lite::pin_project;
use tokio::time::Instant;

use super::activity::Activity;
use super::quiet::{Quiet, StreamError};
use crate::phases::strip;

pin_project! {
    /// Passes on what the client sends, without trailers that say more than a client may.
    pub(crate) struct Upload {
        #[pin]
        body: Quiet<Body>,
        progress: Arc<Progress>,
    }
}

/// How far an upload has come; the one who waits for the service's answer looks at it.
pub(crate) struct Progress {
    activity: Activity,
    state: AtomicU8,
}

/// The service's turn: it has not read what is there, or has got all.
const WITH_SERVICE: u8 = 0;
/// The client's turn: it has not sent what the service is waiting for.
const WITH_CLIENT: u8 = 1;
/// It broke off, or was silent for too long.
const FAILED: u8 = 2;

// === impl Upload ===

impl Upload {
    /// The upload, and what tells of its progress.
    pub(crate) fn new(body: Body, idle: Duration) -> (Self, Arc<Progress>) {
        let progress = Arc::new(Progress { activity: Activity::new(), state: AtomicU8::new(WITH_SERVICE) });
        (Self { body: Quiet::new(body, idle), progress: Arc::clone(&progress) }, progress)
    }
}

impl hyper::body::Body for Upload {
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        let this = self.project();
        this.progress.enter(WITH_CLIENT);
        let mut frame = ready!(this.body.poll_frame(context));
        this.progress.activity.touch();
        this.progress.enter(match &frame {
            Some(Err(_)) => FAILED,
            Some(Ok(_)) | None => WITH_SERVICE,
        });
        if let Some(Ok(frame)) = &mut frame
            && let Some(trailers) = frame.trailers_mut()
        {
            strip::clean_trailers(trailers);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

// === impl Progress ===

impl Progress {
    /// Whether the client did not send what it began to send.
    pub(crate) fn failed(&self) -> bool {
        self.state.load(Ordering::Acquire) == FAILED
    }

    /// The last movement, if there was one after `since`. While it is the client's turn, that is now.
    pub(crate) fn moved_after(&self, since: Instant) -> Option<Instant> {
        let with_client = self.state.load(Ordering::Acquire) == WITH_CLIENT;
        let last = if with_client { Instant::now() } else { self.activity.last() };
        (last > since).then_some(last)
    }

    fn enter(&self, state: u8) {
        self.state.store(state, Ordering::Release);
    }
}
