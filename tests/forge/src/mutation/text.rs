//! Texts that are written in another way, or cut by something that readers pass over.

use super::{boundary, inserted, spliced};
use crate::dice::Dice;
use crate::markup::Markup;

/// A place inside a text, or between two tags.
fn place(text: &str, dice: &mut Dice) -> Option<usize> {
    let markup = Markup::of(text);
    if dice.one_in(2) {
        return dice.one_of(&markup.tags).map(|tag| tag.end);
    }
    let within = dice.one_of(&markup.texts)?.clone();
    Some(text.floor_char_boundary(within.start + dice.below(within.len() + 1)))
}

pub(super) fn comment(text: &str, dice: &mut Dice) -> Option<String> {
    let comment = dice.word(&["<!---->", "<!-- x -->", "<!-- </saml:Assertion> -->", "<!----><!---->"]);
    Some(inserted(text, place(text, dice)?, comment))
}

pub(super) fn instruction(text: &str, dice: &mut Dice) -> Option<String> {
    let instruction = dice.word(&["<?x?>", "<?x y='z'?>", "<?xml version=\"1.0\"?>", "<?xml-stylesheet href='x'?>"]);
    Some(inserted(text, place(text, dice)?, instruction))
}

/// The same text as a section, in part or whole; or an empty section.
pub(super) fn section(text: &str, dice: &mut Dice) -> Option<String> {
    if dice.one_in(3) {
        return Some(inserted(text, place(text, dice)?, "<![CDATA[]]>"));
    }
    let within = dice.one_of(&Markup::of(text).texts)?.clone();
    let start = text.floor_char_boundary(within.start + dice.below(within.len()));
    let end = text.floor_char_boundary(start + dice.below(within.end - start + 1)).max(start);
    let written = format!("<![CDATA[{}]]>", &text[start..end]);
    Some(spliced(text, start..end, &written))
}

/// A character of a text or of an attribute.
pub(super) fn reference(text: &str, dice: &mut Dice) -> Option<String> {
    let markup = Markup::of(text);
    let within = if dice.one_in(3) { dice.one_of(&markup.attributes)? } else { dice.one_of(&markup.texts)? }.clone();
    let start = text.floor_char_boundary(within.start + dice.below(within.len()));
    let character = text[start..].chars().next()?;
    let code = u32::from(character);
    let written = match dice.below(5) {
        0 => format!("&#{code};"),
        1 => format!("&#x{code:X};"),
        2 => format!("&#x000{code:x};"),
        3 => format!("&e;{character}"),
        _ => format!("&#{};{character}", dice.word(&["0", "1", "13", "xFFFE", "xD800", "x110000", "133", "8232"])),
    };
    Some(spliced(text, start..start + character.len_utf8(), &written))
}

pub(super) fn white_space(text: &str, dice: &mut Dice) -> Option<String> {
    let white = dice.word(&[" ", "\n", "\t", "\r", "\r\n", "\n\n  ", "\u{a0}", "\u{85}", "\u{2028}", "&#13;", "&#10;"]);
    let at = match dice.below(4) {
        0 => boundary(text, dice),
        // Inside a tag, before an attribute or before its end.
        1 => dice.one_of(&Markup::of(text).attributes)?.start,
        2 => dice.one_of(&Markup::of(text).tags)?.end - 1,
        _ => place(text, dice)?,
    };
    Some(inserted(text, at, white))
}

/// Letters of another script, and the same letter composed in another way.
pub(super) fn lookalike(text: &str, dice: &mut Dice) -> Option<String> {
    let pairs = [('a', "а"), ('e', "е"), ('o', "о"), ('A', "Α"), ('i', "ı"), ('s', "ſ"), ('K', "\u{212a}")];
    let (letter, other) = *dice.one_of(&pairs)?;
    let places: Vec<usize> = text.match_indices(letter).map(|(at, _)| at).collect();
    let at = *dice.one_of(&places)?;
    if dice.one_in(3) {
        return Some(inserted(text, at + 1, dice.word(&["\u{200b}", "\u{301}", "\u{ad}", "\u{202e}"])));
    }
    Some(spliced(text, at..at + 1, other))
}
