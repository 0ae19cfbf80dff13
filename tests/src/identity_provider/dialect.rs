//! What the provider of CIE does otherwise than those of SPID, and the Italian node of eIDAS. (CIE manual, federation and protocols.)

use super::anomaly::Anomaly;
use super::request::AuthnRequest;

/// The federation that a provider is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// SPID.
    Spid,
    /// CIE.
    Cie,
    /// The Italian node of eIDAS, a provider of SPID that is asked for other sets of attributes.
    European,
}

/// All that CIE can be asked for; nothing of it may be left out.
const MINIMUM_DATA_SET: [&str; 4] = ["name", "familyName", "dateOfBirth", "fiscalNumber"];

/// The sets that the node knows, at the indices 99 and 100. (SPID Avviso 24.)
const EUROPEAN_SETS: [&[&str]; 2] = [
    &["spidCode", "name", "familyName", "dateOfBirth", "fiscalNumber"],
    &["spidCode", "name", "familyName", "dateOfBirth", "fiscalNumber", "placeOfBirth", "address", "gender"],
];

// === impl Dialect ===

impl Dialect {
    /// The name of the provider, as the gateway's pages show it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Spid => "SPID di prova",
            Self::Cie => "CIE di prova",
            Self::European => "Nodo eIDAS di prova",
        }
    }

    /// Where a request may be addressed to besides the sign-on service: to the provider itself by Avviso 11
    /// of SPID, nowhere else by the manual of CIE.
    pub(super) const fn second_destination<'a>(self, entity_id: &'a str, sign_on: &'a str) -> &'a str {
        match self {
            Self::Spid | Self::European => entity_id,
            Self::Cie => sign_on,
        }
    }

    /// Holds a request that obeys the rules of SPID against those of the federation.
    pub(super) fn check(self, request: AuthnRequest) -> Result<AuthnRequest, Anomaly> {
        match self {
            Self::Cie if request.attributes != MINIMUM_DATA_SET => Err(Anomaly::AttributeConsumer),
            Self::European if !EUROPEAN_SETS.iter().any(|set| request.attributes == *set) => {
                Err(Anomaly::AttributeConsumer)
            }
            Self::Cie | Self::European if request.purpose.is_some() => Err(Anomaly::Format),
            Self::Cie | Self::European | Self::Spid => Ok(request),
        }
    }

    /// A message of SPID as the federation writes it: in CIE issuers have no format, and dates are text.
    pub(super) fn write(self, xml: String) -> String {
        match self {
            Self::Spid | Self::European => xml,
            Self::Cie => xml
                .replace(" Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:entity\"", "")
                .replace("xs:date\"", "xs:string\""),
        }
    }
}
