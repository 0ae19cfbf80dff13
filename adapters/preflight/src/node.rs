//! An element together with the way to it, which people are told.

use varco_xmldsig::{DSIG, Element};

use crate::value::shown;
use crate::words::{METADATA, SPID, XML};

/// Real ways have less than half of it; a document that nests long names must not fill the memory.
const LONGEST_WAY: usize = 400;

/// An element of the document, and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node<'x> {
    element: Element<'x>,
    way: String,
}

// === impl Node ===

impl<'x> Node<'x> {
    pub(crate) fn root(element: Element<'x>) -> Self {
        Self { element, way: label(element) }
    }

    pub(crate) const fn element(&self) -> Element<'x> {
        self.element
    }

    pub(crate) fn name(&self) -> &'x str {
        self.element.name()
    }

    pub(crate) fn is(&self, namespace: &str, name: &str) -> bool {
        self.element.is(namespace, name)
    }

    pub(crate) fn is_in(&self, namespace: &str) -> bool {
        self.element.namespace() == namespace
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&'x str> {
        self.element.attribute(name)
    }

    /// `spid:entityType`.
    pub(crate) fn entity_type(&self) -> Option<&'x str> {
        self.element.attribute_in(SPID, "entityType")
    }

    /// `xml:lang`.
    pub(crate) fn language(&self) -> Option<&'x str> {
        self.element.attribute_in(XML, "lang")
    }

    /// Its text without the white space around it; nothing if it holds elements.
    pub(crate) fn text(&self) -> String {
        self.element.text().map(|text| text.trim().to_owned()).unwrap_or_default()
    }

    pub(crate) fn children(&self) -> impl Iterator<Item = Self> + '_ {
        self.element.children().map(|child| self.below(child))
    }

    pub(crate) fn named<'a>(&'a self, namespace: &'a str, name: &'a str) -> impl Iterator<Item = Self> + 'a {
        self.element.children_named(namespace, name).map(|child| self.below(child))
    }

    /// Its children of this name in SAML metadata.
    pub(crate) fn saml<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Self> + 'a {
        self.named(METADATA, name)
    }

    /// What stands below it by these names, one level each.
    pub(crate) fn along(&self, names: &[(&str, &str)]) -> Vec<Self> {
        let mut found = vec![self.clone()];
        for (namespace, name) in names {
            found = each(&found, namespace, name);
        }
        found
    }

    /// Where it stands, in words: the names on the way, and the line unless all stands in one.
    pub(crate) fn place(&self) -> String {
        match self.element.line() {
            0 | 1 => self.way.clone(),
            line => format!("{} (line {line})", self.way),
        }
    }

    /// Where it stands, without the line.
    pub(crate) fn way(&self) -> &str {
        &self.way
    }

    fn below(&self, child: Element<'x>) -> Self {
        let above = if self.way.len() > LONGEST_WAY { "…" } else { &self.way };
        Self { element: child, way: format!("{above} > {}", label(child)) }
    }
}

/// The children of this name of all of them.
pub(crate) fn each<'x>(nodes: &[Node<'x>], namespace: &str, name: &str) -> Vec<Node<'x>> {
    let below = |node: &Node<'x>| node.named(namespace, name).collect::<Vec<_>>();
    nodes.iter().flat_map(below).collect()
}

/// The name, and what tells it from its siblings.
fn label(element: Element<'_>) -> String {
    let name = shown(element.name());
    match distinction(element) {
        Some(distinction) => format!("{name}[{}]", shown(distinction)),
        None => name,
    }
}

fn distinction(element: Element<'_>) -> Option<&str> {
    let language = element.attribute_in(XML, "lang");
    let key = match (element.namespace(), element.name()) {
        (METADATA, "ContactPerson") => {
            let kind = element.attribute_in(SPID, "entityType").and_then(|kind| kind.strip_prefix("spid:"));
            return kind.or_else(|| element.attribute("contactType"));
        }
        (METADATA, "AssertionConsumerService" | "AttributeConsumingService") => "index",
        (METADATA, "SingleLogoutService") => {
            return element.attribute("Binding").and_then(|binding| binding.rsplit(':').next());
        }
        (METADATA, "RequestedAttribute") => "Name",
        (METADATA | SPID, "KeyDescriptor") => "use",
        (DSIG, _) => return None,
        _ => return language,
    };
    element.attribute(key)
}
