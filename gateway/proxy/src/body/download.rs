//! The body of an answer, on its way to the client.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use pin_project_lite::pin_project;

use super::activity::Activity;
use super::quiet::{Quiet, StreamError};
use crate::error::Failure;
use crate::observer::Watch;
use crate::vigil::Vigil;

pin_project! {
    /// Passes on what the service sends. Dropped before its end, it was the client who went away.
    pub(crate) struct Download {
        #[pin]
        body: Quiet<Incoming>,
        end: Option<BoxFuture>,
        watch: Watch,
    }
}

type BoxFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

// === impl Download ===

impl Download {
    /// The download of a request that `watch` follows. It ends early when `vigil` says so.
    pub(crate) fn new(body: Incoming, idle: Duration, vigil: Option<Vigil>, mut watch: Watch) -> Self {
        if body.is_end_stream() {
            watch.completed();
        }
        let end = vigil.map(|mut vigil| -> BoxFuture { Box::pin(async move { vigil.end(&Activity::new()).await }) });
        Self { body: Quiet::new(body, idle), end, watch }
    }
}

impl Body for Download {
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        let mut this = self.project();
        if let Some(end) = this.end
            && end.as_mut().poll(context).is_ready()
        {
            *this.end = None;
            this.watch.completed();
            return Poll::Ready(None);
        }
        let frame = ready!(this.body.as_mut().poll_frame(context));
        match &frame {
            Some(Err(error)) => this.watch.failed(Failure::of_answer(error)),
            // Whoever knows the length does not ask for more after the last byte.
            Some(Ok(_)) if this.body.is_end_stream() => this.watch.completed(),
            Some(Ok(_)) => {}
            None => this.watch.completed(),
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
