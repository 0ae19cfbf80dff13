//! The metadata that the test identity provider publishes.

use askama::Template;
use varco_xmldsig::{Placement, SigningKey};

use super::answer::new_id;
use super::saml::{HTTP_POST, HTTP_REDIRECT};

#[derive(Template)]
#[template(path = "provider-metadata.xml")]
struct Metadata<'a> {
    id: &'a str,
    entity_id: &'a str,
    sign_on: &'a str,
    certificate: &'a str,
    name: &'a str,
    bindings: [&'a str; 2],
}

/// Writes and signs it.
pub(super) fn write(name: &str, entity_id: &str, sign_on: &str, key: &SigningKey) -> anyhow::Result<String> {
    let id = new_id();
    let xml = Metadata {
        id: &id,
        entity_id,
        sign_on,
        certificate: key.certificate_base64(),
        name,
        bindings: [HTTP_REDIRECT, HTTP_POST],
    }
    .render()?;
    Ok(key.sign(&xml, &id, Placement::First)?)
}
