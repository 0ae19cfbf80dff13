//! Which elements there are, and in which order: the schemas are sequences, and providers validate them.

use varco_xmldsig::DSIG;

use crate::document::Document;
use crate::node::Node;
use crate::profile::Federation;
use crate::report::Findings;
use crate::rule::Rule;
use crate::value::shown;
use crate::words::METADATA;

const SCHEMA: &str = "Schemas of SAML 2.0 metadata, of SPID (Avviso 29v3) and of CIE";

const ORDER: Rule = Rule::error("saml.order", SCHEMA, "Put the elements into the order of the schema.");
const UNKNOWN: Rule = Rule::error("saml.order.unknown", SCHEMA, "Leave out elements that the schema does not have.");

pub(super) const RULES: &[&Rule] = &[&ORDER, &UNKNOWN];

/// The elements that may stand in another, in their order.
pub(super) struct Sequence(pub(super) &'static [(&'static str, &'static str)]);

const ENTITY: Sequence = Sequence(&[
    (DSIG, "Signature"),
    (METADATA, "Extensions"),
    (METADATA, "SPSSODescriptor"),
    (METADATA, "Organization"),
    (METADATA, "ContactPerson"),
    (METADATA, "AdditionalMetadataLocation"),
]);

const DESCRIPTOR: Sequence = Sequence(&[
    (DSIG, "Signature"),
    (METADATA, "Extensions"),
    (METADATA, "KeyDescriptor"),
    (METADATA, "Organization"),
    (METADATA, "ContactPerson"),
    (METADATA, "ArtifactResolutionService"),
    (METADATA, "SingleLogoutService"),
    (METADATA, "ManageNameIDService"),
    (METADATA, "NameIDFormat"),
    (METADATA, "AssertionConsumerService"),
    (METADATA, "AttributeConsumingService"),
]);

const KEY: Sequence = Sequence(&[(DSIG, "KeyInfo"), (METADATA, "EncryptionMethod")]);

const ATTRIBUTES: Sequence =
    Sequence(&[(METADATA, "ServiceName"), (METADATA, "ServiceDescription"), (METADATA, "RequestedAttribute")]);

const ORGANIZATION: Sequence = Sequence(&[
    (METADATA, "Extensions"),
    (METADATA, "OrganizationName"),
    (METADATA, "OrganizationDisplayName"),
    (METADATA, "OrganizationURL"),
]);

/// Neither SPID nor CIE has the names of persons here.
const CONTACT: Sequence = Sequence(&[
    (METADATA, "Extensions"),
    (METADATA, "Company"),
    (METADATA, "EmailAddress"),
    (METADATA, "TelephoneNumber"),
]);

const CONTACT_OF_SAML: Sequence = Sequence(&[
    (METADATA, "Extensions"),
    (METADATA, "Company"),
    (METADATA, "GivenName"),
    (METADATA, "SurName"),
    (METADATA, "EmailAddress"),
    (METADATA, "TelephoneNumber"),
]);

pub(super) fn check(document: &Document<'_>, findings: &mut Findings) {
    let contact = match document.profile.federation() {
        // The schema of SAML itself is the only one for the eIDAS node.
        Federation::Eidas => CONTACT_OF_SAML,
        Federation::Spid | Federation::Cie => CONTACT,
    };
    ENTITY.check(&document.root, findings);
    for descriptor in &document.descriptors {
        DESCRIPTOR.check(descriptor, findings);
    }
    for key in &document.keys {
        KEY.check(&key.node, findings);
    }
    for service in document.parts("AttributeConsumingService") {
        ATTRIBUTES.check(&service, findings);
    }
    for organization in &document.organizations {
        ORGANIZATION.check(organization, findings);
    }
    for person in &document.contacts {
        contact.check(person, findings);
    }
}

// === impl Sequence ===

impl Sequence {
    /// One finding of disorder for each element: the first one that comes too late.
    fn check(&self, parent: &Node<'_>, findings: &mut Findings) {
        self.check_by(&ORDER, &UNKNOWN, parent, findings);
    }

    /// The same by the rules of another schema.
    pub(super) fn check_by(
        &self,
        order: &'static Rule,
        unknown: &'static Rule,
        parent: &Node<'_>,
        findings: &mut Findings,
    ) {
        let mut furthest = 0;
        let mut disorder = false;
        for child in parent.children() {
            match self.place_of(&child) {
                None => findings.add(unknown, &child, format!("{} has no place here.", shown(child.name()))),
                Some(place) if place < furthest && !disorder => {
                    let before = self.0[furthest].1;
                    findings.add(
                        order,
                        &child,
                        format!("{} stands after {before}, and belongs before it.", child.name()),
                    );
                    disorder = true;
                }
                Some(place) => furthest = furthest.max(place),
            }
        }
    }

    fn place_of(&self, child: &Node<'_>) -> Option<usize> {
        self.0.iter().position(|(namespace, name)| child.is(namespace, name))
    }
}
