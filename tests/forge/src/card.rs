//! An authority of cards that issues and signs whatever it is asked to. Names and numbers are nobody's.

mod answer;
pub mod der;
mod keys;
mod list;

use anyhow::{Context, Result};
use aws_lc_rs::digest::{Algorithm, digest};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CrlDistributionPoint, CustomExtension, DistinguishedName,
    DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, SerialNumber, date_time_ymd,
};

pub use answer::{AnswerText, CardSaid, ResponderNamed, around};
pub use keys::KeyKind;
pub use list::ListText;

/// The policy of the health card, as the bytes that stand for it.
pub const HEALTH_CARD: &[u8] = &[0x2b, 0x4c, 0x10, 2, 1];
/// The policy of the electronic identity card.
pub const IDENTITY_CARD: &[u8] = &[0x2b, 0x4c, 0x2f, 4];

const OCSP: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 0x30, 1];

/// An authority that issues cards.
pub struct CardAuthority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    published_at: Vec<String>,
}

/// What the certificate of a card says.
#[derive(Clone, Debug)]
pub struct CardText {
    /// The fiscal number, the number of the card, and a digest.
    pub common_name: String,
    /// Given names and family name, where it says them.
    pub names: Option<(String, String)>,
    /// Which kind of card it is.
    pub policy: &'static [u8],
    /// Its number.
    pub serial: u64,
    /// Where its authority says whether it is good.
    pub responder: Option<String>,
}

// === impl CardAuthority ===

impl CardAuthority {
    /// An authority of this name and key. It publishes its lists at these addresses, and says so in what it issues.
    pub fn new(name: &str, key: KeyPair, published_at: &[&str]) -> Result<Self> {
        let published_at: Vec<_> = published_at.iter().map(|address| (*address).to_owned()).collect();
        let mut params = named(&[(DnType::CommonName, name)]);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2036, 1, 1);
        params.crl_distribution_points = points(&published_at);
        Ok(Self { issuer: CertifiedIssuer::self_signed(params, key)?, published_at })
    }

    /// Its certificate, in DER.
    pub fn der(&self) -> &[u8] {
        self.issuer.der()
    }

    /// A card with this key, as its certificate in DER.
    pub fn card(&self, card: &CardText, key: &KeyPair) -> Result<Vec<u8>> {
        let mut names = vec![(DnType::CommonName, card.common_name.as_str())];
        if let Some((given, family)) = &card.names {
            names.push((DnType::CustomDnType(vec![2, 5, 4, 42]), given));
            names.push((DnType::CustomDnType(vec![2, 5, 4, 4]), family));
        }
        let mut params = named(&names);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let identifier = der::write(der::OBJECT_IDENTIFIER, &[card.policy]);
        let policies = der::write(der::SEQUENCE, &[&der::write(der::SEQUENCE, &[&identifier])]);
        params.custom_extensions.push(CustomExtension::from_oid_content(&[2, 5, 29, 32], policies));
        params.custom_extensions.extend(card.responder.as_deref().map(asked_at));
        params.crl_distribution_points = points(&self.published_at);
        self.issue(params, card.serial, key)
    }

    /// Whoever has this key may answer in its place: their certificate in DER.
    pub fn responder(&self, serial: u64, key: &KeyPair) -> Result<Vec<u8>> {
        let mut params = named(&[(DnType::CommonName, "Risponditore di prova")]);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::OcspSigning];
        self.issue(params, serial, key)
    }

    /// Signs a certificate, a list or an answer. What it says is not looked at.
    pub fn sign(&self, content: &[u8]) -> Result<Vec<u8>> {
        signed(content, self.issuer.key(), &[])
    }

    fn issue(&self, mut params: CertificateParams, serial: u64, key: &KeyPair) -> Result<Vec<u8>> {
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.not_before = date_time_ymd(2024, 1, 1);
        params.not_after = date_time_ymd(2030, 1, 1);
        params.serial_number = Some(SerialNumber::from(serial));
        Ok(params.signed_by(key, &self.issuer)?.der().to_vec())
    }
}

// === impl CardText ===

impl CardText {
    /// A health card of somebody with this fiscal number.
    pub fn of(fiscal_number: &str, serial: u64) -> Self {
        let common_name = format!("{fiscal_number}/7430010024925855.lsKV/lNtBAmc8x5lzSb+cxx2UzE=");
        Self { common_name, names: None, policy: HEALTH_CARD, serial, responder: None }
    }
}

/// What is signed, how, and the signature; then whatever comes after it.
fn signed(content: &[u8], key: &KeyPair, after: &[u8]) -> Result<Vec<u8>> {
    let method = KeyKind::of(key).method();
    let value = rcgen::SigningKey::sign(key, content)?;
    Ok(der::write(der::SEQUENCE, &[content, method, &der::write(der::BIT_STRING, &[&[0], &value]), after]))
}

/// What is signed of a certificate, a list or an answer.
pub fn content(signed: &[u8]) -> Result<&[u8]> {
    let whole = der::parts(signed).first().context("nothing is there")?.content;
    Ok(der::parts(whole).first().context("nothing is signed")?.whole)
}

/// What stands in a certificate: its number, the name of its holder, and their key.
struct Certified<'d> {
    serial: &'d [u8],
    subject: &'d [u8],
    key: &'d [u8],
}

// === impl Certified ===

impl<'d> Certified<'d> {
    /// RFC 5280, section 4.1.
    fn of(certificate: &'d [u8]) -> Result<Self> {
        let said = der::parts(der::parts(content(certificate)?).first().context("an empty certificate")?.content);
        let [_, serial, _, _, _, subject, key, ..] = &said[..] else { anyhow::bail!("not a whole certificate") };
        let [_, key] = &der::parts(key.content)[..] else { anyhow::bail!("not a key") };
        let key = key.content.split_first().context("an empty key")?.1;
        Ok(Self { serial: serial.whole, subject: subject.whole, key })
    }

    fn name_digest(&self, hash: &'static Algorithm) -> Vec<u8> {
        der::write(der::OCTET_STRING, &[digest(hash, self.subject).as_ref()])
    }

    fn key_digest(&self, hash: &'static Algorithm) -> Vec<u8> {
        der::write(der::OCTET_STRING, &[digest(hash, self.key).as_ref()])
    }
}

fn named(names: &[(DnType, &str)]) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    for (kind, name) in names {
        params.distinguished_name.push(kind.clone(), *name);
    }
    params
}

fn points(addresses: &[String]) -> Vec<CrlDistributionPoint> {
    addresses.iter().map(|address| CrlDistributionPoint { uris: vec![address.clone()] }).collect()
}

/// RFC 5280, section 4.2.2.1.
fn asked_at(address: &str) -> CustomExtension {
    let kind = der::write(der::OBJECT_IDENTIFIER, &[OCSP]);
    let access = der::write(der::SEQUENCE, &[&kind, &der::write(der::ADDRESS, &[address.as_bytes()])]);
    let content = der::write(der::SEQUENCE, &[&access]);
    CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_the_same_key_issues_the_same_card() {
        let folder = std::env::temp_dir().join(format!("forge-card-{}", std::process::id()));
        let card = || {
            let key = KeyKind::Rsa2048.kept_in(&folder, "authority").unwrap();
            let authority = CardAuthority::new("CA di prova", key, &["http://crl.example/"]).unwrap();
            let key = KeyKind::P256.kept_in(&folder, "card").unwrap();
            let card = authority.card(&CardText::of("PRVDAA85E57D612J", 1), &key).unwrap();
            assert_eq!(authority.sign(content(&card).unwrap()).unwrap(), card);
            card
        };
        assert_eq!(card(), card());
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_a_certificate_says_is_found() {
        let authority = CardAuthority::new("CA", KeyKind::P256.generate().unwrap(), &[]).unwrap();
        let key = KeyKind::P256.generate().unwrap();
        let certificate = authority.responder(0x5678, &key).unwrap();
        let said = Certified::of(&certificate).unwrap();
        assert_eq!(said.serial, [2, 2, 0x56, 0x78]);
        assert_eq!(said.key, rcgen::PublicKeyData::der_bytes(&key));
        assert!(said.subject.ends_with(b"Risponditore di prova"));
    }
}
