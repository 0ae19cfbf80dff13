//! Text to tree: the one parser, and what it refuses.

use memchr::{memchr_iter, memmem};
use uppsala::{Document, NodeKind, Parser};

use crate::element::Element;

/// A document that was parsed and found free of everything that signed messages have no use for.
#[derive(Debug)]
pub struct Xml<'t> {
    document: Document<'t>,
    root: uppsala::NodeId,
}

/// How much a document may hold.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    bytes: usize,
    tags: usize,
    equals_signs: usize,
    declarations: usize,
    /// People write it: with comments, and with values that are broken into lines.
    by_hand: bool,
}

/// Why a text is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum XmlRefusal {
    /// More bytes than allowed.
    #[error("the document is larger than {0} bytes")]
    TooLarge(usize),
    /// More elements or attributes than allowed.
    #[error("the document has too many elements or attributes")]
    TooComplex,
    /// Not well-formed, too deep, or with a DOCTYPE; in the words of the parser, which may repeat what was
    /// read: of messages from outside they belong in no log.
    #[error("not well-formed: {0}")]
    Malformed(String),
    /// Another version or encoding than XML 1.0 in UTF-8.
    #[error("only XML 1.0 in UTF-8 is read")]
    VersionOrEncoding,
    /// A comment, which some readers cut values at.
    #[error("comments are not allowed")]
    Comment,
    /// A processing instruction.
    #[error("processing instructions are not allowed")]
    ProcessingInstruction,
    /// A namespace that is relative or undeclared, or a name that is none once its prefix is taken away:
    /// readers differ on what these mean.
    #[error("a name or a namespace is ambiguous")]
    AmbiguousName,
    /// White space that other readers take for other white space.
    #[error("there is white space that readers see differently")]
    WhiteSpace,
    /// A namespace that is too long.
    #[error("a namespace is longer than {LONGEST_NAMESPACE} bytes")]
    LongNamespace,
}

/// Real messages have less than 15 levels; the parser and the canonicaliser recurse.
const DEEPEST: u32 = 64;

/// How many attributes an element may have, counted as the `=` up to the next element. Real ones have
/// less than 20; the parser compares each with all before it.
const LARGEST_TAG: usize = 256;

/// How many namespaces an element may declare, counted as `xmlns` up to the next element. Real ones declare
/// less than 20; the parser looks each prefix up among all that are in scope.
const MOST_DECLARATIONS: usize = 32;

const DECLARATION: &[u8] = b"xmlns";

/// The namespace of declarations; no element is in it.
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// Real ones have less than 100 bytes. A canonical form repeats a namespace at every element that needs
/// it anew: one long namespace and many short elements would make gigabytes out of 256 KiB.
const LONGEST_NAMESPACE: usize = 256;

/// The parser repeats names of any length.
const LONGEST_EXPLANATION: usize = 200;

// === impl Limits ===

impl Limits {
    /// For messages that come from outside: 256 KiB, no comments.
    ///
    /// Attributes are counted as `=`, elements as `<` and declarations as `xmlns`, an upper bound, before the
    /// parser starts.
    pub const MESSAGE: Self =
        Self { bytes: 256 * 1024, tags: 10_000, equals_signs: 4_000, declarations: 256, by_hand: false };

    /// For metadata that an operator chose to trust: 8 MiB, comments allowed, for people write them.
    pub const METADATA: Self =
        Self { bytes: 8 * 1024 * 1024, tags: 400_000, equals_signs: 200_000, declarations: 200_000, by_hand: true };

    /// For lists of every provider of a federation, which take about 10 KiB and 120 tags each: 32 MiB. To read
    /// what is just within it takes 280 MiB, for a second.
    pub const AGGREGATE: Self =
        Self { bytes: 32 * 1024 * 1024, tags: 500_000, equals_signs: 500_000, declarations: 500_000, by_hand: true };

    fn allow(self, text: &str) -> Result<(), XmlRefusal> {
        if text.len() > self.bytes {
            return Err(XmlRefusal::TooLarge(self.bytes));
        }
        let count = |text: &str, wanted: u8| memchr_iter(wanted, text.as_bytes()).count();
        let declaration = memmem::Finder::new(DECLARATION);
        let declarations = |text: &str| declaration.find_iter(text.as_bytes()).count();
        let (equals_signs, all_declarations) = (count(text, b'='), declarations(text));
        // Most messages have less than one tag may have: nothing more to count.
        let many = equals_signs > LARGEST_TAG || all_declarations > MOST_DECLARATIONS;
        let is_small = |tag: &str| count(tag, b'=') <= LARGEST_TAG && declarations(tag) <= MOST_DECLARATIONS;
        if count(text, b'<') > self.tags
            || equals_signs > self.equals_signs
            || all_declarations > self.declarations
            || (many && !text.split('<').all(is_small))
        {
            return Err(XmlRefusal::TooComplex);
        }
        Ok(())
    }
}

// === impl Xml ===

impl<'t> Xml<'t> {
    /// Reads a message from outside.
    pub fn parse(text: &'t str) -> Result<Self, XmlRefusal> {
        Self::parse_within(text, Limits::MESSAGE)
    }

    /// Reads a document within other limits.
    pub fn parse_within(text: &'t str, limits: Limits) -> Result<Self, XmlRefusal> {
        limits.allow(text)?;
        let malformed = |error: uppsala::XmlError| {
            XmlRefusal::Malformed(error.to_string().chars().take(LONGEST_EXPLANATION).collect())
        };
        let parser = Parser::new().with_max_depth(DEEPEST).with_forbid_dtd(true);
        let document = parser.parse(text).map_err(malformed)?;
        check_declaration(&document, text)?;
        check_nodes(&document, limits.by_hand)?;
        let root = document.document_element().ok_or_else(|| XmlRefusal::Malformed("no root".to_owned()))?;
        Ok(Self { document, root })
    }

    /// The same document, read from the one element that is all that its document element holds.
    pub(crate) fn inside(self) -> Option<Self> {
        let mut inside = self.document.children_iter(self.root);
        let root = inside.next().filter(|id| self.document.element(*id).is_some() && inside.next().is_none())?;
        Some(Self { root, ..self })
    }

    /// Where reading begins: the document element.
    pub fn root(&self) -> Element<'_> {
        Element::new(&self.document, self.root)
    }
}

fn check_declaration(document: &Document<'_>, text: &str) -> Result<(), XmlRefusal> {
    let Some(declaration) = &document.xml_declaration else { return Ok(()) };
    let utf8 = declaration.encoding.as_ref().is_none_or(|encoding| encoding.eq_ignore_ascii_case("UTF-8"));
    // The parser resolves references here too, where XML 1.0 §2.8 has none.
    let literal = text.split_once("?>").is_some_and(|(declaration, _)| !declaration.contains('&'));
    if declaration.version == "1.0" && utf8 && literal { Ok(()) } else { Err(XmlRefusal::VersionOrEncoding) }
}

fn check_nodes(document: &Document<'_>, by_hand: bool) -> Result<(), XmlRefusal> {
    for id in document.descendants(document.root()) {
        match document.node_kind(id) {
            Some(NodeKind::Element(element)) => {
                check_names(element)?;
                check_attributes(element, by_hand)?;
            }
            Some(NodeKind::CData(text)) if !by_hand && text.contains('\r') => return Err(XmlRefusal::WhiteSpace),
            Some(NodeKind::Comment(_)) if !by_hand => return Err(XmlRefusal::Comment),
            Some(NodeKind::ProcessingInstruction(_)) => return Err(XmlRefusal::ProcessingInstruction),
            _ => {}
        }
    }
    Ok(())
}

/// XML 1.0 §2.11 and §3.3.3 want line ends made one, and in attributes made spaces; the parser leaves
/// them in attributes and in character data sections as they are, so that others read another value.
fn check_attributes(element: &uppsala::Element<'_>, by_hand: bool) -> Result<(), XmlRefusal> {
    let differs = |attribute: &uppsala::Attribute<'_>| attribute.value.contains(['\t', '\n', '\r']);
    if !by_hand && element.attributes.iter().any(differs) { Err(XmlRefusal::WhiteSpace) } else { Ok(()) }
}

fn check_names(element: &uppsala::Element<'_>) -> Result<(), XmlRefusal> {
    let attributes = element.attributes.iter().map(|attribute| &attribute.name);
    let plain = std::iter::once(&element.name).chain(attributes).all(|name| is_local_name(&name.local_name));
    let reserved = element.name.namespace_uri.as_deref() == Some(XMLNS);
    let declared = element.namespace_declarations.iter().all(|(prefix, uri)| match uri.as_ref() {
        "" => prefix.is_empty(),
        uri => is_absolute(uri),
    });
    if reserved || !(plain && declared) {
        return Err(XmlRefusal::AmbiguousName);
    }
    let short = element.namespace_declarations.iter().all(|(_, uri)| uri.len() <= LONGEST_NAMESPACE);
    if short { Ok(()) } else { Err(XmlRefusal::LongNamespace) }
}

/// Namespaces in XML 1.0 §4: a name without colons, of which the parser sees to all but the first character.
fn is_local_name(name: &str) -> bool {
    let within_only = |first: char| {
        first.is_ascii_digit() || "-.\u{b7}\u{203f}\u{2040}".contains(first) || ('\u{300}'..='\u{36f}').contains(&first)
    };
    !name.starts_with(within_only) && !name.contains(':')
}

/// Canonical XML 1.0 §1.3: documents with relative namespace URIs have no canonical form. What is no URI
/// (RFC 3986) is refused too, and so are its rarest forms: other readers stop at them.
fn is_absolute(uri: &str) -> bool {
    let in_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    let in_uri = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#@!$'()*+,;=".contains(&byte);
    uri.split_once(':').is_some_and(|(scheme, rest)| {
        !rest.is_empty()
            && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(in_scheme)
            && rest.bytes().all(in_uri)
            && rest.matches('#').count() <= 1
            && rest.strip_prefix("//").is_none_or(has_a_plain_authority)
    })
}

/// Whether it begins with a host, and a port if anything.
fn has_a_plain_authority(hierarchy: &str) -> bool {
    let authority = hierarchy.split(['/', '?', '#']).next().unwrap_or_default();
    let is_port = |text: &str| (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    !authority.contains('@') && authority.split_once(':').is_none_or(|(_, port)| is_port(port))
}

#[cfg(test)]
mod tests;
