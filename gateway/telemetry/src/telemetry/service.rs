//! What is counted for one service, with the labels looked up once.

use metrics::{Counter, Histogram};

use super::recorder::Recorder;
use crate::facts::RequestFacts;
use crate::metrics::{DURATION, REQUESTS, UPSTREAM_DURATION};

/// The handles of one service's metrics.
pub(super) struct ServiceMetrics {
    by_class: [Counter; CLASSES.len()],
    duration: Histogram,
    upstream: Histogram,
}

const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

// === impl ServiceMetrics ===

impl ServiceMetrics {
    pub(super) fn new(recorder: &Recorder, service: &str) -> Self {
        Self {
            by_class: CLASSES.map(|class| recorder.counter(&REQUESTS, [service, class])),
            duration: recorder.histogram(&DURATION, [service]),
            upstream: recorder.histogram(&UPSTREAM_DURATION, [service]),
        }
    }

    pub(super) fn note(&self, facts: &RequestFacts<'_>) {
        // A status beyond 599 says that the service failed (RFC 9110 section 15).
        let class = usize::from(facts.status / 100).clamp(1, CLASSES.len());
        self.by_class[class - 1].increment(1);
        self.duration.record(facts.duration);
        if let Some(duration) = facts.upstream_duration {
            self.upstream.record(duration);
        }
    }
}
