//! Reading a Response: from what a browser posted to an assertion that was verified, or a reason.
//!
//! ```text
//!   text of the form ──decode──▶ UnverifiedResponse ──verify──▶ VerifiedAssertion
//!                                   envelope: for this request, of this provider, to this address
//!                                   status:   not a success ends here, as Rejection::Failed
//!                                   signature of the response, if it has one; decryption, if it is needed
//!                                   signature of the one assertion
//!                                   assertion: who, for whom, when, how, which attributes
//!                                   second verifier, where one is in use: does it read the same?
//! ```
//!
//! Every value of a [`VerifiedAssertion`] is read from the node whose signature was verified. What
//! federations ask in different ways is data: a [`Profile`].

mod assertion;
mod envelope;
pub(crate) mod instant;
mod signed;
mod status;

use std::collections::BTreeMap;
use std::fmt;

use data_encoding::BASE64;
use jiff::Timestamp;
use varco_core::level::Level;
use varco_xmldsig::{DecryptionKey, Xml};

use crate::profile::Profile;
use crate::provider::IdentityProvider;
use crate::reason::{Fault, Reason};
use crate::second::{self, SecondVerifier};

use signed::Carried;

pub use status::{Status, StatusCode};

/// What a response is held against: the question that was asked, and who was asked.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The name of the request.
    pub request_id: &'a str,
    /// The instant that the request carried.
    pub requested_at: Timestamp,
    /// Our address that it must be addressed to, and was posted to.
    pub destination: &'a str,
    /// Our entity identifier in that request.
    pub audience: &'a str,
    /// Who was asked.
    pub provider: &'a IdentityProvider,
    /// The keys that the provider may have encrypted the assertion for.
    pub decryption: &'a [DecryptionKey],
    /// The level that was asked for; a higher one will do.
    pub level: Level,
    /// The attributes that the answer is of no use without.
    pub attributes: &'a [&'a str],
    /// Who else must read the same, where a second verifier is in use.
    pub second: Option<&'a dyn SecondVerifier>,
    /// When it came.
    pub now: Timestamp,
}

/// A response as a browser brought it. Anybody may have written it.
pub struct UnverifiedResponse(String);

/// What a provider asserts of a person, once all was verified.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifiedAssertion {
    /// Its name: the provider never uses it again.
    pub id: String,
    /// From then on nobody accepts it any more.
    pub not_on_or_after: Timestamp,
    /// What the provider calls the person, this time.
    pub name_id: String,
    /// Whose name that is.
    pub name_qualifier: String,
    /// What the provider calls its own session, where it keeps one.
    pub session_index: Option<String>,
    /// When the person proved who they are.
    pub authenticated_at: Timestamp,
    /// The level reached.
    pub level: Level,
    /// The attributes that have a value, by their name.
    pub attributes: BTreeMap<String, String>,
}

/// Why there is no verified assertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// The response does not hold.
    Refused(Fault),
    /// The provider says that the person could not be authenticated. This is not signed: it says why
    /// there is no session, and nothing else follows from it.
    Failed(Status),
}

/// No honest response is longer: 256 KiB in base64, broken into lines.
const LONGEST_TEXT: usize = 384 * 1024;

// === impl UnverifiedResponse ===

impl UnverifiedResponse {
    /// Takes a response out of the form field that it came in.
    pub fn decode(field: &str) -> Result<Self, Reason> {
        if field.len() > LONGEST_TEXT {
            return Err(Reason::Malformed);
        }
        // Most come in one piece, a few broken into lines.
        let bytes = BASE64.decode(field.as_bytes()).or_else(|_| {
            let packed: Vec<u8> = field.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
            BASE64.decode(&packed)
        });
        let bytes = bytes.map_err(|_| Reason::Malformed)?;
        String::from_utf8(bytes).map(Self).map_err(|_| Reason::Malformed)
    }

    /// Verifies it against what was asked.
    pub fn verify(&self, expected: &Expected<'_>, profile: &Profile) -> Result<VerifiedAssertion, Rejection> {
        let xml = Xml::parse(&self.0).map_err(|_| Reason::Malformed)?;
        let response = xml.root();
        envelope::check(response, expected, profile)?;
        status::check(response)?;
        let keys = expected.provider.keys();
        let read = |assertion, text: &str| {
            confirmed(assertion::read(signed::verified(assertion, keys)?, expected, profile)?, text, expected)
        };
        match signed::carried(response, keys, expected.decryption)? {
            Carried::Plain(assertion) => read(assertion, &self.0),
            Carried::Encrypted(decrypted) => {
                let xml = decrypted.xml().map_err(|reason| Reason::Encryption.because(reason))?;
                read(signed::unwrapped(xml.root())?, decrypted.in_context())
            }
        }
    }
}

/// The assertion, if the second verifier, where there is one, reads the same in `text`.
fn confirmed(ours: VerifiedAssertion, text: &str, expected: &Expected<'_>) -> Result<VerifiedAssertion, Rejection> {
    if let Some(second) = expected.second {
        second::agrees(second, text, expected.provider.keys(), &ours).map_err(|doubt| {
            // Either somebody found a way to fool one of the two, or one of them has a fault: look at it.
            tracing::error!(provider = %expected.provider.entity_id, cause = %doubt, "verifiers disagree");
            Reason::Signature.because(doubt)
        })?;
    }
    Ok(ours)
}

/// It is full of personal data.
impl fmt::Debug for UnverifiedResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("UnverifiedResponse([redacted])")
    }
}

/// Its name and the level only: the rest is of a person.
impl fmt::Debug for VerifiedAssertion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("VerifiedAssertion")
            .field("id", &self.id)
            .field("level", &self.level)
            .finish_non_exhaustive()
    }
}

// === impl Rejection ===

impl From<Fault> for Rejection {
    fn from(fault: Fault) -> Self {
        Self::Refused(fault)
    }
}

impl From<Reason> for Rejection {
    fn from(reason: Reason) -> Self {
        Self::Refused(reason.into())
    }
}

#[cfg(test)]
mod tests;
