//! Exclusive canonical XML of one element.

use bergshamra_c14n::{C14nMode, canonicalize_doc};
use bergshamra_xml::NodeSet;
use uppsala::NodeId;

use crate::element::Element;

/// The algorithm, without comments.
pub(crate) const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

/// The canonical bytes of an element without the child that it hides. `None` if there are none: an
/// empty text has a digest too, and a signature over nothing signs anything.
pub(crate) fn canonical(element: Element<'_>, inclusive_prefixes: &[&str]) -> Option<Vec<u8>> {
    let document = element.document();
    let hidden = element.hidden();
    let mut visible = NodeSet::new();
    let mut waiting: Vec<NodeId> = vec![element.id()];
    while let Some(id) = waiting.pop() {
        if Some(id) != hidden {
            visible.insert_id(id);
            waiting.extend(document.children_iter(id));
        }
    }
    let bytes = canonicalize_doc(document, C14nMode::Exclusive, Some(&visible), inclusive_prefixes).ok()?;
    (!bytes.is_empty()).then_some(bytes)
}
