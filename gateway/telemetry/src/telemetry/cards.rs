//! What is counted of the checks of cards, and of the lists that they are held against.

use varco_core::event::{CardCheckEvent, MetadataOutcome, RevocationListEvent};

use super::metadata::{number, seconds};
use super::recorder::Recorder;
use crate::metrics::{CARD_CHECKS, LIST_END, LIST_LENGTH, LIST_REFRESHES, LIST_SUCCESS};

pub(super) fn note_check(recorder: &Recorder, check: &CardCheckEvent) {
    recorder.counter(&CARD_CHECKS, [check.outcome.label(), check.source.label()]).increment(1);
}

pub(super) fn note_list(recorder: &Recorder, list: &RevocationListEvent) {
    let source = list.source.as_str();
    recorder.counter(&LIST_REFRESHES, [source, list.outcome.label()]).increment(1);
    recorder.gauge(&LIST_LENGTH, [source]).set(list.revoked.map_or(f64::NAN, number));
    recorder.gauge(&LIST_END, [source]).set(list.next_at.map_or(f64::NAN, seconds));
    if matches!(list.outcome, MetadataOutcome::Refreshed | MetadataOutcome::Unchanged) {
        recorder.gauge(&LIST_SUCCESS, [source]).set(seconds(list.at));
    }
}
