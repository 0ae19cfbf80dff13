//! The ID token, held against what was asked. (OpenID Connect Core, section 3.1.3.7; SPID/CIE OpenID guidelines,
//! token endpoint, ID token.)

use aws_lc_rs::digest::{SHA256, SHA512, digest};
use data_encoding::BASE64URL_NOPAD;
use jiff::{SignedDuration, Timestamp};
use varco_core::level::Level;

use super::token::Tokens;
use super::{opinion, sound};
use crate::jose::{Accepted, Claims, ClaimsFault, Jwks, JwsFault, Signature, Unverified, Verified};
use crate::reason::{Fault, Reason};

/// The longest name of a token or of a person.
const LONGEST_NAME: usize = 255;

/// What a token must answer to.
pub(super) struct Expected<'a> {
    /// The provider that was asked.
    pub(super) issuer: &'a str,
    /// In whose name it was asked.
    pub(super) client_id: &'a str,
    /// What the request said.
    pub(super) nonce: &'a str,
    /// When it was asked.
    pub(super) asked_at: Timestamp,
    /// The code that was redeemed.
    pub(super) code: &'a str,
    /// The level that was asked for.
    pub(super) level: Level,
    /// How far the provider's clock may be from ours.
    pub(super) clock_skew: SignedDuration,
    /// Now.
    pub(super) now: Timestamp,
}

/// What a verified ID token says.
pub(super) struct IdToken {
    pub(super) subject: String,
    pub(super) id: String,
    pub(super) level: Level,
    pub(super) issued_at: Timestamp,
}

/// Verifies the signature, by the key of the provider that the token names.
pub(super) fn signed(token: &str, keys: &Jwks) -> Result<Verified, JwsFault> {
    Unverified::parse(token)?.verify(keys, Accepted::FEDERATION)
}

/// Why a token is not accepted, in the words of a login.
pub(super) fn unsigned(fault: JwsFault) -> Fault {
    match fault {
        JwsFault::Malformed | JwsFault::Header => Reason::IdToken.because(fault),
        JwsFault::UnknownKey => Reason::IdTokenKey.because(fault),
        JwsFault::Algorithm | JwsFault::Key | JwsFault::Signature => Reason::IdTokenSignature.because(fault),
    }
}

/// Holds a token whose signature is right against what is expected.
pub(super) fn check(token: &Verified, tokens: &Tokens, expected: &Expected<'_>) -> Result<IdToken, Fault> {
    sound::kind(token).map_err(|fault| Reason::IdToken.because(fault))?;
    let claims = token.claims();
    issuer_and_audience(claims, expected)?;
    let issued_at = times(claims, expected)?;
    if text(claims, "nonce", Reason::IdTokenNonce)? != expected.nonce {
        return Err(Reason::IdTokenNonce.into());
    }
    hashes(claims, token.algorithm(), &tokens.access, expected.code)?;
    let level = level(claims, expected.level)?;
    let id = name(claims, "jti", Reason::IdTokenId)?;
    let subject = name(claims, "sub", Reason::IdTokenSubject)?;
    opinion::confirm(token.token(), expected)?;
    Ok(IdToken { subject, id, level, issued_at })
}

fn issuer_and_audience(claims: &Claims, expected: &Expected<'_>) -> Result<(), Fault> {
    // Exactly: with a slash more or less it is another provider.
    if text(claims, "iss", Reason::IdTokenIssuer)? != expected.issuer {
        return Err(Reason::IdTokenIssuer.into());
    }
    let audience = claims.one_or_many("aud").map_err(unread(Reason::IdTokenAudience))?;
    if audience.is_empty() || audience.iter().any(|one| *one != expected.client_id) {
        return Err(Reason::IdTokenAudience.into());
    }
    match claims.optional_text("azp").map_err(|fault| Reason::IdToken.because(fault))? {
        Some(party) if party != expected.client_id => Err(Reason::IdTokenAuthorizedParty.into()),
        _ => Ok(()),
    }
}

/// When it was issued.
fn times(claims: &Claims, expected: &Expected<'_>) -> Result<Timestamp, Fault> {
    let Expected { now, clock_skew, asked_at, .. } = *expected;
    if claims.instant("exp").map_err(unread(Reason::IdTokenExpired))? <= sound::before(now, clock_skew) {
        return Err(Reason::IdTokenExpired.into());
    }
    let issued_at = claims.instant("iat").map_err(unread(Reason::IdTokenIssued))?;
    if issued_at > sound::after(now, clock_skew) || issued_at < sound::before(asked_at, clock_skew) {
        return Err(Reason::IdTokenIssued.into());
    }
    match claims.optional_instant("nbf").map_err(|fault| Reason::IdToken.because(fault))? {
        Some(start) if start > sound::after(now, clock_skew) => Err(Reason::IdTokenNotYetValid.into()),
        _ => Ok(issued_at),
    }
}

/// OpenID Connect Core, sections 3.1.3.6 and 3.3.2.11: the token and the code that it came with, and no others.
fn hashes(claims: &Claims, algorithm: Signature, access_token: &str, code: &str) -> Result<(), Fault> {
    if text(claims, "at_hash", Reason::IdTokenAccessToken)? != left_half(algorithm, access_token) {
        return Err(Reason::IdTokenAccessToken.into());
    }
    match claims.optional_text("c_hash").map_err(|fault| Reason::IdToken.because(fault))? {
        Some(hash) if hash != left_half(algorithm, code) => Err(Reason::IdTokenCode.into()),
        _ => Ok(()),
    }
}

fn left_half(algorithm: Signature, text: &str) -> String {
    let hash = match algorithm {
        Signature::Rs256 | Signature::Ps256 | Signature::Es256 => &SHA256,
        Signature::Rs512 | Signature::Ps512 | Signature::Es512 => &SHA512,
    };
    let whole = digest(hash, text.as_bytes());
    let (left, _) = whole.as_ref().split_at(whole.as_ref().len() / 2);
    BASE64URL_NOPAD.encode(left)
}

/// Guidelines, ID token: the level that was asked for, or a higher one.
fn level(claims: &Claims, asked_for: Level) -> Result<Level, Fault> {
    let class = text(claims, "acr", Reason::IdTokenLevel)?;
    let reached = Level::ALL.into_iter().find(|level| level.context_class() == class);
    reached.filter(|reached| *reached >= asked_for).ok_or_else(|| Reason::IdTokenLevel.into())
}

/// A name that is not empty, and not endless.
fn name(claims: &Claims, member: &'static str, reason: Reason) -> Result<String, Fault> {
    let name = text(claims, member, reason)?;
    let fits = !name.is_empty() && name.len() <= LONGEST_NAME && !name.contains(char::is_control);
    if fits { Ok(name.to_owned()) } else { Err(reason.because("empty or too long")) }
}

/// A text that has a reason of its own where it is missing; one of another type makes the token none.
fn text<'a>(claims: &'a Claims, member: &'static str, reason: Reason) -> Result<&'a str, Fault> {
    claims.text(member).map_err(unread(reason))
}

fn unread(missing: Reason) -> impl Fn(ClaimsFault) -> Fault {
    move |fault| match fault {
        ClaimsFault::Missing(_) => missing.because(fault),
        ClaimsFault::Type(_) => Reason::IdToken.because(fault),
    }
}
