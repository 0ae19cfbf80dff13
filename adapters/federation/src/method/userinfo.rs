//! The userinfo endpoint: what the provider says of the person, signed by it and encrypted for the body.
//! (SPID/CIE OpenID guidelines, userinfo endpoint; OpenID Connect Core, section 5.3.)

use std::time::Duration;

use varco_core::evidence::MessageName;

use super::answer::Exchange;
use super::id_token::{self, IdToken};
use super::sound;
use super::token::Tokens;
use crate::http::{Answer, Ask, HttpFault, Request};
use crate::jose::{Claims, ClaimsFault, JwsFault, Verified, decrypt};
use crate::reason::{Fault, Reason};

/// What is accepted.
const TOKEN: &str = "application/jwt";

/// How much there is to say of one person.
const MOST: usize = 64 * 1024;

/// How long it may take: the citizen waits.
const PATIENCE: Duration = Duration::from_secs(10);

/// Asks for what is known of the person.
pub(super) async fn ask(exchange: &mut Exchange<'_>, tokens: &Tokens, id_token: &IdToken) -> Result<Verified, Fault> {
    let endpoint = exchange.provider.metadata.userinfo_endpoint.clone();
    exchange.trail.message(MessageName::UserInfoRequest, format!("GET {endpoint}"));
    let ask = Ask::GetAs(&tokens.access);
    let request = Request { address: &endpoint, ask, accept: TOKEN, most: MOST, patience: PATIENCE };
    let answer = exchange.options.http.send(request).await.map_err(not_reached)?;
    let signed = match opened(exchange, &answer) {
        Ok(signed) => signed,
        Err(fault) => {
            exchange.trail.answer(MessageName::UserInfoResponse, &answer);
            return Err(fault);
        }
    };
    // As the provider signed it: with the encryption around it, nobody could read it once our key has gone.
    exchange.trail.message(MessageName::UserInfoResponse, &signed);
    let verified = verified(exchange, &signed).await?;
    check(exchange, &verified, id_token)?;
    Ok(verified)
}

fn not_reached(fault: HttpFault) -> Fault {
    match fault {
        HttpFault::Unreachable => Reason::UserInfoUnreachable.because(fault),
        HttpFault::Forbidden | HttpFault::Slow | HttpFault::TooLarge | HttpFault::Unexpected => {
            Reason::UserInfoAnswer.because(fault)
        }
    }
}

/// The signed token in the encrypted one. We ask for encryption, so that one in the clear is not from whom we
/// asked, or not for us.
fn opened(exchange: &Exchange<'_>, answer: &Answer) -> Result<String, Fault> {
    if answer.status != 200 {
        return Err(Reason::UserInfoAnswer.because(answer.status));
    }
    if answer.media_type != TOKEN {
        return Err(Reason::UserInfoAnswer.because("not a token"));
    }
    let token = std::str::from_utf8(&answer.content).map_err(|_| Reason::UserInfo)?.trim();
    if token.split('.').count() == 3 {
        return Err(Reason::UserInfoEncryption.because("not encrypted"));
    }
    let signed =
        decrypt(token, &exchange.party.decryption).map_err(|fault| Reason::UserInfoEncryption.because(fault))?;
    String::from_utf8(signed).map_err(|_| Reason::UserInfo.into())
}

/// Encryption says nothing of who wrote it: anybody can encrypt for us.
async fn verified(exchange: &mut Exchange<'_>, signed: &str) -> Result<Verified, Fault> {
    let verified = exchange.with_keys(|keys| id_token::signed(signed, keys)).await;
    verified.map_err(|fault| match fault {
        JwsFault::Malformed | JwsFault::Header => Reason::UserInfo.because(fault),
        JwsFault::UnknownKey => Reason::UserInfoKey.because(fault),
        JwsFault::Algorithm | JwsFault::Key | JwsFault::Signature => Reason::UserInfoSignature.because(fault),
    })
}

fn check(exchange: &Exchange<'_>, token: &Verified, id_token: &IdToken) -> Result<(), Fault> {
    sound::kind(token).map_err(|fault| Reason::UserInfo.because(fault))?;
    let claims = token.claims();
    for claim in [issuer, audience, expiry, issue] {
        match claim(exchange, claims) {
            // What a provider leaves out may be missing by the settings; what it says must be right all the same.
            Err(Unfit::Missing(..)) if exchange.options.lenient_userinfo => {}
            outcome => outcome?,
        }
    }
    // OpenID Connect Core, section 5.3.2: else somebody could log in with the attributes of somebody else.
    if text(claims, "sub", Reason::UserInfoSubject)? != id_token.subject {
        return Err(Reason::UserInfoSubject.into());
    }
    Ok(())
}

/// Why a claim does not do.
enum Unfit {
    Missing(Reason, ClaimsFault),
    Wrong(Fault),
}

fn issuer(exchange: &Exchange<'_>, claims: &Claims) -> Result<(), Unfit> {
    let issuer = text(claims, "iss", Reason::UserInfoIssuer)?;
    right(issuer == exchange.provider.id.as_str(), Reason::UserInfoIssuer)
}

fn audience(exchange: &Exchange<'_>, claims: &Claims) -> Result<(), Unfit> {
    let audience = claims.one_or_many("aud").map_err(unfit(Reason::UserInfoAudience))?;
    let ours = !audience.is_empty() && audience.iter().all(|one| *one == exchange.party.client_id);
    right(ours, Reason::UserInfoAudience)
}

fn expiry(exchange: &Exchange<'_>, claims: &Claims) -> Result<(), Unfit> {
    let end = claims.instant("exp").map_err(unfit(Reason::UserInfoExpired))?;
    right(end > sound::before(exchange.now, exchange.options.profile.clock_skew), Reason::UserInfoExpired)
}

fn issue(exchange: &Exchange<'_>, claims: &Claims) -> Result<(), Unfit> {
    let skew = exchange.options.profile.clock_skew;
    let issued_at = claims.instant("iat").map_err(unfit(Reason::UserInfoIssued))?;
    let asked_at = sound::before(exchange.memo.asked_at, skew);
    right((asked_at..=sound::after(exchange.now, skew)).contains(&issued_at), Reason::UserInfoIssued)
}

fn right(holds: bool, reason: Reason) -> Result<(), Unfit> {
    if holds { Ok(()) } else { Err(Unfit::Wrong(reason.into())) }
}

fn text<'a>(claims: &'a Claims, member: &'static str, reason: Reason) -> Result<&'a str, Unfit> {
    claims.text(member).map_err(unfit(reason))
}

fn unfit(reason: Reason) -> impl Fn(ClaimsFault) -> Unfit {
    move |fault| match fault {
        ClaimsFault::Missing(_) => Unfit::Missing(reason, fault),
        ClaimsFault::Type(_) => Unfit::Wrong(Reason::UserInfo.because(fault)),
    }
}

impl From<Unfit> for Fault {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Missing(reason, fault) => reason.because(fault),
            Unfit::Wrong(fault) => fault,
        }
    }
}
