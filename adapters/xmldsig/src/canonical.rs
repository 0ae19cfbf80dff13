//! Exclusive canonical XML of one element.

use bergshamra_c14n::{C14nMode, canonicalize_doc_to};
use bergshamra_xml::NodeSet;
use bergshamra_xml::nodeset::{NodeIdSet, NodeSetType};
use uppsala::NodeId;

use crate::element::Element;

/// The algorithm, without comments.
pub(crate) const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

/// Elements and texts of real messages have this many bytes, or more.
const BYTES_A_NODE: usize = 32;

/// The canonical bytes of an element without the child that it hides. `None` if there are none: an
/// empty text has a digest too, and a signature over nothing signs anything.
pub(crate) fn canonical(element: Element<'_>, inclusive_prefixes: &[&str]) -> Option<Vec<u8>> {
    let document = element.document();
    let hidden = element.hidden();
    let length = document.node_range(element.id()).map_or(0, |range| range.len());
    // Of about the right size from the beginning: to grow them takes as long as to fill them.
    let mut visible = NodeIdSet::with_capacity_and_hasher(length / BYTES_A_NODE, <_>::default());
    let mut waiting: Vec<NodeId> = vec![element.id()];
    while let Some(id) = waiting.pop() {
        if Some(id) != hidden {
            visible.insert(id.index());
            waiting.extend(document.children_iter(id));
        }
    }
    let visible = NodeSet::from_ids(visible, NodeSetType::Normal);
    let mut bytes = Vec::with_capacity(length);
    canonicalize_doc_to(document, C14nMode::Exclusive, Some(&visible), inclusive_prefixes, &mut bytes).ok()?;
    (!bytes.is_empty()).then_some(bytes)
}
