//! What a federation asks where federations differ: data for the engine, one value for each.

use jiff::SignedDuration;
use varco_core::attribute::Attribute;
use varco_core::level::Level;
use varco_core::purpose::Purpose;

use crate::element::Element;
use crate::reason::Codes;
use crate::request::Comparison;

/// A federation of identity providers, as far as it differs from others.
#[derive(Clone, Copy, Debug)]
pub struct Profile {
    /// The word of the method in `/login/{method}`, `/return/{method}` and `/metadata/{method}`.
    pub method: &'static str,
    /// Its name, as citizens know it.
    pub name: &'static str,
    /// The codes of its refusals.
    pub codes: Codes,
    /// Its attributes: the name in messages, and ours.
    pub attributes: &'static [(&'static str, Attribute)],
    /// The index of the assertion consumer service in our metadata where its answers come back.
    pub assertion_consumer_service: u16,
    /// Whether the issuer of an assertion must say that it is an entity; if not, it may also say nothing.
    pub issuer_format_required: bool,
    /// Whether a person without a fiscal number may be known by a European identifier.
    pub european_identifiers: bool,
    /// The extension of a request that asks for professional identities, where the federation knows them.
    pub purpose: Option<fn(Purpose) -> Element>,
    /// How a request may compare levels, where the configuration wishes for something else.
    pub comparison: fn(Comparison, Level) -> Comparison,
    /// How a login ends at the provider.
    pub single_logout: SingleLogout,
    /// How far the clocks of providers may be from ours.
    pub clock_skew: SignedDuration,
}

/// How a login ends at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SingleLogout {
    /// By messages of SAML.
    Saml,
    /// By an address that the browser is sent to, which answers nothing.
    PlainAddress,
    /// Not from here, nor from there.
    None,
}

// === impl Profile ===

impl Profile {
    /// The name of an attribute in messages, if the federation has it.
    pub fn name_of(&self, attribute: Attribute) -> Option<&'static str> {
        self.attributes.iter().find(|(_, known)| *known == attribute).map(|(name, _)| *name)
    }

    /// The attribute of this name.
    pub fn attribute_named(&self, name: &str) -> Option<Attribute> {
        self.attributes.iter().find(|(known, _)| *known == name).map(|(_, attribute)| *attribute)
    }

    /// What is asked for on behalf of a service: what it is entitled to as far as the federation has it,
    /// and the fiscal number, by which the person is known. The order is that of the table, so that it
    /// never depends on configuration.
    pub fn asked_for(&self, entitled: &[Attribute]) -> Vec<Attribute> {
        let asked = |attribute: &Attribute| *attribute == Attribute::FiscalNumber || entitled.contains(attribute);
        self.attributes.iter().map(|(_, attribute)| *attribute).filter(asked).collect()
    }

    /// Of what was asked for, the names of what an answer is of no use without.
    pub(crate) fn needed(&self, asked_for: &[Attribute], purpose: Option<Purpose>) -> Vec<&'static str> {
        needed(asked_for, purpose).filter_map(|attribute| self.name_of(attribute)).collect()
    }
}

/// Of what was asked for, what an answer is of no use without.
pub(crate) fn needed(asked_for: &[Attribute], purpose: Option<Purpose>) -> impl Iterator<Item = Attribute> {
    let of_everybody: &[_] =
        if purpose.is_some_and(Purpose::admits_legal_persons) { &[] } else { &Attribute::OF_EVERYBODY };
    of_everybody.iter().copied().filter(|attribute| asked_for.contains(attribute))
}
