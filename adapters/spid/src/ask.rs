//! The way out: a request to the provider that the citizen chose.

use varco_core::login::LoginRefusal;
use varco_core::method::{Opening, Sending};
use varco_core::name::ProviderId;
use varco_core::refusal::Refusal;
use varco_core::service::Service;
use varco_saml::provider::IdentityProvider;
use varco_saml::request::{AuthnRequest, Binding, draw_id, issue_instant};

use crate::address;
use crate::attributes::asked_for;
use crate::memo::Memo;
use crate::options::{AggregatedService, SpidOptions};
use crate::refusal::GatewayRefusal;

/// The index of our one assertion consumer service.
const ASSERTION_CONSUMER: u16 = 0;

/// Asks a provider who the citizen is, on behalf of the service's body.
pub(crate) fn ask(options: &SpidOptions, opening: Opening<'_>) -> Result<Sending, Refusal> {
    let provider = provider(options, opening.provider)?;
    let service = service(options, opening.service)?;
    let (binding, destination) = way_to(provider, options.binding)?;
    let memo = Memo {
        request_id: draw_id(&*options.randomness),
        issued_at: issue_instant(opening.now),
        issuer: address::entity_id(&options.access, &opening.service.body),
        asked_for: asked_for(&service.attributes),
    };
    let request = AuthnRequest {
        id: &memo.request_id,
        issued_at: memo.issued_at,
        destination,
        issuer: &memo.issuer,
        assertion_consumer_service: ASSERTION_CONSUMER,
        attribute_consuming_service: service.attribute_set,
        comparison: options.comparison,
        context_class: opening.level.context_class(),
    };
    let departure = binding.send(&request, &opening.attempt.reveal(), &options.signing);
    Ok(Sending {
        provider: Some(provider.entity_id.clone()),
        memo: serde_json::to_string(&memo).map_err(|error| GatewayRefusal::Memo.because(error))?,
        departure: departure.map_err(|refusal| GatewayRefusal::Signing.because(refusal))?,
    })
}

/// The provider that was chosen; where there is only one, nobody need choose.
fn provider<'a>(options: &'a SpidOptions, chosen: Option<&ProviderId>) -> Result<&'a IdentityProvider, LoginRefusal> {
    match (chosen, &options.providers[..]) {
        (Some(chosen), providers) => providers.iter().find(|provider| provider.entity_id == *chosen),
        (None, [only]) => Some(only),
        (None, _) => None,
    }
    .ok_or(LoginRefusal::UnknownProvider)
}

/// The provider's address by the binding that is preferred, or else by the other one.
fn way_to(provider: &IdentityProvider, preferred: Binding) -> Result<(Binding, &str), Refusal> {
    [preferred, preferred.other()]
        .into_iter()
        .find_map(|binding| Some((binding, binding.address(provider)?)))
        .ok_or_else(|| GatewayRefusal::NoAddress.because(&provider.entity_id))
}

fn service<'a>(options: &'a SpidOptions, service: &Service) -> Result<&'a AggregatedService, Refusal> {
    options
        .bodies
        .get(&service.body)
        .and_then(|body| body.services.get(&service.id))
        .ok_or_else(|| GatewayRefusal::NotServed.because(&service.id))
}
