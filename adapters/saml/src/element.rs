//! XML that is written as a tree: tags always match, and every text is escaped.
//!
//! Names of elements and attributes are constants of the program, so that no value of the
//! configuration or of a person can become markup.

use uppsala::XmlWriter;

/// An element to be written. Namespaces are declared like attributes, where they are first needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    content: Vec<Content>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Content {
    Element(Element),
    Text(String),
}

// === impl Element ===

impl Element {
    /// An empty element of this qualified name.
    pub const fn new(name: &'static str) -> Self {
        Self { name, attributes: Vec::new(), content: Vec::new() }
    }

    /// Adds an attribute.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push((name, legal(value.into())));
        self
    }

    /// Adds text.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.content.push(Content::Text(legal(text.into())));
        self
    }

    /// Adds a child.
    #[must_use]
    pub fn child(mut self, child: Self) -> Self {
        self.content.push(Content::Element(child));
        self
    }

    /// Adds children, in their order.
    #[must_use]
    pub fn children(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.content.extend(children.into_iter().map(Content::Element));
        self
    }

    /// The document whose root this element is, without an XML declaration.
    pub fn to_xml(&self) -> String {
        let mut writer = XmlWriter::new();
        self.write(&mut writer);
        writer.into_string()
    }

    fn write(&self, writer: &mut XmlWriter) {
        let attributes = self.attributes.iter().map(|(name, value)| (*name, value.as_str()));
        if self.content.is_empty() {
            writer.empty_element_with(self.name, attributes);
            return;
        }
        writer.start_element_with(self.name, attributes);
        for content in &self.content {
            match content {
                Content::Element(child) => child.write(writer),
                Content::Text(text) => writer.text(text),
            }
        }
        writer.end_element(self.name);
    }
}

/// XML 1.0 section 2.2: some characters cannot stand in a document, not even escaped.
fn legal(text: String) -> String {
    // A char is never a surrogate, so what is left to exclude is this.
    let is_legal = |it: char| matches!(it, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    if text.chars().all(is_legal) {
        return text;
    }
    text.chars().map(|it| if is_legal(it) { it } else { char::REPLACEMENT_CHARACTER }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_value_never_becomes_markup() {
        let xml = Element::new("a").with("b", "\"<&'").text("</a><x>&amp;\u{1}").to_xml();
        let document = uppsala::parse(&xml).unwrap();
        let root = document.document_element().unwrap();
        assert_eq!(document.get_attribute(root, "b"), Some("\"<&'"));
        assert_eq!(document.text_content_deep(root), "</a><x>&amp;\u{fffd}");
        assert_eq!(document.descendants(root).len(), 1, "nothing but the text");
    }

    proptest! {
        #[test]
        fn every_text_comes_back_as_it_was(text in "[ -~àèìòù€\u{10000}]{1,40}") {
            let xml = Element::new("a").with("b", text.clone()).text(text.clone()).to_xml();
            let document = uppsala::parse(&xml).unwrap();
            let root = document.document_element().unwrap();
            prop_assert_eq!(document.get_attribute(root, "b"), Some(text.as_str()));
            prop_assert_eq!(document.text_content_deep(root), text);
        }
    }
}
