//! CIE, from its settings.

use std::sync::Arc;

use varco_cie::{Cie, CieBody, CieOptions};
use varco_core::method::LoginMethod;
use varco_core::name::BodyId;
use varco_saml::party::Body;
use varco_settings::Settings;
use varco_settings::sections::{self, Cie as CieSettings};

use crate::signing_key::KeyError;
use crate::{Fault, World, parties, second, spid};

/// Opens CIE where its section is there; without a provider it only publishes its metadata.
pub(crate) async fn open(settings: &Settings, world: &World) -> Result<Option<Arc<dyn LoginMethod>>, Fault> {
    let Some(section) = &settings.methods.cie else { return Ok(None) };
    let cie = federation(section, settings, world)?;
    let method = cie.method(spid::providers(&section.idp_metadata, world).await?)?;
    Ok(Some(Arc::new(method.confirmed_by(second::verifier()))))
}

fn federation(section: &CieSettings, settings: &Settings, world: &World) -> Result<Cie, Fault> {
    let aggregator = settings.aggregator.as_ref().ok_or(Fault::NoAggregator)?;
    // Where SPID is not open, the key is the one that would be made for it.
    let keys = settings.methods.spid.clone().unwrap_or_default();
    let with_key = |(id, section, body): (&BodyId, &sections::Body, Body)| {
        Ok((id.clone(), CieBody { signing: spid::own_key(section)?, body }))
    };
    Ok(Cie::new(CieOptions {
        access: settings.gateway.access_url.clone(),
        aggregator: parties::aggregator(aggregator),
        signing: Arc::new(spid::signing_key(&keys, aggregator, settings, world)?),
        decryption: spid::decryption(section.encrypted_assertions, aggregator, settings, world)?,
        bodies: parties::bodies(settings).map(with_key).collect::<Result<_, KeyError>>()?,
        binding: parties::binding(section.binding),
        comparison: parties::comparison(section.comparison),
        randomness: Arc::clone(&world.randomness),
    })?)
}
