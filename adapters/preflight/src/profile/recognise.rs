//! Recognising the profile from what the contacts say of themselves.

use super::Profile;
use crate::node::{Node, each};
use crate::words::{CIE, METADATA, SPID};

/// The profile of a document; none if its contacts do not tell.
pub(crate) fn recognised(root: &Node<'_>) -> Option<Profile> {
    let contacts: Vec<_> = root.saml("ContactPerson").collect();
    let marks = each(&contacts, METADATA, "Extensions");
    let has = |namespace: &str, name: &str| marks.iter().any(|mark| mark.named(namespace, name).next().is_some());
    let is_cie = marks.iter().any(|mark| mark.children().any(|child| child.is_in(CIE)))
        || contacts
            .iter()
            .any(|contact| matches!(contact.attribute("contactType"), Some("administrative" | "technical")));
    if is_cie {
        return Some(cie(&contacts));
    }
    let is_aggregated = contacts.iter().any(|contact| contact.entity_type().is_some());
    aggregator(&has)
        .or_else(|| by_entity_id(root).filter(|_| is_aggregated))
        .or_else(|| has(SPID, "Private").then_some(Profile::SpidPrivate))
        .or_else(|| has(SPID, "Public").then_some(Profile::SpidPublic))
        .or_else(|| by_entity_id(root))
        .or_else(|| has_eidas_sets(root).then_some(Profile::Eidas))
}

/// The administrative contact decides: the technical partner of a public body may be a company.
fn cie(contacts: &[Node<'_>]) -> Profile {
    let of_kind = |kind: &str| contacts.iter().find(|contact| contact.attribute("contactType") == Some(kind));
    let decides = of_kind("administrative").or_else(|| contacts.first());
    let private = decides
        .is_some_and(|contact| contact.saml("Extensions").any(|mark| mark.named(CIE, "Private").next().is_some()));
    if private { Profile::CiePrivate } else { Profile::CiePublic }
}

fn aggregator(has: &impl Fn(&str, &str) -> bool) -> Option<Profile> {
    let of_aggregator = |profile: &Profile| {
        let mut roles = profile.roles().into_iter();
        roles.any(|role| role.entity_type == Some("spid:aggregator") && has(SPID, role.marker))
    };
    Profile::ALL.into_iter().find(of_aggregator)
}

fn by_entity_id(root: &Node<'_>) -> Option<Profile> {
    let entity_id = root.attribute("entityID")?;
    Profile::ALL.into_iter().find(|profile| profile.activity().is_some_and(|activity| entity_id.contains(activity)))
}

fn has_eidas_sets(root: &Node<'_>) -> bool {
    let sets = root.along(&[(METADATA, "SPSSODescriptor"), (METADATA, "AttributeConsumingService")]);
    sets.iter().any(|set| matches!(set.attribute("index"), Some("99" | "100")))
}
