//! Turns events and requests into metrics and log lines.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use varco_core::event::{Event, LoginEvent, Outcome};
use varco_core::name::{MethodId, ProviderId, ServiceId};
use varco_core::ports::EventSink;
use varco_core::refusal::Refusal;

use crate::facts::{self, NONE, RequestFacts};
use crate::metrics::{BUILD, LOGIN_REFUSALS, LOGINS, LOGOUTS, STARTED, STOPPED};

mod cards;
mod metadata;
mod recorder;
mod service;
mod watch;

use recorder::Recorder;
use service::ServiceMetrics;
use watch::Watch;

/// The metrics of one gateway, and the pen of its log.
pub struct Telemetry {
    recorder: Recorder,
    /// What is counted for each service that was ever asked for: a request then only adds numbers.
    services: RwLock<HashMap<ServiceId, Arc<ServiceMetrics>>>,
    without_service: ServiceMetrics,
    watch: Watch,
}

// === impl Telemetry ===

impl Telemetry {
    /// The metrics of a gateway of this version that started now.
    pub fn new(version: &'static str, started_at: Timestamp) -> Self {
        let recorder = Recorder::new();
        recorder.gauge(&BUILD, [version]).set(1.0);
        recorder.gauge(&STARTED, []).set(started_at.as_duration().as_secs_f64());
        let without_service = ServiceMetrics::new(&recorder, NONE);
        Self { recorder, services: RwLock::default(), without_service, watch: Watch::default() }
    }

    /// Takes note of a request. Its service must be a configured one: services become labels.
    pub fn request(&self, facts: &RequestFacts<'_>) {
        match facts.service {
            Some(service) => self.service(service).note(facts),
            None => self.without_service.note(facts),
        }
        if let Some(code) = facts.code {
            let service = facts.service.map_or(NONE, ServiceId::as_str);
            self.recorder.counter(&STOPPED, [service, code]).increment(1);
        }
        facts::log_request(facts);
    }

    /// All metrics, in the text format of Prometheus.
    pub fn render(&self) -> String {
        self.recorder.render()
    }

    /// Puts what was measured since the last call into its buckets, and ends the alarms whose time is
    /// over. Must be called every few seconds: where nobody scrapes, the single values would fill the
    /// memory.
    pub fn upkeep(&self, now: Timestamp) {
        self.recorder.upkeep();
        self.watch.look(&self.recorder, now);
    }

    fn service(&self, id: &ServiceId) -> Arc<ServiceMetrics> {
        let known = self.services.read().unwrap_or_else(PoisonError::into_inner).get(id).map(Arc::clone);
        known.unwrap_or_else(|| {
            let mut services = self.services.write().unwrap_or_else(PoisonError::into_inner);
            let new = || Arc::new(ServiceMetrics::new(&self.recorder, id.as_str()));
            Arc::clone(services.entry(id.clone()).or_insert_with(new))
        })
    }

    fn count_login(&self, login: &LoginEvent) {
        let labels = [
            login.method.as_str(),
            login.provider.as_ref().map_or(NONE, ProviderId::as_str),
            login.level.label(),
            login.body.as_str(),
            login.outcome.label(),
        ];
        self.recorder.counter(&LOGINS, labels).increment(1);
        if let Outcome::Refused(refusal) = &login.outcome {
            self.count_refusal(Some(&login.method), refusal);
        }
    }

    fn count_refusal(&self, method: Option<&MethodId>, refusal: &Refusal) {
        let method = method.map_or(NONE, MethodId::as_str);
        self.recorder.counter(&LOGIN_REFUSALS, [method, refusal.code()]).increment(1);
    }
}

/// The only place where a login, or the refusal of one, is counted.
impl EventSink for Telemetry {
    fn record(&self, event: &Event) {
        match event {
            Event::Login(login) => self.count_login(login),
            Event::Refusal { method, refusal, .. } => self.count_refusal(method.as_ref(), refusal),
            Event::Logout { method, .. } => self.recorder.counter(&LOGOUTS, [method.as_str()]).increment(1),
            Event::Metadata(metadata) => metadata::note(&self.recorder, metadata),
            Event::Expiry(expiry) => metadata::note_expiry(&self.recorder, expiry),
            Event::CardCheck(check) => cards::note_check(&self.recorder, check),
            Event::RevocationList(list) => cards::note_list(&self.recorder, list),
        }
        facts::log_event(event);
        if let Event::Login(login) = event {
            self.watch.note(&self.recorder, login);
        }
    }
}

#[cfg(test)]
mod tests;
