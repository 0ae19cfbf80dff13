//! The way back: from what the browser brought to a verified identity.

use jiff::Timestamp;
use varco_core::attempt::Sent;
use varco_core::attribute::Attribute;
use varco_core::identity::Identity;
use varco_core::level::Level;
use varco_core::login::LoginRefusal;
use varco_core::method::{Proof, Return, Verified};
use varco_core::refusal::Refusal;
use varco_saml::provider::IdentityProvider;
use varco_saml::request::Comparison;
use varco_saml::response::{Expected, Profile, Rejection, ResponseRefusal, UnverifiedResponse, VerifiedAssertion};

use crate::attributes::spid_name;
use crate::memo::Memo;
use crate::options::SpidOptions;
use crate::refusal::{ErrorRefusal, GatewayRefusal};
use crate::{address, identity};

/// What every natural person has, also one who comes through the European network (its minimum data
/// set). A provider leaves out what a person does not have, such as a certified e-mail address, so
/// that the lack of anything else is no reason to refuse.
const EVERYBODY_HAS: [Attribute; 3] = [Attribute::GivenName, Attribute::FamilyName, Attribute::Birthdate];

/// Holds the answer against what was asked.
pub(crate) fn verify(
    options: &SpidOptions,
    sent: &Sent,
    returned: &Return,
    now: Timestamp,
) -> Result<Verified, Refusal> {
    let memo: Memo = serde_json::from_str(&sent.memo).map_err(|error| GatewayRefusal::Memo.because(error))?;
    // It may have gone from the configuration since it was asked.
    let provider = options.providers.iter().find(|provider| Some(&provider.entity_id) == sent.provider.as_ref());
    let provider = provider.ok_or(LoginRefusal::UnknownProvider)?;
    let field = returned.parameter("SAMLResponse").ok_or(ResponseRefusal::Malformed)?;
    let needed = EVERYBODY_HAS.iter().filter(|attribute| memo.asked_for.contains(attribute));
    let expected = Expected {
        request_id: &memo.request_id,
        requested_at: memo.issued_at,
        destination: &address::assertion_consumer(&options.access),
        audience: &memo.issuer,
        provider,
        level: sent.level,
        attributes: &needed.filter_map(|attribute| spid_name(*attribute)).collect::<Vec<_>>(),
        now,
    };
    let assertion = UnverifiedResponse::decode(field)?.verify(&expected, &profile(options)).map_err(refusal)?;
    if options.comparison == Comparison::Better && assertion.level <= sent.level {
        return Err(ResponseRefusal::LevelTooLow.because("a better level was asked for"));
    }
    verified(sent, &memo, provider, &assertion)
}

fn profile(options: &SpidOptions) -> Profile {
    // SPID technical rules, single sign-on, <Assertion>: its issuer names the format.
    Profile { issuer_format_required: true, level_of: Level::from_context_class, clock_skew: options.clock_skew }
}

fn refusal(rejection: Rejection) -> Refusal {
    match rejection {
        Rejection::Refused(refusal) => refusal,
        Rejection::Failed(status) => ErrorRefusal::of(&status).because(format_args!(
            "{:?}, {}, number {}",
            status.code,
            status.subcode.as_deref().unwrap_or("no second code"),
            status.error_number.map_or_else(|| "none".to_owned(), |number| number.to_string()),
        )),
    }
}

fn verified(
    sent: &Sent,
    memo: &Memo,
    provider: &IdentityProvider,
    assertion: &VerifiedAssertion,
) -> Result<Verified, Refusal> {
    let stated = assertion.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let (person, attributes) = identity::identity(stated, &memo.asked_for)?;
    // Providers choose the names of their assertions: one must not be able to use up another's.
    let proof = Proof { id: format!("{} {}", provider.entity_id, assertion.id), expires_at: assertion.not_on_or_after };
    let identity = Identity {
        person,
        method: sent.method.clone(),
        provider: Some(provider.entity_id.clone()),
        level: assertion.level,
        attributes,
        authenticated_at: assertion.authenticated_at,
    };
    Ok(Verified { identity, proof })
}
