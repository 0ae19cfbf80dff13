//! A WebSocket: bytes both ways, until one side ends it, both are silent for too long, the session that it
//! was opened with is over, or the gateway closes.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf, copy_bidirectional};
use tokio::time::{Instant, sleep_until, timeout};

use crate::body::Activity;
use crate::vigil::Vigil;

/// How long the two sides may take to let go.
const FAREWELL: Duration = Duration::from_secs(1);

/// A WebSocket that a client asked for, and what ends it besides its two sides.
pub(crate) struct Tunnel {
    pub(crate) client: OnUpgrade,
    pub(crate) idle: Duration,
    pub(crate) vigil: Vigil,
}

// === impl Tunnel ===

impl Tunnel {
    /// Carries bytes between the two sides, once both have switched.
    pub(crate) fn open(mut self, service: OnUpgrade) {
        tokio::spawn(async move {
            // A side that never switches has gone away; the other one is closed by the drop.
            let (client, service) = tokio::try_join!(&mut self.client, service)?;
            self.carry(TokioIo::new(client), TokioIo::new(service)).await;
            Ok::<_, hyper::Error>(())
        });
    }

    async fn carry(
        mut self,
        mut client: impl AsyncRead + AsyncWrite + Unpin,
        mut service: impl AsyncRead + AsyncWrite + Unpin,
    ) {
        let (client_moved, service_moved) = (Activity::new(), Activity::new());
        let mut noted_client = Noted { stream: &mut client, activity: &client_moved };
        let mut noted_service = Noted { stream: &mut service, activity: &service_moved };
        tokio::select! {
            // However it ended, both sides are closed now; who closed it knows why.
            _ = copy_bidirectional(&mut noted_client, &mut noted_service) => {}
            () = silence([&client_moved, &service_moved], self.idle) => {}
            () = self.vigil.end(&client_moved) => {}
        }
        let farewell = async { tokio::join!(client.shutdown(), service.shutdown()) };
        // Who does not listen any more is cut off.
        let _ = timeout(FAREWELL, farewell).await;
    }
}

/// Ends when nothing has moved on either side for `limit`.
async fn silence(sides: [&Activity; 2], limit: Duration) {
    loop {
        let [one, other] = sides.map(Activity::last);
        let deadline = one.max(other) + limit;
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
