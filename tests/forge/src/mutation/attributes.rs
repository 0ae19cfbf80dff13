//! Attributes that are changed, added, doubled.

use super::{inserted, spliced};
use crate::answer::{ASSERTION_ID, RESPONSE_ID};
use crate::dice::Dice;
use crate::markup::Markup;

/// What other readers may take for something that matters.
const MORE: [&str; 16] = [
    "ID=\"_x\"",
    "Id=\"_x\"",
    "id=\"_x\"",
    "xml:id=\"_x\"",
    "xml:base=\"http://evil.example/\"",
    "xml:lang=\"it\"",
    "xml:space=\"preserve\"",
    "xsi:type=\"xs:anyType\"",
    "xsi:nil=\"true\"",
    "Algorithm=\"urn:x\"",
    "URI=\"\"",
    "Version=\"2.0\"",
    "Destination=\"https://evil.example/\"",
    "a=\"&#10;\"",
    "b=\"&lt;&amp;&quot;&#9;\"",
    "c='\"'",
];

/// Values for attributes that had others.
const VALUES: [&str; 14] = [
    "",
    " ",
    "_assertion",
    "_response",
    "_request",
    "2.0",
    "2.1",
    "https://evil.example/",
    "2036-11-25T10:05:00Z",
    "urn:oasis:names:tc:SAML:2.0:cm:bearer",
    "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key",
    "urn:oasis:names:tc:SAML:2.0:status:Responder",
    "fiscalNumber",
    "&#65;",
];

/// The value of an attribute, inside its quotes.
fn value(text: &str, attribute: &std::ops::Range<usize>) -> Option<std::ops::Range<usize>> {
    let equals = text[attribute.clone()].find('=')?;
    Some(attribute.start + equals + 2..attribute.end - 1)
}

pub(super) fn change(text: &str, dice: &mut Dice) -> Option<String> {
    let attribute = dice.one_of(&Markup::of(text).attributes)?.clone();
    let value = value(text, &attribute)?;
    let with = match dice.below(4) {
        0 => format!(" {}", &text[value.clone()]),
        1 => text[value.clone()].to_uppercase(),
        2 => format!("{}&#x20;", &text[value.clone()]),
        _ => dice.word(&VALUES).to_owned(),
    };
    Some(spliced(text, value, &with))
}

/// Where the attributes of a tag begin.
fn after_name(text: &str, tag: &std::ops::Range<usize>) -> usize {
    let written = &text[tag.clone()];
    tag.start + written.find([' ', '\n', '\t', '/', '>']).unwrap_or(written.len())
}

pub(super) fn add(text: &str, dice: &mut Dice) -> Option<String> {
    let tag = dice.one_of(&Markup::of(text).tags)?.clone();
    Some(inserted(text, after_name(text, &tag), &format!(" {}", dice.word(&MORE))))
}

pub(super) fn remove(text: &str, dice: &mut Dice) -> Option<String> {
    let attribute = dice.one_of(&Markup::of(text).attributes)?.clone();
    Some(spliced(text, attribute, ""))
}

pub(super) fn double(text: &str, dice: &mut Dice) -> Option<String> {
    let attribute = dice.one_of(&Markup::of(text).attributes)?.clone();
    Some(inserted(text, attribute.end, &format!(" {}", &text[attribute])))
}

/// What canonical forms must make equal again.
pub(super) fn reorder(text: &str, dice: &mut Dice) -> Option<String> {
    let markup = Markup::of(text);
    let attribute = dice.one_of(&markup.attributes)?.clone();
    let written = &text[attribute.clone()];
    if dice.one_in(2) && written.ends_with('"') && !written.contains('\'') {
        return Some(spliced(text, attribute, &written.replace('"', "'")));
    }
    let tag = markup.tags.iter().find(|tag| tag.start < attribute.start && attribute.end <= tag.end)?;
    let without = spliced(text, attribute.clone(), "");
    Some(inserted(&without, after_name(text, tag), &format!(" {written}")))
}

/// One of the two identifiers on another element, in one of the spellings that readers know.
pub(super) fn double_identifier(text: &str, dice: &mut Dice) -> Option<String> {
    let tag = dice.one_of(&Markup::of(text).tags)?.clone();
    let name = dice.word(&["ID", "Id", "id", "xml:id", "iD", "saml:ID", "AssertionID"]);
    let id = dice.word(&[ASSERTION_ID, RESPONSE_ID]);
    Some(inserted(text, after_name(text, &tag), &format!(" {name}=\"{id}\"")))
}
