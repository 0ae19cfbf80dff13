//! Changes that know nothing of XML.

use super::{boundary, inserted, other_than, spliced};
use crate::dice::Dice;

/// What parsers stumble over.
const ODD: [&str; 24] = [
    "<", ">", "&", "\"", "'", "=", "/", ":", "#", "\0", "\t", "\r", "\n", "\r\n", " ", "\u{85}", "\u{2028}",
    "\u{fffe}", "\u{feff}", "]]>", "&#0;", "&#xD;", "é", "A",
];

/// The range of one character.
fn character(text: &str, dice: &mut Dice) -> Option<std::ops::Range<usize>> {
    let start = boundary(text, dice);
    let length = text[start..].chars().next()?.len_utf8();
    Some(start..start + length)
}

/// A range of a few characters, now and then of many.
fn stretch(text: &str, dice: &mut Dice) -> std::ops::Range<usize> {
    let start = boundary(text, dice);
    let longest = if dice.one_in(4) { 2000 } else { 12 };
    let end = text.floor_char_boundary((start + 1 + dice.below(longest)).min(text.len()));
    start..end.max(start)
}

pub(super) fn replace(text: &str, dice: &mut Dice) -> Option<String> {
    let with = dice.word(&ODD);
    Some(spliced(text, character(text, dice)?, with))
}

pub(super) fn insert(text: &str, dice: &mut Dice) -> Option<String> {
    let what = dice.word(&ODD);
    other_than(text, inserted(text, boundary(text, dice), what))
}

pub(super) fn remove(text: &str, dice: &mut Dice) -> Option<String> {
    other_than(text, spliced(text, stretch(text, dice), ""))
}

pub(super) fn repeat(text: &str, dice: &mut Dice) -> Option<String> {
    let range = stretch(text, dice);
    other_than(text, inserted(text, range.end, &text[range]))
}

/// Only where the result is still UTF-8: everything else is refused before anybody reads it.
pub(super) fn flip(text: &str, dice: &mut Dice) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    *bytes.get_mut(dice.below(text.len()))? ^= 1 << dice.below(7);
    String::from_utf8(bytes).ok()
}
