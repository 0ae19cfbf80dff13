//! A body that may not be silent for too long.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep, sleep_until};

/// Whatever a body fails with.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A body stopped half way.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StreamError {
    /// Nothing came for too long.
    #[error("nothing came for {0:?}")]
    Silent(Duration),
    /// It broke off.
    #[error("the body broke off")]
    Broken(#[source] BoxError),
}

pin_project! {
    /// Ends with [`StreamError::Silent`] when somebody waits for it longer than the limit. While
    /// nobody waits for it, it may be silent: then it is the reader who is slow.
    pub(crate) struct Quiet<B> {
        #[pin]
        inner: B,
        // Armed when the first wait begins, and set again only when it goes off: a wait costs no timer.
        #[pin]
        alarm: Option<Sleep>,
        waiting_since: Option<Instant>,
        limit: Duration,
    }
}

// === impl Quiet ===

impl<B> Quiet<B> {
    /// Watches over a body.
    pub(crate) fn new(inner: B, limit: Duration) -> Self {
        Self { inner, alarm: None, waiting_since: None, limit }
    }
}

impl<B> Body for Quiet<B>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        let mut this = self.project();
        if let Poll::Ready(frame) = this.inner.poll_frame(context) {
            *this.waiting_since = None;
            return Poll::Ready(frame.map(|frame| frame.map_err(|error| StreamError::Broken(error.into()))));
        }
        let deadline = *this.waiting_since.get_or_insert_with(Instant::now) + *this.limit;
        if this.alarm.is_none() {
            this.alarm.set(Some(sleep_until(deadline)));
        }
        while let Some(mut alarm) = this.alarm.as_mut().as_pin_mut() {
            ready!(alarm.as_mut().poll(context));
            if alarm.deadline() >= deadline {
                break;
            }
            alarm.reset(deadline);
        }
        Poll::Ready(Some(Err(StreamError::Silent(*this.limit))))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
