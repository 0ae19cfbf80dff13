//! Finding things in a page: elements in the order in which they stand, their attributes, their text.

use html5ever::driver::ParseOpts;
use html5ever::tendril::TendrilSink as _;
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// A page, or a part of one.
pub(super) struct Element(Handle);

// === impl Element ===

impl Element {
    /// Reads a page, as a browser does: there is no page that cannot be read.
    pub(super) fn page(text: &str) -> Self {
        Self(html5ever::parse_document(RcDom::default(), ParseOpts::default()).one(text).document)
    }

    /// Every element below this one.
    pub(super) fn elements(&self) -> Vec<Self> {
        let mut found = Vec::new();
        let mut waiting: Vec<Handle> = self.0.children.borrow().iter().rev().cloned().collect();
        while let Some(node) = waiting.pop() {
            waiting.extend(node.children.borrow().iter().rev().cloned());
            if matches!(node.data, NodeData::Element { .. }) {
                found.push(Self(node));
            }
        }
        found
    }

    /// Every element of this name below this one.
    pub(super) fn named(&self, name: &str) -> Vec<Self> {
        self.elements().into_iter().filter(|element| element.is(name)).collect()
    }

    /// Whether it has this name.
    pub(super) fn is(&self, wanted: &str) -> bool {
        matches!(&self.0.data, NodeData::Element { name, .. } if &*name.local == wanted)
    }

    /// An attribute, if it has it.
    pub(super) fn attribute(&self, wanted: &str) -> Option<String> {
        let NodeData::Element { attrs, .. } = &self.0.data else { return None };
        let attributes = attrs.borrow();
        let found = attributes.iter().find(|attribute| &*attribute.name.local == wanted)?;
        Some(found.value.to_string())
    }

    /// All text in it.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let mut waiting = vec![self.0.clone()];
        while let Some(node) = waiting.pop() {
            waiting.extend(node.children.borrow().iter().rev().cloned());
            if let NodeData::Text { contents } = &node.data {
                text.push_str(&contents.borrow());
                text.push(' ');
            }
        }
        text
    }
}
