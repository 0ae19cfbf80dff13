//! What a signature says that it has digested, and how.

use super::{DSIG, SignatureRefusal, accepted, exactly};
use crate::algorithm::DigestAlgorithm;
use crate::base64::decoded;
use crate::canonical::{EXCLUSIVE, canonical};
use crate::element::Element;

/// A longer prefix list is refused: each prefix costs time at every element.
const LONGEST_PREFIX_LIST: usize = 32;

/// A reference, its digest not verified.
pub(super) struct Reference<'x> {
    uri: &'x str,
    prefixes: Vec<&'x str>,
    algorithm: DigestAlgorithm,
    digest: Vec<u8>,
}

// === impl Reference ===

impl<'x> Reference<'x> {
    /// One whose transforms are those of `before`, without parameters, and then exclusive canonicalisation.
    pub(super) fn of(reference: Element<'x>, before: &[&str]) -> Result<Self, SignatureRefusal> {
        let [transforms, method, value] = exactly(reference, ["Transforms", "DigestMethod", "DigestValue"])?;
        let exclusive = last_transform(transforms, before).ok_or(SignatureRefusal::Transforms)?;
        Ok(Self {
            uri: reference.attribute("URI").ok_or(SignatureRefusal::Reference)?,
            prefixes: prefix_list(exclusive)?,
            algorithm: accepted(method, DigestAlgorithm::from_uri)?,
            digest: decoded(value).ok_or(SignatureRefusal::Structure)?,
        })
    }

    /// Whether it is to an element, by the identifier that it has in this attribute.
    pub(super) fn names(&self, element: Element<'_>, attribute: &str) -> bool {
        let id = element.attribute(attribute).filter(|id| !id.is_empty());
        id.is_some() && self.uri.strip_prefix('#') == id
    }

    /// Whether it is to the document that it stands in.
    pub(super) const fn is_to_document(&self) -> bool {
        self.uri.is_empty()
    }

    /// Whether the element is what was digested when it was signed.
    pub(super) fn check(&self, element: Element<'_>) -> Result<(), SignatureRefusal> {
        let bytes = canonical(element, &self.prefixes).ok_or(SignatureRefusal::Empty)?;
        let digest = self.algorithm.of(&bytes);
        if digest.as_ref() == self.digest { Ok(()) } else { Err(SignatureRefusal::Digest) }
    }
}

/// The transform that canonicalises, if those before it are these.
fn last_transform<'x>(transforms: Element<'x>, before: &[&str]) -> Option<Element<'x>> {
    let transforms: Vec<_> = transforms.children().collect();
    let (exclusive, others) = transforms.split_last()?;
    let is =
        |transform: &Element<'x>, uri| transform.is(DSIG, "Transform") && transform.attribute("Algorithm") == Some(uri);
    let bare = |transform: &Element<'x>| transform.children().next().is_none();
    let as_wanted = others.len() == before.len()
        && others.iter().zip(before).all(|(transform, uri)| is(transform, *uri) && bare(transform));
    (as_wanted && is(exclusive, EXCLUSIVE)).then_some(*exclusive)
}

/// The prefixes that exclusive canonicalisation treats inclusively, where it is told of any.
pub(super) fn prefix_list(transform: Element<'_>) -> Result<Vec<&str>, SignatureRefusal> {
    let Some(parameter) = transform.children().next() else { return Ok(Vec::new()) };
    let only = transform.only_child(EXCLUSIVE, "InclusiveNamespaces").is_some() && transform.children().count() == 1;
    let list: Vec<_> = parameter.attribute("PrefixList").unwrap_or_default().split_ascii_whitespace().collect();
    let empty = parameter.text().is_some_and(|text| text.trim().is_empty());
    let sane = |prefix: &&str| *prefix == "#default" || !prefix.contains(['#', ':']);
    if only && empty && list.len() <= LONGEST_PREFIX_LIST && list.iter().all(sane) {
        Ok(list)
    } else {
        Err(SignatureRefusal::Transforms)
    }
}
