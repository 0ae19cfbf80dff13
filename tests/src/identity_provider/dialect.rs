//! What the provider of CIE does otherwise than those of SPID. (CIE manual, federation and protocols.)

use super::anomaly::Anomaly;
use super::request::AuthnRequest;

/// The federation that a provider is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// SPID.
    Spid,
    /// CIE.
    Cie,
}

/// All that CIE can be asked for; nothing of it may be left out.
const MINIMUM_DATA_SET: [&str; 4] = ["name", "familyName", "dateOfBirth", "fiscalNumber"];

// === impl Dialect ===

impl Dialect {
    /// The name of the provider, as the gateway's pages show it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Spid => "SPID di prova",
            Self::Cie => "CIE di prova",
        }
    }

    /// Where a request may be addressed to besides the sign-on service: to the provider itself by Avviso 11
    /// of SPID, nowhere else by the manual of CIE.
    pub(super) const fn second_destination<'a>(self, entity_id: &'a str, sign_on: &'a str) -> &'a str {
        match self {
            Self::Spid => entity_id,
            Self::Cie => sign_on,
        }
    }

    /// Holds a request that obeys the rules of SPID against those of the federation.
    pub(super) fn check(self, request: AuthnRequest) -> Result<AuthnRequest, Anomaly> {
        match self {
            Self::Cie if request.attributes != MINIMUM_DATA_SET => Err(Anomaly::AttributeConsumer),
            Self::Cie if request.purpose.is_some() => Err(Anomaly::Format),
            Self::Cie | Self::Spid => Ok(request),
        }
    }

    /// A message of SPID as the federation writes it: in CIE issuers have no format, and dates are text.
    pub(super) fn write(self, xml: String) -> String {
        match self {
            Self::Spid => xml,
            Self::Cie => xml
                .replace(" Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:entity\"", "")
                .replace("xs:date\"", "xs:string\""),
        }
    }
}
