//! The way out: a signed request object, which the browser takes to the provider that the citizen chose.

use std::sync::Arc;

use data_encoding::HEXLOWER;
use jiff::{SignedDuration, Timestamp};
use openidconnect::{PkceCodeChallenge, PkceCodeVerifier};
use serde_json::{Map, Value, json};
use varco_core::attempt::AttemptId;
use varco_core::attribute::Attribute;
use varco_core::login::LoginRefusal;
use varco_core::method::{Departure, Opening, Sending};
use varco_core::name::ProviderId;
use varco_core::refusal::Refusal;
use varco_core::secret::Secret;

use super::memo::Memo;
use super::{MethodOptions, client, identity};
use crate::profile::{Profile, prompt};
use crate::providers::OpenIdProvider;
use crate::reason::Fault;

/// How long a request object can be used: the browser takes it there at once.
const REQUEST_LIFETIME: SignedDuration = SignedDuration::from_mins(3);

/// Asks a provider who the citizen is, on behalf of the service's body.
pub(super) fn ask(options: &MethodOptions, opening: Opening<'_>) -> Result<Sending, Refusal> {
    let provider = chosen(options, opening.provider, opening.now).ok_or(LoginRefusal::UnknownProvider)?;
    put(options, &provider, opening).map_err(|fault| options.profile.codes.refusal(fault))
}

/// The provider that was chosen; where there is only one, nobody need choose.
fn chosen(options: &MethodOptions, chosen: Option<&ProviderId>, now: Timestamp) -> Option<Arc<OpenIdProvider>> {
    chosen.map_or_else(|| options.providers.only(now), |chosen| options.providers.by_id(chosen, now))
}

fn put(options: &MethodOptions, provider: &OpenIdProvider, opening: Opening<'_>) -> Result<Sending, Fault> {
    let (profile, randomness, now) = (options.profile, &*options.randomness, opening.now);
    let party = options.party(&opening.service.body, now)?;
    let verifier = PkceCodeVerifier::new(client::drawn(randomness));
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    let nonce = client::drawn_alphanumeric(randomness);
    let mut memo = Memo::new(opening.service.body.clone(), now, nonce, verifier.into_secret());
    memo.asked_for = profile.asked_for(opening.service.asks_for());
    // Guidelines, authorization endpoint. There is no `sub`, so that nobody can use it as a client assertion.
    let claims = json!({
        "iss": party.client_id,
        "aud": [provider.id.as_str()],
        "iat": now.as_second(),
        "exp": (now + REQUEST_LIFETIME).as_second(),
        "jti": client::uuid(randomness),
        "client_id": party.client_id,
        "response_type": "code",
        "scope": profile.scope,
        "redirect_uri": options.redirect_uri(),
        "state": state(&opening.attempt),
        "nonce": memo.nonce,
        "code_challenge": challenge.as_str(),
        "code_challenge_method": challenge.method().as_str(),
        "prompt": prompt(opening.level),
        "acr_values": opening.level.context_class(),
        "claims": { "userinfo": wished(profile, &memo.asked_for) },
    });
    memo.request = client::sign(&party, &claims)?;
    let mut address = provider.metadata.authorization_endpoint.clone();
    address
        .query_pairs_mut()
        .append_pair("client_id", &party.client_id)
        .append_pair("response_type", "code")
        .append_pair("scope", profile.scope)
        .append_pair("code_challenge", challenge.as_str())
        .append_pair("code_challenge_method", challenge.method().as_str())
        .append_pair("request", &memo.request);
    Ok(Sending {
        provider: Some(provider.id.clone()),
        memo: memo.written()?,
        departure: Departure::Redirect(address.into()),
    })
}

/// OpenID Connect Core, section 5.5: each claim that is asked for, and whether the login is of no use without it.
/// The ID token is not encrypted, so nothing about the person is asked for in it.
fn wished(profile: &Profile, asked_for: &[Attribute]) -> Map<String, Value> {
    let asked =
        |claim: &&crate::profile::Claim| claim.form.attributes().iter().any(|attribute| asked_for.contains(attribute));
    let wish = |claim: &crate::profile::Claim| {
        let essential = claim.form.attributes().iter().any(|attribute| identity::is_needed(*attribute, asked_for));
        let wish = if essential { json!({ "essential": true }) } else { Value::Null };
        (claim.name.to_owned(), wish)
    };
    profile.claims.iter().filter(asked).map(wish).collect()
}

/// Guidelines, authorization endpoint: at least 32 letters and digits.
pub(super) fn state(attempt: &AttemptId) -> String {
    HEXLOWER.encode(attempt.0.as_bytes())
}

/// The attempt that a state names, if it could be one of ours.
pub(super) fn attempt(state: &str) -> Option<AttemptId> {
    let bytes = HEXLOWER.decode(state.as_bytes()).ok()?;
    Some(AttemptId(Secret::from_bytes(bytes.try_into().ok()?)))
}
