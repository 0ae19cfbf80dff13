//! What a signature is over: the algorithms, and the references to what is digested.

use super::reference::prefix_list;
use super::{SignatureRefusal, accepted, named};
use crate::algorithm::SignatureAlgorithm;
use crate::base64::decoded;
use crate::canonical::{EXCLUSIVE, canonical};
use crate::element::Element;
use crate::key::TrustedKey;

/// The signed part of a signature with this many references, and its value, not verified.
pub(super) struct SignedInfo<'x, const REFERENCES: usize> {
    element: Element<'x>,
    prefixes: Vec<&'x str>,
    algorithm: SignatureAlgorithm,
    value: Vec<u8>,
    /// As they stand in it.
    pub(super) references: [Element<'x>; REFERENCES],
}

// === impl SignedInfo ===

impl<'x, const REFERENCES: usize> SignedInfo<'x, REFERENCES> {
    pub(super) fn of(info: Element<'x>, value: Element<'x>) -> Result<Self, SignatureRefusal> {
        let children: Vec<_> = named(info, "SignedInfo")?.children().collect();
        let [method, algorithm, references @ ..] = &children[..] else { return Err(SignatureRefusal::Structure) };
        let (method, algorithm) = (named(*method, "CanonicalizationMethod")?, named(*algorithm, "SignatureMethod")?);
        let references: [Element<'x>; REFERENCES] = references.try_into().map_err(|_| SignatureRefusal::Structure)?;
        for reference in references {
            named(reference, "Reference")?;
        }
        if method.attribute("Algorithm") != Some(EXCLUSIVE) {
            return Err(SignatureRefusal::Algorithm);
        }
        Ok(Self {
            element: info,
            prefixes: prefix_list(method)?,
            algorithm: accepted(algorithm, SignatureAlgorithm::from_uri)?,
            value: decoded(named(value, "SignatureValue")?).ok_or(SignatureRefusal::Structure)?,
            references,
        })
    }

    /// Whether one of these keys has signed it.
    pub(super) fn check(&self, keys: &[TrustedKey]) -> Result<(), SignatureRefusal> {
        let bytes = canonical(self.element, &self.prefixes).ok_or(SignatureRefusal::Empty)?;
        let made_by = |key: &TrustedKey| key.verify_bytes(self.algorithm, &bytes, &self.value);
        if keys.iter().any(made_by) { Ok(()) } else { Err(SignatureRefusal::Key) }
    }
}
