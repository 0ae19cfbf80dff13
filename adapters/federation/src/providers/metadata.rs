//! What a provider is, by its metadata once all policies are applied: typed, and complete for a login.
//! (SPID/CIE OpenID guidelines, metadata of providers.)

use serde_json::{Map, Value};
use url::Url;
use varco_core::name::ProviderId;

use crate::entity_id::Addresses;
use crate::jose::{Claims, ClaimsFault, Jwks, JwksFault};

/// Where a provider is asked, and with which keys it signs.
#[derive(Clone, Debug)]
pub struct ProviderMetadata {
    /// Where citizens go.
    pub authorization_endpoint: Url,
    /// Where codes are redeemed.
    pub token_endpoint: Url,
    /// Where it says who somebody is.
    pub userinfo_endpoint: Url,
    /// Where what it granted is revoked, if it has such an address.
    pub revocation_endpoint: Option<Url>,
    /// The keys that it signs with.
    pub keys: Jwks,
    /// Whether it says who it is when it sends citizens back. (RFC 9207, section 3.)
    pub issuer_in_callback: bool,
}

/// Why nobody can log in with a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetadataFault {
    /// It is no provider at all.
    #[error("there is no openid_provider metadata")]
    NoProvider,
    /// A member is missing or has another type.
    #[error(transparent)]
    Member(#[from] ClaimsFault),
    /// It names another issuer than itself: tokens of the one would count for the other.
    #[error("issuer is not the entity itself")]
    Issuer,
    /// An address is none, or may not be asked.
    #[error("{0} is not an address that may be used")]
    Address(&'static str),
    /// Its keys are none.
    #[error("jwks: {0}")]
    Keys(#[from] JwksFault),
    /// It has no keys at all that are used here.
    #[error("jwks has no key that is used")]
    NoKeys,
    /// It does not do what every login needs.
    #[error("{0} does not hold {1}")]
    Unsupported(&'static str, &'static str),
}

/// What every provider must support, and whether it must say so.
const SUPPORTED: [(&str, &str, bool); 5] = [
    // OpenID Federation 1.0, section 5.1.3: we are registered by our trust chain alone. It may know other ways.
    ("client_registration_types_supported", "automatic", true),
    ("response_types_supported", "code", false),
    ("token_endpoint_auth_methods_supported", "private_key_jwt", false),
    ("code_challenge_methods_supported", "S256", false),
    ("grant_types_supported", "authorization_code", false),
];

// === impl ProviderMetadata ===

impl ProviderMetadata {
    /// Reads the resolved `openid_provider` metadata of an entity.
    pub fn read(
        entity: &ProviderId,
        resolved: &Map<String, Value>,
        addresses: Addresses,
    ) -> Result<Self, MetadataFault> {
        let claims = Claims::new(resolved.clone());
        if claims.text("issuer")? != entity.as_str() {
            return Err(MetadataFault::Issuer);
        }
        for (member, needed, required) in SUPPORTED {
            supports(&claims, member, needed, required)?;
        }
        let address = |name| match claims.optional_text(name)? {
            None => Ok(None),
            Some(text) => match Url::parse(text) {
                Ok(url) if addresses.hold(&url) && url.fragment().is_none() => Ok(Some(url)),
                _ => Err(MetadataFault::Address(name)),
            },
        };
        let required = |name| address(name)?.ok_or(MetadataFault::Member(ClaimsFault::Missing(name)));
        let keys = Jwks::from_value(claims.value("jwks").ok_or(ClaimsFault::Missing("jwks"))?)?;
        if keys.keys().is_empty() {
            return Err(MetadataFault::NoKeys);
        }
        Ok(Self {
            authorization_endpoint: required("authorization_endpoint")?,
            token_endpoint: required("token_endpoint")?,
            userinfo_endpoint: required("userinfo_endpoint")?,
            revocation_endpoint: address("revocation_endpoint")?,
            issuer_in_callback: claims
                .optional_boolean("authorization_response_iss_parameter_supported")?
                .unwrap_or_default(),
            keys,
        })
    }
}

fn supports(claims: &Claims, member: &'static str, needed: &'static str, required: bool) -> Result<(), MetadataFault> {
    match claims.optional_texts(member)? {
        None if required => Err(ClaimsFault::Missing(member).into()),
        Some(values) if !values.contains(&needed) => Err(MetadataFault::Unsupported(member, needed)),
        _ => Ok(()),
    }
}
