//! Namespaces that are declared anew, changed, taken away.

use varco_saml::vocabulary::{ASSERTION, PROTOCOL, SIGNATURE};

use super::{inserted, spliced};
use crate::dice::Dice;
use crate::markup::Markup;

const NAMES: [&str; 14] = [
    ASSERTION,
    PROTOCOL,
    SIGNATURE,
    "urn:evil",
    "",
    "relative",
    "http://www.w3.org/XML/1998/namespace",
    "http://www.w3.org/2000/xmlns/",
    "urn:oasis:names:tc:SAML:2.0:assertion ",
    "URN:oasis:names:tc:SAML:2.0:assertion",
    "urn:oasis:names:tc:SAML:2.0:assertion#",
    "http://[::1]/",
    "urn:oasis:names:tc:SAML:1.0:assertion",
    "a b",
];

const PREFIXES: [&str; 9] = ["", "saml", "samlp", "ds", "xs", "xsi", "x", "xml", "xmlns"];

pub(super) fn declare(text: &str, dice: &mut Dice) -> Option<String> {
    let tag = dice.one_of(&Markup::of(text).tags)?.clone();
    let written = &text[tag.clone()];
    let at = tag.start + written.find([' ', '\n', '/', '>']).unwrap_or(written.len());
    let declaration = match dice.word(&PREFIXES) {
        "" => format!(" xmlns=\"{}\"", dice.word(&NAMES)),
        prefix => format!(" xmlns:{prefix}=\"{}\"", dice.word(&NAMES)),
    };
    Some(inserted(text, at, &declaration))
}

pub(super) fn change(text: &str, dice: &mut Dice) -> Option<String> {
    let markup = Markup::of(text);
    let declarations: Vec<_> =
        markup.attributes.iter().filter(|attribute| text[(*attribute).clone()].starts_with("xmlns")).collect();
    let attribute = (*dice.one_of(&declarations)?).clone();
    if dice.one_in(4) {
        return Some(spliced(text, attribute, ""));
    }
    let (name, _) = text[attribute.clone()].split_once('=')?;
    Some(spliced(text, attribute.clone(), &format!("{name}=\"{}\"", dice.word(&NAMES))))
}

/// Of one tag, or of all.
pub(super) fn prefix(text: &str, dice: &mut Dice) -> Option<String> {
    let (from, to) = (dice.word(&["saml:", "samlp:", "ds:", "xs:", "xsi:", "a:", "saml2:"]), dice.word(&PREFIXES));
    let to = if to.is_empty() { String::new() } else { format!("{to}:") };
    let places: Vec<usize> = text.match_indices(from).map(|(at, _)| at).collect();
    let at = *dice.one_of(&places)?;
    Some(if dice.one_in(3) { text.replace(from, &to) } else { spliced(text, at..at + from.len(), &to) })
}
