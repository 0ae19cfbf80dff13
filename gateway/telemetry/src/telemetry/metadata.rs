//! What is counted of the metadata of identity providers, and what is measured of ends to come.

use jiff::Timestamp;
use varco_core::event::{Expiring, ExpiryEvent, MetadataEvent, MetadataOutcome};
use varco_core::name::BodyId;

use super::recorder::Recorder;
use crate::facts::NONE;
use crate::metrics::{
    METADATA_END, METADATA_REFRESHES, METADATA_SUCCESS, OWN_CERTIFICATE_END, PROVIDER_CERTIFICATE_END, PROVIDERS,
    PROVIDERS_REFUSED,
};

pub(super) fn note(recorder: &Recorder, metadata: &MetadataEvent) {
    let labels = [metadata.method.as_str(), &metadata.source];
    recorder.counter(&METADATA_REFRESHES, [labels[0], labels[1], metadata.outcome.label()]).increment(1);
    recorder.gauge(&PROVIDERS, labels).set(number(metadata.providers));
    recorder.gauge(&PROVIDERS_REFUSED, labels).set(number(metadata.refused));
    if matches!(metadata.outcome, MetadataOutcome::Refreshed | MetadataOutcome::Unchanged) {
        recorder.gauge(&METADATA_SUCCESS, labels).set(seconds(metadata.at));
    }
}

pub(super) fn note_expiry(recorder: &Recorder, expiry: &ExpiryEvent) {
    let method = expiry.method.as_str();
    let gauge = match &expiry.what {
        Expiring::Provider(provider) => recorder.gauge(&PROVIDER_CERTIFICATE_END, [method, provider.as_str()]),
        Expiring::Metadata(source) => recorder.gauge(&METADATA_END, [method, source]),
        Expiring::Own(body) => {
            recorder.gauge(&OWN_CERTIFICATE_END, [method, body.as_ref().map_or(NONE, BodyId::as_str)])
        }
    };
    // No comparison with it holds, so that no alarm rings for what is not there.
    gauge.set(expiry.end.map_or(f64::NAN, seconds));
}

pub(super) fn seconds(at: Timestamp) -> f64 {
    at.as_duration().as_secs_f64()
}

pub(super) fn number(count: usize) -> f64 {
    u32::try_from(count).unwrap_or(u32::MAX).into()
}
