//! Exclusive canonical XML of one element, without comments (W3C, Exclusive XML Canonicalization 1.0).

use std::cmp::Ordering;

use memchr::{memchr, memchr3};
use uppsala::{Attribute, Document, NodeId, NodeKind, QName};

use crate::element::Element;

/// The algorithm, without comments.
pub(crate) const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// The canonical bytes of an element without the child that it hides. `None` if there are none: an
/// empty text has a digest too, and a signature over nothing signs anything.
pub(crate) fn canonical(element: Element<'_>, inclusive_prefixes: &[&str]) -> Option<Vec<u8>> {
    let document = element.document();
    let inclusive = inclusive_prefixes.iter().map(|prefix| if *prefix == "#default" { "" } else { prefix }).collect();
    let mut writer = Writer {
        document,
        outermost: element.id(),
        hidden: element.hidden(),
        inclusive,
        written: Vec::new(),
        // To grow it takes as long as to fill it.
        bytes: Vec::with_capacity(document.node_range(element.id()).map_or(0, |range| range.len())),
    };
    writer.element(element.id())?;
    (!writer.bytes.is_empty()).then_some(writer.bytes)
}

struct Writer<'x> {
    document: &'x Document<'x>,
    outermost: NodeId,
    hidden: Option<NodeId>,
    /// The prefixes that are written where they are in scope, used or not.
    inclusive: Vec<&'x str>,
    /// The declarations that stand on the elements around, innermost last: prefix and namespace.
    written: Vec<(&'x str, &'x str)>,
    bytes: Vec<u8>,
}

/// Where characters stand: not everywhere the same are written as references.
#[derive(Clone, Copy)]
enum Place {
    Text,
    Value,
}

// === impl Writer ===

impl<'x> Writer<'x> {
    /// As deep as the parser lets elements be.
    fn element(&mut self, id: NodeId) -> Option<()> {
        let element = self.document.element(id)?;
        let outside = self.written.len();
        self.bytes.push(b'<');
        self.name(&element.name);
        self.declarations(id, element);
        self.attributes(&element.attributes);
        self.bytes.push(b'>');
        let (document, hidden) = (self.document, self.hidden);
        for child in document.children_iter(id).filter(|child| Some(*child) != hidden) {
            match document.node_kind(child)? {
                NodeKind::Element(_) => self.element(child)?,
                NodeKind::Text(text) | NodeKind::CData(text) => self.escaped(text, Place::Text),
                NodeKind::Comment(_) => {}
                // None is ever read, so nobody could say what it is in canonical form.
                _ => return None,
            }
        }
        self.bytes.extend(b"</");
        self.name(&element.name);
        self.bytes.push(b'>');
        self.written.truncate(outside);
        Some(())
    }

    /// §3: the prefixes that the element and its attributes use, and those of the list, unless the same
    /// declaration stands on an element around.
    fn declarations(&mut self, id: NodeId, element: &'x uppsala::Element<'x>) {
        let mut declared: Vec<(&'x str, &'x str)> = Vec::new();
        let mut declare = |prefix: &'x str, uri: &'x str| {
            let stands = self.written.iter().rev().find(|(written, _)| *written == prefix);
            let is_new = stands.map_or(!uri.is_empty(), |(_, written)| *written != uri);
            if is_new && prefix != "xml" && !declared.iter().any(|(other, _)| *other == prefix) {
                declared.push((prefix, uri));
            }
        };
        declare(prefix(&element.name), element.name.namespace_uri.as_deref().unwrap_or_default());
        for name in element.attributes.iter().map(|attribute| &attribute.name) {
            if !prefix(name).is_empty() {
                declare(prefix(name), name.namespace_uri.as_deref().unwrap_or_default());
            }
        }
        for prefix in &self.inclusive {
            // Of what is declared further out all is written already.
            let around = (id == self.outermost).then(|| self.document.ancestors(id));
            let declaring = std::iter::once(id).chain(around.into_iter().flatten());
            if let Some(uri) = declared_at(self.document, declaring, prefix) {
                declare(prefix, uri);
            }
        }
        declared.sort_unstable();
        for (prefix, uri) in &declared {
            self.bytes.extend(b" xmlns");
            if !prefix.is_empty() {
                self.bytes.push(b':');
                self.bytes.extend(prefix.as_bytes());
            }
            self.value(uri);
        }
        self.written.extend(declared);
    }

    /// Canonical XML 1.0 §2.2: by namespace, then by name; those without a namespace come first.
    fn attributes(&mut self, attributes: &'x [Attribute<'x>]) {
        let mut sorted: Vec<_> = attributes.iter().collect();
        sorted.sort_unstable_by(|one, other| order(&one.name, &other.name));
        for attribute in sorted {
            self.bytes.push(b' ');
            self.name(&attribute.name);
            self.value(&attribute.value);
        }
    }

    fn name(&mut self, name: &QName<'_>) {
        let prefix = prefix(name);
        if !prefix.is_empty() {
            self.bytes.extend(prefix.as_bytes());
            self.bytes.push(b':');
        }
        self.bytes.extend(name.local_name.as_bytes());
    }

    fn value(&mut self, value: &str) {
        self.bytes.extend(b"=\"");
        self.escaped(value, Place::Value);
        self.bytes.push(b'"');
    }

    /// Copies whole stretches: of real messages hardly a byte needs a reference.
    fn escaped(&mut self, text: &str, place: Place) {
        let mut rest = text.as_bytes();
        while let Some(at) = place.special(rest) {
            self.bytes.extend(&rest[..at]);
            self.bytes.extend(reference(rest[at]));
            rest = &rest[at + 1..];
        }
        self.bytes.extend(rest);
    }
}

// === impl Place ===

impl Place {
    /// Where the next byte is that stands as a reference (Canonical XML 1.0 §2.3).
    fn special(self, bytes: &[u8]) -> Option<usize> {
        let (first, white) = match self {
            Self::Text => (memchr3(b'&', b'<', b'>', bytes), memchr(b'\r', bytes)),
            Self::Value => (memchr3(b'&', b'<', b'"', bytes), memchr3(b'\t', b'\n', b'\r', bytes)),
        };
        first.into_iter().chain(white).min()
    }
}

const fn reference(byte: u8) -> &'static [u8] {
    match byte {
        b'&' => b"&amp;",
        b'<' => b"&lt;",
        b'>' => b"&gt;",
        b'"' => b"&quot;",
        b'\t' => b"&#x9;",
        b'\n' => b"&#xA;",
        _ => b"&#xD;",
    }
}

/// Names are short and differ soon: byte after byte takes a tenth of what comparing them as slices does.
fn order(one: &QName<'_>, other: &QName<'_>) -> Ordering {
    let [one_space, other_space] = [one, other].map(|name| name.namespace_uri.as_deref().unwrap_or_default());
    one_space.bytes().cmp(other_space.bytes()).then_with(|| one.local_name.bytes().cmp(other.local_name.bytes()))
}

/// The prefix of a name; empty where it has none. That of the XML namespace is always the same.
fn prefix<'x>(name: &'x QName<'x>) -> &'x str {
    if name.namespace_uri.as_deref() == Some(XML) { "xml" } else { name.prefix.as_deref().unwrap_or_default() }
}

/// The namespace that the first of some elements declares a prefix for.
fn declared_at<'x>(
    document: &'x Document<'x>,
    elements: impl Iterator<Item = NodeId>,
    prefix: &str,
) -> Option<&'x str> {
    let mut declarations = elements.filter_map(|id| document.element(id)).flat_map(|one| &one.namespace_declarations);
    declarations.find(|(declared, _)| declared == prefix).map(|(_, uri)| uri.as_ref())
}

#[cfg(test)]
mod tests;
