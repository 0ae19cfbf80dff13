//! What the SPID method is opened with.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::SignedDuration;
use varco_core::attribute::Attribute;
use varco_core::name::{BodyId, ServiceId};
use varco_core::origin::Origin;
use varco_core::ports::Randomness;
use varco_saml::provider::IdentityProvider;
use varco_saml::request::{Binding, Comparison};
use varco_xmldsig::SigningKey;

/// Everything that the SPID method needs to know.
pub struct SpidOptions {
    /// The public origin of the gateway.
    pub access: Origin,
    /// Who runs the gateway.
    pub aggregator: Aggregator,
    /// The bodies whose services log in through it.
    pub bodies: BTreeMap<BodyId, AggregatedBody>,
    /// The key that signs requests and metadata, with its certificate.
    pub signing: Arc<SigningKey>,
    /// The identity providers to choose from; none as long as the metadata is only being published.
    pub providers: Vec<IdentityProvider>,
    /// How requests travel.
    pub binding: Binding,
    /// How the level of an answer must compare to the one asked for.
    pub comparison: Comparison,
    /// How far the clocks of providers may be from ours.
    pub clock_skew: SignedDuration,
    /// Randomness.
    pub randomness: Arc<dyn Randomness>,
}

/// Who runs the gateway: a public aggregator of public services (Avviso 19, "full").
#[derive(Clone, Debug)]
pub struct Aggregator {
    /// Its full name.
    pub name: String,
    /// Its code in the index of public administrations.
    pub ipa: BodyId,
    /// Its VAT number, with the country.
    pub vat_number: Option<String>,
    /// Its fiscal code.
    pub fiscal_code: String,
    /// Where the operators of providers write to.
    pub email: String,
    /// Where they call.
    pub phone: String,
}

/// A body whose services stand behind the gateway.
#[derive(Clone, Debug)]
pub struct AggregatedBody {
    /// Its full name.
    pub name: String,
    /// Its web site.
    pub url: String,
    /// Its fiscal code.
    pub fiscal_code: String,
    /// Where the operators of providers write to.
    pub email: String,
    /// Its services.
    pub services: BTreeMap<ServiceId, AggregatedService>,
}

/// What a service asks of SPID.
#[derive(Clone, Debug)]
pub struct AggregatedService {
    /// Its name, as citizens know it.
    pub name: String,
    /// The number of its attribute set. Providers have it from the published metadata, so it must
    /// never change its meaning.
    pub attribute_set: u16,
    /// The attributes that it is entitled to.
    pub attributes: Vec<Attribute>,
}
