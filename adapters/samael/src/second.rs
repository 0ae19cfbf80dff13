//! What samael makes of a response.

use std::collections::BTreeMap;
use std::panic::catch_unwind;

use samael::crypto::AllowedSignatureAlgorithm::{EcdsaSha256, EcdsaSha384, RsaSha256, RsaSha384, RsaSha512};
use samael::crypto::{AllowedSignatureAlgorithm, CertificateDer, Crypto, CryptoProvider as _, ReduceMode};
use samael::schema::{Assertion, Response};
use varco_saml::second::{Doubt, SecondReading, SecondVerifier};

/// samael as second verifier. It is asked only about responses that our own engine accepts: libxml2
/// takes minutes for an element of 200,000 attributes, which ours refuses before it parses.
#[derive(Clone, Copy, Debug, Default)]
pub struct Samael;

/// Left to itself samael accepts whatever xmlsec knows: HMAC, DSA, SHA-1.
const ALLOWED: [AllowedSignatureAlgorithm; 5] = [RsaSha256, RsaSha384, RsaSha512, EcdsaSha256, EcdsaSha384];

/// Our own engine accepts nothing longer.
const LONGEST: usize = 256 * 1024;

// === impl Samael ===

impl SecondVerifier for Samael {
    fn read(&self, response: &str, certificates: &[&[u8]]) -> Result<SecondReading, Doubt> {
        if response.len() > LONGEST {
            return Err(Doubt::new("it is longer than 256 KiB"));
        }
        let certificates: Vec<_> = certificates.iter().map(|der| CertificateDer::from(der.to_vec())).collect();
        // Its parsers have panicked before; a login must not take the gateway with it.
        let reading = catch_unwind(|| signed_assertion(response, &certificates));
        reading.unwrap_or_else(|_| Err(Doubt::new("samael panicked"))).map(|assertion| told(&assertion))
    }
}

/// The assertion, out of what is left of the response once all that no signature covers is taken away.
fn signed_assertion(response: &str, certificates: &[CertificateDer]) -> Result<Assertion, Doubt> {
    // The default of samael: the signed element becomes the root, and nothing unsigned survives.
    let mode = ReduceMode::ValidateAndMarkNoAncestors;
    let signed = Crypto::reduce_xml_to_signed_with_allowed_algorithms(response, certificates, mode, Some(&ALLOWED));
    // What it says on errors may quote the message.
    let signed = signed.map_err(|_| Doubt::new("samael does not accept the signatures"))?;
    let unreadable = || Doubt::new("samael cannot read what was signed");
    match root(&signed) {
        Some("Response") => signed.parse::<Response>().ok().and_then(|response| response.assertion),
        Some("Assertion") => signed.parse().ok(),
        _ => None,
    }
    .ok_or_else(unreadable)
}

/// The local name of the root, which samael's own parser does not look at.
fn root(xml: &str) -> Option<&str> {
    let element = xml.split_once("?>").map_or(xml, |(_, element)| element).trim_start().strip_prefix('<')?;
    let name = element.split(|next: char| next.is_whitespace() || matches!(next, '>' | '/')).next()?;
    name.rsplit(':').next()
}

fn told(assertion: &Assertion) -> SecondReading {
    let name_id = assertion.subject.as_ref().and_then(|subject| subject.name_id.as_ref());
    let mut attributes = BTreeMap::<String, Vec<String>>::new();
    for attribute in assertion.attribute_statements.iter().flatten().flat_map(|statement| &statement.attributes) {
        let values = attribute.values.iter().map(|value| value.value.clone().unwrap_or_default());
        attributes.entry(attribute.name.clone().unwrap_or_default()).or_default().extend(values);
    }
    SecondReading {
        assertion_id: assertion.id.clone(),
        name_id: name_id.map(|name| name.value.clone()).unwrap_or_default(),
        attributes,
    }
}

#[cfg(test)]
mod tests;
