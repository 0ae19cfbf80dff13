//! A second opinion on responses, from a verifier that others wrote over other libraries.
//!
//! Two readers rarely make the same mistake. Where a second one is in use, a response that our own engine
//! accepts is shown to it too, and holds only if both find the same assertion in what was signed.

use std::collections::BTreeMap;
use std::fmt;

use varco_xmldsig::TrustedKey;

use crate::response::VerifiedAssertion;

/// Another verifier of responses.
pub trait SecondVerifier: fmt::Debug + Send + Sync {
    /// What it reads in the part of a response that was signed with a key of one of these certificates,
    /// in DER. It never reads what nobody signed.
    fn read(&self, response: &str, certificates: &[&[u8]]) -> Result<SecondReading, Doubt>;
}

/// What a second verifier reads in a signed assertion.
#[derive(Clone, PartialEq, Eq)]
pub struct SecondReading {
    /// The name of the assertion.
    pub assertion_id: String,
    /// What the provider calls the person.
    pub name_id: String,
    /// The values of each attribute, as they are written.
    pub attributes: BTreeMap<String, Vec<String>>,
}

/// Why a second verifier does not agree. It goes to the log, so there is no personal data in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the second verifier disagrees: {0}")]
pub struct Doubt(&'static str);

// === impl Doubt ===

impl Doubt {
    /// A doubt for this reason.
    pub const fn new(reason: &'static str) -> Self {
        Self(reason)
    }
}

/// Whether a second verifier reads in `response` what we read.
pub fn agrees(
    second: &dyn SecondVerifier,
    response: &str,
    keys: &[TrustedKey],
    ours: &VerifiedAssertion,
) -> Result<(), Doubt> {
    let certificates: Vec<_> = keys.iter().map(TrustedKey::certificate).collect();
    second.read(response, &certificates)?.compare(ours)
}

// === impl SecondReading ===

impl SecondReading {
    /// Whether it says the same as what we read.
    pub fn compare(&self, ours: &VerifiedAssertion) -> Result<(), Doubt> {
        if self.assertion_id != ours.id {
            return Err(Doubt("it finds another assertion"));
        }
        if self.name_id.trim() != ours.name_id {
            return Err(Doubt("it reads another name of the person"));
        }
        if self.read_as_ours().as_ref() != Some(&ours.attributes) {
            return Err(Doubt("it reads other attributes"));
        }
        Ok(())
    }

    /// The attributes as we read them: one value each, without white space around it, none empty.
    fn read_as_ours(&self) -> Option<BTreeMap<String, String>> {
        let only = |(name, values): (&String, &Vec<String>)| match values.as_slice() {
            [value] => Some((name.trim().to_owned(), value.trim().to_owned())),
            _ => None,
        };
        let mut attributes: BTreeMap<_, _> = self.attributes.iter().map(only).collect::<Option<_>>()?;
        attributes.retain(|_, value| !value.is_empty());
        Some(attributes)
    }
}

/// It is full of personal data.
impl fmt::Debug for SecondReading {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecondReading([redacted])")
    }
}
