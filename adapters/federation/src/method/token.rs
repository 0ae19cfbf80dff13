//! The token endpoint: the code is redeemed, once. (SPID/CIE OpenID guidelines, token endpoint.)

use std::time::Duration;

use varco_core::evidence::{IndexName, MessageName};

use super::answer::Exchange;
use super::{ACCEPTS_JSON, client};
use crate::http::{Answer, Ask, HttpFault, Request};
use crate::jose::{Claims, json};
use crate::reason::{Fault, Reason};

/// How much a token endpoint has to say: three tokens.
const MOST: usize = 128 * 1024;

/// How long it may take: the citizen waits.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest access token; it travels in a header.
const LONGEST_TOKEN: usize = 8 * 1024;

/// What a code was redeemed for.
pub(super) struct Tokens {
    /// The ID token.
    pub(super) identity: String,
    /// What the person is asked about with.
    pub(super) access: String,
    /// With which there would be more, where there is one.
    pub(super) refresh: Option<String>,
}

/// Redeems the code.
pub(super) async fn redeem(exchange: &mut Exchange<'_>) -> Result<Tokens, Fault> {
    let endpoint = exchange.provider.metadata.token_endpoint.clone();
    let assertion = client::assertion(&exchange.party, &endpoint, exchange.now, &*exchange.options.randomness)?;
    let redirect_uri = exchange.options.redirect_uri();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", exchange.code),
        ("redirect_uri", &redirect_uri),
        ("client_id", &exchange.party.client_id),
        ("code_verifier", &exchange.memo.code_verifier),
        ("client_assertion_type", client::ASSERTION_TYPE),
        ("client_assertion", &assertion),
    ];
    exchange.trail.form(MessageName::TokenRequest, &form);
    exchange.trail.found_by(IndexName::Code, exchange.code);
    let request =
        Request { address: &endpoint, ask: Ask::Post(&form), accept: ACCEPTS_JSON, most: MOST, patience: PATIENCE };
    let answer = exchange.options.http.send(request).await.map_err(not_reached)?;
    exchange.trail.answer(MessageName::TokenResponse, &answer);
    read(&answer)
}

fn not_reached(fault: HttpFault) -> Fault {
    match fault {
        HttpFault::Unreachable => Reason::TokenUnreachable.because(fault),
        HttpFault::Forbidden | HttpFault::Slow | HttpFault::TooLarge | HttpFault::Unexpected => {
            Reason::TokenAnswer.because(fault)
        }
    }
}

fn read(answer: &Answer) -> Result<Tokens, Fault> {
    if answer.status != 200 {
        return Err(refused(answer));
    }
    if answer.media_type != ACCEPTS_JSON {
        return Err(Reason::TokenAnswer.because("not JSON"));
    }
    let claims = json::object(&answer.content).map(Claims::new).map_err(|fault| Reason::TokenAnswer.because(fault))?;
    tokens(&claims)
}

/// RFC 6749, section 5.1.
fn tokens(answer: &Claims) -> Result<Tokens, Fault> {
    let unread = |fault| Reason::TokenAnswer.because(fault);
    if !answer.text("token_type").map_err(unread)?.eq_ignore_ascii_case("Bearer") {
        return Err(Reason::TokenAnswer.because("token_type is not Bearer"));
    }
    let access_token = answer.text("access_token").map_err(unread)?;
    let refresh_token = answer.optional_text("refresh_token").map_err(unread)?;
    if ![Some(access_token), refresh_token].into_iter().flatten().all(is_token) {
        return Err(Reason::TokenAnswer.because("a token that cannot be one"));
    }
    Ok(Tokens {
        identity: answer.text("id_token").map_err(unread)?.to_owned(),
        access: access_token.to_owned(),
        refresh: refresh_token.map(str::to_owned),
    })
}

/// RFC 6750, section 2.1: what can stand in a header.
fn is_token(token: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    !token.is_empty() && token.len() <= LONGEST_TOKEN && token.bytes().all(fits)
}

/// RFC 6749, section 5.2. Providers in use answer with other statuses than it names, and with nothing at all: what
/// is no error of ours is one of the code.
fn refused(answer: &Answer) -> Fault {
    match error_of(answer) {
        Some(word @ ("invalid_client" | "unauthorized_client" | "invalid_request" | "unsupported_grant_type")) => {
            Reason::TokenOurRequest.because(word)
        }
        word => Reason::TokenRefused.because(format_args!("{}, {}", answer.status, word.unwrap_or("nothing said"))),
    }
}

/// The word for an error, if it is one that is known: what anybody may write does not go into the log.
pub(super) fn error_of(answer: &Answer) -> Option<&'static str> {
    const KNOWN: [&str; 9] = [
        "invalid_client",
        "unauthorized_client",
        "invalid_request",
        "unsupported_grant_type",
        "invalid_grant",
        "invalid_scope",
        "server_error",
        "temporarily_unavailable",
        "unsupported_token_type",
    ];
    let members = json::object(&answer.content).map(Claims::new).ok()?;
    let said = members.optional_text("error").ok()??;
    KNOWN.into_iter().find(|word| *word == said)
}
