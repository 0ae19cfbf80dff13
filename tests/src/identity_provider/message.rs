//! How a request arrives: by redirect or in a posted form, with its signature.

use std::io::Read as _;

use data_encoding::BASE64;
use flate2::read::DeflateDecoder;
use varco_xmldsig::{SignatureAlgorithm, TrustedKey, Xml, verify};

use super::anomaly::Anomaly;

/// A request that arrived: nothing of it is checked but that it can be decoded.
#[derive(Clone, Debug)]
pub struct Message {
    /// The XML.
    pub xml: String,
    /// What must be given back with the answer.
    pub relay_state: Option<String>,
    seal: Seal,
}

/// Where the signature is.
#[derive(Clone, Debug)]
enum Seal {
    /// Over the octets of the query.
    Query { octets: String, algorithm: String, signature: String },
    /// Inside the XML.
    Enveloped,
}

/// Real requests have a few kilobytes.
const LARGEST: u64 = 256 * 1024;

// === impl Message ===

impl Message {
    /// Reads the query of a redirect, still encoded: the signature covers the octets as they came.
    pub fn from_query(query: &str) -> Result<Self, Anomaly> {
        Self::named_in_query("SAMLRequest", query)
    }

    /// Reads the fields of a posted form.
    pub fn from_form(fields: &[(String, String)]) -> Result<Self, Anomaly> {
        Self::named_in_form("SAMLRequest", fields)
    }

    pub(super) fn named_in_query(parameter: &str, query: &str) -> Result<Self, Anomaly> {
        let raw = |name: &str| {
            query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, raw)| raw)
        };
        let request = raw(parameter).ok_or(Anomaly::Binding)?;
        let algorithm = raw("SigAlg").ok_or(Anomaly::RedirectSignature)?;
        let signature = raw("Signature").ok_or(Anomaly::RedirectSignature)?;
        // SAML bindings 3.4.4.1: the signed string is these parameters in this order, RelayState only if present.
        let octets = match raw("RelayState") {
            Some(relay_state) => format!("{parameter}={request}&RelayState={relay_state}&SigAlg={algorithm}"),
            None => format!("{parameter}={request}&SigAlg={algorithm}"),
        };
        let compressed = BASE64.decode(decoded(request)?.as_bytes()).map_err(|_| Anomaly::Binding)?;
        Ok(Self {
            xml: inflate(&compressed)?,
            relay_state: raw("RelayState").map(decoded).transpose()?,
            seal: Seal::Query { octets, algorithm: decoded(algorithm)?, signature: decoded(signature)? },
        })
    }

    pub(super) fn named_in_form(parameter: &str, fields: &[(String, String)]) -> Result<Self, Anomaly> {
        let field = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let bytes = BASE64.decode(field(parameter).ok_or(Anomaly::Binding)?.as_bytes());
        let xml = String::from_utf8(bytes.map_err(|_| Anomaly::Binding)?).map_err(|_| Anomaly::Format)?;
        Ok(Self { xml, relay_state: field("RelayState").map(str::to_owned), seal: Seal::Enveloped })
    }

    /// Whether one of these keys signed it.
    pub fn check_signature(&self, keys: &[TrustedKey]) -> Result<(), Anomaly> {
        match &self.seal {
            Seal::Query { octets, algorithm, signature } => {
                let algorithm = SignatureAlgorithm::from_uri(algorithm).ok_or(Anomaly::RedirectSignature)?;
                let signature = BASE64.decode(signature.as_bytes()).map_err(|_| Anomaly::RedirectSignature)?;
                let made_by = |key: &TrustedKey| key.verify_bytes(algorithm, octets.as_bytes(), &signature);
                if keys.iter().any(made_by) { Ok(()) } else { Err(Anomaly::RedirectSignature) }
            }
            Seal::Enveloped => {
                let xml = Xml::parse(&self.xml).map_err(|_| Anomaly::Format)?;
                verify(xml.root(), keys).map(|_| ()).map_err(|_| Anomaly::PostSignature)
            }
        }
    }
}

fn decoded(raw: &str) -> Result<String, Anomaly> {
    let plus_free = raw.replace('+', " ");
    let text = percent_encoding::percent_decode_str(&plus_free).decode_utf8();
    text.map(std::borrow::Cow::into_owned).map_err(|_| Anomaly::Binding)
}

fn inflate(compressed: &[u8]) -> Result<String, Anomaly> {
    let mut xml = String::new();
    DeflateDecoder::new(compressed).take(LARGEST).read_to_string(&mut xml).map_err(|_| Anomaly::Binding)?;
    Ok(xml)
}

#[cfg(test)]
mod tests;
