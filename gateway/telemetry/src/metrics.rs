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
pub const METRICS: &[Metric] = &[
    LOGINS,
    LOGIN_REFUSALS,
    LOGOUTS,
    ALARMS,
    PROVIDERS,
    PROVIDERS_REFUSED,
    METADATA_REFRESHES,
    METADATA_SUCCESS,
    METADATA_END,
    PROVIDER_CERTIFICATE_END,
    OWN_CERTIFICATE_END,
    CARD_CHECKS,
    LIST_REFRESHES,
    LIST_SUCCESS,
    LIST_END,
    LIST_LENGTH,
    REQUESTS,
    STOPPED,
    DURATION,
    UPSTREAM_DURATION,
    BUILD,
    STARTED,
];

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

pub(crate) const PROVIDERS: Metric = Metric {
    name: "varco_providers",
    kind: Kind::Gauge,
    labels: &["method", "source"],
    unit: Unit::Count,
    help: "Identity providers in use, by the source of their metadata; of trust lists, authorities",
};

pub(crate) const PROVIDERS_REFUSED: Metric = Metric {
    name: "varco_providers_refused",
    kind: Kind::Gauge,
    labels: &["method", "source"],
    unit: Unit::Count,
    help: "Identity providers whose entry is faulty: left out, or used as they were before",
};

pub(crate) const METADATA_REFRESHES: Metric = Metric {
    name: "varco_metadata_refreshes_total",
    kind: Kind::Counter,
    labels: &["method", "source", "outcome"],
    unit: Unit::Count,
    help: "Readings of provider metadata: outcome is refreshed, unchanged, failed or held",
};

pub(crate) const METADATA_SUCCESS: Metric = Metric {
    name: "varco_metadata_last_success_timestamp_seconds",
    kind: Kind::Gauge,
    labels: &["method", "source"],
    unit: Unit::Seconds,
    help: "When provider metadata was last read with success, in seconds since 1970",
};

pub(crate) const METADATA_END: Metric = Metric {
    name: "varco_metadata_valid_until_timestamp_seconds",
    kind: Kind::Gauge,
    labels: &["method", "source"],
    unit: Unit::Seconds,
    help: "When the first provider of a source must not be used any more; NaN where none ends",
};

pub(crate) const PROVIDER_CERTIFICATE_END: Metric = Metric {
    name: "varco_provider_certificate_expiry_timestamp_seconds",
    kind: Kind::Gauge,
    labels: &["method", "provider"],
    unit: Unit::Seconds,
    help: "When the last certificate of a provider expires; NaN once the provider has gone",
};

pub(crate) const OWN_CERTIFICATE_END: Metric = Metric {
    name: "varco_own_certificate_expiry_timestamp_seconds",
    kind: Kind::Gauge,
    labels: &["method", "body"],
    unit: Unit::Seconds,
    help: "When the certificate that signs our requests expires; body is none for the gateway's own",
};

pub(crate) const CARD_CHECKS: Metric = Metric {
    name: "varco_card_checks_total",
    kind: Kind::Counter,
    labels: &["outcome", "source"],
    unit: Unit::Count,
    help: "Cards that were held against what their authorities have revoked: outcome is good, revoked, unknown or unknown-accepted; source is list, stale-list, responder or none",
};

pub(crate) const LIST_REFRESHES: Metric = Metric {
    name: "varco_revocation_list_refreshes_total",
    kind: Kind::Counter,
    labels: &["source", "outcome"],
    unit: Unit::Count,
    help: "Readings of lists of revoked certificates: outcome is refreshed, unchanged or failed",
};

pub(crate) const LIST_SUCCESS: Metric = Metric {
    name: "varco_revocation_list_last_success_timestamp_seconds",
    kind: Kind::Gauge,
    labels: &["source"],
    unit: Unit::Seconds,
    help: "When a list of revoked certificates was last read with success, in seconds since 1970",
};

pub(crate) const LIST_END: Metric = Metric {
    name: "varco_revocation_list_next_update_timestamp_seconds",
    kind: Kind::Gauge,
    labels: &["source"],
    unit: Unit::Seconds,
    help: "When the next list of revoked certificates is due; NaN where there is none in use",
};

pub(crate) const LIST_LENGTH: Metric = Metric {
    name: "varco_revocation_list_entries",
    kind: Kind::Gauge,
    labels: &["source"],
    unit: Unit::Count,
    help: "Certificates that are revoked by the list in use; NaN where there is none",
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
