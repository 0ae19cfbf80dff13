//! Every metric of the gateway: the one list that the exporter, the documentation and the tests read.

use std::fmt::Write as _;

/// A metric, as it is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its name, with the unit as the last word where it has one.
    pub name: &'static str,
    /// Its kind.
    pub kind: Kind,
    /// Its labels. Each has a bounded set of values: what is configured, or what the code declares.
    pub labels: &'static [&'static str],
    /// Its unit.
    pub unit: Unit,
    /// What it tells.
    pub help: &'static str,
}

/// Kinds of metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only grows, until the gateway starts again.
    Counter,
    /// Goes up and down.
    Gauge,
    /// How values spread over the buckets.
    Histogram,
}

/// What a metric counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    Count,
    /// Seconds.
    Seconds,
}

/// Every metric.
pub const METRICS: &[Metric] =
    &[LOGINS, LOGIN_REFUSALS, LOGOUTS, ALARMS, REQUESTS, STOPPED, DURATION, UPSTREAM_DURATION, BUILD, STARTED];

pub(crate) const LOGINS: Metric = Metric {
    name: "varco_logins_total",
    kind: Kind::Counter,
    labels: &["method", "provider", "level", "body", "outcome"],
    unit: Unit::Count,
    help: "Logins that came to an end: outcome is success, or the stable code of the refusal",
};

pub(crate) const LOGIN_REFUSALS: Metric = Metric {
    name: "varco_login_refusals_total",
    kind: Kind::Counter,
    labels: &["method", "code"],
    unit: Unit::Count,
    help: "Logins that were refused, at any step; method is none where no open one was named",
};

pub(crate) const ALARMS: Metric = Metric {
    name: "varco_alarms",
    kind: Kind::Gauge,
    labels: &["alarm", "method", "provider"],
    unit: Unit::Count,
    help: "1 while something about a provider needs an operator, 0 when it is over",
};

pub(crate) const LOGOUTS: Metric = Metric {
    name: "varco_logouts_total",
    kind: Kind::Counter,
    labels: &["method"],
    unit: Unit::Count,
    help: "Sessions that citizens ended, by the method they had logged in with",
};

pub(crate) const REQUESTS: Metric = Metric {
    name: "varco_requests_total",
    kind: Kind::Counter,
    labels: &["service", "status"],
    unit: Unit::Count,
    help: "Requests answered, by class of status; service is none for the gateway's own pages",
};

pub(crate) const STOPPED: Metric = Metric {
    name: "varco_requests_stopped_total",
    kind: Kind::Counter,
    labels: &["service", "code"],
    unit: Unit::Count,
    help: "Requests that the gateway itself answered or broke off, by stable code",
};

pub(crate) const DURATION: Metric = Metric {
    name: "varco_request_duration_seconds",
    kind: Kind::Histogram,
    labels: &["service"],
    unit: Unit::Seconds,
    help: "From the arrival of a request to the end of the answer",
};

pub(crate) const UPSTREAM_DURATION: Metric = Metric {
    name: "varco_upstream_duration_seconds",
    kind: Kind::Histogram,
    labels: &["service"],
    unit: Unit::Seconds,
    help: "From the departure of a request to the service until the head of its answer",
};

pub(crate) const BUILD: Metric = Metric {
    name: "varco_build_info",
    kind: Kind::Gauge,
    labels: &["version"],
    unit: Unit::Count,
    help: "Always 1; the label tells which version is running",
};

pub(crate) const STARTED: Metric = Metric {
    name: "process_start_time_seconds",
    kind: Kind::Gauge,
    labels: &[],
    unit: Unit::Seconds,
    help: "When the gateway started, in seconds since 1970",
};

/// Upper bounds of the histograms' buckets, in seconds: from an answer out of memory to one that
/// nobody waits for.
pub const BUCKETS: [f64; 13] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0];

/// The list as a table in Markdown.
pub fn table() -> String {
    let mut table = String::from("| metric | kind | labels | what it tells |\n|---|---|---|---|\n");
    for metric in METRICS {
        let labels = metric.labels.iter().map(|label| format!("`{label}`")).collect::<Vec<_>>().join(", ");
        let (name, kind, help) = (metric.name, metric.kind.word(), metric.help);
        // Writing to a String cannot fail.
        let _ = writeln!(table, "| `{name}` | {kind} | {labels} | {help} |");
    }
    table
}

// === impl Kind ===

impl Kind {
    /// The word that Prometheus has for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}
