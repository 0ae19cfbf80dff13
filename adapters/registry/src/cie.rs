//! CIE, from its settings.

use std::sync::Arc;

use varco_cie::{Cie, CieBody, CieOptions};
use varco_core::name::BodyId;
use varco_federation::profile::CIE;
use varco_saml::party::Body;
use varco_settings::Settings;
use varco_settings::sections::{self, Cie as CieSettings, Spid as SpidSettings};

use crate::openid::Common;
use crate::providers::ProviderSources;
use crate::signing_key::KeyError;
use crate::{Fault, OpenMethod, World, openid, parties, second, spid};

/// Opens CIE where its section is there: over OpenID where it has trust anchors, over SAML where it has metadata
/// of a provider, or nothing else.
pub(crate) async fn open(
    settings: &Settings,
    world: &World,
    common: Option<&Common>,
) -> Result<Option<OpenMethod>, Fault> {
    let Some(section) = &settings.methods.cie else { return Ok(None) };
    let openid = openid::open(&CIE, &section.into(), common, settings, world)?;
    let is_asked_for = openid.is_none() || !section.idp_metadata.is_empty();
    let saml = if is_asked_for { Some(open_saml(section, settings, world).await?) } else { None };
    Ok(OpenMethod::over(saml, openid))
}

/// Without a provider it only publishes its metadata.
async fn open_saml(section: &CieSettings, settings: &Settings, world: &World) -> Result<OpenMethod, Fault> {
    let cie = federation(section, settings, world)?;
    let providers = ProviderSources::open("cie", &section.idp_metadata, settings, world).await?;
    let providers = providers.watching(spid::own_certificates(&keys(settings), settings, world)?);
    let method = cie.method(providers.in_use())?;
    let method = Arc::new(method.confirmed_by(second::verifier()));
    Ok(OpenMethod { method, cards: None, upkeep: vec![providers.into()] })
}

/// Where SPID is not open, the key is the one that would be made for it.
fn keys(settings: &Settings) -> SpidSettings {
    settings.methods.spid.clone().unwrap_or_default()
}

fn federation(section: &CieSettings, settings: &Settings, world: &World) -> Result<Cie, Fault> {
    let aggregator = settings.aggregator.as_ref().ok_or(Fault::NoAggregator)?;
    let with_key = |(id, section, body): (&BodyId, &sections::Body, Body)| {
        Ok((id.clone(), CieBody { signing: spid::own_key(section)?, body }))
    };
    Ok(Cie::new(CieOptions {
        access: settings.gateway.access_url.clone(),
        aggregator: parties::aggregator(aggregator),
        signing: Arc::new(spid::signing_key(&keys(settings), aggregator, settings, world)?),
        decryption: spid::decryption(section.encrypted_assertions, aggregator, settings, world)?,
        bodies: parties::bodies(settings).map(with_key).collect::<Result<_, KeyError>>()?,
        binding: parties::binding(section.binding),
        comparison: parties::comparison(section.comparison),
        randomness: Arc::clone(&world.randomness),
    })?)
}
