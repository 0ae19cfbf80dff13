//! The sets of attributes for the Italian eIDAS node: 99, the minimum, and 100, the full one.

use crate::document::Document;
use crate::node::Node;
use crate::profile::Federation;
use crate::report::Findings;
use crate::rule::Rule;
use crate::value::quoted;

const SOURCE: &str = "eIDAS node, technical guide for service providers";

const MISSING: Rule = Rule::error(
    "eidas.sets",
    SOURCE,
    "Publish both sets for the eIDAS node: index 99 for the minimum and index 100 for the full one.",
);
const NAME: Rule = Rule::error(
    "eidas.set.name",
    SOURCE,
    "Name the sets “eIDAS Natural Person Minimum Attribute Set” (99) and “eIDAS Natural Person Full Attribute \
     Set” (100).",
);
const TOO_MUCH: Rule = Rule::error(
    "eidas.set.foreign",
    SOURCE,
    "Ask the eIDAS node for spidCode, name, familyName, dateOfBirth and fiscalNumber, in the full set also for \
     placeOfBirth, address and gender.",
);
const TOO_LITTLE: Rule = Rule::error(
    "eidas.set.incomplete",
    SOURCE,
    "Ask in either set for spidCode, name, familyName and dateOfBirth, in the full set also for placeOfBirth, address \
     and gender.",
);

pub(super) const RULES: &[&Rule] = &[&MISSING, &NAME, &TOO_MUCH, &TOO_LITTLE];

/// A set that is laid down.
struct Set {
    index: &'static str,
    name: &'static str,
    /// What it must have; the fiscal number it may have besides.
    attributes: &'static [&'static str],
}

const SETS: [Set; 2] = [
    Set {
        index: "99",
        name: "eIDAS Natural Person Minimum Attribute Set",
        attributes: &["spidCode", "name", "familyName", "dateOfBirth"],
    },
    Set {
        index: "100",
        name: "eIDAS Natural Person Full Attribute Set",
        attributes: &["spidCode", "name", "familyName", "dateOfBirth", "placeOfBirth", "address", "gender"],
    },
];

pub(super) fn check(document: &Document<'_>, findings: &mut Findings) {
    let published: Vec<_> = document.parts("AttributeConsumingService").collect();
    let of = |set: &Set| published.iter().find(|node| node.attribute("index") == Some(set.index));
    // On SPID the node may be left out; whoever publishes one set means the node, and needs the other.
    let wanted = document.profile.federation() == Federation::Eidas || SETS.iter().any(|set| of(set).is_some());
    for set in SETS.iter().filter(|_| wanted) {
        match of(set) {
            Some(node) => set.check(node, findings),
            None => findings.add(&MISSING, &document.root, format!("There is no set with the index {}.", set.index)),
        }
    }
}

// === impl Set ===

impl Set {
    fn check(&self, node: &Node<'_>, findings: &mut Findings) {
        for name in node.saml("ServiceName").filter(|name| name.text() != self.name) {
            findings.add(&NAME, &name, format!("The ServiceName is {}.", quoted(&name.text())));
        }
        let asked: Vec<_> = node.saml("RequestedAttribute").collect();
        for attribute in &asked {
            let name = attribute.attribute("Name").unwrap_or_default();
            if !(self.attributes.contains(&name) || name == "fiscalNumber") {
                findings.add(&TOO_MUCH, attribute, format!("{} is not of this set.", quoted(name)));
            }
        }
        let is_asked = |name: &&&str| asked.iter().any(|attribute| attribute.attribute("Name") == Some(name));
        for name in self.attributes.iter().filter(|name| !is_asked(name)) {
            findings.add(&TOO_LITTLE, node, format!("{name} is missing."));
        }
    }
}
