//! What a signature says of its own key. No key is ever taken from it; it may only not be nonsense,
//! so that whatever is accepted here is accepted by other verifiers too.

use x509_parser::asn1_rs::Tag;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;
use x509_parser::x509::X509Name;

use crate::base64::decoded;
use crate::element::Element;
use crate::verify::DSIG;

const DSIG11: &str = "http://www.w3.org/2009/xmldsig11#";

/// Whether it holds nothing but elements of XML signatures, and its certificates are certificates.
pub(crate) fn is_plausible(key_info: Element<'_>) -> bool {
    key_info.descendants().all(|element| match (element.namespace(), element.name()) {
        (DSIG, "X509Certificate") => is_certificate(element),
        (namespace, _) => namespace == DSIG || namespace == DSIG11,
    })
}

/// An empty one says nothing, which some providers do.
fn is_certificate(element: Element<'_>) -> bool {
    decoded(element).is_some_and(|der| {
        der.is_empty()
            || X509Certificate::from_der(&der).is_ok_and(|(rest, certificate)| {
                rest.is_empty() && has_text(certificate.issuer()) && has_text(certificate.subject())
            })
    })
}

/// Our parser does not look into the parts of a name; others refuse the certificate.
fn has_text(name: &X509Name<'_>) -> bool {
    name.iter_attributes().all(|part| part.attr_value().tag() != Tag::Utf8String || part.as_str().is_ok())
}
