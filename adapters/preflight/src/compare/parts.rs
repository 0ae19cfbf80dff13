//! The parts of a document that matter to others, out of their order.

use std::collections::{BTreeMap, BTreeSet};

use varco_xmldsig::DSIG;

use crate::certificate::Certificate;
use crate::document::Key;
use crate::node::{Node, each};
use crate::words::METADATA;

/// What a document says to others.
pub(super) struct Published {
    pub(super) flags: BTreeMap<&'static str, String>,
    pub(super) signing: Vec<Certificate>,
    pub(super) encryption: Vec<Certificate>,
    /// By index.
    pub(super) consumers: BTreeMap<String, Service>,
    pub(super) logout: Vec<Service>,
    /// By index.
    pub(super) sets: BTreeMap<String, Set>,
    /// Organisation and contacts, by place.
    pub(super) texts: BTreeMap<String, String>,
    pub(super) signature: Option<String>,
}

/// An address, and how it is reached.
#[derive(PartialEq, Eq)]
pub(super) struct Service {
    pub(super) binding: Option<String>,
    pub(super) location: Option<String>,
    pub(super) response_location: Option<String>,
    pub(super) default: Option<String>,
}

/// A set of attributes.
pub(super) struct Set {
    /// By language.
    pub(super) names: BTreeMap<String, String>,
    pub(super) attributes: BTreeSet<String>,
}

// === impl Published ===

impl Published {
    pub(super) fn of(root: &Node<'_>) -> Self {
        let descriptors: Vec<_> = root.saml("SPSSODescriptor").collect();
        let parts = |name| each(&descriptors, METADATA, name);
        let keys: Vec<_> = parts("KeyDescriptor").into_iter().map(Key::of).collect();
        let used_for = |other: &str| {
            let keys = keys.iter().filter(|key| key.node.attribute("use") != Some(other));
            keys.flat_map(|key| key.certificates.iter().filter_map(|(_, read)| read.clone())).collect()
        };
        Self {
            flags: descriptors.first().map(flags).unwrap_or_default(),
            signing: used_for("encryption"),
            encryption: used_for("signing"),
            consumers: parts("AssertionConsumerService").iter().map(|node| (index(node), Service::of(node))).collect(),
            logout: parts("SingleLogoutService").iter().map(Service::of).collect(),
            sets: parts("AttributeConsumingService").iter().map(|node| (index(node), Set::of(node))).collect(),
            texts: texts(root),
            signature: signature(root),
        }
    }
}

// === impl Service ===

impl Service {
    fn of(node: &Node<'_>) -> Self {
        let attribute = |name| node.attribute(name).map(str::to_owned);
        Self {
            binding: attribute("Binding"),
            location: attribute("Location"),
            response_location: attribute("ResponseLocation"),
            default: attribute("isDefault"),
        }
    }
}

// === impl Set ===

impl Set {
    fn of(node: &Node<'_>) -> Self {
        let language = |name: &Node<'_>| name.language().unwrap_or_default().to_owned();
        Self {
            names: node.saml("ServiceName").map(|name| (language(&name), name.text())).collect(),
            attributes: node
                .saml("RequestedAttribute")
                .filter_map(|attribute| attribute.attribute("Name").map(str::to_owned))
                .collect(),
        }
    }
}

fn index(node: &Node<'_>) -> String {
    node.attribute("index").unwrap_or_default().to_owned()
}

fn flags(descriptor: &Node<'_>) -> BTreeMap<&'static str, String> {
    let names = ["protocolSupportEnumeration", "AuthnRequestsSigned", "WantAssertionsSigned"];
    names.into_iter().map(|name| (name, descriptor.attribute(name).unwrap_or_default().to_owned())).collect()
}

fn signature(root: &Node<'_>) -> Option<String> {
    let values = root.along(&[(DSIG, "Signature"), (DSIG, "SignatureValue")]);
    values.first().map(|value| value.text().split_whitespace().collect())
}

/// The organisation and the contacts: each element without elements, under the way to it. Siblings that
/// nothing tells apart are numbered.
fn texts(root: &Node<'_>) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    let mut repeated: BTreeMap<String, usize> = BTreeMap::new();
    let mut waiting: Vec<_> = root.saml("Organization").chain(root.saml("ContactPerson")).collect();
    waiting.reverse();
    while let Some(node) = waiting.pop() {
        let below = waiting.len();
        waiting.extend(node.children());
        if waiting.len() == below {
            let times = repeated.entry(node.way().to_owned()).and_modify(|times| *times += 1).or_insert(1);
            let place = if *times == 1 { node.way().to_owned() } else { format!("{} (number {times})", node.way()) };
            texts.insert(place, node.text());
        }
        waiting[below..].reverse();
    }
    texts
}
