//! An authority, and what it issues. Names and numbers are nobody's.

pub(crate) mod answer;
pub(crate) mod list;

use std::sync::atomic::{AtomicU8, Ordering};

use jiff::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, CustomExtension, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams, SerialNumber,
    date_time_ymd,
};

use varco_core::ports::Randomness;

use crate::authority::{Authorities, Authority, Standing};

pub(crate) const HEALTH_CARD: &[u64] = &[1, 3, 76, 16, 2, 1];
pub(crate) const LOMBARDY: &[u64] = &[1, 3, 159, 6, 1, 3, 2, 10];
pub(crate) const IDENTITY_CARD: &[u64] = &[1, 3, 76, 47, 4];
pub(crate) const BIANCA: &str = "SMPBNC85D52D612L/7430010024925855.lsKV/lNtBAmc8x5lzSb+cxx2UzE=";

pub(crate) fn noon() -> Timestamp {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

/// Bytes that differ from draw to draw, and are the same in every run.
#[derive(Default)]
pub(crate) struct Sequence(AtomicU8);

impl Randomness for Sequence {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0.fetch_add(1, Ordering::Relaxed));
    }
}

/// An authority that issues certificates.
pub(crate) struct TestAuthority {
    pub(crate) issuer: CertifiedIssuer<'static, KeyPair>,
}

/// What a certificate says.
pub(crate) struct Said {
    pub(crate) common_names: Vec<&'static str>,
    pub(crate) policy: Option<&'static [u64]>,
    pub(crate) policy_is_critical: bool,
    pub(crate) usages: Vec<KeyUsagePurpose>,
    pub(crate) purposes: Vec<ExtendedKeyUsagePurpose>,
    pub(crate) years: (i32, i32),
    pub(crate) serial: u64,
    pub(crate) is_authority: bool,
    /// Where its authority publishes its lists.
    pub(crate) points: Vec<Vec<u8>>,
    /// Whether it says something critical that nobody understands.
    pub(crate) riddle: bool,
}

// === impl TestAuthority ===

impl TestAuthority {
    pub(crate) fn new(name: &str) -> Self {
        Self::with_usages(name, vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign])
    }

    /// One whose key is for this.
    pub(crate) fn with_usages(name: &str, usages: Vec<KeyUsagePurpose>) -> Self {
        let mut params = authority_params(name);
        params.key_usages = usages;
        Self { issuer: CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap() }
    }

    /// One below this one.
    pub(crate) fn below(&self, name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        Self { issuer: CertifiedIssuer::signed_by(authority_params(name), key, &self.issuer).unwrap() }
    }

    /// Another one that has the same key.
    pub(crate) fn renamed(&self, name: &str) -> Self {
        let key = KeyPair::try_from(self.issuer.key().serialized_der()).unwrap();
        Self { issuer: CertifiedIssuer::self_signed(authority_params(name), key).unwrap() }
    }

    pub(crate) fn der(&self) -> Vec<u8> {
        self.issuer.der().to_vec()
    }

    /// As the trust list has it: recognised since 2020.
    pub(crate) fn listed(&self) -> Authority {
        self.listed_as(vec![Standing { since: "2020-01-01T00:00:00Z".parse().unwrap(), recognised: true }])
    }

    pub(crate) fn listed_as(&self, standing: Vec<Standing>) -> Authority {
        Authority::new("CA di prova".to_owned(), &self.der(), standing).unwrap()
    }

    pub(crate) fn alone(&self) -> Authorities {
        Authorities::new(vec![self.listed()])
    }

    /// A certificate of a card, after a change.
    pub(crate) fn card(&self, change: impl FnOnce(&mut Said)) -> Vec<u8> {
        self.card_and_key(change).0
    }

    /// The same with its key.
    pub(crate) fn card_and_key(&self, change: impl FnOnce(&mut Said)) -> (Vec<u8>, KeyPair) {
        let mut said = Said {
            common_names: vec![BIANCA],
            policy: Some(HEALTH_CARD),
            policy_is_critical: false,
            usages: vec![KeyUsagePurpose::DigitalSignature],
            purposes: vec![ExtendedKeyUsagePurpose::ClientAuth],
            years: (2024, 2030),
            serial: 0x1234,
            is_authority: false,
            points: vec![],
            riddle: false,
        };
        change(&mut said);
        let key = KeyPair::generate().unwrap();
        (said.params().signed_by(&key, &self.issuer).unwrap().der().to_vec(), key)
    }

    /// A certificate for answers, after a change, with its key.
    pub(crate) fn responder(&self, change: impl FnOnce(&mut Said)) -> (Vec<u8>, KeyPair) {
        self.card_and_key(|said| {
            said.common_names = vec!["Risponditore di prova"];
            said.policy = None;
            said.purposes = vec![ExtendedKeyUsagePurpose::OcspSigning];
            said.serial = 0x5678;
            change(said);
        })
    }

    /// A list of what was revoked, from the day before for a week.
    pub(crate) fn list(&self, serials: &[u64]) -> Vec<u8> {
        self.list_of(serials.iter().map(|serial| SerialNumber::from(*serial)).collect())
    }

    pub(crate) fn list_of(&self, serials: Vec<SerialNumber>) -> Vec<u8> {
        let revoked = |serial_number| RevokedCertParams {
            serial_number,
            revocation_time: date_time_ymd(2026, 1, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let params = CertificateRevocationListParams {
            this_update: date_time_ymd(2026, 11, 24),
            next_update: date_time_ymd(2026, 12, 1),
            crl_number: SerialNumber::from(1_u64),
            issuing_distribution_point: None,
            revoked_certs: serials.into_iter().map(revoked).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let issuer: &Issuer<'_, KeyPair> = &self.issuer;
        params.signed_by(issuer).unwrap().der().to_vec()
    }
}

// === impl Said ===

impl Said {
    fn params(self) -> CertificateParams {
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        for name in &self.common_names {
            params.distinguished_name.push(DnType::CommonName, *name);
        }
        params.distinguished_name.push(DnType::CustomDnType(vec![2, 5, 4, 42]), "Bianca");
        params.distinguished_name.push(DnType::CustomDnType(vec![2, 5, 4, 4]), "Esempio");
        params.key_usages = self.usages;
        params.extended_key_usages = self.purposes;
        params.not_before = date_time_ymd(self.years.0, 1, 1);
        params.not_after = date_time_ymd(self.years.1, 1, 1);
        params.serial_number = Some(SerialNumber::from(self.serial));
        if !self.points.is_empty() {
            let points = crate::der::write(crate::der::SEQUENCE, &[&self.points.concat()]);
            params.custom_extensions.push(CustomExtension::from_oid_content(&[2, 5, 29, 31], points));
        }
        if self.riddle {
            let mut extension = CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 99999, 1], vec![5, 0]);
            extension.set_criticality(true);
            params.custom_extensions.push(extension);
        }
        if self.is_authority {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        }
        if let Some(policy) = self.policy {
            let mut extension = CustomExtension::from_oid_content(&[2, 5, 29, 32], policies(policy));
            extension.set_criticality(self.policy_is_critical);
            params.custom_extensions.push(extension);
        }
        params
    }
}

fn authority_params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2036, 1, 1);
    params
}

/// RFC 5280, section 4.2.1.4: a list of one policy.
fn policies(policy: &[u64]) -> Vec<u8> {
    let mut identifier = vec![u8::try_from(policy[0] * 40 + policy[1]).unwrap()];
    for arc in &policy[2..] {
        let mut groups: Vec<u8> = (0..10).map(|group| u8::try_from(arc >> (7 * group) & 0x7f).unwrap()).collect();
        while groups.len() > 1 && groups.last() == Some(&0) {
            groups.pop();
        }
        let last = groups.len() - 1;
        identifier
            .extend(groups.iter().rev().enumerate().map(|(at, group)| if at == last { *group } else { group | 0x80 }));
    }
    let wrap = |tag: u8, content: Vec<u8>| [vec![tag, u8::try_from(content.len()).unwrap()], content].concat();
    wrap(0x30, wrap(0x30, wrap(0x06, identifier)))
}
