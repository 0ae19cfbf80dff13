//! The bytes that elements hold as base64.

use data_encoding::BASE64;

use crate::element::Element;

/// The bytes of an element that holds base64 and nothing else, broken by white space or not.
pub(crate) fn decoded(element: Element<'_>) -> Option<Vec<u8>> {
    let packed: Vec<u8> = element.text()?.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    BASE64.decode(&packed).ok()
}
