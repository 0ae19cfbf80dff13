//! The body of a request, on its way to the service.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};
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
        pace: Pace,
    }
}

/// How fast the client sends. Only the time in which it is waited for counts.
#[derive(Default)]
struct Pace {
    waiting_since: Option<Instant>,
    waited: Duration,
    bytes: usize,
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

/// How long a client may be waited for in all, whatever it sends.
const GRACE: Duration = Duration::from_mins(5);

/// What it must have sent for each second beyond: who drips bytes would keep a connection to the service
/// for ever.
const BYTES_A_SECOND: usize = 100;

/// The client sends so slowly that it cannot mean to come to an end.
#[derive(Debug, thiserror::Error)]
#[error("less than {BYTES_A_SECOND} bytes a second")]
struct TooSlow;

// === impl Upload ===

impl Upload {
    /// The upload, and what tells of its progress.
    pub(crate) fn new(body: Body, idle: Duration) -> (Self, Arc<Progress>) {
        let progress = Arc::new(Progress { activity: Activity::new(), state: AtomicU8::new(WITH_SERVICE) });
        (Self { body: Quiet::new(body, idle), progress: Arc::clone(&progress), pace: Pace::default() }, progress)
    }
}

impl hyper::body::Body for Upload {
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        let this = self.project();
        this.progress.enter(WITH_CLIENT);
        let Poll::Ready(mut frame) = this.body.poll_frame(context) else {
            this.pace.waits();
            return Poll::Pending;
        };
        if let Some(Ok(sent)) = &frame
            && !this.pace.sustains(sent.data_ref().map_or(0, Bytes::len))
        {
            frame = Some(Err(StreamError::Broken(TooSlow.into())));
        }
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

// === impl Pace ===

impl Pace {
    /// The client has not sent what is waited for.
    fn waits(&mut self) {
        self.waiting_since.get_or_insert_with(Instant::now);
    }

    /// The client has sent some bytes: whether it may go on like this.
    fn sustains(&mut self, bytes: usize) -> bool {
        self.bytes = self.bytes.saturating_add(bytes);
        if let Some(since) = self.waiting_since.take() {
            self.waited += since.elapsed();
        }
        let earned = u64::try_from(self.bytes / BYTES_A_SECOND).unwrap_or(u64::MAX);
        self.waited.saturating_sub(GRACE).as_secs() <= earned
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

#[cfg(test)]
mod tests {
    use futures_util::stream::unfold;
    use http_body_util::{BodyExt, StreamBody};
    use tokio::time::sleep;

    use super::*;

    const IDLE: Duration = Duration::from_mins(2);

    /// A client that sends so many bytes, so many times, each after a while.
    fn client(bytes: usize, times: usize, pause: Duration) -> Pin<Box<Upload>> {
        let frames = unfold(times, move |left| async move {
            let left = left.checked_sub(1)?;
            sleep(pause).await;
            Some((Ok::<_, std::io::Error>(Frame::data(Bytes::from(vec![b'x'; bytes]))), left))
        });
        Box::pin(Upload::new(Body::new(StreamBody::new(frames)), IDLE).0)
    }

    #[tokio::test(start_paused = true)]
    async fn a_drip_does_not_go_on_for_ever() {
        let began = Instant::now();
        let drip = client(1, 1000, Duration::from_mins(1)).collect().await;
        assert!(drip.is_err());
        assert!(began.elapsed() <= Duration::from_mins(6), "{:?}", began.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_client_comes_to_its_end() {
        let modem = client(1000, 2000, Duration::from_secs(5)).collect().await.unwrap();
        assert_eq!(modem.to_bytes().len(), 2_000_000);
        assert!(client(1, 4, Duration::from_mins(1)).collect().await.is_ok(), "a few pauses are nothing");
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_service_is_not_held_against_the_client() {
        let mut upload = client(10, 20, Duration::from_secs(1));
        while let Some(frame) = upload.frame().await {
            assert!(frame.is_ok());
            sleep(Duration::from_mins(1)).await;
        }
    }
}
