//! SPID, from its settings.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::SignedDuration;
use varco_core::method::LoginMethod;
use varco_core::name::{BodyId, ServiceId};
use varco_settings::Settings;
use varco_settings::sections::{self, Spid as SpidSettings};
use varco_spid::certificate::Subject;
use varco_spid::options::{AggregatedBody, AggregatedService, Aggregator, SpidOptions};
use varco_spid::{Binding, Comparison, SigningKey, Spid};

use crate::signing_key::{Files, KeyError};
use crate::{Fault, World, metadata_source};

/// How far the clocks of identity providers may be from ours.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_secs(60);

/// Opens SPID where its section is there; without any provider it only publishes its metadata.
pub(crate) async fn open(settings: &Settings, world: &World) -> Result<Option<Arc<dyn LoginMethod>>, Fault> {
    let Some(section) = &settings.methods.spid else { return Ok(None) };
    let aggregator = settings.aggregator.as_ref().ok_or(Fault::NoAggregator)?;
    let spid = Spid::new(SpidOptions {
        access: settings.gateway.access_url.clone(),
        aggregator: to_aggregator(aggregator),
        bodies: bodies(settings),
        signing: Arc::new(signing_key(section, aggregator, settings, world)?),
        providers: metadata_source::providers(&section.idp_metadata, world.clock.now()).await?,
        binding: to_binding(section.binding),
        comparison: to_comparison(section.comparison),
        clock_skew: CLOCK_SKEW,
        randomness: Arc::clone(&world.randomness),
    })?;
    Ok(Some(Arc::new(spid)))
}

fn signing_key(
    section: &SpidSettings,
    aggregator: &sections::Aggregator,
    settings: &Settings,
    world: &World,
) -> Result<SigningKey, KeyError> {
    // The settings see to it that there are both or neither.
    if let (Some(key), Some(certificate)) = (&section.key_file, &section.certificate_file) {
        return Files::named(key, certificate).load();
    }
    let subject = Subject {
        display_name: &aggregator.name,
        organization: &aggregator.name,
        locality: &aggregator.locality,
        entity_id: &settings.gateway.access_url.to_string(),
        ipa: aggregator.ipa.as_str(),
    };
    Files::made_in(&settings.keys_folder(), &subject, world.clock.now(), &*world.randomness)?.load()
}

fn to_aggregator(section: &sections::Aggregator) -> Aggregator {
    Aggregator {
        name: section.name.clone(),
        ipa: section.ipa.clone(),
        vat_number: section.vat_number.clone(),
        fiscal_code: section.fiscal_code.clone(),
        email: section.email.clone(),
        phone: section.phone.clone(),
    }
}

/// The bodies that have a service: one without any has nothing to publish.
fn bodies(settings: &Settings) -> BTreeMap<BodyId, AggregatedBody> {
    let body = |(id, body): (&BodyId, &sections::Body)| {
        let services: BTreeMap<_, _> =
            settings.services.iter().filter(|(_, service)| service.body == *id).map(service).collect();
        let aggregated = AggregatedBody {
            name: body.name.clone(),
            url: body.url.to_string(),
            fiscal_code: body.fiscal_code.clone(),
            email: body.email.clone(),
            services,
        };
        (!aggregated.services.is_empty()).then(|| (id.clone(), aggregated))
    };
    settings.bodies.iter().filter_map(body).collect()
}

fn service((id, service): (&ServiceId, &sections::Service)) -> (ServiceId, AggregatedService) {
    let core = service.to_core(id);
    // A body with several services must number their sets; the settings see to it.
    let attribute_set = service.attribute_set.unwrap_or_default();
    (id.clone(), AggregatedService { name: core.name, attribute_set, attributes: core.attributes })
}

const fn to_binding(binding: sections::Binding) -> Binding {
    match binding {
        sections::Binding::Redirect => Binding::Redirect,
        sections::Binding::Post => Binding::Post,
    }
}

const fn to_comparison(comparison: sections::Comparison) -> Comparison {
    match comparison {
        sections::Comparison::Exact => Comparison::Exact,
        sections::Comparison::Minimum => Comparison::Minimum,
        sections::Comparison::Better => Comparison::Better,
        sections::Comparison::Maximum => Comparison::Maximum,
    }
}
