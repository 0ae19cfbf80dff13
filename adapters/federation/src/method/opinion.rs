//! A second opinion on an ID token: a library that others rely on reads it on its own, and must find the same
//! issuer, audience, nonce and times. The signature has been verified; a refusal by either is a refusal.

use std::str::FromStr as _;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use openidconnect::core::{CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKeySet};
use openidconnect::{ClaimsVerificationError, ClientId, IssuerUrl, Nonce};

use super::id_token::Expected;
use super::sound;
use crate::reason::{Fault, Reason};

/// Asks the library. What it says in words may repeat what is in the token, and is not used.
pub(super) fn confirm(token: &str, expected: &Expected<'_>) -> Result<(), Fault> {
    let unread = || Reason::IdToken.because("the second reader does not read it");
    let token = CoreIdToken::from_str(token).map_err(|_| unread())?;
    let issuer = IssuerUrl::new(expected.issuer.to_owned()).map_err(|_| unread())?;
    let client = ClientId::new(expected.client_id.to_owned());
    let now = machine_time(sound::before(expected.now, expected.clock_skew));
    let verifier = CoreIdTokenVerifier::new_public_client(client, issuer, CoreJsonWebKeySet::new(Vec::new()))
        .insecure_disable_signature_check()
        .set_time_fn(move || now.into());
    match token.claims(&verifier, &Nonce::new(expected.nonce.to_owned())) {
        Ok(_) => Ok(()),
        Err(error) => Err(reason(&error).because("by the second reader")),
    }
}

const fn reason(error: &ClaimsVerificationError) -> Reason {
    match error {
        ClaimsVerificationError::Expired(_) => Reason::IdTokenExpired,
        ClaimsVerificationError::InvalidAudience(_) => Reason::IdTokenAudience,
        ClaimsVerificationError::InvalidIssuer(_) => Reason::IdTokenIssuer,
        ClaimsVerificationError::InvalidNonce(_) => Reason::IdTokenNonce,
        _ => Reason::IdToken,
    }
}

fn machine_time(at: Timestamp) -> SystemTime {
    let seconds = u64::try_from(at.as_second()).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}
