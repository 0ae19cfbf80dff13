//! Certificates as Avviso 29v3 asks for them, ready to be spoilt.

use std::sync::LazyLock;

use data_encoding::BASE64;
use rcgen::string::PrintableString;
use rcgen::{
    CertificateParams, CustomExtension, DistinguishedName, DnType, DnValue, KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256,
    RsaKeySize, date_time_ymd,
};

use super::fixture::{AGGREGATING_COMPANY, BODY, COMPANY, REGION, entity_id};
use crate::Profile;

static KEY: LazyLock<(KeyPair, String)> = LazyLock::new(|| {
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
    let pem = key.serialize_pem();
    (key, pem)
});

/// The key of every certificate.
pub(super) fn key_pem() -> &'static str {
    &KEY.1
}

/// What goes into a certificate.
#[derive(Clone)]
pub(super) struct Certified {
    /// By identifier.
    pub(super) subject: Vec<(&'static [u64], String)>,
    /// Year, month, day.
    pub(super) from: (i32, u8, u8),
    pub(super) until: (i32, u8, u8),
    /// The last arcs of the policies under 1.3.76.16, in DER.
    pub(super) policies: Option<Vec<&'static [u8]>>,
    pub(super) critical_policies: bool,
    pub(super) usages: Vec<KeyUsagePurpose>,
    /// The content of basicConstraints.
    pub(super) authority: Option<&'static [u8]>,
}

pub(super) const COMMON_NAME: &[u64] = &[2, 5, 4, 3];
pub(super) const COUNTRY: &[u64] = &[2, 5, 4, 6];
pub(super) const LOCALITY: &[u64] = &[2, 5, 4, 7];
pub(super) const ORGANIZATION: &[u64] = &[2, 5, 4, 10];
pub(super) const URI: &[u64] = &[2, 5, 4, 83];
pub(super) const IDENTIFIER: &[u64] = &[2, 5, 4, 97];

pub(super) const AGID: &[u8] = &[6];
pub(super) const PUBLIC: &[u8] = &[4, 2, 1];
pub(super) const PRIVATE: &[u8] = &[4, 3, 1];

impl Certified {
    /// What a profile needs.
    pub(super) fn of(profile: Profile) -> Self {
        let (name, identifier) = match profile {
            Profile::PubAgFull | Profile::PubAgLite | Profile::PubOpLite => (REGION, "PA:IT-r_prova"),
            Profile::PriAgFull | Profile::PriAgLite => (AGGREGATING_COMPANY, "VATIT-09876543210"),
            Profile::SpidPrivate | Profile::CiePrivate => (COMPANY, "VATIT-01234567890"),
            Profile::PubOpFull => (COMPANY, "PA:IT-c_e715"),
            Profile::SpidPublic | Profile::Eidas | Profile::CiePublic => (BODY, "PA:IT-c_e715"),
        };
        let uri =
            if profile.activity().is_some() { "https://accesso.prova.example".to_owned() } else { entity_id(profile) };
        let sector = if profile.is_private() { PRIVATE } else { PUBLIC };
        Self {
            subject: vec![
                (COMMON_NAME, name.to_owned()),
                (ORGANIZATION, name.to_owned()),
                (URI, uri),
                (IDENTIFIER, identifier.to_owned()),
                (COUNTRY, "IT".to_owned()),
                (LOCALITY, "Firenze".to_owned()),
            ],
            from: (2026, 1, 1),
            until: (2028, 1, 1),
            policies: Some(vec![AGID, sector]),
            critical_policies: false,
            usages: vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment],
            authority: Some(&[0x30, 0x00]),
        }
    }

    /// Another value for a part of the subject.
    pub(super) fn set(&mut self, part: &'static [u64], value: &str) {
        self.subject.retain(|(kind, _)| *kind != part);
        self.subject.push((part, value.to_owned()));
    }

    pub(super) fn drop(&mut self, part: &[u64]) {
        self.subject.retain(|(kind, _)| *kind != part);
    }

    pub(super) fn pem(&self) -> String {
        self.parameters().self_signed(&KEY.0).unwrap().pem()
    }

    pub(super) fn der(&self) -> Vec<u8> {
        self.parameters().self_signed(&KEY.0).unwrap().der().to_vec()
    }

    pub(super) fn base64(&self) -> String {
        BASE64.encode(&self.der())
    }

    /// The same certificate of another key.
    pub(super) fn base64_of(&self, key: &KeyPair) -> String {
        BASE64.encode(self.parameters().self_signed(key).unwrap().der())
    }

    fn parameters(&self) -> CertificateParams {
        let mut parameters = CertificateParams::default();
        let mut name = DistinguishedName::new();
        for (kind, value) in &self.subject {
            let printable = || DnValue::PrintableString(PrintableString::try_from(value.as_str()).unwrap());
            match *kind {
                COUNTRY => name.push(DnType::CountryName, printable()),
                COMMON_NAME => name.push(DnType::CommonName, value.as_str()),
                ORGANIZATION => name.push(DnType::OrganizationName, value.as_str()),
                LOCALITY => name.push(DnType::LocalityName, value.as_str()),
                other => name.push(DnType::CustomDnType(other.to_vec()), value.as_str()),
            }
        }
        parameters.distinguished_name = name;
        parameters.not_before = date_time_ymd(self.from.0, self.from.1, self.from.2);
        parameters.not_after = date_time_ymd(self.until.0, self.until.1, self.until.2);
        parameters.key_usages.clone_from(&self.usages);
        let policies = self.policies.as_deref().map(|policies| {
            let mut extension = CustomExtension::from_oid_content(&[2, 5, 29, 32], policies_in_der(policies));
            extension.set_criticality(self.critical_policies);
            extension
        });
        let authority =
            self.authority.map(|content| CustomExtension::from_oid_content(&[2, 5, 29, 19], content.to_vec()));
        parameters.custom_extensions = authority.into_iter().chain(policies).collect();
        parameters
    }
}

/// A sequence of sequences of one identifier each: 1.3.76.16 and the arcs of the policy.
fn policies_in_der(policies: &[&[u8]]) -> Vec<u8> {
    let wrapped = |tag: u8, content: Vec<u8>| [vec![tag, u8::try_from(content.len()).unwrap()], content].concat();
    let policy = |arcs: &&[u8]| wrapped(0x30, wrapped(0x06, [&[0x2b, 0x4c, 0x10], *arcs].concat()));
    wrapped(0x30, policies.iter().flat_map(policy).collect())
}
