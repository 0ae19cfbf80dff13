//! How a body proves to a provider who it is, and what it draws for a request.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use url::Url;
use varco_core::ports::Randomness;

use super::RelyingParty;
use crate::reason::{Fault, Reason};

/// RFC 7523, section 2.2.
pub(super) const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How long an assertion can be used: it is sent at once.
const ASSERTION_LIFETIME: SignedDuration = SignedDuration::from_mins(2);

/// Says who a body is, to one address and for a short time. (SPID/CIE OpenID guidelines, token endpoint;
/// RFC 7523, section 3.)
pub(super) fn assertion(
    party: &RelyingParty,
    endpoint: &Url,
    now: Timestamp,
    randomness: &dyn Randomness,
) -> Result<String, Fault> {
    let claims = json!({
        "iss": party.client_id,
        "sub": party.client_id,
        "aud": [endpoint.as_str()],
        "iat": now.as_second(),
        "exp": (now + ASSERTION_LIFETIME).as_second(),
        "jti": uuid(randomness),
    });
    sign(party, &claims)
}

pub(super) fn sign(party: &RelyingParty, claims: &Value) -> Result<String, Fault> {
    let members = claims.as_object().cloned().unwrap_or_default();
    // Guidelines, authorization and token endpoints: a header has `alg` and `kid`, and no type.
    party.signing.sign(None, &members).map_err(|fault| Reason::Signing.because(fault))
}

/// 256 random bits as text, of the characters that PKCE allows. (RFC 7636, section 4.1.)
pub(super) fn drawn(randomness: &dyn Randomness) -> String {
    let mut bytes = [0; 32];
    randomness.fill(&mut bytes);
    BASE64URL_NOPAD.encode(&bytes)
}

/// 256 random bits in letters and digits alone.
pub(super) fn drawn_alphanumeric(randomness: &dyn Randomness) -> String {
    let mut bytes = [0; 32];
    randomness.fill(&mut bytes);
    HEXLOWER.encode(&bytes)
}

/// A random identifier. (RFC 9562, section 5.4.)
pub(super) fn uuid(randomness: &dyn Randomness) -> String {
    let mut bytes = [0; 16];
    randomness.fill(&mut bytes);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = HEXLOWER.encode(&bytes);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
