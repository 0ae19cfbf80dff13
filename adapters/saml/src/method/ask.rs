//! The way out: a request to the provider that the citizen chose.

use std::sync::Arc;

use varco_core::login::LoginRefusal;
use varco_core::method::{Opening, Sending};
use varco_core::name::ProviderId;
use varco_core::refusal::Refusal;
use varco_core::service::Service;

use super::memo::Memo;
use super::{AttributeSet, MethodOptions, ServiceProvider};
use crate::provider::IdentityProvider;
use crate::providers::Providers;
use crate::reason::{Fault, Reason};
use crate::request::{AuthnRequest, Binding, draw_id, issue_instant};

/// Asks a provider who the citizen is, on behalf of the service's body.
pub(super) fn ask(options: &MethodOptions, opening: Opening<'_>) -> Result<Sending, Refusal> {
    let provider = chosen(&options.providers, opening.provider)?;
    put(options, &provider, opening).map_err(|fault| options.profile.codes.refusal(fault))
}

/// The provider that was chosen; where there is only one, nobody need choose.
fn chosen(providers: &Providers, chosen: Option<&ProviderId>) -> Result<Arc<IdentityProvider>, LoginRefusal> {
    let provider = chosen.map_or_else(|| providers.only(), |chosen| providers.by_id(chosen));
    provider.ok_or(LoginRefusal::UnknownProvider)
}

fn put(options: &MethodOptions, provider: &IdentityProvider, opening: Opening<'_>) -> Result<Sending, Fault> {
    let profile = options.profile;
    let (service_provider, attribute_set) = who_asks(options, opening.service)?;
    let (binding, destination) = way_to(provider, options.binding)?;
    let memo = Memo {
        request_id: draw_id(&*options.randomness),
        issued_at: issue_instant(opening.now),
        issuer: service_provider.entity_id.clone(),
        asked_for: attribute_set.attributes.clone(),
    };
    let request = AuthnRequest {
        id: &memo.request_id,
        issued_at: memo.issued_at,
        destination,
        issuer: &memo.issuer,
        assertion_consumer_service: profile.assertion_consumer_service,
        attribute_consuming_service: attribute_set.index,
        // A federation that knows no purposes is not asked for one: see `Descriptor::serves`.
        extension: profile.purpose.zip(opening.service.purpose).map(|(extension, purpose)| extension(purpose)),
        comparison: (profile.comparison)(options.comparison, opening.level),
        context_class: opening.level.context_class(),
    };
    let departure = binding.send(&request, &opening.attempt.reveal(), &service_provider.signing);
    Ok(Sending {
        provider: Some(provider.entity_id.clone()),
        memo: serde_json::to_string(&memo).map_err(|error| Reason::Memo.because(error))?,
        departure: departure.map_err(|refusal| Reason::Signing.because(refusal))?,
    })
}

/// The provider's address by the binding that is preferred, or else by the other one.
fn way_to(provider: &IdentityProvider, preferred: Binding) -> Result<(Binding, &str), Fault> {
    [preferred, preferred.other()]
        .into_iter()
        .find_map(|binding| Some((binding, binding.address(provider)?)))
        .ok_or_else(|| Reason::NoAddress.because(&provider.entity_id))
}

fn who_asks<'a>(
    options: &'a MethodOptions,
    service: &Service,
) -> Result<(&'a ServiceProvider, &'a AttributeSet), Fault> {
    let of_body = options.service_providers.get(&service.body);
    let found = of_body.and_then(|body| Some((body, body.attribute_sets.get(&service.id)?)));
    found.ok_or_else(|| Reason::NotServed.because(&service.id))
}
