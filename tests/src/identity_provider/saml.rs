//! The words of SAML that the test identity provider reads and writes.

/// Namespace of protocol messages.
pub(super) const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// Namespace of assertions.
pub(super) const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// Namespace of metadata.
pub(super) const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
/// Namespace of what SPID adds to requests.
pub(super) const SPID: &str = "https://spid.gov.it/saml-extensions";
/// Messages in a form that is posted.
pub(super) const HTTP_POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
/// Messages in the query of a redirect.
pub(super) const HTTP_REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
/// The form of an issuer.
pub(super) const ENTITY: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";
/// The form of a name identifier that lives for one session.
pub(super) const TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
