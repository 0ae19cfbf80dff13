//! Watches the identity providers: begins and ends alarms.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use varco_core::event::{LoginEvent, Outcome};
use varco_core::name::{MethodId, ProviderId};

use super::recorder::Recorder;
use crate::alarm::Alarm;
use crate::facts;
use crate::metrics::ALARMS;

/// What is remembered of refusals that may be an alarm. Providers are those that were asked, so those of
/// the configuration: nobody outside can make this grow.
#[derive(Default)]
pub(super) struct Watch(Mutex<BTreeMap<Place, Sightings>>);

/// An alarm, and what it is about.
type Place = (Alarm, MethodId, ProviderId);

/// The last refusals at one place, no more than make an alarm.
struct Sightings {
    seen: VecDeque<Timestamp>,
    /// The code of the last one.
    code: &'static str,
    alarming: bool,
}

// === impl Watch ===

impl Watch {
    /// Takes note of how a login ended.
    pub(super) fn note(&self, recorder: &Recorder, login: &LoginEvent) {
        let (Outcome::Refused(refusal), Some(provider)) = (&login.outcome, &login.provider) else { return };
        let Some(alarm) = Alarm::of_code(refusal.code()) else { return };
        let place = (alarm, login.method.clone(), provider.clone());
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sightings = places.entry(place.clone()).or_insert_with(Sightings::none);
        sightings.add(alarm, refusal.code(), login.at);
        judge(recorder, &place, sightings, login.at);
    }

    /// Ends the alarms whose time is over, and forgets what counts no more.
    pub(super) fn look(&self, recorder: &Recorder, now: Timestamp) {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        places.retain(|place, sightings| {
            judge(recorder, place, sightings, now);
            !sightings.seen.is_empty()
        });
    }
}

/// Begins or ends the alarm, by what still counts.
fn judge(recorder: &Recorder, (alarm, method, provider): &Place, sightings: &mut Sightings, now: Timestamp) {
    sightings.seen.retain(|at| now.duration_since(*at) < alarm.window());
    let alarming = sightings.seen.len() >= alarm.threshold();
    match (std::mem::replace(&mut sightings.alarming, alarming), alarming) {
        (false, true) => facts::log_alarm_begins(*alarm, method, provider, sightings.code),
        (true, false) => facts::log_alarm_ends(*alarm, method, provider),
        (false, false) | (true, true) => {}
    }
    let gauge = recorder.gauge(&ALARMS, [alarm.word(), method.as_str(), provider.as_str()]);
    gauge.set(f64::from(u8::from(alarming)));
}

// === impl Sightings ===

impl Sightings {
    const fn none() -> Self {
        Self { seen: VecDeque::new(), code: "", alarming: false }
    }

    fn add(&mut self, alarm: Alarm, code: &'static str, at: Timestamp) {
        if self.seen.len() >= alarm.threshold() {
            self.seen.pop_front();
        }
        self.seen.push_back(at);
        self.code = code;
    }
}

#[cfg(test)]
mod tests;
