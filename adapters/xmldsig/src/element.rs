//! Reading elements, always by namespace and name.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use uppsala::{Document, NodeId, NodeKind};

/// An element of an [`Xml`](crate::Xml) document. Copies are cheap and name the same node.
#[derive(Clone, Copy)]
pub struct Element<'x> {
    document: &'x Document<'x>,
    id: NodeId,
    /// The signature of a verified element: it is not part of what was signed, so it is not read.
    hidden: Option<NodeId>,
}

// === impl Element ===

impl<'x> Element<'x> {
    pub(crate) fn new(document: &'x Document<'x>, id: NodeId) -> Self {
        Self { document, id, hidden: None }
    }

    pub(crate) fn hiding(self, child: Element<'_>) -> Self {
        Self { hidden: Some(child.id), ..self }
    }

    pub(crate) const fn document(self) -> &'x Document<'x> {
        self.document
    }

    pub(crate) const fn hidden(self) -> Option<NodeId> {
        self.hidden
    }

    pub(crate) const fn id(self) -> NodeId {
        self.id
    }

    /// Whether both name the same node of the same document.
    pub fn is_same(self, other: Self) -> bool {
        std::ptr::eq(self.document, other.document) && self.id == other.id
    }

    /// Whether it has this namespace and local name.
    pub fn is(self, namespace: &str, name: &str) -> bool {
        // Names differ more often than namespaces, and are shorter.
        self.name() == name && self.namespace() == namespace
    }

    /// Its namespace, empty where it has none.
    pub fn namespace(self) -> &'x str {
        self.node().and_then(|node| node.name.namespace_uri.as_deref()).unwrap_or_default()
    }

    /// Its local name.
    pub fn name(self) -> &'x str {
        self.node().map_or("", |node| &node.name.local_name)
    }

    /// An attribute without namespace.
    pub fn attribute(self, name: &str) -> Option<&'x str> {
        self.attribute_in("", name)
    }

    /// An attribute in a namespace.
    pub fn attribute_in(self, namespace: &str, name: &str) -> Option<&'x str> {
        let mut attributes = self.node()?.attributes.iter();
        let is_it = |attribute: &&uppsala::Attribute<'x>| {
            attribute.name.local_name == name
                && attribute.name.namespace_uri.as_deref().unwrap_or_default() == namespace
        };
        attributes.find(is_it).map(|attribute| attribute.value.as_ref())
    }

    /// Its child elements, in document order.
    pub fn children(self) -> impl Iterator<Item = Self> {
        self.nodes().filter(|(_, kind)| matches!(kind, NodeKind::Element(_))).map(move |(id, _)| Self { id, ..self })
    }

    /// Its child elements of this name.
    pub fn children_named(self, namespace: &str, name: &str) -> impl Iterator<Item = Self> {
        self.children().filter(move |child| child.is(namespace, name))
    }

    /// Its child element of this name, if there is exactly one.
    pub fn only_child(self, namespace: &str, name: &str) -> Option<Self> {
        let mut named = self.children_named(namespace, name);
        let only = named.next()?;
        named.next().is_none().then_some(only)
    }

    /// Itself and every element below it, in document order.
    pub fn descendants(self) -> impl Iterator<Item = Self> {
        let mut waiting = vec![self];
        std::iter::from_fn(move || {
            let next = waiting.pop()?;
            let first = waiting.len();
            waiting.extend(next.children());
            waiting[first..].reverse();
            Some(next)
        })
    }

    /// Its whole text, character data sections included; `None` if it has child elements.
    pub fn text(self) -> Option<Cow<'x, str>> {
        let mut whole = Cow::Borrowed("");
        for (_, kind) in self.nodes() {
            match kind {
                NodeKind::Text(part) | NodeKind::CData(part) if whole.is_empty() => whole = Cow::Borrowed(part),
                NodeKind::Text(part) | NodeKind::CData(part) => whole.to_mut().push_str(part),
                NodeKind::Element(_) => return None,
                _ => {}
            }
        }
        Some(whole)
    }

    /// The namespaces that are declared where it stands, by prefix; the empty prefix is that of names without one.
    pub(crate) fn namespaces(self) -> BTreeMap<&'x str, &'x str> {
        let mut namespaces = BTreeMap::new();
        let outwards = std::iter::once(self.id).chain(self.document.ancestors(self.id));
        let elements = outwards.filter_map(|id| self.document.element(id));
        for (prefix, uri) in elements.flat_map(|element| &element.namespace_declarations) {
            namespaces.entry(prefix.as_ref()).or_insert(uri.as_ref());
        }
        namespaces
    }

    /// The line of the text where it begins, for people who look for it. It is counted anew each time.
    pub fn line(self) -> usize {
        self.document.node_line(self.id)
    }

    /// Every attribute whose local name is `id` in any spelling: all that some reader may take for one.
    pub(crate) fn identifiers(self) -> impl Iterator<Item = &'x str> {
        let attributes = self.node().map_or(&[][..], |node| &node.attributes);
        attributes
            .iter()
            .filter(|attribute| attribute.name.local_name.eq_ignore_ascii_case("id"))
            .map(|attribute| attribute.value.as_ref())
    }

    fn node(self) -> Option<&'x uppsala::Element<'x>> {
        self.document.element(self.id)
    }

    fn nodes(self) -> impl Iterator<Item = (NodeId, &'x NodeKind<'x>)> {
        self.document
            .children_iter(self.id)
            .filter(move |id| Some(*id) != self.hidden)
            .filter_map(|id| self.document.node_kind(id).map(|kind| (id, kind)))
    }
}

/// The name only: what is inside may be of a person.
impl fmt::Debug for Element<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "<{{{}}}{}>", self.namespace(), self.name())
    }
}
