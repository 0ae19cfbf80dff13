//! A document whose rules are checked: its parts, and what is taken for granted.

use jiff::Timestamp;
use varco_xmldsig::DSIG;

use crate::Options;
use crate::certificate::Certificate;
use crate::node::{Node, each};
use crate::profile::{Profile, recognised};
use crate::words::METADATA;

/// The parts of an `EntityDescriptor`.
pub(crate) struct Document<'x> {
    pub(crate) root: Node<'x>,
    /// The roles as service provider; there should be one.
    pub(crate) descriptors: Vec<Node<'x>>,
    pub(crate) organizations: Vec<Node<'x>>,
    /// In Italian, or in its first language.
    pub(crate) organization_name: Option<String>,
    pub(crate) display_name: Option<String>,
    pub(crate) contacts: Vec<Node<'x>>,
    pub(crate) keys: Vec<Key<'x>>,
    pub(crate) profile: Profile,
    /// Whether the document itself, or whoever asks, said which profile it is.
    pub(crate) profile_is_known: bool,
    pub(crate) now: Timestamp,
}

/// A key that the provider publishes.
pub(crate) struct Key<'x> {
    /// The `KeyDescriptor`.
    pub(crate) node: Node<'x>,
    pub(crate) certificates: Vec<(Node<'x>, Option<Certificate>)>,
}

// === impl Document ===

impl<'x> Document<'x> {
    pub(crate) fn of(root: Node<'x>, now: Timestamp, options: Options) -> Self {
        let known = options.profile.or_else(|| recognised(&root));
        let descriptors: Vec<_> = root.saml("SPSSODescriptor").collect();
        let organizations: Vec<_> = root.saml("Organization").collect();
        Self {
            organization_name: in_italian(&organizations, "OrganizationName"),
            display_name: in_italian(&organizations, "OrganizationDisplayName"),
            organizations,
            contacts: root.saml("ContactPerson").collect(),
            keys: each(&descriptors, METADATA, "KeyDescriptor").into_iter().map(Key::of).collect(),
            descriptors,
            root,
            profile: known.unwrap_or(Profile::SpidPublic),
            profile_is_known: known.is_some(),
            now,
        }
    }

    /// Parts of the role as service provider.
    pub(crate) fn parts<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Node<'x>> + 'a {
        self.descriptors.iter().flat_map(move |descriptor| descriptor.saml(name))
    }
}

// === impl Key ===

impl<'x> Key<'x> {
    /// A `KeyDescriptor` of SAML, or one of SPID's extensions.
    pub(crate) fn of(node: Node<'x>) -> Self {
        let certificates = certificates(&node);
        Self { node, certificates }
    }

    /// Whether messages are signed with it.
    pub(crate) fn signs(&self) -> bool {
        self.node.attribute("use").is_none_or(|used_for| used_for == "signing")
    }
}

/// The certificates in the `KeyInfo` of an element.
pub(crate) fn certificates<'x>(holder: &Node<'x>) -> Vec<(Node<'x>, Option<Certificate>)> {
    let read = |node: Node<'x>| {
        let certificate = Certificate::from_base64(&node.text());
        (node, certificate)
    };
    holder.along(&[(DSIG, "KeyInfo"), (DSIG, "X509Data"), (DSIG, "X509Certificate")]).into_iter().map(read).collect()
}

fn in_italian(organizations: &[Node<'_>], name: &str) -> Option<String> {
    let names: Vec<_> = organizations.first()?.saml(name).collect();
    let italian = names.iter().find(|name| name.language() == Some("it"));
    italian.or_else(|| names.first()).map(Node::text)
}
