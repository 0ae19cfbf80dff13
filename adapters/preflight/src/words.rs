//! The words of SAML, SPID and CIE that metadata is written in.

/// Namespace of SAML metadata.
pub(crate) const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
/// Namespace of `xml:lang`.
pub(crate) const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// Namespace of the extensions of SPID.
pub(crate) const SPID: &str = "https://spid.gov.it/saml-extensions";
/// Namespace of SPID's data for invoices.
pub(crate) const INVOICING: &str = "https://spid.gov.it/invoicing-extensions";
/// Namespace of the extensions of CIE.
pub(crate) const CIE: &str = "https://www.cartaidentita.interno.gov.it/saml-extensions";
/// The protocol that a service provider speaks.
pub(crate) const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// The HTTP-POST binding.
pub(crate) const HTTP_POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
/// The HTTP-Redirect binding.
pub(crate) const HTTP_REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
/// The SOAP binding.
pub(crate) const SOAP: &str = "urn:oasis:names:tc:SAML:2.0:bindings:SOAP";
/// A name for one login only.
pub(crate) const TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
/// How attributes may be named.
pub(crate) const NAME_FORMATS: [&str; 2] =
    ["urn:oasis:names:tc:SAML:2.0:attrname-format:basic", "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"];
/// What a value is where an aggregator has nobody aggregated yet, in tests.
pub(crate) const PLACEHOLDER: &str = "__aggrsint";
