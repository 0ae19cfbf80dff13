//! A service of the list: an authority, and what it was since when. (ETSI TS 119 612, sections 5.5 and 5.6.)

use std::collections::BTreeMap;

use data_encoding::BASE64;
use jiff::Timestamp;
use varco_xmldsig::Element;

use super::scheme::{optional, text};
use super::{LIST, OmissionReason};
use crate::authority::{Authority, Standing};

/// Section 5.5.1.3: the type of services that say who somebody is.
const IDENTITY: &str = "http://uri.etsi.org/TrstSvc/Svctype/IdV";

/// Section 5.5.4: the status of those that count.
const RECOGNISED: &str = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/recognisedatnationallevel";

/// The namespace of what every document may say.
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// A service, with who provides it.
pub(super) struct Service<'x> {
    provider: Element<'x>,
    entry: Element<'x>,
    information: Element<'x>,
}

// === impl Service ===

impl<'x> Service<'x> {
    pub(super) fn of(provider: Element<'x>, entry: Element<'x>) -> Option<Self> {
        let information = entry.only_child(LIST, "ServiceInformation")?;
        Some(Self { provider, entry, information })
    }

    /// Whether it is of the type that counts.
    pub(super) fn counts(&self) -> bool {
        text(self.information, "ServiceTypeIdentifier").as_deref() == Some(IDENTITY)
    }

    pub(super) const fn provider(&self) -> Element<'x> {
        self.provider
    }

    pub(super) const fn information(&self) -> Element<'x> {
        self.information
    }

    /// Section 5.5.2: its name for people here, or the first of its names.
    pub(super) fn name(&self) -> String {
        let names = || self.information.children_named(LIST, "ServiceName").flat_map(Element::children);
        let ours = names().find(|name| name.attribute_in(XML, "lang") == Some("it"));
        let name = ours.or_else(|| names().next()).and_then(Element::text).unwrap_or_default();
        plain(&name)
    }

    /// Section 5.5.3: an authority for each certificate. They are of one key, mostly.
    pub(super) fn authorities(&self) -> Vec<Result<Authority, OmissionReason>> {
        let Some(standing) = self.standing() else { return vec![Err(OmissionReason::Status)] };
        let identity = self.information.children_named(LIST, "ServiceDigitalIdentity");
        let parts = identity.flat_map(|identity| identity.children_named(LIST, "DigitalId"));
        let certificates = parts.flat_map(|part| part.children_named(LIST, "X509Certificate"));
        let authority = |certificate| {
            let der = decoded(certificate).ok_or(OmissionReason::Malformed)?;
            Ok(Authority::new(self.name(), &der, standing.clone())?)
        };
        let authorities: Vec<_> = certificates.map(authority).collect();
        if authorities.is_empty() { vec![Err(OmissionReason::NoCertificate)] } else { authorities }
    }

    /// What it was since when. Without the whole history nobody could tell what a gap in it stands for.
    fn standing(&self) -> Option<Vec<Standing>> {
        let (since, recognised) = standing(self.information)?;
        let history = optional(self.entry, "ServiceHistory").ok()?;
        let instances = history.into_iter().flat_map(|history| history.children_named(LIST, "ServiceHistoryInstance"));
        let instances: Vec<_> = instances.map(standing).collect::<Option<_>>()?;
        // Section 5.5.10: the latest comes first, so that of two with the same instant the first counts.
        let mut known: BTreeMap<_, _> = instances.into_iter().rev().collect();
        // Whatever the history says, what is now came after it.
        known.split_off(&since);
        known.insert(since, recognised);
        Some(known.into_iter().map(|(since, recognised)| Standing { since, recognised }).collect())
    }
}

/// Sections 5.5.4, 5.5.5, 5.6.4 and 5.6.5: since when it was, or was not, one that counts. What was of another type then
/// was not.
fn standing(instance: Element<'_>) -> Option<(Timestamp, bool)> {
    let kind = text(instance, "ServiceTypeIdentifier")?;
    let status = text(instance, "ServiceStatus")?;
    let since = text(instance, "StatusStartingTime")?.parse().ok()?;
    Some((since, kind == IDENTITY && status == RECOGNISED))
}

fn decoded(certificate: Element<'_>) -> Option<Vec<u8>> {
    let packed: Vec<u8> = certificate.text()?.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    BASE64.decode(&packed).ok()
}

/// A name that stands on one line of a log or a terminal, and reads as it is.
pub(super) fn plain(name: &str) -> String {
    let hidden = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let visible = name.replace(hidden, " ");
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}
