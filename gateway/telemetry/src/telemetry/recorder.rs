//! The exporter, fed from the declared list of metrics only.

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Label, Level, Metadata, Recorder as _, Unit};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use crate::metrics::{self as declared, BUCKETS, Kind, METRICS, Metric};

/// Holds the values of all metrics. It belongs to one gateway, not to the process.
pub(super) struct Recorder {
    inner: PrometheusRecorder,
    handle: PrometheusHandle,
}

const METADATA: Metadata<'_> = Metadata::new("varco", Level::INFO, None);

// === impl Recorder ===

impl Recorder {
    pub(super) fn new() -> Self {
        #[expect(clippy::expect_used, reason = "the builder refuses an empty list of buckets only")]
        let inner = PrometheusBuilder::new().set_buckets(&BUCKETS).expect("the buckets are declared").build_recorder();
        for metric in METRICS {
            describe(&inner, metric);
        }
        let handle = inner.handle();
        Self { inner, handle }
    }

    pub(super) fn counter<const N: usize>(&self, metric: &Metric, labels: [&str; N]) -> Counter {
        self.inner.register_counter(&key(metric, labels), &METADATA)
    }

    pub(super) fn gauge<const N: usize>(&self, metric: &Metric, labels: [&str; N]) -> Gauge {
        self.inner.register_gauge(&key(metric, labels), &METADATA)
    }

    pub(super) fn histogram<const N: usize>(&self, metric: &Metric, labels: [&str; N]) -> Histogram {
        self.inner.register_histogram(&key(metric, labels), &METADATA)
    }

    pub(super) fn render(&self) -> String {
        self.handle.render()
    }

    pub(super) fn upkeep(&self) {
        self.handle.run_upkeep();
    }
}

fn key<const N: usize>(metric: &Metric, values: [&str; N]) -> Key {
    debug_assert_eq!(metric.labels.len(), N, "{}", metric.name);
    let labels = metric.labels.iter().zip(values).map(|(name, value)| Label::new(*name, value.to_owned()));
    Key::from_parts(metric.name, labels.collect::<Vec<_>>())
}

fn describe(recorder: &PrometheusRecorder, metric: &Metric) {
    let name = KeyName::from_const_str(metric.name);
    let unit = match metric.unit {
        declared::Unit::Count => Unit::Count,
        declared::Unit::Seconds => Unit::Seconds,
    };
    match metric.kind {
        Kind::Counter => recorder.describe_counter(name, Some(unit), metric.help.into()),
        Kind::Gauge => recorder.describe_gauge(name, Some(unit), metric.help.into()),
        Kind::Histogram => recorder.describe_histogram(name, Some(unit), metric.help.into()),
    }
}
