//! How the gateway stops: no new connections, the requests in flight to their end, within bounds.

use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// How long requests in flight may take to end once we were asked to stop.
pub(crate) const PATIENCE: Duration = Duration::from_secs(25);

/// Tells everybody that the gateway is about to stop.
#[derive(Clone, Debug)]
pub(crate) struct Stop(watch::Receiver<bool>);

/// Tells that it is time to stop.
pub(crate) struct Bell(watch::Sender<bool>);

// === impl Bell ===

impl Bell {
    /// Asks everybody who listens to stop.
    pub(crate) fn ask(&self) {
        // Nobody waits any more when every receiver is gone.
        let _ = self.0.send(true);
    }
}

// === impl Stop ===

impl Stop {
    /// Follows a bell that somebody rings.
    pub(crate) fn by_hand() -> (Bell, Self) {
        let (sender, receiver) = watch::channel(false);
        (Bell(sender), Self(receiver))
    }

    /// Follows SIGTERM and Ctrl-C.
    pub(crate) fn on_signals() -> std::io::Result<Self> {
        let (bell, stop) = Self::by_hand();
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            tracing::info!("asked to stop: finishing the requests in flight");
            bell.ask();
            // Whoever asks twice does not want to wait.
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            tracing::warn!("asked to stop again: the requests in flight are cut off");
            std::process::exit(1);
        });
        Ok(stop)
    }

    /// Whether we were asked to stop.
    pub(crate) fn is_asked(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns when we are asked to stop.
    pub(crate) async fn asked(&mut self) {
        // An error means that the sender is gone, which is how the runtime ends.
        let _ = self.0.wait_for(|asked| *asked).await;
    }
}
