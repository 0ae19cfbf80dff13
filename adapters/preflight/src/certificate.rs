//! A certificate, as far as rules look into it.

use data_encoding::BASE64;
use jiff::Timestamp;
use varco_xmldsig::{KeyRefusal, TrustedKey};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::FromDer as _;
use x509_parser::public_key::PublicKey;

/// What was read of a certificate.
#[derive(Clone, Debug)]
pub(crate) struct Certificate {
    der: Vec<u8>,
    subject: Vec<(String, String)>,
    pub(crate) not_before: Timestamp,
    pub(crate) not_after: Timestamp,
    signature_algorithm: String,
    pub(crate) kind: KeyKind,
    pub(crate) policies: Option<Extension<Vec<String>>>,
    pub(crate) key_usage: Option<Extension<KeyUsage>>,
    /// Whether it may issue certificates.
    pub(crate) authority: Option<Extension<bool>>,
    /// The key, if signatures can be verified with it.
    pub(crate) key: Result<TrustedKey, KeyRefusal>,
}

/// An extension, and whether readers must understand it.
#[derive(Clone, Debug)]
pub(crate) struct Extension<T> {
    pub(crate) critical: bool,
    pub(crate) value: T,
}

/// What a key may be used for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyUsage {
    pub(crate) digital_signature: bool,
    pub(crate) content_commitment: bool,
    pub(crate) anything_else: bool,
}

/// A kind of key, and its bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyKind {
    Rsa(usize),
    Elliptic(usize),
    Other,
}

/// The identifiers of the parts of a name (X.520).
pub(crate) mod part {
    pub(crate) const COMMON_NAME: &str = "2.5.4.3";
    pub(crate) const COUNTRY: &str = "2.5.4.6";
    pub(crate) const LOCALITY: &str = "2.5.4.7";
    pub(crate) const ORGANIZATION: &str = "2.5.4.10";
    pub(crate) const URI: &str = "2.5.4.83";
    pub(crate) const ORGANIZATION_IDENTIFIER: &str = "2.5.4.97";
}

// === impl Certificate ===

impl Certificate {
    /// Reads base64 of DER, broken by white space or not.
    pub(crate) fn from_base64(text: &str) -> Option<Self> {
        let packed: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        Self::from_der(BASE64.decode(&packed).ok()?)
    }

    fn from_der(der: Vec<u8>) -> Option<Self> {
        let (rest, parsed) = X509Certificate::from_der(&der).ok()?;
        if !rest.is_empty() {
            return None;
        }
        let instant = |at: i64| Timestamp::from_second(at).ok();
        Some(Self {
            subject: subject(&parsed),
            not_before: instant(parsed.validity().not_before.timestamp())?,
            not_after: instant(parsed.validity().not_after.timestamp())?,
            signature_algorithm: parsed.signature_algorithm.algorithm.to_id_string(),
            kind: KeyKind::of(&parsed),
            policies: extension(&parsed, policies),
            key_usage: extension(&parsed, KeyUsage::of),
            authority: extension(&parsed, |parsed| match parsed {
                ParsedExtension::BasicConstraints(constraints) => Some(constraints.ca),
                _ => None,
            }),
            key: TrustedKey::from_certificate_der(&der),
            der,
        })
    }

    /// Whether both are the same, octet by octet.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.der == other.der
    }

    /// Its octets.
    pub(crate) fn der(&self) -> &[u8] {
        &self.der
    }

    /// The value of a part of the subject, by identifier.
    pub(crate) fn subject(&self, part: &str) -> Option<&str> {
        self.subject.iter().find(|(kind, _)| kind == part).map(|(_, value)| value.as_str())
    }

    /// The hash that its issuer signed; none if it is broken or unknown.
    pub(crate) fn digest(&self) -> Option<&'static str> {
        match self.signature_algorithm.as_str() {
            "1.2.840.113549.1.1.11" | "1.2.840.10045.4.3.2" => Some("SHA-256"),
            "1.2.840.113549.1.1.12" | "1.2.840.10045.4.3.3" => Some("SHA-384"),
            "1.2.840.113549.1.1.13" | "1.2.840.10045.4.3.4" => Some("SHA-512"),
            _ => None,
        }
    }

    /// How people tell it from others: whose it is and until when.
    pub(crate) fn words(&self) -> String {
        let holder = self.subject(part::COMMON_NAME).or_else(|| self.subject(part::ORGANIZATION)).unwrap_or("nobody");
        format!("of {}, valid until {}", crate::value::quoted(holder), day(self.not_after))
    }
}

// === impl KeyUsage ===

impl KeyUsage {
    fn of(parsed: &ParsedExtension<'_>) -> Option<Self> {
        let ParsedExtension::KeyUsage(usage) = parsed else { return None };
        Some(Self {
            digital_signature: usage.digital_signature(),
            content_commitment: usage.non_repudiation(),
            anything_else: usage.flags >> 2 != 0,
        })
    }
}

// === impl KeyKind ===

impl KeyKind {
    fn of(certificate: &X509Certificate<'_>) -> Self {
        match certificate.public_key().parsed() {
            Ok(PublicKey::RSA(key)) => Self::Rsa(key.key_size()),
            Ok(PublicKey::EC(point)) => Self::Elliptic(point.key_size()),
            _ => Self::Other,
        }
    }

    /// In words.
    pub(crate) fn words(self) -> String {
        match self {
            Self::Rsa(bits) => format!("RSA with {bits} bits"),
            Self::Elliptic(bits) => format!("an elliptic curve of {bits} bits"),
            Self::Other => "neither RSA nor an elliptic curve".to_owned(),
        }
    }
}

/// The date of an instant, in universal time.
pub(crate) fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

fn subject(certificate: &X509Certificate<'_>) -> Vec<(String, String)> {
    let text = |part: &x509_parser::x509::AttributeTypeAndValue<'_>| part.as_str().unwrap_or_default().to_owned();
    certificate.subject().iter_attributes().map(|part| (part.attr_type().to_id_string(), text(part))).collect()
}

fn policies(parsed: &ParsedExtension<'_>) -> Option<Vec<String>> {
    let ParsedExtension::CertificatePolicies(policies) = parsed else { return None };
    Some(policies.iter().map(|policy| policy.policy_id.to_id_string()).collect())
}

fn extension<T>(
    certificate: &X509Certificate<'_>,
    read: impl Fn(&ParsedExtension<'_>) -> Option<T>,
) -> Option<Extension<T>> {
    certificate.extensions().iter().find_map(|extension| {
        let value = read(extension.parsed_extension())?;
        Some(Extension { critical: extension.critical, value })
    })
}
