//! How long the gateway waits for whoever is at the other end of a connection: for the first bytes,
//! and for them to read what was written. Between the two, HTTP has time limits of its own.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// For the client to take any of what waits to be written: one that does not read holds the connection
/// to a service behind it.
const STALL: Duration = Duration::from_mins(1);

/// A connection that is given up when nothing moves.
pub(crate) struct Patient<S, P> {
    stream: S,
    /// Its place in the crowd: a `WebSocket` keeps it when HTTP has ended.
    _place: P,
    /// How many bytes must still come before HTTP can begin; when it is none, nobody waits any more.
    missing: usize,
    first_bytes: Pin<Box<Sleep>>,
    stall: Pin<Box<Sleep>>,
    stalled: bool,
}

// === impl Patient ===

impl<S, P> Patient<S, P> {
    /// Waits for `least` bytes to begin with, for as long as `limit`.
    pub(crate) fn new(stream: S, least: usize, limit: Duration, place: P) -> Self {
        let (first_bytes, stall) = (Box::pin(sleep(limit)), Box::pin(sleep(STALL)));
        Self { stream, _place: place, missing: least, first_bytes, stall, stalled: false }
    }

    /// Watches a write: while it is pending, a clock runs.
    fn watch<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = false;
            return written;
        }
        if !self.stalled {
            self.stalled = true;
            self.stall.as_mut().reset(Instant::now() + STALL);
        }
        ready!(self.stall.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin, P: Unpin> AsyncRead for Patient<S, P> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.missing = self.missing.saturating_sub(buffer.filled().len() - before);
        if read.is_pending() && self.missing > 0 {
            ready!(self.first_bytes.as_mut().poll(context));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        read
    }
}

impl<S: AsyncWrite + Unpin, P: Unpin> AsyncWrite for Patient<S, P> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.watch(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.watch(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.stream).poll_shutdown(context);
        self.watch(context, shut)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    const LIMIT: Duration = Duration::from_secs(15);

    #[tokio::test(start_paused = true)]
    async fn who_says_nothing_is_given_up() {
        let (_client, server) = duplex(64);
        let error = Patient::new(server, 1, LIMIT, ()).read_u8().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn who_says_too_little_is_given_up() {
        let (mut client, server) = duplex(64);
        client.write_all(b"PRI").await.unwrap();
        let mut preface = [0; 24];
        let error = Patient::new(server, 24, LIMIT, ()).read_exact(&mut preface).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn who_has_begun_is_waited_for_by_others() {
        let (mut client, server) = duplex(64);
        let mut server = Patient::new(server, 1, LIMIT, ());
        client.write_all(b"G").await.unwrap();
        server.read_u8().await.unwrap();
        let later = tokio::spawn(async move {
            sleep(LIMIT * 100).await;
            client.write_all(b"E").await.unwrap();
        });
        assert_eq!(server.read_u8().await.unwrap(), b'E');
        later.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_read_is_given_up() {
        let (_client, server) = duplex(64);
        let error = Patient::new(server, 0, LIMIT, ()).write_all(&[0; 1000]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn who_reads_slowly_is_served() {
        let (mut client, server) = duplex(64);
        let mut server = Patient::new(server, 0, LIMIT, ());
        let reader = tokio::spawn(async move {
            let mut total = 0;
            let mut some = [0; 64];
            while total < 1000 {
                sleep(STALL / 2).await;
                total += client.read(&mut some).await.unwrap();
            }
        });
        server.write_all(&[0; 1000]).await.unwrap();
        reader.await.unwrap();
    }
}
