//! Signing documents and octets with our own key.

use std::fmt;
use std::fmt::Write as _;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use data_encoding::BASE64;
use jiff::Timestamp;

use crate::algorithm::{DigestAlgorithm, SignatureAlgorithm};
use crate::canonical::{EXCLUSIVE, canonical};
use crate::element::Element;
use crate::pair::{self, CertifiedPair, PairRefusal};
use crate::verify::{DSIG, ENVELOPED};
use crate::xml::{Limits, Xml, XmlRefusal};

/// An RSA key with its certificate. It signs with RSA and SHA-256, as SPID asks.
pub struct SigningKey {
    pair: CertifiedPair,
    announced: Option<String>,
}

/// Where in the element the signature goes.
#[derive(Clone, Copy, Debug)]
pub enum Placement<'a> {
    /// Before every other child, as in metadata.
    First,
    /// After the one child of this namespace and name, as after the issuer of a message.
    After(&'a str, &'a str),
}

/// Why nothing was signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SigningRefusal {
    /// The key or its certificate is not taken.
    #[error(transparent)]
    Key(#[from] PairRefusal),
    /// The document cannot be read.
    #[error("the document: {0}")]
    Xml(#[from] XmlRefusal),
    /// No element of the document has this identifier, or not only one.
    #[error("there is not exactly one element to sign")]
    Element,
    /// The element has no such child to put the signature after.
    #[error("there is no place for the signature")]
    Placement,
    /// The cryptographic library failed.
    #[error("the signature could not be made")]
    Failed,
}

// === impl SigningKey ===

impl SigningKey {
    /// A key from its PEM text (PKCS#8 or PKCS#1) and that of its certificate.
    pub fn from_pem(key: &str, certificate: &str) -> Result<Self, SigningRefusal> {
        Ok(Self { pair: CertifiedPair::from_pem(key, certificate)?, announced: None })
    }

    /// Announces another certificate besides: of the key that signs next, or of the one that signed before.
    /// Who knows both loses no message while one key takes the place of the other.
    pub fn announcing(self, certificate: &str) -> Result<Self, SigningRefusal> {
        Ok(Self { announced: Some(pair::certificate_base64(certificate)?), ..self })
    }

    /// Every certificate that metadata should hold, the key's own first, in the form of
    /// [`certificate_base64`](Self::certificate_base64).
    pub fn certificates(&self) -> impl Iterator<Item = &str> {
        [Some(self.certificate_base64()), self.announced.as_deref()].into_iter().flatten()
    }

    /// The certificate in base64 without line breaks, as metadata and signatures carry it.
    pub fn certificate_base64(&self) -> &str {
        &self.pair.certificate
    }

    /// When the certificate expires.
    pub const fn not_after(&self) -> Timestamp {
        self.pair.not_after
    }

    /// What [`sign_bytes`](Self::sign_bytes) signs with.
    pub const fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::RsaSha256
    }

    /// The signature over some octets.
    pub fn sign_bytes(&self, bytes: &[u8]) -> Result<Vec<u8>, SigningRefusal> {
        let mut signature = vec![0; self.pair.pair.public_modulus_len()];
        self.pair
            .pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), bytes, &mut signature)
            .map_err(|_| SigningRefusal::Failed)?;
        Ok(signature)
    }

    /// The document with a signature inside the element whose `ID` is `id`, over that element.
    pub fn sign(&self, text: &str, id: &str, placement: Placement<'_>) -> Result<String, SigningRefusal> {
        let xml = Xml::parse_within(text, Limits::AGGREGATE)?;
        let element = only_with_id(xml.root(), id).ok_or(SigningRefusal::Element)?;
        let at = place(element, placement).ok_or(SigningRefusal::Placement)?;
        let (before, after) = text.split_at_checked(at).ok_or(SigningRefusal::Placement)?;
        Ok([before, &self.signature_element(element, id)?, after].concat())
    }

    /// The signed part is written in its canonical form: what is signed is what is sent.
    fn signature_element(&self, element: Element<'_>, id: &str) -> Result<String, SigningRefusal> {
        let algorithm = DigestAlgorithm::Sha256;
        let bytes = canonical(element, &[]).ok_or(SigningRefusal::Failed)?;
        let info = signed_info(id, algorithm, &BASE64.encode(algorithm.of(&bytes).as_ref()));
        let value = BASE64.encode(&self.sign_bytes(info.as_bytes())?);
        let certificate = &self.pair.certificate;
        Ok(format!(
            "<ds:Signature xmlns:ds=\"{DSIG}\">{info}<ds:SignatureValue>{value}</ds:SignatureValue>\
             <ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>\
             </ds:Signature>"
        ))
    }
}

/// The certificate is public, but long; the key never prints.
impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SigningKey([redacted])")
    }
}

/// The element to sign. Its identifier is written into the signature, so it must need no escaping.
fn only_with_id<'x>(root: Element<'x>, id: &str) -> Option<Element<'x>> {
    let plain = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    let mut found = root.descendants().filter(|element| element.attribute("ID") == Some(id));
    let only = found.next().filter(|_| plain)?;
    found.next().is_none().then_some(only)
}

fn place(element: Element<'_>, placement: Placement<'_>) -> Option<usize> {
    let document = element.document();
    match placement {
        Placement::First => document.node_range(document.first_child(element.id())?).map(|range| range.start),
        Placement::After(namespace, name) => {
            document.node_range(element.only_child(namespace, name)?.id()).map(|range| range.end)
        }
    }
}

fn signed_info(id: &str, digest_algorithm: DigestAlgorithm, digest: &str) -> String {
    let mut text = format!("<ds:SignedInfo xmlns:ds=\"{DSIG}\">");
    for (element, algorithm) in
        [("CanonicalizationMethod", EXCLUSIVE), ("SignatureMethod", SignatureAlgorithm::RsaSha256.uri())]
    {
        let _ = write!(text, "<ds:{element} Algorithm=\"{algorithm}\"></ds:{element}>");
    }
    let _ = write!(text, "<ds:Reference URI=\"#{id}\"><ds:Transforms>");
    for algorithm in [ENVELOPED, EXCLUSIVE] {
        let _ = write!(text, "<ds:Transform Algorithm=\"{algorithm}\"></ds:Transform>");
    }
    let algorithm = digest_algorithm.uri();
    let _ = write!(
        text,
        "</ds:Transforms><ds:DigestMethod Algorithm=\"{algorithm}\"></ds:DigestMethod>\
         <ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
    );
    text
}

#[cfg(test)]
pub(crate) mod tests;
