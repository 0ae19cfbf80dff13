//! What was encrypted, in the place where it belongs.

use std::collections::BTreeMap;
use std::fmt;
use std::fmt::Write as _;
use std::ops::Range;

use zeroize::Zeroizing;

use super::{DecryptionRefusal, XENC};
use crate::xml::Xml;

/// What was encrypted: the text of one element. It is wiped from memory when dropped.
///
/// XML Encryption 1.1 §4.4 and §4.5: it is read as if it stood in place of the encrypted data, so a prefix that it
/// does not declare itself means what it means there. xmlsec1 and Santuario leave such prefixes
/// undeclared. For that, the text stands inside an element that declares whatever is declared in the
/// message around it; exclusive canonicalisation then gives the bytes that were signed.
pub struct Decrypted {
    in_context: Zeroizing<String>,
    content: Range<usize>,
}

const END: &str = "</context>";

// === impl Decrypted ===

impl Decrypted {
    /// `None` if it is no text. The namespaces are of a document that was read, so none needs escaping.
    pub(super) fn new(content: &[u8], namespaces: &BTreeMap<&str, &str>) -> Option<Self> {
        let content = str::from_utf8(content).ok()?.trim_matches([' ', '\t', '\r', '\n']);
        let mut start = "<context".to_owned();
        for (prefix, uri) in namespaces {
            let colon = if prefix.is_empty() { "" } else { ":" };
            let _ = write!(start, " xmlns{colon}{prefix}=\"{uri}\"");
        }
        start.push('>');
        // Of the right size from the beginning: growing it would leave copies behind.
        let mut in_context = Zeroizing::new(String::with_capacity(start.len() + content.len() + END.len()));
        for part in [&start, content, END] {
            in_context.push_str(part);
        }
        Some(Self { in_context, content: start.len()..start.len() + content.len() })
    }

    /// Reads it like a message from outside; the root is the element that was encrypted, and nothing in it
    /// is encrypted again.
    pub fn xml(&self) -> Result<Xml<'_>, DecryptionRefusal> {
        let whole = Xml::parse(&self.in_context).ok();
        let is_plain = |xml: &Xml<'_>| xml.root().descendants().all(|element| element.namespace() != XENC);
        whole.and_then(Xml::inside).filter(is_plain).ok_or(DecryptionRefusal::Undecipherable)
    }

    /// The same inside an element that declares what the message around it declared: the document that the
    /// root of [`xml`](Self::xml) is taken from, for other readers.
    pub fn in_context(&self) -> &str {
        &self.in_context
    }

    /// Its text, as it was encrypted.
    pub fn text(&self) -> &str {
        &self.in_context[self.content.clone()]
    }
}

/// It is about a person.
impl fmt::Debug for Decrypted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Decrypted([redacted])")
    }
}
