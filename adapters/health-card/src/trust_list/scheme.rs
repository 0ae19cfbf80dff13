//! What a list says of itself. (ETSI TS 119 612, section 5.3.)

use jiff::Timestamp;
use varco_xmldsig::Element;

use super::service::Service;
use super::{LIST, TrustListRefusal};

/// Section 5.2.1: how a list is known among all documents.
const TAG: &str = "http://uri.etsi.org/19612/TSLTag";

/// Section 5.3.1. The last version has new rules for who signs and publishes, and the same form.
const VERSIONS: [&str; 2] = ["5", "6"];

/// What it says of itself, and its providers.
pub(super) struct Scheme<'x> {
    pub(super) sequence: u64,
    pub(super) issued_at: Timestamp,
    pub(super) next_at: Option<Timestamp>,
    pub(super) territory: String,
    providers: Option<Element<'x>>,
}

/// Whether it is a list, as far as its name says.
pub(super) fn is_list(root: Element<'_>) -> bool {
    root.is(LIST, "TrustServiceStatusList") && root.attribute("TSLTag") == Some(TAG)
}

/// The text of the only child of this name, without white space around it.
pub(super) fn text(element: Element<'_>, name: &str) -> Option<String> {
    let text = element.only_child(LIST, name)?.text()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

// === impl Scheme ===

impl<'x> Scheme<'x> {
    /// Reads it from a list that was verified.
    pub(super) fn of(list: Element<'x>) -> Result<Self, TrustListRefusal> {
        let missing = TrustListRefusal::Field;
        let information = list.only_child(LIST, "SchemeInformation").ok_or(missing("SchemeInformation"))?;
        let field = |name: &'static str| text(information, name).ok_or(missing(name));
        if !VERSIONS.contains(&field("TSLVersionIdentifier")?.as_str()) {
            return Err(TrustListRefusal::Version);
        }
        Ok(Self {
            sequence: field("TSLSequenceNumber")?.parse().map_err(|_| missing("TSLSequenceNumber"))?,
            territory: field("SchemeTerritory")?,
            issued_at: field("ListIssueDateTime")?.parse().map_err(|_| missing("ListIssueDateTime"))?,
            next_at: next(information)?,
            providers: optional(list, "TrustServiceProviderList")?,
        })
    }

    /// Every service of every provider.
    pub(super) fn services(&self) -> impl Iterator<Item = Service<'x>> {
        let providers = self.providers.into_iter().flat_map(|list| list.children_named(LIST, "TrustServiceProvider"));
        providers.flat_map(|provider| {
            let services = provider.children_named(LIST, "TSPServices");
            let services = services.flat_map(|services| services.children_named(LIST, "TSPService"));
            services.filter_map(move |service| Service::of(provider, service))
        })
    }
}

/// Section 5.3.15: when the next list is due. A list that is the last one says that there is no such time.
fn next(information: Element<'_>) -> Result<Option<Timestamp>, TrustListRefusal> {
    const NAME: &str = "NextUpdate";
    let next = information.only_child(LIST, NAME).ok_or(TrustListRefusal::Field(NAME))?;
    if next.text().is_some_and(|text| text.trim().is_empty()) {
        return Ok(None);
    }
    let at = text(next, "dateTime").and_then(|text| text.parse().ok());
    at.map(Some).ok_or(TrustListRefusal::Field(NAME))
}

/// The child of this name, which need not be there, but not be there twice either.
pub(super) fn optional<'x>(element: Element<'x>, name: &'static str) -> Result<Option<Element<'x>>, TrustListRefusal> {
    let mut named = element.children_named(LIST, name);
    let first = named.next();
    if named.next().is_some() { Err(TrustListRefusal::Field(name)) } else { Ok(first) }
}
