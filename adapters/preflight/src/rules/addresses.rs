//! Where providers send citizens: assertion consumers and logout.

use std::collections::HashSet;

use crate::document::Document;
use crate::node::Node;
use crate::profile::Federation;
use crate::report::Findings;
use crate::rule::{Rule, Weight};
use crate::value::{fault_in_production, index, quoted, quoted_or_missing, web_address};
use crate::words::{HTTP_POST, HTTP_REDIRECT, SOAP};

const SPID: &str = "SPID technical rules, metadata; CIE manual, federation";

const ACS: Rule = Rule::error("saml.acs", SPID, "Publish at least one AssertionConsumerService.");
const ACS_BINDING: Rule = Rule::error(
    "saml.acs.binding",
    SPID,
    "Receive answers by HTTP-POST (HTTP-Redirect is the only other one allowed).",
);
const ACS_INDEX: Rule = Rule::error("saml.acs.index", SPID, "Number each AssertionConsumerService, with 0 to 65535.");
const ACS_REPEATED: Rule =
    Rule::error("saml.acs.index.repeated", SPID, "Give each AssertionConsumerService an index of its own.");
const ACS_DEFAULT: Rule = Rule::error(
    "saml.acs.default",
    SPID,
    "Make exactly one AssertionConsumerService the default (isDefault=\"true\"), the one whose index is 0.",
);
const ACS_POST: Rule = Rule::warning(
    "saml.acs.default-binding",
    "SPID technical rules, transmission",
    "Receive answers at the default AssertionConsumerService by HTTP-POST: an answer is too long for an address.",
);
const SLO: Rule =
    Rule::error("saml.slo", "Avviso 3; CIE manual, federation", "Publish at least one SingleLogoutService.");
const SLO_BINDING: Rule = Rule::error(
    "saml.slo.binding",
    "Avviso 3; CIE manual, federation",
    "Receive logout messages by HTTP-Redirect, HTTP-POST or SOAP.",
);
const SLO_REDIRECT: Rule =
    Rule::warning("cie.slo.redirect", "CIE manual, federation", "Publish a SingleLogoutService for HTTP-Redirect too.");
const LOCATION: Rule = Rule::error("saml.location", SPID, "Write addresses as absolute http or https addresses.");
const PRODUCTION: Rule = Rule::weighing(
    Weight::OnlyInProduction,
    "saml.location.production",
    SPID,
    "In production, use https addresses at a public host name, without a port.",
);

pub(super) const RULES: &[&Rule] = &[
    &ACS,
    &ACS_BINDING,
    &ACS_INDEX,
    &ACS_REPEATED,
    &ACS_DEFAULT,
    &ACS_POST,
    &SLO,
    &SLO_BINDING,
    &SLO_REDIRECT,
    &LOCATION,
    &PRODUCTION,
];

pub(super) fn check(document: &Document<'_>, findings: &mut Findings) {
    // What is missing is missing in the role; where there is no role, another rule says so.
    for descriptor in &document.descriptors {
        consumers(descriptor, findings);
        logout(descriptor, document.profile.federation(), findings);
    }
}

fn consumers(descriptor: &Node<'_>, findings: &mut Findings) {
    let consumers: Vec<_> = descriptor.saml("AssertionConsumerService").collect();
    if consumers.is_empty() {
        return findings.add(&ACS, descriptor, "There is no AssertionConsumerService.");
    }
    let mut seen = HashSet::new();
    for consumer in &consumers {
        binding(consumer, &ACS_BINDING, &[HTTP_POST, HTTP_REDIRECT], findings);
        location(consumer, "Location", findings);
        match index(consumer.attribute("index")) {
            None => {
                let what = format!("The index is {}.", quoted_or_missing(consumer.attribute("index")));
                findings.add(&ACS_INDEX, consumer, what);
            }
            Some(index) if !seen.insert(index) => {
                findings.add(&ACS_REPEATED, consumer, format!("The index {index} occurs more than once."));
            }
            Some(_) => {}
        }
    }
    default(descriptor, &consumers, findings);
}

fn default(descriptor: &Node<'_>, consumers: &[Node<'_>], findings: &mut Findings) {
    let defaults: Vec<_> = consumers.iter().filter(|consumer| is_default(consumer)).collect();
    match defaults[..] {
        [default] => {
            let number = index(default.attribute("index"));
            if number.is_some_and(|number| number != 0) {
                findings.add(&ACS_DEFAULT, default, "The default AssertionConsumerService does not have the index 0.");
            }
            if default.attribute("Binding") == Some(HTTP_REDIRECT) {
                findings.add(
                    &ACS_POST,
                    default,
                    "The default AssertionConsumerService receives answers by HTTP-Redirect.",
                );
            }
        }
        [] => findings.add(&ACS_DEFAULT, descriptor, "No AssertionConsumerService is the default."),
        [_, second, ..] => findings.add(&ACS_DEFAULT, second, "More than one AssertionConsumerService is the default."),
    }
}

/// The public validator of SPID knows only the word.
fn is_default(consumer: &Node<'_>) -> bool {
    consumer.attribute("isDefault") == Some("true")
}

fn logout(descriptor: &Node<'_>, federation: Federation, findings: &mut Findings) {
    let services: Vec<_> = descriptor.saml("SingleLogoutService").collect();
    if services.is_empty() {
        return findings.add(&SLO, descriptor, "There is no SingleLogoutService.");
    }
    for service in &services {
        binding(service, &SLO_BINDING, &[HTTP_POST, HTTP_REDIRECT, SOAP], findings);
        location(service, "Location", findings);
        if service.attribute("ResponseLocation").is_some() {
            location(service, "ResponseLocation", findings);
        }
    }
    let by_redirect = services.iter().any(|service| service.attribute("Binding") == Some(HTTP_REDIRECT));
    if federation == Federation::Cie && !by_redirect {
        findings.add(&SLO_REDIRECT, descriptor, "No SingleLogoutService is for HTTP-Redirect.");
    }
}

fn binding(service: &Node<'_>, rule: &'static Rule, accepted: &[&str], findings: &mut Findings) {
    let binding = service.attribute("Binding");
    if !binding.is_some_and(|binding| accepted.contains(&binding)) {
        findings.add(rule, service, format!("The Binding is {}.", quoted_or_missing(binding)));
    }
}

fn location(service: &Node<'_>, name: &str, findings: &mut Findings) {
    let text = service.attribute(name);
    match text.and_then(|text| Some((text, web_address(text)?))) {
        None => findings.add(&LOCATION, service, format!("The {name} is {}.", quoted_or_missing(text))),
        Some((text, address)) => {
            if let Some(fault) = fault_in_production(text, &address) {
                findings.add(&PRODUCTION, service, format!("The {name} {} {fault}.", quoted(text)));
            }
        }
    }
}
