//! The HTTP-Redirect binding (SAML bindings §3.4): a message in a query string, with a signature over the
//! very octets of that query.

use std::io::{Read as _, Write as _};

use data_encoding::BASE64;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use varco_xmldsig::{SignatureAlgorithm, SigningKey, SigningRefusal, TrustedKey};

/// A compressed message of a few bytes can be inflated to gigabytes; real ones have some 3 KiB.
const LARGEST_MESSAGE: u64 = 256 * 1024;

/// Everything but the unreserved characters of RFC 3986: receivers that decode and encode again before
/// they verify come to the same octets.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

const DEFLATE: &str = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE";

/// What a query carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// A request.
    Request,
    /// A response, such as the one to a logout request.
    Response,
}

/// A message whose signature is not verified: anybody may have written it.
pub struct UnverifiedMessage {
    kind: Message,
    xml: String,
    relay_state: Option<String>,
    /// The octets that the signature is over, as they were received.
    signed: String,
    algorithm: SignatureAlgorithm,
    signature: Vec<u8>,
}

/// A message whose signature was verified.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedMessage {
    /// Its XML text, not yet read.
    pub xml: String,
    /// The relay state that came with it.
    pub relay_state: Option<String>,
}

/// Why a query is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedirectRefusal {
    /// Not the parameters of this binding, or one of them twice.
    #[error("the query is not one signed message")]
    Malformed,
    /// An algorithm that is not accepted.
    #[error("the signature algorithm is not accepted")]
    Algorithm,
    /// No trusted key made the signature.
    #[error("no trusted key made this signature")]
    Signature,
    /// The message cannot be inflated to text of a sane size.
    #[error("the message cannot be inflated within 256 KiB of text")]
    Inflation,
}

/// The query string that carries a message, signed.
pub fn signed_query(
    message: Message,
    xml: &str,
    relay_state: Option<&str>,
    key: &SigningKey,
) -> Result<String, SigningRefusal> {
    let mut query = format!("{}={}", message.parameter(), escaped(&BASE64.encode(&deflated(xml)?)));
    if let Some(relay_state) = relay_state {
        query = format!("{query}&RelayState={}", escaped(relay_state));
    }
    query = format!("{query}&SigAlg={}", escaped(key.algorithm().uri()));
    let signature = BASE64.encode(&key.sign_bytes(query.as_bytes())?);
    Ok(format!("{query}&Signature={}", escaped(&signature)))
}

/// The message of a query string, if it is of this kind and one of `keys` signed it.
pub fn open_query(query: &str, message: Message, keys: &[TrustedKey]) -> Result<SignedMessage, RedirectRefusal> {
    let unverified = UnverifiedMessage::of_query(query)?;
    if unverified.kind == message { unverified.verify(keys) } else { Err(RedirectRefusal::Malformed) }
}

// === impl UnverifiedMessage ===

impl UnverifiedMessage {
    /// The one message of a query string.
    pub fn of_query(query: &str) -> Result<Self, RedirectRefusal> {
        let kind = if is_there(query, Message::Request) { Message::Request } else { Message::Response };
        let parameters = Parameters::of(query, kind)?;
        let algorithm = decoded(parameters.algorithm)?;
        Ok(Self {
            kind,
            algorithm: SignatureAlgorithm::from_uri(&algorithm).ok_or(RedirectRefusal::Algorithm)?,
            signature: unpacked(&decoded(parameters.signature)?)?,
            signed: parameters.signed_octets(kind),
            xml: inflated(&unpacked(&decoded(parameters.message)?)?)?,
            relay_state: parameters.relay_state.map(decoded).transpose()?,
        })
    }

    /// What it is.
    pub const fn kind(&self) -> Message {
        self.kind
    }

    /// Its XML text, to find out whose signature it should have.
    pub fn xml(&self) -> &str {
        &self.xml
    }

    /// The message, if one of `keys` signed it.
    ///
    /// The signature is verified over the octets as they were received: to decode and encode them again
    /// would verify another message than the one that is read (CVE-2025-27773).
    pub fn verify(self, keys: &[TrustedKey]) -> Result<SignedMessage, RedirectRefusal> {
        let made_by = |key: &TrustedKey| key.verify_bytes(self.algorithm, self.signed.as_bytes(), &self.signature);
        if !keys.iter().any(made_by) {
            return Err(RedirectRefusal::Signature);
        }
        Ok(SignedMessage { xml: self.xml, relay_state: self.relay_state })
    }
}

fn is_there(query: &str, message: Message) -> bool {
    let name = |pair: &str| percent_decode_str(pair.split('=').next().unwrap_or_default()).collect::<Vec<_>>();
    query.split('&').any(|pair| name(pair) == message.parameter().as_bytes())
}

// === impl Message ===

impl Message {
    /// The parameter or field that it travels in.
    pub(crate) const fn parameter(self) -> &'static str {
        match self {
            Self::Request => "SAMLRequest",
            Self::Response => "SAMLResponse",
        }
    }
}

// === impl SignedMessage ===

/// Neither the message nor the relay state prints.
impl std::fmt::Debug for SignedMessage {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SignedMessage([redacted])")
    }
}

/// The parameters of the binding, as they were received.
struct Parameters<'q> {
    message: &'q str,
    relay_state: Option<&'q str>,
    algorithm: &'q str,
    signature: &'q str,
}

// === impl Parameters ===

impl<'q> Parameters<'q> {
    fn of(query: &'q str, message: Message) -> Result<Self, RedirectRefusal> {
        let value = |name: &str| -> Result<Option<&'q str>, RedirectRefusal> {
            let mut values = query.split('&').filter_map(|pair| {
                let (found, value) = pair.split_once('=').unwrap_or((pair, ""));
                // A name that is itself escaped counts too: another reader would take it for ours.
                percent_decode_str(found).eq(name.bytes()).then_some(value)
            });
            let first = values.next();
            if values.next().is_some() { Err(RedirectRefusal::Malformed) } else { Ok(first) }
        };
        let other = match message {
            Message::Request => Message::Response,
            Message::Response => Message::Request,
        };
        let foreign = value("SAMLEncoding")?.is_some_and(|encoding| decoded(encoding).as_deref() != Ok(DEFLATE));
        if foreign || value(other.parameter())?.is_some() {
            return Err(RedirectRefusal::Malformed);
        }
        Ok(Self {
            message: value(message.parameter())?.ok_or(RedirectRefusal::Malformed)?,
            relay_state: value("RelayState")?,
            algorithm: value("SigAlg")?.ok_or(RedirectRefusal::Malformed)?,
            signature: value("Signature")?.ok_or(RedirectRefusal::Malformed)?,
        })
    }

    fn signed_octets(&self, message: Message) -> String {
        let relay_state = self.relay_state.map_or_else(String::new, |value| format!("&RelayState={value}"));
        format!("{}={}{relay_state}&SigAlg={}", message.parameter(), self.message, self.algorithm)
    }
}

fn escaped(value: &str) -> String {
    utf8_percent_encode(value, ESCAPED).to_string()
}

fn decoded(value: &str) -> Result<String, RedirectRefusal> {
    let spaces = value.replace('+', " ");
    percent_decode_str(&spaces).decode_utf8().map(Into::into).map_err(|_| RedirectRefusal::Malformed)
}

fn unpacked(base64: &str) -> Result<Vec<u8>, RedirectRefusal> {
    let packed: Vec<u8> = base64.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    BASE64.decode(&packed).map_err(|_| RedirectRefusal::Malformed)
}

fn deflated(xml: &str) -> Result<Vec<u8>, SigningRefusal> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(xml.as_bytes()).and_then(|()| encoder.finish()).map_err(|_| SigningRefusal::Failed)
}

fn inflated(bytes: &[u8]) -> Result<String, RedirectRefusal> {
    let mut text = String::new();
    let read = DeflateDecoder::new(bytes).take(LARGEST_MESSAGE + 1).read_to_string(&mut text);
    match read {
        Ok(length) if length as u64 <= LARGEST_MESSAGE => Ok(text),
        _ => Err(RedirectRefusal::Inflation),
    }
}

#[cfg(test)]
mod tests;
