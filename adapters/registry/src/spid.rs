//! SPID and eIDAS, from their settings.

use std::sync::Arc;

use jiff::Timestamp;
use varco_core::name::BodyId;
use varco_federation::profile::SPID;
use varco_saml::party::Body;
use varco_settings::Settings;
use varco_settings::sections::{self, Spid as SpidSettings};
use varco_spid::certificate::{Identifier, Subject};
use varco_spid::{Activity, Billing, Seat, Spid, SpidBody, SpidOptions};
use varco_xmldsig::{DecryptionKey, SigningKey};

use crate::openid::Common;
use crate::providers::ProviderSources;
use crate::signing_key::{Credentials, Files, KeyError};
use crate::{Fault, OpenMethod, World, openid, parties, second};

/// Opens SPID where its section is there: over OpenID where it has trust anchors, over SAML where it has metadata
/// of providers, or nothing else.
pub(crate) async fn open(
    settings: &Settings,
    world: &World,
    common: Option<&Common>,
) -> Result<Option<OpenMethod>, Fault> {
    let Some(section) = &settings.methods.spid else { return Ok(None) };
    let openid = openid::open(&SPID, &section.into(), common, settings, world)?;
    let is_asked_for = openid.is_none() || !section.idp_metadata.is_empty();
    let saml = if is_asked_for { Some(open_saml(section, settings, world).await?) } else { None };
    Ok(OpenMethod::over(saml, openid))
}

/// Without any provider it only publishes its metadata.
async fn open_saml(section: &SpidSettings, settings: &Settings, world: &World) -> Result<OpenMethod, Fault> {
    let spid = federation(section, settings, world)?;
    let providers = ProviderSources::open("spid", &section.idp_metadata, settings, world).await?;
    let providers = providers.watching(own_certificates(section, settings, world)?);
    let method = spid.method(providers.in_use())?;
    let method = Arc::new(method.confirmed_by(second::verifier()));
    Ok(OpenMethod { method, cards: None, upkeep: vec![providers.into()] })
}

/// Opens eIDAS where its section is there, and that of SPID, whose metadata the node knows.
pub(crate) async fn open_european(settings: &Settings, world: &World) -> Result<Option<OpenMethod>, Fault> {
    let (Some(section), Some(spid)) = (&settings.methods.eidas, &settings.methods.spid) else { return Ok(None) };
    let spid = federation(spid, settings, world)?;
    let providers = ProviderSources::open("eidas", &section.idp_metadata, settings, world).await?;
    let method = spid.european_method(providers.in_use())?;
    let method = Arc::new(method.confirmed_by(second::verifier()));
    Ok(Some(OpenMethod { method, cards: None, upkeep: vec![providers.into()] }))
}

/// When the certificates end that sign for the bodies: the aggregator's, and those of bodies that have their
/// own.
pub(crate) fn own_certificates(
    section: &SpidSettings,
    settings: &Settings,
    world: &World,
) -> Result<Vec<(Option<BodyId>, Timestamp)>, Fault> {
    let aggregator = settings.aggregator.as_ref().ok_or(Fault::NoAggregator)?;
    let mut ends = vec![(None, signing_key(section, aggregator, settings, world)?.not_after())];
    for (id, section, _) in parties::bodies(settings) {
        ends.extend(own_key(section)?.map(|key| (Some(id.clone()), key.not_after())));
    }
    Ok(ends)
}

fn federation(section: &SpidSettings, settings: &Settings, world: &World) -> Result<Spid, Fault> {
    let aggregator = settings.aggregator.as_ref().ok_or(Fault::NoAggregator)?;
    let with_role = |(id, section, body): (&BodyId, &sections::Body, Body)| Ok((id.clone(), spid_body(section, body)?));
    Ok(Spid::new(SpidOptions {
        access: settings.gateway.access_url.clone(),
        aggregator: parties::aggregator(aggregator),
        signing: Arc::new(signing_key(section, aggregator, settings, world)?),
        decryption: decryption(section.encrypted_assertions, aggregator, settings, world)?,
        bodies: parties::bodies(settings).map(with_role).collect::<Result<_, KeyError>>()?,
        european: settings.methods.eidas.is_some(),
        binding: parties::binding(section.binding),
        comparison: parties::comparison(section.comparison),
        randomness: Arc::clone(&world.randomness),
    })?)
}

/// The key of the aggregator, which signs for every body that has none of its own.
pub(crate) fn signing_key(
    section: &SpidSettings,
    aggregator: &sections::Aggregator,
    settings: &Settings,
    world: &World,
) -> Result<SigningKey, KeyError> {
    let other = section.other_certificate_file.as_deref();
    // The settings see to it that there are both or neither.
    if let (Some(key), Some(certificate)) = (&section.key_file, &section.certificate_file) {
        return Files::named(key, certificate).announcing(other).load();
    }
    let access = settings.gateway.access_url.to_string();
    let subject = aggregators(aggregator, &access);
    Files::made_in(&settings.keys_folder(), "spid", &subject, world.clock.now(), &*world.randomness)?
        .announcing(other)
        .load()
}

/// The key that providers encrypt for, where a method asks for it.
pub(crate) fn decryption(
    asked_for: bool,
    aggregator: &sections::Aggregator,
    settings: &Settings,
    world: &World,
) -> Result<Arc<[DecryptionKey]>, KeyError> {
    if !asked_for {
        return Ok(Arc::new([]));
    }
    // The settings see to it that there are both or neither.
    if let (Some(key), Some(certificate)) =
        (&settings.keys.encryption_key_file, &settings.keys.encryption_certificate_file)
    {
        return Ok(Arc::new([Files::named(key, certificate).load_decryption()?]));
    }
    let access = settings.gateway.access_url.to_string();
    let subject = aggregators(aggregator, &access);
    let made = Files::made_in(&settings.keys_folder(), "encryption", &subject, world.clock.now(), &*world.randomness)?;
    Ok(Arc::new([made.load_decryption()?]))
}

/// Who the aggregator is, in a certificate.
fn aggregators<'a>(aggregator: &'a sections::Aggregator, access: &'a str) -> Subject<'a> {
    Subject {
        display_name: &aggregator.name,
        organization: &aggregator.name,
        locality: &aggregator.locality,
        entity_id: access,
        identifier: Identifier::Ipa(aggregator.ipa.as_str()),
    }
}

/// Makes what a body needs to sign for itself, or, without a body, what the aggregator needs. Files that are
/// there stay as they are.
pub fn credentials(settings: &Settings, world: &World, id: Option<&BodyId>) -> Result<Credentials, CredentialsError> {
    let folder = settings.keys_folder();
    let make = |name: &str, subject: &Subject<'_>| {
        let files = Files::made_in(&folder, name, subject, world.clock.now(), &*world.randomness)?;
        Ok(files.request(subject)?)
    };
    let access = &settings.gateway.access_url;
    let Some(id) = id else {
        let aggregator = settings.aggregator.as_ref().ok_or(CredentialsError::NoAggregator)?;
        return make("spid", &aggregators(aggregator, &access.to_string()));
    };
    let body = settings.bodies.get(id).ok_or_else(|| CredentialsError::UnknownBody(id.clone()))?;
    let missing = |setting| CredentialsError::Missing { body: id.clone(), setting };
    let identifier = match (body.activity.is_private(), &body.vat_number) {
        (false, _) => Identifier::Ipa(id.as_str()),
        (true, Some(number)) => Identifier::VatNumber(number),
        (true, None) => Identifier::FiscalCode(&body.fiscal_code),
    };
    let subject = Subject {
        display_name: &body.name,
        organization: &body.name,
        locality: body.locality.as_deref().ok_or_else(|| missing("locality"))?,
        entity_id: &to_activity(body.activity).entity_id(access, id),
        identifier,
    };
    make(&format!("spid.{id}"), &subject)
}

/// Why there are no credentials.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// The settings do not say who runs the gateway.
    #[error("the section [aggregator] says whose certificate it is, and is missing")]
    NoAggregator,
    /// There is no such body.
    #[error("there is no body {0} in the configuration")]
    UnknownBody(BodyId),
    /// A setting of the body is missing.
    #[error("bodies.{body}.{setting} is missing: the certificate needs it")]
    Missing {
        /// The body.
        body: BodyId,
        /// The setting.
        setting: &'static str,
    },
    /// The files.
    #[error(transparent)]
    Files(#[from] KeyError),
}

/// The key of a body of its own, if it has one.
pub(crate) fn own_key(section: &sections::Body) -> Result<Option<Arc<SigningKey>>, KeyError> {
    let (Some(key), Some(certificate)) = (&section.key_file, &section.certificate_file) else { return Ok(None) };
    let other = section.other_certificate_file.as_deref();
    Ok(Some(Arc::new(Files::named(key, certificate).announcing(other).load()?)))
}

fn spid_body(section: &sections::Body, body: Body) -> Result<SpidBody, KeyError> {
    Ok(SpidBody {
        billing: section.billing.as_ref().map(|billing| to_billing(billing, section)),
        activity: to_activity(section.activity),
        signing: own_key(section)?,
        body,
    })
}

fn to_billing(billing: &sections::Billing, body: &sections::Body) -> Billing {
    Billing {
        name: billing.name.clone().unwrap_or_else(|| body.name.clone()),
        // The settings see to it that there is one of the two.
        vat_number: billing.vat_number.as_ref().or(body.vat_number.as_ref()).cloned().unwrap_or_default(),
        seat: Seat {
            street: billing.street.clone(),
            postal_code: billing.postal_code.clone(),
            town: billing.town.clone(),
            province: billing.province.clone(),
            country: "IT".to_owned(),
        },
        email: billing.email.clone(),
        phone: billing.phone.clone(),
    }
}

const fn to_activity(activity: sections::Activity) -> Activity {
    match activity {
        sections::Activity::PublicFull => Activity::PublicFull,
        sections::Activity::PublicLight => Activity::PublicLight,
        sections::Activity::PrivateFull => Activity::PrivateFull,
        sections::Activity::PrivateLight => Activity::PrivateLight,
        sections::Activity::OperatorFull => Activity::OperatorFull,
        sections::Activity::Public => Activity::Public,
        sections::Activity::Private => Activity::Private,
    }
}
