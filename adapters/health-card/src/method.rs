//! The login with a card, on both hosts.
//!
//! ```text
//!   begin      a ticket for the attempt; the browser leaves for the card host
//!   read       on the card host: certificate ─▶ holder ─▶ authority ─▶ not revoked; a reading, good or bad, goes back
//!   complete   on the access host: the reading, if it is of this attempt, is who it is, or why not
//! ```

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use varco_core::attempt::{AttemptId, AttemptRefusal, Sent};
use varco_core::attribute::Attribute;
use varco_core::card::{CardAddress, CardReader, ShownCertificates};
use varco_core::identity::{Identity, PersonIdentifier, Scheme};
use varco_core::level::Level;
use varco_core::method::{
    Channel, Departure, Descriptor, Document, LoginMethod, Opening, Proof, Provider, Return, Sending, Verified,
};
use varco_core::name::{BodyId, InvalidName, MethodId};
use varco_core::origin::Origin;
use varco_core::ports::Randomness;
use varco_core::refusal::Refusal;
use varco_core::secret::Secret;

use crate::certificate::CardCertificate;
use crate::handoff::{Outcome, Person, Reading, Seal, Sealed as _, Ticket};
use crate::refusal::CardRefusal;
use crate::trust::Trust;
use crate::verdict::Policy;

/// The word of the method.
pub const METHOD: &str = "health-card";

/// Names in the addresses of both hosts.
const TICKET: &str = "ticket";
const STATE: &str = "state";
const READING: &str = "reading";

/// What a login with a card is made of.
pub struct HealthCardOptions {
    /// The access host.
    pub access: Origin,
    /// The card host.
    pub address: CardAddress,
    /// What seals the way between them.
    pub seal: Seal,
    /// Who vouches for cards.
    pub trust: Arc<dyn Trust>,
    /// What becomes of a card of which nobody can say whether it was revoked.
    pub policy: Policy,
    /// Randomness.
    pub randomness: Arc<dyn Randomness>,
}

/// The login with a card.
pub struct HealthCard {
    options: HealthCardOptions,
    descriptor: Descriptor,
}

// === impl HealthCard ===

impl HealthCard {
    /// A login with these parts.
    pub fn new(options: HealthCardOptions) -> Result<Self, InvalidName> {
        let descriptor = Descriptor {
            id: MethodId::parse(METHOD)?,
            name: "TS-CNS",
            // A card and its PIN: what SPID and CIE call level 3.
            levels: vec![Level::Three],
            attributes: vec![Attribute::GivenName, Attribute::FamilyName, Attribute::FiscalNumber],
            purposes: false,
        };
        Ok(Self { options, descriptor })
    }

    /// Everything that a card must be. What is cheap comes first: nobody outside is asked about a card that does not
    /// count anyway.
    async fn judge(&self, shown: &ShownCertificates, now: Timestamp) -> Result<Person, CardRefusal> {
        let (own, _) = shown.split().ok_or(CardRefusal::Missing)?;
        let card = CardCertificate::read(own, now)?;
        let authorities = self.options.trust.authorities();
        let authority = authorities.vouching(&card, now)?;
        self.options.trust.standing(&card, authority, now).await.under(self.options.policy)?;
        let holder = card.holder();
        Ok(Person {
            kind: card.kind(),
            fiscal_number: holder.fiscal_number.clone(),
            given_name: holder.given_name.clone(),
            family_name: holder.family_name.clone(),
        })
    }

    fn verified(&self, person: &Person, number: Secret, read_at: Timestamp, expires_at: Timestamp) -> Verified {
        let fiscal_number = person.fiscal_number.as_str();
        let said = [
            (Attribute::FiscalNumber, Some(fiscal_number)),
            (Attribute::GivenName, person.given_name.as_deref()),
            (Attribute::FamilyName, person.family_name.as_deref()),
        ];
        // A name that is none is left out: the fiscal number says who it is.
        let read = |(attribute, value): (Attribute, Option<&str>)| Some((attribute, attribute.read(value?).ok()?));
        let identity = Identity {
            person: PersonIdentifier::new(Scheme::FiscalNumber, fiscal_number),
            method: self.descriptor.id.clone(),
            provider: None,
            level: Level::Three,
            attributes: said.into_iter().filter_map(read).collect(),
            authenticated_at: read_at,
            provider_login: None,
        };
        Verified { identity, proof: Proof { id: format!("{METHOD} {}", number.reveal()), expires_at } }
    }
}

#[async_trait]
impl LoginMethod for HealthCard {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    fn providers(&self) -> Vec<Provider> {
        Vec::new()
    }

    /// Without authorities every card would be refused.
    fn is_open(&self) -> bool {
        !self.options.trust.authorities().all().is_empty()
    }

    fn uses_card(&self) -> bool {
        true
    }

    fn attempt_of(&self, returned: &Return) -> Option<AttemptId> {
        AttemptId::parse(returned.parameter(STATE)?).ok()
    }

    async fn begin(&self, opening: Opening<'_>) -> Result<Sending, Refusal> {
        let randomness = &*self.options.randomness;
        let ticket = Ticket::new(opening.attempt, opening.now, randomness);
        let sealed = self.options.seal.close(&ticket, randomness);
        let sealed = sealed.ok_or_else(|| CardRefusal::Handoff.because("the ticket could not be sealed"))?;
        let host = self.options.address.for_login(randomness);
        let departure = Departure::Redirect(format!("{host}/?{TICKET}={sealed}"));
        Ok(Sending { provider: None, memo: ticket.number.reveal(), departure })
    }

    async fn complete(&self, sent: &Sent, returned: &Return, now: Timestamp) -> Result<Verified, Refusal> {
        if returned.channel != Channel::Query {
            return Err(CardRefusal::Handoff.because("a reading comes in the address"));
        }
        let text = returned.parameter(READING).unwrap_or_default();
        let reading = self.options.seal.open::<Reading>(text, now);
        let reading = reading.ok_or_else(|| CardRefusal::Handoff.because("forged, or too late"))?;
        if Secret::parse(&sent.memo) != Ok(reading.number) {
            return Err(AttemptRefusal::Unknown.because("the reading is of another login"));
        }
        let (number, read_at, expires_at) = (reading.number, reading.read_at, reading.expires_at());
        match &reading.outcome {
            Outcome::Person(person) => Ok(self.verified(person, number, read_at, expires_at)),
            Outcome::Refused(code) => Err(CardRefusal::of_code(code).into()),
        }
    }

    fn metadata(&self, _: Option<&BodyId>, _: Timestamp) -> Result<Option<Document>, Refusal> {
        Ok(None)
    }
}

#[async_trait]
impl CardReader for HealthCard {
    fn address(&self) -> &CardAddress {
        &self.options.address
    }

    fn authorities(&self) -> Arc<[Box<[u8]>]> {
        self.options.trust.authorities().subjects()
    }

    async fn read(&self, ticket: Option<&str>, shown: &ShownCertificates, now: Timestamp) -> String {
        let back = format!("{}/return/{METHOD}", self.options.access);
        let ticket = ticket.and_then(|text| self.options.seal.open::<Ticket>(text, now));
        // There it is said that this login is over.
        let Some(ticket) = ticket else { return back };
        let outcome = match self.judge(shown, now).await {
            Ok(person) => Outcome::Person(person),
            Err(reason) => Outcome::refused(reason),
        };
        let reading = Reading { number: ticket.number, read_at: now, outcome };
        let sealed = self.options.seal.close(&reading, &*self.options.randomness).unwrap_or_default();
        format!("{back}?{STATE}={}&{READING}={sealed}", ticket.attempt.reveal())
    }
}
