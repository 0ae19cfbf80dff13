//! The session of a citizen: one for all services of the region.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::attempt::Completed;
use crate::attribute::{Attribute, Attributes};
use crate::identity::PersonIdentifier;
use crate::level::Level;
use crate::logout::ProviderLogin;
use crate::name::{MethodId, ProviderId};
use crate::ports::Randomness;
use crate::purpose::Purpose;
use crate::secret::secret;
use crate::service::Service;

secret!(
    /// Names a session. Whoever has it and its proof, the session token, is the citizen.
    SessionId
);

/// How long sessions live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// From the login to the end, whatever happens.
    pub absolute: SignedDuration,
    /// Without a request to any service.
    pub idle: SignedDuration,
}

/// A citizen who is logged in. It is opened only from a [`Completed`] attempt, so there is no
/// session without a verified answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Session {
    /// Its name.
    pub id: SessionId,
    /// Who it is.
    pub person: PersonIdentifier,
    /// How they logged in.
    pub method: MethodId,
    /// The provider that vouched for them.
    pub provider: Option<ProviderId>,
    /// The level reached.
    pub level: Level,
    /// What is known of them; each service sees only its share.
    pub attributes: Attributes,
    /// What was asked of the provider, known or not: a service that is entitled to more needs another
    /// login.
    pub asked_for: BTreeSet<Attribute>,
    /// The kind of identity that was asked for: a service that asks for another one needs another login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Purpose>,
    /// When they proved who they are.
    pub authenticated_at: Timestamp,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it ends, whatever happens.
    pub expires_at: Timestamp,
    /// How long it lives without a request.
    pub idle: SignedDuration,
    /// The login that it stands on, where the provider may end it or wants to know that it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_login: Option<ProviderLogin>,
}

// === impl Session ===

impl Session {
    /// Opens the session of a citizen whose login for `service` completed.
    pub fn open(
        completed: &Completed,
        service: &Service,
        lifetimes: Lifetimes,
        now: Timestamp,
        randomness: &dyn Randomness,
    ) -> Self {
        let identity = completed.identity();
        Self {
            id: SessionId::draw(randomness),
            person: identity.person.clone(),
            method: identity.method.clone(),
            provider: identity.provider.clone(),
            level: identity.level,
            attributes: identity.attributes.clone(),
            asked_for: service.asks_for().collect(),
            purpose: completed.purpose(),
            authenticated_at: identity.authenticated_at,
            opened_at: now,
            expires_at: now.checked_add(lifetimes.absolute).unwrap_or(Timestamp::MAX),
            idle: lifetimes.idle,
            provider_login: identity.provider_login.clone(),
        }
    }

    /// Takes over what an older session of the same browser knew, if it was the same person's, by an identity
    /// of the same kind and for the same company: so that two services with different attributes do not send a
    /// citizen back and forth, and that a session which a provider keeps is not forgotten over a login for
    /// which none does.
    #[must_use]
    pub fn in_place_of(mut self, older: &Self) -> Self {
        if self.person == older.person {
            // What an employer says of somebody is nothing for their own errands, nor for those of another.
            if self.purpose == older.purpose && self.attributes.agree_on_company(&older.attributes) {
                self.attributes = self.attributes.over(&older.attributes);
                self.asked_for.extend(&older.asked_for);
            }
            let own = self.provider_login.as_ref().is_some_and(|login| login.keeps_session);
            let older = older.provider_login.as_ref().filter(|login| login.keeps_session);
            if let Some(older) = older.filter(|_| !own) {
                self.provider_login = Some(older.clone());
            }
        }
        self
    }

    /// Whether it does for a part of `service` that asks for `level`.
    pub fn suffices(&self, service: &Service, level: Level) -> bool {
        self.purpose == service.purpose
            && self.level >= level
            && service.asks_for().all(|attribute| self.asked_for.contains(&attribute))
            // Not every method has it; where a provider has none for the asking, the login is refused.
            && (service.ages.is_none() || self.attributes.value(Attribute::Birthdate).is_some())
    }

    /// Whether it still stands at `now`, when the last request came at `last_seen`.
    pub fn is_alive(&self, last_seen: Timestamp, now: Timestamp) -> bool {
        now < self.expires_at && now.duration_since(last_seen) < self.idle
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::tests::completed_at;
    use crate::name::{BodyId, ServiceId};
    use crate::ports::tests::Sequence;

    const LIFETIMES: Lifetimes =
        Lifetimes { absolute: SignedDuration::from_hours(8), idle: SignedDuration::from_mins(30) };

    #[test]
    fn a_session_ends_at_its_absolute_and_at_its_idle_limit() {
        let opened: Timestamp = "2021-09-30T21:59:59Z".parse().unwrap();
        let session = session_for(&[], opened);
        let after = |minutes| opened.checked_add(SignedDuration::from_mins(minutes)).unwrap();
        assert!(session.is_alive(opened, after(29)));
        assert!(!session.is_alive(opened, after(30)), "idle limit");
        assert!(session.is_alive(after(470), after(479)));
        assert!(!session.is_alive(after(479), after(480)), "absolute limit");
    }

    fn service(attributes: &[Attribute]) -> Service {
        Service {
            id: ServiceId::parse("anagrafe").unwrap(),
            body: BodyId::parse("c_e715").unwrap(),
            name: "Anagrafe".to_owned(),
            hosts: vec![],
            path: "/".to_owned(),
            level: Level::Two,
            attributes: attributes.to_vec(),
            purpose: None,
            ages: None,
            rules: vec![],
        }
    }

    fn session_for(attributes: &[Attribute], now: Timestamp) -> Session {
        Session::open(&completed_at(now), &service(attributes), LIFETIMES, now, &Sequence::default())
    }

    #[test]
    fn a_session_suffices_where_its_level_does_and_everything_was_asked_for() {
        let session = session_for(&[Attribute::Email], "2026-11-25T12:00:00Z".parse().unwrap());
        assert!(session.suffices(&service(&[]), Level::Two));
        assert!(session.suffices(&service(&[Attribute::Email]), Level::One), "asked for, though the provider had none");
        assert!(!session.suffices(&service(&[]), Level::Three));
        assert!(!session.suffices(&service(&[Attribute::Email, Attribute::Gender]), Level::Two));
    }

    #[test]
    fn a_session_takes_over_what_was_known_of_the_same_person_only() {
        let now = "2026-11-25T12:00:00Z".parse().unwrap();
        let mut older = session_for(&[Attribute::Email], now);
        older.attributes = [(Attribute::Email, "ada@example.org".to_owned())].into_iter().collect();
        let both = service(&[Attribute::Email, Attribute::Gender]);
        let merged = session_for(&[Attribute::Gender], now).in_place_of(&older);
        assert!(merged.suffices(&both, Level::Two));
        assert_eq!(merged.attributes.value(Attribute::Email), Some("ada@example.org"));
        older.person = PersonIdentifier::new(crate::identity::Scheme::FiscalNumber, "VRDGPP13R10B293P");
        let apart = session_for(&[Attribute::Gender], now).in_place_of(&older);
        assert!(!apart.suffices(&both, Level::Two));
        assert_eq!(apart.attributes.value(Attribute::Email), None);
    }

    #[test]
    fn what_is_known_by_one_kind_of_identity_is_not_taken_over_by_another() {
        let now = "2026-11-25T12:00:00Z".parse().unwrap();
        let mut personal = session_for(&[Attribute::Email], now);
        personal.attributes = [(Attribute::Email, "ada@example.org".to_owned())].into_iter().collect();
        let professional = Session { purpose: Some(Purpose::PG), ..session_for(&[Attribute::Gender], now) };
        let merged = professional.in_place_of(&personal);
        assert_eq!(merged.attributes.value(Attribute::Email), None);
        assert_eq!(merged.asked_for, [Attribute::Gender].into());
        let back = session_for(&[Attribute::Gender], now).in_place_of(&merged);
        assert_eq!((back.purpose, back.asked_for), (None, [Attribute::Gender].into()));
    }

    #[test]
    fn what_is_known_of_one_company_is_not_mixed_with_another() {
        let now = "2026-11-25T12:00:00Z".parse().unwrap();
        let acting = |known: &[(Attribute, &str)]| Session {
            purpose: Some(Purpose::PG),
            attributes: known.iter().map(|(attribute, value)| (*attribute, (*value).to_owned())).collect(),
            ..session_for(&[Attribute::VatNumber, Attribute::Email], now)
        };
        let number = (Attribute::CompanyFiscalNumber, "01386030488");
        let older = acting(&[number, (Attribute::VatNumber, "01386030488"), (Attribute::Email, "ada@one.example")]);
        let email = |newer: Session| newer.in_place_of(&older).attributes.value(Attribute::Email).map(str::to_owned);
        let same = Some("ada@one.example".to_owned());
        assert_eq!(email(acting(&[number])), same, "the same company");
        assert_eq!(email(acting(&[number, (Attribute::CompanyName, "One")])), same, "of which more is known");
        for other in [
            &[(Attribute::CompanyFiscalNumber, "00378210462")][..],
            &[number, (Attribute::VatNumber, "00378210462")],
            &[(Attribute::CompanyName, "Two")],
            &[],
        ] {
            let merged = acting(other).in_place_of(&older);
            assert_eq!(merged.attributes, acting(other).attributes, "it may be another company");
            assert_eq!(merged.asked_for, acting(other).asked_for);
        }
        assert_eq!(acting(&[number]).in_place_of(&acting(&[])).attributes, acting(&[number]).attributes);
    }

    #[test]
    fn a_session_of_an_earlier_version_is_of_a_personal_identity() {
        let session = session_for(&[], "2026-11-25T12:00:00Z".parse().unwrap());
        let mut written = serde_json::to_value(&session).unwrap();
        assert_eq!(written.as_object_mut().unwrap().remove("purpose"), None, "nothing is written of it");
        assert_eq!(serde_json::from_value::<Session>(written).unwrap().purpose, None);
        let professional = Session { purpose: Some(Purpose::PG), ..session };
        let written = serde_json::to_string(&professional).unwrap();
        assert_eq!(serde_json::from_str::<Session>(&written).unwrap().purpose, Some(Purpose::PG));
    }
}
