//! The document as a whole: one entity, its name, how long it is valid, which profile it is of.

use jiff::Timestamp;

use crate::certificate::day;
use crate::document::Document;
use crate::node::Node;
use crate::report::Findings;
use crate::rule::{Rule, Weight};
use crate::value::{fault_in_production, quoted, web_address};
use crate::words::METADATA;

const SAML: &str = "SAML 2.0 metadata, 2.3.2";
const SPID: &str = "SPID technical rules, metadata";
const AVVISO_19: &str = "Avviso 19v4";

/// SAML metadata 2.3.2: what an `entityIDType` holds at most.
const LONGEST_ENTITY_ID: usize = 1024;

pub(crate) const READABLE: Rule = Rule::error(
    "saml.readable",
    "XML 1.0",
    "Write well-formed XML 1.0 in UTF-8, without a DOCTYPE and without processing instructions, of at most 8 MiB.",
);
const ROOT: Rule = Rule::error(
    "saml.root",
    "SAML 2.0 metadata, 2.3.2; SPID technical rules, metadata",
    "Make one EntityDescriptor of SAML metadata the root of the document.",
);
const ENTITY_ID: Rule = Rule::error(
    "saml.entity-id",
    SAML,
    "Name the provider by an entityID that is an absolute URI of at most 1024 characters.",
);
const ENTITY_ID_ADDRESS: Rule = Rule::weighing(
    Weight::OnlyInProduction,
    "saml.entity-id.production",
    SPID,
    "In production, make the entityID an https address at a public host name, without a port.",
);
const QUERY: Rule =
    Rule::error("spid.entity-id.query", AVVISO_19, "Leave the query out of the entityID of an aggregator.");
const ACTIVITY: Rule = Rule::error(
    "spid.entity-id.activity",
    AVVISO_19,
    "Put the activity code, such as pub-ag-full, into the entityID of an aggregator.",
);
const EXPIRED: Rule =
    Rule::error("saml.valid-until", SAML, "Publish a document whose validUntil is an instant to come, or none.");
const EXPIRES: Rule =
    Rule::warning("saml.valid-until.soon", SAML, "Publish a document with a later validUntil, or without.");
const PROFILE: Rule = Rule::warning(
    "profile.unknown",
    AVVISO_19,
    "Say in the contacts what the provider is, or name the profile with --profile.",
);

pub(super) const RULES: &[&Rule] =
    &[&READABLE, &ROOT, &ENTITY_ID, &ENTITY_ID_ADDRESS, &QUERY, &ACTIVITY, &EXPIRED, &EXPIRES, &PROFILE];

/// Whether the root is one entity: nothing else can be said of anything else.
pub(crate) fn is_entity(root: &Node<'_>, findings: &mut Findings) -> bool {
    let entity = root.is(METADATA, "EntityDescriptor");
    if !entity {
        findings.add(&ROOT, root, "The root is not an EntityDescriptor in the namespace of SAML metadata.");
    }
    entity
}

pub(super) fn check(document: &Document<'_>, findings: &mut Findings) {
    only_entity(document, findings);
    entity_id(document, findings);
    activity(document, findings);
    valid_until(document, findings);
    if !document.profile_is_known {
        let what =
            format!("The contacts do not tell what the provider is; the rules of {} are applied.", document.profile);
        findings.add(&PROFILE, &document.root, what);
    }
}

fn only_entity(document: &Document<'_>, findings: &mut Findings) {
    let entities = document.root.element().descendants().filter(|element| element.is(METADATA, "EntityDescriptor"));
    let others = entities.count() - 1;
    if others > 0 {
        findings.add(&ROOT, &document.root, format!("There are {others} EntityDescriptors inside this one."));
    }
}

fn entity_id(document: &Document<'_>, findings: &mut Findings) {
    let entity_id = document.root.attribute("entityID").unwrap_or_default();
    if entity_id.is_empty() {
        return findings.add(&ENTITY_ID, &document.root, "There is no entityID.");
    }
    let is_uri = entity_id.contains(':') && !entity_id.contains(char::is_whitespace);
    if !is_uri || entity_id.chars().count() > LONGEST_ENTITY_ID {
        findings.add(&ENTITY_ID, &document.root, format!("The entityID {} is no such URI.", quoted(entity_id)));
    }
    let address = web_address(entity_id);
    let fault = address.map_or(Some("is not a web address"), |address| fault_in_production(entity_id, &address));
    if let Some(fault) = fault {
        findings.add(&ENTITY_ID_ADDRESS, &document.root, format!("The entityID {} {fault}.", quoted(entity_id)));
    }
}

fn activity(document: &Document<'_>, findings: &mut Findings) {
    let Some(activity) = document.profile.activity() else { return };
    let entity_id = document.root.attribute("entityID").unwrap_or_default();
    if entity_id.contains('?') {
        findings.add(&QUERY, &document.root, format!("The entityID {} has a query.", quoted(entity_id)));
    }
    if !entity_id.contains(activity) {
        let what = format!("The entityID {} does not contain {activity}.", quoted(entity_id));
        findings.add(&ACTIVITY, &document.root, what);
    }
}

fn valid_until(document: &Document<'_>, findings: &mut Findings) {
    const SOON: i64 = 60;
    for node in std::iter::once(&document.root).chain(&document.descriptors) {
        let Some(text) = node.attribute("validUntil") else { continue };
        match text.parse::<Timestamp>() {
            Err(_) => findings.add(&EXPIRED, node, format!("The validUntil {} is no instant.", quoted(text))),
            Ok(until) if until <= document.now => {
                findings.add(&EXPIRED, node, format!("The document expired on {}.", day(until)));
            }
            Ok(until) => {
                let days = (until.as_second() - document.now.as_second()) / 86_400;
                if days < SOON {
                    findings.add(&EXPIRES, node, format!("The document expires in {days} days, on {}.", day(until)));
                }
            }
        }
    }
}
