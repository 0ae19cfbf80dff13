//! A WebSocket: bytes both ways, until one side ends it or both are silent for too long.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf, copy_bidirectional};
use tokio::time::{Instant, sleep_until};

use crate::body::Activity;

/// Carries bytes between the two sides, once both have switched.
pub(crate) fn open(client: OnUpgrade, service: OnUpgrade, idle: Duration) {
    tokio::spawn(async move {
        // A side that never switches has gone away; the other one is closed by the drop.
        if let Ok((client, service)) = tokio::try_join!(client, service) {
            carry(TokioIo::new(client), TokioIo::new(service), idle).await;
        }
    });
}

async fn carry(
    client: impl AsyncRead + AsyncWrite + Unpin,
    service: impl AsyncRead + AsyncWrite + Unpin,
    idle: Duration,
) {
    let activity = Activity::new();
    let mut client = Noted { stream: client, activity: &activity };
    let mut service = Noted { stream: service, activity: &activity };
    tokio::select! {
        // However it ended, both sides are closed now; who closed it knows why.
        _ = copy_bidirectional(&mut client, &mut service) => {}
        () = silence(&activity, idle) => {}
    }
}

/// Ends when nothing has moved for `limit`.
async fn silence(activity: &Activity, limit: Duration) {
    loop {
        let deadline = activity.last() + limit;
        if deadline <= Instant::now() {
            return;
        }
        sleep_until(deadline).await;
    }
}

/// A stream whose reads are noted.
struct Noted<'a, S> {
    stream: S,
    activity: &'a Activity,
}

// === impl Noted ===

impl<S: AsyncRead + Unpin> AsyncRead for Noted<'_, S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        self.activity.touch();
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Noted<'_, S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
