//! Our own metadata, as a service provider: written as XML, not yet signed.

use varco_xmldsig::DecryptionKey;

use crate::element::Element;
use crate::vocabulary::{BASIC, HTTP_POST, HTTP_REDIRECT, METADATA, PROTOCOL, SIGNATURE, TRANSIENT};

/// What a service provider publishes of itself.
#[derive(Clone, Debug)]
pub struct ServiceProvider<'a> {
    /// The name of this document, which its signature refers to.
    pub id: &'a str,
    /// The entity identifier.
    pub entity_id: &'a str,
    /// Namespaces that the contacts use, as `xmlns:…` and address.
    pub namespaces: &'a [(&'static str, &'static str)],
    /// The certificates that requests are signed with, now or soon, each as base64 of its DER form.
    pub certificates: Vec<&'a str>,
    /// The certificate that assertions can be encrypted for, if any, in the same form.
    pub encryption_certificate: Option<&'a str>,
    /// Where answers go, by HTTP-POST: the first has the index 0 and is the default.
    pub assertion_consumers: Vec<String>,
    /// Where logout messages go, by HTTP-Redirect and by HTTP-POST.
    pub single_logout: &'a str,
    /// The sets of attributes that are asked for.
    pub attribute_services: Vec<AttributeService<'a>>,
    /// Who answers for the services.
    pub organization: Organization<'a>,
    /// Whom to write to.
    pub contacts: Vec<Contact<'a>>,
}

/// A set of attributes, and the service that asks for it.
#[derive(Clone, Debug)]
pub struct AttributeService<'a> {
    /// Its index: requests name it, so it never changes its meaning.
    pub index: u16,
    /// A name for machines, where the federation wants one.
    pub identifier: Option<String>,
    /// The name of the service, as citizens know it.
    pub name: &'a str,
    /// The names of the attributes.
    pub attributes: Vec<&'a str>,
}

/// An organisation, in its own language.
#[derive(Clone, Debug)]
pub struct Organization<'a> {
    /// Its full name.
    pub name: &'a str,
    /// The name that providers show.
    pub display_name: &'a str,
    /// Its web site.
    pub url: &'a str,
}

/// Somebody to write to.
#[derive(Clone, Debug)]
pub struct Contact<'a> {
    /// The kind of contact, such as `other`.
    pub kind: &'static str,
    /// An attribute of a federation on the contact, such as `spid:entityType`.
    pub mark: Option<(&'static str, &'static str)>,
    /// What the federation wants to know of it.
    pub extensions: Vec<Element>,
    /// The full name of the organisation.
    pub company: &'a str,
    /// A mailbox that is nobody's in person.
    pub email: Option<&'a str>,
    /// A telephone number.
    pub telephone: Option<&'a str>,
}

/// The language of names in the metadata: SPID technical rules, metadata, want at least Italian.
const LANGUAGE: &str = "it";

// === impl ServiceProvider ===

impl ServiceProvider<'_> {
    /// The metadata, in the order that the SAML metadata schema lays down.
    pub fn element(&self) -> Element {
        let mut root = Element::new("md:EntityDescriptor")
            .with("xmlns:md", METADATA)
            .with("xmlns:ds", SIGNATURE)
            .with("entityID", self.entity_id)
            .with("ID", self.id);
        for (prefix, address) in self.namespaces {
            root = root.with(prefix, *address);
        }
        root.child(self.descriptor())
            .child(self.organization.element())
            .children(self.contacts.iter().map(Contact::element))
    }

    fn descriptor(&self) -> Element {
        Element::new("md:SPSSODescriptor")
            .with("protocolSupportEnumeration", PROTOCOL)
            .with("AuthnRequestsSigned", "true")
            .with("WantAssertionsSigned", "true")
            .children(self.certificates.iter().map(|certificate| key_descriptor("signing", certificate)))
            .children(self.encryption_certificate.map(encryption_key))
            .children([HTTP_REDIRECT, HTTP_POST].map(|binding| {
                Element::new("md:SingleLogoutService").with("Binding", binding).with("Location", self.single_logout)
            }))
            .child(Element::new("md:NameIDFormat").text(TRANSIENT))
            .children((0_u16..).zip(&self.assertion_consumers).map(assertion_consumer))
            .children(self.attribute_services.iter().map(AttributeService::element))
    }
}

fn assertion_consumer((index, location): (u16, &String)) -> Element {
    Element::new("md:AssertionConsumerService")
        .with("Binding", HTTP_POST)
        .with("Location", location)
        .with("index", index.to_string())
        .with("isDefault", (index == 0).to_string())
}

fn key_descriptor(purpose: &str, certificate: &str) -> Element {
    Element::new("md:KeyDescriptor").with("use", purpose).child(key_info(certificate))
}

/// Without the methods some providers would take CBC, which is refused.
fn encryption_key(certificate: &str) -> Element {
    let method = |algorithm| Element::new("md:EncryptionMethod").with("Algorithm", algorithm);
    key_descriptor("encryption", certificate).children(DecryptionKey::METHODS.map(method))
}

/// A key, by its certificate as base64 of the DER form. The prefix `ds` is declared at the root.
pub fn key_info(certificate: &str) -> Element {
    Element::new("ds:KeyInfo")
        .child(Element::new("ds:X509Data").child(Element::new("ds:X509Certificate").text(certificate)))
}

// === impl AttributeService ===

impl AttributeService<'_> {
    fn element(&self) -> Element {
        Element::new("md:AttributeConsumingService")
            .with("index", self.index.to_string())
            .children(self.names())
            .children(
                self.attributes
                    .iter()
                    .map(|name| Element::new("md:RequestedAttribute").with("Name", *name).with("NameFormat", BASIC)),
            )
    }

    /// A name for machines is in no language, and what citizens know the service by is its description.
    fn names(&self) -> Vec<Element> {
        match &self.identifier {
            None => vec![localised("md:ServiceName", self.name)],
            Some(identifier) => vec![
                Element::new("md:ServiceName").with("xml:lang", "").text(identifier),
                localised("md:ServiceDescription", self.name),
            ],
        }
    }
}

// === impl Organization ===

impl Organization<'_> {
    fn element(&self) -> Element {
        Element::new("md:Organization")
            .child(localised("md:OrganizationName", self.name))
            .child(localised("md:OrganizationDisplayName", self.display_name))
            .child(localised("md:OrganizationURL", self.url))
    }
}

// === impl Contact ===

impl Contact<'_> {
    fn element(&self) -> Element {
        let mut contact = Element::new("md:ContactPerson").with("contactType", self.kind);
        if let Some((name, value)) = self.mark {
            contact = contact.with(name, value);
        }
        contact
            .child(Element::new("md:Extensions").children(self.extensions.clone()))
            .child(Element::new("md:Company").text(self.company))
            .children(self.email.map(|email| Element::new("md:EmailAddress").text(email)))
            .children(self.telephone.map(|number| Element::new("md:TelephoneNumber").text(number)))
    }
}

fn localised(name: &'static str, text: &str) -> Element {
    Element::new(name).with("xml:lang", LANGUAGE).text(text)
}

#[cfg(test)]
mod tests;
