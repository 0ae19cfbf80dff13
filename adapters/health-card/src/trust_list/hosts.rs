//! Hosts that belong to the authorities of a list. A card names addresses of its own, and only its authority has signed
//! it: what is asked is what the list knows.

use url::Url;
use varco_xmldsig::Element;
use x509_parser::extensions::{CRLDistributionPoint, DistributionPointName, GeneralName, ParsedExtension};

use super::LIST;
use super::service::Service;
use crate::authority::Authority;
use crate::certificate::parse;

/// Where a service and its provider say more of themselves, and where they are asked. (ETSI TS 119 612, sections 5.4.4
/// and 5.5.6 to 5.5.8.)
pub(super) fn of_service(service: &Service<'_>) -> Vec<String> {
    let provider = service.provider().children_named(LIST, "TSPInformation");
    let of_provider = provider.flat_map(|provider| inside(provider, "TSPInformationURI", "URI"));
    let information = service.information();
    let of_service = [
        ("SchemeServiceDefinitionURI", "URI"),
        ("TSPServiceDefinitionURI", "URI"),
        ("ServiceSupplyPoints", "ServiceSupplyPoint"),
    ];
    let of_service = of_service.into_iter().flat_map(|(outer, inner)| inside(information, outer, inner));
    of_provider.chain(of_service).filter_map(|uri| host(&uri.text()?)).collect()
}

/// Where the certificate of an authority says that it is looked for, and whether it was revoked.
pub(super) fn of_authority(authority: &Authority) -> Vec<String> {
    let Ok(certificate) = parse(authority.certificate()) else { return Vec::new() };
    let names = certificate.extensions().iter().flat_map(|extension| match extension.parsed_extension() {
        ParsedExtension::CRLDistributionPoints(points) => points.iter().flat_map(full_name).collect(),
        ParsedExtension::AuthorityInfoAccess(access) => {
            access.accessdescs.iter().map(|access| &access.access_location).collect()
        }
        _ => Vec::new(),
    });
    let hosts = names.filter_map(|name| match name {
        GeneralName::URI(uri) => host(uri),
        _ => None,
    });
    hosts.collect()
}

fn inside<'x>(element: Element<'x>, outer: &str, inner: &str) -> Vec<Element<'x>> {
    element.children_named(LIST, outer).flat_map(|outer| outer.children_named(LIST, inner)).collect()
}

fn full_name<'c>(point: &'c CRLDistributionPoint<'c>) -> &'c [GeneralName<'c>] {
    match &point.distribution_point {
        Some(DistributionPointName::FullName(names)) => names,
        _ => &[],
    }
}

/// As addresses have it once they are read, so that both can be compared.
fn host(uri: &str) -> Option<String> {
    let url = Url::parse(uri.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    url.host_str().map(str::to_owned)
}
