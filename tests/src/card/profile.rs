//! What a card says: first what the profile of the CNS demands, then whatever a test makes of it. (AgID, structure of
//! the certificate for authentication of the CNS, 1.1.)

use anyhow::{Context as _, Result};
use jiff::{SignedDuration, Timestamp};
use rcgen::{
    CertificateParams, CrlDistributionPoint, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair,
    KeyUsagePurpose,
};

use super::authority::CardAuthority;
use super::holder::{common_name, omocodic, with_wrong_check_letter};
use super::issued::Card;
use super::names::country;
use super::{extensions, parts};
use crate::identity_provider::Person;

/// The policy of health cards and of all other cards with a CNS.
pub const HEALTH_CARD: &str = "1.3.76.16.2.1";
/// That of Lombardy, from before there was one for all.
pub const LOMBARDY: &str = "1.3.159.6.1.3.2.10";
/// The other one of Lombardy.
pub const LOMBARDY_SISS: &str = "1.3.76.12.1.1.10.2.2.10";
/// The policy of identity cards.
pub const IDENTITY_CARD: &str = "1.3.76.47.4";

/// 365 days and a quarter.
pub(super) const YEAR: SignedDuration = SignedDuration::from_hours(8766);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A card to be issued.
#[derive(Clone)]
#[must_use]
pub struct CardProfile {
    authority: CardAuthority,
    fiscal_number: String,
    given_name: String,
    family_name: String,
    /// The administration that gives it out.
    unit: &'static str,
    /// Where this is nothing, it is what the fiscal number makes of it.
    common_names: Option<Vec<String>>,
    policy: Option<String>,
    policy_is_critical: bool,
    usages: Vec<KeyUsagePurpose>,
    purposes: Vec<ExtendedKeyUsagePurpose>,
    age: SignedDuration,
    life: SignedDuration,
    lists: Vec<CrlDistributionPoint>,
    responder: Option<String>,
    on_a_curve: bool,
}

/// Attributes of names that are the holder's own. (X.520, sections 6.2.3 and 6.2.4.)
const FAMILY_NAME: [u64; 4] = [2, 5, 4, 4];
const GIVEN_NAME: [u64; 4] = [2, 5, 4, 42];

// === impl CardProfile ===

impl CardProfile {
    /// A health card as it should be, given out a year ago.
    pub(super) fn of(authority: &CardAuthority, person: &Person) -> Result<Self> {
        let fiscal_number = person.fiscal_number.context("only who has a fiscal number has a card")?;
        Ok(Self {
            fiscal_number: fiscal_number.to_owned(),
            given_name: person.given_name.to_owned(),
            family_name: person.family_name.to_owned(),
            unit: "Regione Demo",
            common_names: None,
            policy: Some(HEALTH_CARD.to_owned()),
            policy_is_critical: false,
            usages: vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment],
            purposes: vec![ExtendedKeyUsagePurpose::ClientAuth, ExtendedKeyUsagePurpose::EmailProtection],
            age: YEAR,
            life: YEAR * 6,
            lists: vec![CrlDistributionPoint { uris: vec![authority.list_address()] }],
            responder: Some(authority.responder_address()),
            on_a_curve: false,
            authority: authority.clone(),
        })
    }

    /// An identity card in its place, which lasts ten years.
    pub fn identity_card(mut self) -> Self {
        self.unit = "Ministero di prova";
        self.life = YEAR * 10;
        self.purposes = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.with_policy(IDENTITY_CARD)
    }

    /// With another policy.
    pub fn with_policy(mut self, policy: &str) -> Self {
        self.policy = Some(policy.to_owned());
        self
    }

    /// Without any policy.
    pub fn without_policy(mut self) -> Self {
        self.policy = None;
        self
    }

    /// Whoever does not understand its policy must refuse it.
    pub fn with_critical_policy(mut self) -> Self {
        self.policy_is_critical = true;
        self
    }

    /// The certificate that signs documents, which browsers offer too. Nothing else tells it from the other one here.
    pub fn for_documents(mut self) -> Self {
        self.usages = vec![KeyUsagePurpose::ContentCommitment];
        self.purposes = Vec::new();
        self
    }

    /// With a key for these uses.
    pub fn with_usages(mut self, usages: Vec<KeyUsagePurpose>) -> Self {
        self.usages = usages;
        self
    }

    /// For these purposes.
    pub fn with_purposes(mut self, purposes: Vec<ExtendedKeyUsagePurpose>) -> Self {
        self.purposes = purposes;
        self
    }

    /// Given out this long ago; less than nothing is in the future.
    pub fn aged(mut self, age: SignedDuration) -> Self {
        self.age = age;
        self
    }

    /// Until yesterday.
    pub fn expired(self) -> Self {
        let age = self.life + DAY;
        self.aged(age)
    }

    /// From tomorrow on.
    pub fn not_yet_valid(self) -> Self {
        self.aged(-DAY)
    }

    /// Of somebody with this fiscal number, well formed or not.
    pub fn with_fiscal_number(mut self, fiscal_number: &str) -> Self {
        fiscal_number.clone_into(&mut self.fiscal_number);
        self
    }

    /// With the wrong letter at the end of the fiscal number.
    pub fn with_wrong_check_letter(self) -> Result<Self> {
        let wrong = with_wrong_check_letter(&self.fiscal_number)?;
        Ok(self.with_fiscal_number(&wrong))
    }

    /// Of somebody else, whose fiscal number was changed to differ from this one.
    pub fn omocodic(self) -> Result<Self> {
        let other = omocodic(&self.fiscal_number)?;
        Ok(self.with_fiscal_number(&other))
    }

    /// With these common names: none, one, or two.
    pub fn with_common_names(mut self, names: &[&str]) -> Self {
        self.common_names = Some(names.iter().map(|&name| name.to_owned()).collect());
        self
    }

    /// With another common name after its own.
    pub fn with_second_common_name(self, second: &str) -> Self {
        let first = common_name(&self.fiscal_number);
        self.with_common_names(&[&first, second])
    }

    /// With a key on P-256.
    pub fn on_a_curve(mut self) -> Self {
        self.on_a_curve = true;
        self
    }

    /// What was revoked is published at these points, each of which has these addresses.
    pub fn with_lists_at(mut self, points: &[&[&str]]) -> Self {
        let address = |&address: &&str| address.to_owned();
        let point = |point: &&[&str]| CrlDistributionPoint { uris: point.iter().map(address).collect() };
        self.lists = points.iter().map(point).collect();
        self
    }

    /// It does not say where what was revoked is published.
    pub fn without_lists(self) -> Self {
        self.with_lists_at(&[])
    }

    /// Somebody answers about it at this address.
    pub fn with_responder_at(mut self, address: &str) -> Self {
        self.responder = Some(address.to_owned());
        self
    }

    /// It does not say who answers about it.
    pub fn without_responder(mut self) -> Self {
        self.responder = None;
        self
    }

    /// Issues it, with a new key and a new number.
    pub fn issue(&self, now: Timestamp) -> Result<Card> {
        let key = if self.on_a_curve { KeyPair::generate()? } else { parts::rsa()? };
        let mut params = self.params()?;
        let serial = parts::serial()?;
        params.serial_number = Some(serial.clone());
        let from = now - self.age;
        parts::set_validity(&mut params, from, from + self.life)?;
        let certificate = params.signed_by(&key, self.authority.issuer())?;
        Ok(Card::new(self.authority.clone(), &certificate, &key, serial))
    }

    fn params(&self) -> Result<CertificateParams> {
        let mut params = CertificateParams::default();
        params.distinguished_name = self.subject();
        params.use_authority_key_identifier_extension = true;
        params.key_usages.clone_from(&self.usages);
        params.extended_key_usages.clone_from(&self.purposes);
        params.crl_distribution_points.clone_from(&self.lists);
        if let Some(policy) = &self.policy {
            let statement = self.authority.statement_address();
            params.custom_extensions.push(extensions::policy(policy, &statement, self.policy_is_critical)?);
        }
        if let Some(responder) = &self.responder {
            params.custom_extensions.push(extensions::responder(responder)?);
        }
        Ok(params)
    }

    fn subject(&self) -> DistinguishedName {
        let mut subject = DistinguishedName::new();
        subject.push(DnType::CountryName, country());
        subject.push(DnType::OrganizationName, "Carte di prova");
        subject.push(DnType::OrganizationalUnitName, self.unit);
        subject.push(DnType::CustomDnType(FAMILY_NAME.to_vec()), self.family_name.as_str());
        subject.push(DnType::CustomDnType(GIVEN_NAME.to_vec()), self.given_name.as_str());
        let usual = || vec![common_name(&self.fiscal_number)];
        let names = self.common_names.clone().unwrap_or_else(usual);
        // A name holds one of each kind; the second kind is the same under another name.
        let kinds = [DnType::CommonName, DnType::CustomDnType(vec![2, 5, 4, 3])];
        for (kind, name) in kinds.into_iter().zip(names) {
            subject.push(kind, name);
        }
        subject
    }
}
