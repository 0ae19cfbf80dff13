//! varco-saml
