//! The service providers that the test identity provider answers to, read from their metadata.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use data_encoding::BASE64;
use varco_xmldsig::{DSIG, Element, Limits, TrustedKey, Xml};

use super::saml::{HTTP_POST, METADATA};

/// What the metadata of a service provider says.
#[derive(Debug)]
pub struct ServiceProvider {
    /// Its entity identifier.
    pub entity_id: String,
    /// The keys that sign its requests.
    pub keys: Vec<TrustedKey>,
    /// The certificate that assertions are to be encrypted for, in DER, if they are.
    pub encryption: Option<Vec<u8>>,
    /// Where answers go, by index.
    pub consumers: BTreeMap<String, String>,
    /// The index that holds where a request names none that is known.
    pub default_consumer: String,
    /// The attributes that it asks for, by index of the set.
    pub attribute_sets: BTreeMap<String, Vec<String>>,
    /// Where logout messages go, by binding.
    pub single_logout: BTreeMap<String, String>,
}

/// The metadata cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the service provider's metadata cannot be used: {0}")]
pub struct UnusableMetadata(String);

/// All service providers: their metadata is fetched when one of them first asks.
pub(super) struct ServiceProviders {
    client: reqwest::Client,
    addresses: Mutex<Vec<String>>,
    known: Mutex<HashMap<String, Arc<ServiceProvider>>>,
}

// === impl ServiceProviders ===

impl ServiceProviders {
    pub(super) fn new(client: reqwest::Client) -> Self {
        Self { client, addresses: Mutex::default(), known: Mutex::default() }
    }

    /// Trusts whoever publishes metadata at `address`.
    pub(super) fn trust(&self, address: String) {
        self.addresses.lock().unwrap_or_else(PoisonError::into_inner).push(address);
    }

    /// The service provider of this identifier, if one of the trusted addresses publishes it.
    pub(super) async fn find(&self, entity_id: &str) -> Option<Arc<ServiceProvider>> {
        if let Some(known) = self.lookup(entity_id) {
            return Some(known);
        }
        self.refresh().await;
        self.lookup(entity_id)
    }

    /// Reads all metadata again.
    pub(super) async fn refresh(&self) {
        let addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for address in addresses {
            match self.fetch(&address).await {
                Ok(provider) => {
                    let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
                    known.insert(provider.entity_id.clone(), Arc::new(provider));
                }
                Err(error) => complain(&address, &error),
            }
        }
    }

    /// The same, of those that asked before.
    pub(super) fn lookup(&self, entity_id: &str) -> Option<Arc<ServiceProvider>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(entity_id).cloned()
    }

    async fn fetch(&self, address: &str) -> anyhow::Result<ServiceProvider> {
        let answer = self.client.get(address).send().await?.error_for_status()?;
        Ok(ServiceProvider::read(&answer.text().await?)?)
    }
}

#[expect(clippy::print_stderr, reason = "the log of a developer's tool is its terminal")]
fn complain(address: &str, error: &anyhow::Error) {
    eprintln!("test identity provider: {address}: {error:#}");
}

// === impl ServiceProvider ===

impl ServiceProvider {
    /// Reads an `EntityDescriptor`.
    pub fn read(text: &str) -> Result<Self, UnusableMetadata> {
        let xml = Xml::parse_within(text, Limits::METADATA).map_err(|error| UnusableMetadata(error.to_string()))?;
        let entity = xml.root();
        let role = entity.only_child(METADATA, "SPSSODescriptor").ok_or_else(|| missing("SPSSODescriptor"))?;
        let (consumers, default_consumer) = read_consumers(role)?;
        Ok(Self {
            entity_id: entity.attribute("entityID").ok_or_else(|| missing("entityID"))?.to_owned(),
            keys: read_keys(role)?,
            encryption: certificates(role, |usage| usage == Some("encryption")).next(),
            consumers,
            default_consumer,
            attribute_sets: role
                .children_named(METADATA, "AttributeConsumingService")
                .map(read_attribute_set)
                .collect(),
            single_logout: role
                .children_named(METADATA, "SingleLogoutService")
                .filter_map(|it| Some((it.attribute("Binding")?.to_owned(), it.attribute("Location")?.to_owned())))
                .collect(),
        })
    }

    /// Where an answer goes that belongs to no request that can be read.
    pub fn default_address(&self) -> &str {
        &self.consumers[&self.default_consumer]
    }
}

fn read_keys(role: Element<'_>) -> Result<Vec<TrustedKey>, UnusableMetadata> {
    let signing = certificates(role, |usage| usage.is_none_or(|usage| usage == "signing"));
    let keys: Vec<_> = signing.filter_map(|der| TrustedKey::from_certificate_der(&der).ok()).collect();
    if keys.is_empty() { Err(missing("a certificate that signs")) } else { Ok(keys) }
}

/// The certificates of a use, in DER.
fn certificates(role: Element<'_>, wanted: fn(Option<&str>) -> bool) -> impl Iterator<Item = Vec<u8>> {
    role.children_named(METADATA, "KeyDescriptor")
        .filter(move |key| wanted(key.attribute("use")))
        .flat_map(Element::descendants)
        .filter(|element| element.is(DSIG, "X509Certificate"))
        .filter_map(|certificate| {
            let text: String = certificate.text()?.split_ascii_whitespace().collect();
            BASE64.decode(text.as_bytes()).ok()
        })
}

fn read_consumers(role: Element<'_>) -> Result<(BTreeMap<String, String>, String), UnusableMetadata> {
    let mut default = None;
    let mut consumers = BTreeMap::new();
    for consumer in role.children_named(METADATA, "AssertionConsumerService") {
        let (Some(index), Some(location)) = (consumer.attribute("index"), consumer.attribute("Location")) else {
            return Err(missing("index and Location of an AssertionConsumerService"));
        };
        if consumer.attribute("Binding") != Some(HTTP_POST) {
            continue;
        }
        if consumer.attribute("isDefault") == Some("true") {
            default = Some(index.to_owned());
        }
        consumers.insert(index.to_owned(), location.to_owned());
    }
    let default = default.ok_or_else(|| missing("a default AssertionConsumerService"))?;
    Ok((consumers, default))
}

fn read_attribute_set(set: Element<'_>) -> (String, Vec<String>) {
    let names = set.children_named(METADATA, "RequestedAttribute").filter_map(|wanted| wanted.attribute("Name"));
    (set.attribute("index").unwrap_or_default().to_owned(), names.map(str::to_owned).collect())
}

fn missing(what: &str) -> UnusableMetadata {
    UnusableMetadata(format!("{what} is missing"))
}
