//! How a login ends at the provider: what it granted is revoked. There is no page that the browser would have to
//! visit. (SPID/CIE OpenID guidelines, logout and revocation endpoint; RFC 7009.)

use std::time::Duration;

use jiff::Timestamp;
use url::Url;
use varco_core::attempt::Sent;
use varco_core::evidence::{EvidenceKind, IndexName, MessageName};
use varco_core::login::LoginRefusal;
use varco_core::logout::ProviderLogin;
use varco_core::refusal::Refusal;

use super::answer::Exchange;
use super::id_token::IdToken;
use super::memo::LoginMemo;
use super::token::{Tokens, error_of};
use super::trail::Trail;
use super::{ACCEPTS_JSON, MethodOptions, RelyingParty, client};
use crate::http::{Answer, Ask, Request};
use crate::reason::{Fault, Reason};

/// How much there is to say: nothing, or an error.
const MOST: usize = 16 * 1024;

/// How long it may take: the citizen waits.
const PATIENCE: Duration = Duration::from_secs(5);

/// The login that tokens were granted for.
pub(super) fn login(
    exchange: &Exchange<'_>,
    sent: &Sent,
    tokens: Tokens,
    id_token: &IdToken,
) -> Result<ProviderLogin, Fault> {
    let refresh_token = tokens.refresh.filter(|_| exchange.options.profile.refresh_ends_at_logout);
    let memo = LoginMemo::new(exchange.memo.body.clone(), tokens.access, refresh_token);
    Ok(ProviderLogin {
        method: sent.method.clone(),
        provider: exchange.provider.id.clone(),
        name: id_token.subject.clone(),
        index: None,
        keeps_session: exchange.provider.metadata.revocation_endpoint.is_some(),
        memo: memo.written()?,
    })
}

/// Revokes what the provider granted.
pub(super) async fn farewell(options: &MethodOptions, login: &ProviderLogin, now: Timestamp) -> Result<(), Refusal> {
    let codes = options.profile.codes;
    let provider = options.providers.by_id(&login.provider, now).ok_or(LoginRefusal::UnknownProvider)?;
    let endpoint = provider.metadata.revocation_endpoint.as_ref();
    let endpoint = endpoint.ok_or_else(|| codes.refusal(Reason::RevocationNotOffered))?;
    let memo = LoginMemo::read(&login.memo).map_err(|fault| codes.refusal(fault))?;
    let party = options.party(&memo.body, now).map_err(|fault| codes.refusal(fault))?;
    let mut trail = Trail::default();
    trail.found_by(IndexName::ClientId, &party.client_id);
    trail.found_by(IndexName::Subject, &login.name);
    let mut outcome = Ok(());
    // Whoever has a refresh token could have a new access token: it goes first.
    for token in memo.refresh_token.iter().chain([&memo.access_token]) {
        let revoked = revoke(options, &party, endpoint, token, &mut trail, now).await;
        outcome = outcome.and(revoked);
    }
    let evidence = trail.evidence(EvidenceKind::Revocation, login.method.clone(), login.provider.clone(), now);
    options.evidence.keep(&evidence).await?;
    outcome.map_err(|fault| codes.refusal(fault))
}

async fn revoke(
    options: &MethodOptions,
    party: &RelyingParty,
    endpoint: &Url,
    token: &str,
    trail: &mut Trail,
    now: Timestamp,
) -> Result<(), Fault> {
    let assertion = client::assertion(party, endpoint, now, &*options.randomness)?;
    let form = [
        ("token", token),
        ("client_id", &party.client_id),
        ("client_assertion_type", client::ASSERTION_TYPE),
        ("client_assertion", &assertion),
    ];
    trail.form(MessageName::RevocationRequest, &form);
    let request =
        Request { address: endpoint, ask: Ask::Post(&form), accept: ACCEPTS_JSON, most: MOST, patience: PATIENCE };
    let answer = options.http.send(request).await.map_err(|fault| Reason::RevocationFailed.because(fault))?;
    trail.answer(MessageName::RevocationResponse, &answer);
    if is_over(&answer) { Ok(()) } else { Err(Reason::RevocationFailed.because(answer.status)) }
}

/// RFC 7009, section 2.2: the answer is the same where the token was none any more. Providers in use say so
/// with an error.
fn is_over(answer: &Answer) -> bool {
    answer.status == 200 || answer.status == 400 && error_of(answer) == Some("invalid_grant")
}
