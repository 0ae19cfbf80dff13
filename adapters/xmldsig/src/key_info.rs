//! What a signature says of its own key. No key is ever taken from it; it may only not be nonsense,
//! so that whatever is accepted here is accepted by other verifiers too.

use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

use crate::element::Element;
use crate::verify::{DSIG, decoded};

const DSIG11: &str = "http://www.w3.org/2009/xmldsig11#";

/// Whether it holds nothing but elements of XML signatures, and its certificates are certificates.
pub(crate) fn is_plausible(key_info: Element<'_>) -> bool {
    key_info.descendants().all(|element| match (element.namespace(), element.name()) {
        (DSIG, "X509Certificate") => is_certificate(element),
        (namespace, _) => namespace == DSIG || namespace == DSIG11,
    })
}

fn is_certificate(element: Element<'_>) -> bool {
    decoded(element).is_ok_and(|der| X509Certificate::from_der(&der).is_ok_and(|(rest, _)| rest.is_empty()))
}
