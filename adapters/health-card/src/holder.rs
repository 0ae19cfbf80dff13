//! Whose card it is, by the subject of its certificate. (AgID, structure of the certificate for authentication of the
//! CNS: the common name is the fiscal number, a slash, the number of the card, a dot, and a digest.)

use varco_core::fiscal_number::FiscalNumber;
use x509_parser::der_parser::oid;
use x509_parser::oid_registry::Oid;
use x509_parser::x509::X509Name;

use crate::refusal::CardRefusal;

/// Whose card it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Their fiscal number, omocodia kept as it is: such a number is another person's than the one it resembles.
    pub fiscal_number: FiscalNumber,
    /// Their given names, where the certificate says them.
    pub given_name: Option<String>,
    /// Their family name, where the certificate says it.
    pub family_name: Option<String>,
}

// === impl Holder ===

impl Holder {
    /// Reads the subject of a certificate.
    pub(crate) fn of(subject: &X509Name<'_>) -> Result<Self, CardRefusal> {
        let common_name = only(subject, &oid!(2.5.4.3))?.ok_or(CardRefusal::Subject)?;
        // The digest after it may hold slashes too.
        let (number, _) = common_name.split_once('/').unwrap_or((&common_name, ""));
        Ok(Self {
            fiscal_number: FiscalNumber::parse(number).map_err(|_| CardRefusal::FiscalNumber)?,
            given_name: only(subject, &oid!(2.5.4.42))?,
            family_name: only(subject, &oid!(2.5.4.4))?,
        })
    }
}

/// The text of an attribute that a name has once, or not at all.
fn only(name: &X509Name<'_>, kind: &Oid<'_>) -> Result<Option<String>, CardRefusal> {
    let mut found = name.iter_by_oid(kind);
    let Some(first) = found.next() else { return Ok(None) };
    if found.next().is_some() {
        return Err(CardRefusal::Subject);
    }
    let text = first.as_str().map_err(|_| CardRefusal::Subject)?;
    let plain = !text.is_empty() && !text.chars().any(char::is_control);
    if plain { Ok(Some(text.to_owned())) } else { Err(CardRefusal::Subject) }
}
