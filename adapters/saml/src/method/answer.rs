//! The way back: from what the browser brought to a verified identity.

use jiff::Timestamp;
use varco_core::attempt::Sent;
use varco_core::identity::Identity;
use varco_core::login::LoginRefusal;
use varco_core::method::{Proof, Return, Verified};
use varco_core::refusal::Refusal;

use super::identity::Asked;
use super::memo::Memo;
use super::{MethodOptions, assertion_consumer, identity, logout};
use crate::provider::IdentityProvider;
use crate::reason::{Fault, Reason};
use crate::request::Comparison;
use crate::response::{Expected, Rejection, Status, UnverifiedResponse, VerifiedAssertion};
use crate::second::SecondVerifier;

/// Holds the answer against what was asked.
pub(super) fn verify(
    options: &MethodOptions,
    second: Option<&dyn SecondVerifier>,
    sent: &Sent,
    returned: &Return,
    now: Timestamp,
) -> Result<Verified, Refusal> {
    // It may have gone from the configuration since it was asked.
    let provider = sent.provider.as_ref().and_then(|provider| options.providers.by_id(provider));
    let provider = provider.ok_or(LoginRefusal::UnknownProvider)?;
    prove(options, second, &provider, sent, returned, now).map_err(|fault| options.profile.codes.refusal(fault))
}

fn prove(
    options: &MethodOptions,
    second: Option<&dyn SecondVerifier>,
    provider: &IdentityProvider,
    sent: &Sent,
    returned: &Return,
    now: Timestamp,
) -> Result<Verified, Fault> {
    let profile = options.profile;
    let memo: Memo = serde_json::from_str(&sent.memo).map_err(|error| Reason::Memo.because(error))?;
    let field = returned.parameter("SAMLResponse").ok_or(Reason::Malformed)?;
    let expected = Expected {
        request_id: &memo.request_id,
        requested_at: memo.issued_at,
        destination: &assertion_consumer(&options.access, profile.method),
        audience: &memo.issuer,
        provider,
        decryption: &options.decryption,
        second,
        level: sent.level,
        attributes: &profile.needed(&memo.asked_for, sent.purpose),
        now,
    };
    let assertion = UnverifiedResponse::decode(field)?.verify(&expected, profile).map_err(fault)?;
    let comparison = (profile.comparison)(options.comparison, sent.level);
    if comparison == Comparison::Better && assertion.level <= sent.level {
        return Err(Reason::LevelTooLow.because("a better level was asked for"));
    }
    verified(options, sent, &memo, provider, &assertion)
}

fn fault(rejection: Rejection) -> Fault {
    match rejection {
        Rejection::Refused(fault) => fault,
        Rejection::Failed(status) => status.reason().because(told(&status)),
    }
}

fn told(status: &Status) -> String {
    format!(
        "{:?}, {}, number {}",
        status.code,
        status.subcode.as_deref().unwrap_or("no second code"),
        status.error_number.map_or_else(|| "none".to_owned(), |number| number.to_string()),
    )
}

fn verified(
    options: &MethodOptions,
    sent: &Sent,
    memo: &Memo,
    provider: &IdentityProvider,
    assertion: &VerifiedAssertion,
) -> Result<Verified, Fault> {
    let asked = Asked { attributes: &memo.asked_for, purpose: sent.purpose };
    let stated = identity::read(&assertion.attributes, asked, options.profile)?;
    for attribute in &stated.left_out {
        let (login_method, provider) = (options.profile.method, &provider.entity_id);
        tracing::warn!(target: "varco::login", login_method, %provider, ?attribute, "an attribute is left out: not of its type");
    }
    // Providers choose the names of their assertions: one must not be able to use up another's.
    let proof = Proof { id: format!("{} {}", provider.entity_id, assertion.id), expires_at: assertion.not_on_or_after };
    let identity = Identity {
        person: stated.person,
        method: sent.method.clone(),
        provider: Some(provider.entity_id.clone()),
        level: assertion.level,
        attributes: stated.attributes,
        authenticated_at: assertion.authenticated_at,
        provider_login: Some(logout::login(options, sent, &memo.issuer, provider, assertion)?),
    };
    Ok(Verified { identity, proof })
}
