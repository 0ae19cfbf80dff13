//! What authorities are called, much as the real ones are.

use std::path::{Path, PathBuf};

use rcgen::{CertificateParams, DistinguishedName, DnType, DnValue, KeyUsagePurpose};
use x509_parser::x509::X509Name;

/// What an authority is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Names {
    /// In files and addresses.
    pub short: &'static str,
    /// By people.
    pub common_name: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// Whose it is.
    pub organization: &'static str,
}

/// An authority of health cards.
pub const CITIZENS: Names = Names {
    short: "cittadini",
    common_name: "Regione Demo - CA Cittadini",
    unit: "Servizi di Certificazione",
    organization: "Certificatore di prova S.p.A.",
};

/// An authority of identity cards.
pub const IDENTITY_CARDS: Names = Names {
    short: "cie",
    common_name: "CA di prova della carta di identità elettronica",
    unit: "Direzione di prova per i servizi demografici",
    organization: "Ministero di prova",
};

/// An authority that is on nobody's list.
pub const STRANGERS: Names = Names {
    short: "sconosciuta",
    common_name: "Regione Altrove - CA Cittadini",
    unit: "Servizi di Certificazione",
    organization: "Certificatore sconosciuto S.p.A.",
};

// === impl Names ===

impl Names {
    /// Where key and certificate are kept.
    pub(super) fn files(self, folder: &Path) -> [PathBuf; 2] {
        ["key", "pem"].map(|ending| folder.join(format!("{}.{ending}", self.short)))
    }

    /// What of its certificate comes back in whatever it issues.
    pub(super) fn own(self) -> CertificateParams {
        let mut params = CertificateParams::default();
        params.distinguished_name = self.distinguished();
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params
    }

    /// Its name in certificates.
    pub(super) fn distinguished(self) -> DistinguishedName {
        let mut name = DistinguishedName::new();
        name.push(DnType::CountryName, country());
        name.push(DnType::OrganizationName, self.organization);
        name.push(DnType::OrganizationalUnitName, self.unit);
        name.push(DnType::CommonName, self.common_name);
        name
    }

    /// Whether this is what somebody is called.
    pub(super) fn are_in(self, name: &X509Name<'_>) -> bool {
        let organization = name.iter_organization().chain(name.iter_organizational_unit());
        let said: Vec<_> = organization.chain(name.iter_common_name()).map(|it| it.as_str().ok()).collect();
        said == [self.organization, self.unit, self.common_name].map(Some)
    }
}

/// Italy. (RFC 5280, appendix A.1: a country is a printable string.)
pub(super) fn country() -> DnValue {
    "IT".try_into().map_or_else(|_| "IT".into(), DnValue::PrintableString)
}
