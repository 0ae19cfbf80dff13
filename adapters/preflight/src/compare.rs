//! What changed between the published document and the next one, and whom to tell.
//!
//! Providers keep a copy of the published document until AgID or the CIE office sends the next one. What
//! breaks is what does not work with both: an address that is gone, a key that nobody knows yet, an index
//! that means something else.

mod parts;

use std::collections::BTreeMap;

use serde::Serialize;
use varco_xmldsig::{Limits, Xml, XmlRefusal};

use crate::certificate::Certificate;
use crate::node::Node;
use crate::value::{quoted, quoted_or_missing, shown};
use crate::words::METADATA;

use parts::{Published, Service, Set};

/// Something that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Where in the documents.
    pub place: String,
    /// What is different.
    pub what: String,
    /// Whether providers must have the new document before it is used.
    pub tell_providers: bool,
    /// Whether the federation (AgID, the CIE office) must be told, though logins do not depend on it.
    pub tell_federation: bool,
    /// Whether logins that work today stop while providers have the old document.
    pub breaking: bool,
}

/// All that differs, what breaks first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// What differs.
    pub changes: Vec<Change>,
}

/// A document cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// The published one.
    #[error("the published document cannot be read: {0}")]
    Old(XmlRefusal),
    /// The next one.
    #[error("the new document cannot be read: {0}")]
    New(XmlRefusal),
    /// One of them is something else.
    #[error("the root of {0} document is not an EntityDescriptor of SAML metadata")]
    Other(&'static str),
}

/// Who must know of a change, and what happens otherwise.
#[derive(Clone, Copy)]
enum Effect {
    /// It is nobody's business.
    None,
    Federation,
    Providers,
    Breaking,
}

/// Compares the published document with the next one.
pub fn compare(old: &str, new: &str) -> Result<Comparison, Unreadable> {
    let old = Xml::parse_within(old, Limits::METADATA).map_err(Unreadable::Old)?;
    let new = Xml::parse_within(new, Limits::METADATA).map_err(Unreadable::New)?;
    let (old, new) = (Node::root(old.root()), Node::root(new.root()));
    for (node, which) in [(&old, "the published"), (&new, "the new")] {
        if !node.is(METADATA, "EntityDescriptor") {
            return Err(Unreadable::Other(which));
        }
    }
    let mut comparison = Comparison::default();
    comparison.roots(&old, &new);
    comparison.documents(&Published::of(&old), &Published::of(&new));
    comparison.changes.sort_by_key(|change| (!change.breaking, !change.tell_providers, !change.tell_federation));
    Ok(comparison)
}

// === impl Comparison ===

impl Comparison {
    /// Whether logins that work today stop.
    pub fn is_breaking(&self) -> bool {
        self.changes.iter().any(|change| change.breaking)
    }

    /// Whether providers must be told before the new document is used.
    pub fn tells_providers(&self) -> bool {
        self.changes.iter().any(|change| change.tell_providers)
    }

    /// Whether the federation must be told.
    pub fn tells_federation(&self) -> bool {
        self.changes.iter().any(|change| change.tell_federation)
    }

    fn add(&mut self, place: impl Into<String>, what: impl Into<String>, effect: Effect) {
        self.changes.push(Change {
            place: place.into(),
            what: what.into(),
            tell_providers: matches!(effect, Effect::Providers | Effect::Breaking),
            tell_federation: !matches!(effect, Effect::None),
            breaking: matches!(effect, Effect::Breaking),
        });
    }

    fn roots(&mut self, old: &Node<'_>, new: &Node<'_>) {
        for (name, effect) in [
            ("entityID", Effect::Breaking),
            ("ID", Effect::None),
            ("validUntil", Effect::None),
            ("cacheDuration", Effect::None),
        ] {
            self.value(new.way(), name, old.attribute(name), new.attribute(name), effect);
        }
    }

    fn documents(&mut self, old: &Published, new: &Published) {
        for (name, value) in &old.flags {
            let value_now = new.flags.get(name);
            self.value("SPSSODescriptor", name, Some(value), value_now.map(String::as_str), Effect::Providers);
        }
        self.certificates("signing", &old.signing, &new.signing);
        self.certificates("encryption", &old.encryption, &new.encryption);
        self.consumers(&old.consumers, &new.consumers);
        self.logout(&old.logout, &new.logout);
        self.sets(&old.sets, &new.sets);
        self.texts(&old.texts, &new.texts);
        if old.signature != new.signature {
            self.add("EntityDescriptor > Signature", "The signature is another, as after every change.", Effect::None);
        }
    }

    fn value(&mut self, place: &str, name: &str, old: Option<&str>, new: Option<&str>, effect: Effect) {
        if old != new {
            let what = format!("{name} was {}, and is {} now.", quoted_or_missing(old), quoted_or_missing(new));
            self.add(place, what, effect);
        }
    }

    /// A key may go only once another that providers know already is there.
    fn certificates(&mut self, used_for: &str, old: &[Certificate], new: &[Certificate]) {
        let place = format!("SPSSODescriptor > KeyDescriptor[{used_for}]");
        let is_in = |one: &Certificate, all: &[Certificate]| all.iter().any(|other| other.is_same(one));
        let one_stays = old.iter().any(|certificate| is_in(certificate, new));
        for added in new.iter().filter(|certificate| !is_in(certificate, old)) {
            self.add(&place, format!("There is a new certificate, {}.", added.words()), Effect::Providers);
        }
        for removed in old.iter().filter(|certificate| !is_in(certificate, new)) {
            let (effect, why) = if one_stays {
                (Effect::Providers, "")
            } else {
                (Effect::Breaking, ", and none that providers know is left: publish the new one beside it first")
            };
            self.add(&place, format!("The certificate {} is gone{why}.", removed.words()), effect);
        }
    }

    fn consumers(&mut self, old: &BTreeMap<String, Service>, new: &BTreeMap<String, Service>) {
        for (index, was) in old {
            let place = format!("SPSSODescriptor > AssertionConsumerService[{}]", shown(index));
            match new.get(index) {
                None => self.add(place, "It is gone: answers that are sent there are lost.", Effect::Breaking),
                Some(is) => {
                    self.value(&place, "Location", was.location.as_deref(), is.location.as_deref(), Effect::Breaking);
                    self.value(&place, "Binding", was.binding.as_deref(), is.binding.as_deref(), Effect::Breaking);
                    self.value(&place, "isDefault", was.default.as_deref(), is.default.as_deref(), Effect::Providers);
                }
            }
        }
        for index in new.keys().filter(|index| !old.contains_key(*index)) {
            let place = format!("SPSSODescriptor > AssertionConsumerService[{}]", shown(index));
            self.add(place, "It is new: ask for it only once providers know it.", Effect::Providers);
        }
    }

    fn logout(&mut self, old: &[Service], new: &[Service]) {
        let words = |service: &Service| {
            let binding = service.binding.as_deref().and_then(|binding| binding.rsplit(':').next());
            format!("{} ({})", quoted_or_missing(service.location.as_deref()), shown(binding.unwrap_or("no binding")))
        };
        let place = "SPSSODescriptor > SingleLogoutService";
        for added in new.iter().filter(|service| !old.contains(service)) {
            self.add(place, format!("The address {} is new.", words(added)), Effect::Providers);
        }
        for removed in old.iter().filter(|service| !new.contains(service)) {
            let what = format!("The address {} is gone; it must answer until all providers know.", words(removed));
            self.add(place, what, Effect::Providers);
        }
    }

    /// An index never changes its meaning once it is published: requests name it, and providers show its name
    /// and its attributes to the citizen.
    fn sets(&mut self, old: &BTreeMap<String, Set>, new: &BTreeMap<String, Set>) {
        for (index, was) in old {
            let place = format!("SPSSODescriptor > AttributeConsumingService[{}]", shown(index));
            match new.get(index) {
                None => self.add(place, "The set is gone: requests that name it are refused (nr18).", Effect::Breaking),
                Some(is) => self.set(&place, was, is),
            }
        }
        for index in new.keys().filter(|index| !old.contains_key(*index)) {
            let place = format!("SPSSODescriptor > AttributeConsumingService[{}]", shown(index));
            self.add(place, "The set is new: ask for it only once providers know it.", Effect::Providers);
        }
    }

    fn set(&mut self, place: &str, was: &Set, is: &Set) {
        let list = |names: Vec<&String>| names.into_iter().map(|name| shown(name)).collect::<Vec<_>>().join(", ");
        let (gone, added) = (
            list(was.attributes.difference(&is.attributes).collect()),
            list(is.attributes.difference(&was.attributes).collect()),
        );
        for (names, verb) in [(gone, "no longer asks for"), (added, "asks also for")] {
            if !names.is_empty() {
                let what = format!("The set {verb} {names}: an index never changes its meaning; publish a new one.");
                self.add(place, what, Effect::Breaking);
            }
        }
        for (language, name) in &was.names {
            let effect = if is.names.contains_key(language) { Effect::Breaking } else { Effect::Federation };
            let name_now = is.names.get(language).map(String::as_str);
            self.value(place, &format!("ServiceName[{}]", shown(language)), Some(name), name_now, effect);
        }
        for (language, name) in is.names.iter().filter(|(language, _)| !was.names.contains_key(*language)) {
            let what = format!("It has a name in another language, {}: {}.", shown(language), quoted(name));
            self.add(place, what, Effect::Federation);
        }
    }

    /// The organisation and the contacts, leaf by leaf.
    fn texts(&mut self, old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) {
        for (place, was) in old {
            self.value(place, "It", Some(was), new.get(place).map(String::as_str), Effect::Federation);
        }
        for (place, is) in new.iter().filter(|(place, _)| !old.contains_key(*place)) {
            self.add(place, format!("It is new: {}.", quoted(is)), Effect::Federation);
        }
    }
}
