//! What stands before the document element, and after it.

use super::other_than;
use crate::dice::Dice;

const DOCUMENT_TYPES: [&str; 8] = [
    "<!DOCTYPE x>",
    "<!DOCTYPE x [<!ENTITY e \"e\">]>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>",
    "<!DOCTYPE x SYSTEM \"http://127.0.0.1:1/x.dtd\">",
    "<!DOCTYPE x [<!ATTLIST saml:Assertion ID ID #IMPLIED>]>",
    "<!DOCTYPE x [<!ATTLIST saml:Attribute Name CDATA \"fiscalNumber\">]>",
    "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>",
    "<!doctype x>",
];

const DECLARATIONS: [&str; 13] = [
    "<?xml version=\"1.0\"?>",
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
    "<?xml version='1.0' encoding='utf-8' standalone='yes'?>",
    "<?xml version=\"1.1\"?>",
    "<?xml version=\"1.0\" encoding=\"UTF-16\"?>",
    "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>",
    "<?xml version=\"1.0\" encoding=\"UTF-7\"?>",
    "<?xml version=\"2.0\"?>",
    " <?xml version=\"1.0\"?>",
    "\u{feff}",
    "\n",
    "x",
    "<?xml version=\"1.0\" encoding=\"us-ascii\"?>",
];

/// What comes after the end.
const TRAILERS: [&str; 7] = ["\n", " ", "x", "<x/>", "\0", "]]>", "<!-- -->"];

pub(super) fn document_type(text: &str, dice: &mut Dice) -> Option<String> {
    let written = format!("{}{text}", dice.word(&DOCUMENT_TYPES));
    other_than(text, if dice.one_in(3) { written.replacen("Ada", "&e;", 1) } else { written })
}

pub(super) fn declaration(text: &str, dice: &mut Dice) -> Option<String> {
    if dice.one_in(4) {
        return other_than(text, format!("{text}{}", dice.word(&TRAILERS)));
    }
    other_than(text, format!("{}{text}", dice.word(&DECLARATIONS)))
}
