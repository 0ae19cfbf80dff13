//! Elements that are doubled, moved, removed, wrapped.

use super::{inserted, spliced};
use crate::dice::Dice;
use crate::markup::Markup;

/// What an element is wrapped into.
const WRAPPERS: [(&str, &str); 7] = [
    ("<samlp:Extensions>", "</samlp:Extensions>"),
    ("<saml:Advice>", "</saml:Advice>"),
    ("<ds:Object xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">", "</ds:Object>"),
    ("<x xmlns=\"urn:x\">", "</x>"),
    ("<x>", "</x>"),
    ("<samlp:StatusDetail>", "</samlp:StatusDetail>"),
    ("<saml:EncryptedAssertion>", "</saml:EncryptedAssertion>"),
];

pub(super) fn double(text: &str, dice: &mut Dice) -> Option<String> {
    let element = dice.one_of(&Markup::of(text).elements)?.clone();
    Some(inserted(text, element.end, &text[element]))
}

pub(super) fn remove(text: &str, dice: &mut Dice) -> Option<String> {
    let element = dice.one_of(&Markup::of(text).elements)?.clone();
    Some(spliced(text, element, ""))
}

/// Somewhere else in the document, or a copy of it there.
pub(super) fn relocate(text: &str, dice: &mut Dice) -> Option<String> {
    let markup = Markup::of(text);
    let element = dice.one_of(&markup.elements)?.clone();
    let to = dice.one_of(&markup.tags)?.end;
    let moved = inserted(text, to, &text[element.clone()]);
    if dice.one_in(2) || element.contains(&to) {
        return Some(moved);
    }
    let shift = if to <= element.start { element.len() } else { 0 };
    Some(spliced(&moved, element.start + shift..element.end + shift, ""))
}

pub(super) fn exchange(text: &str, dice: &mut Dice) -> Option<String> {
    let markup = Markup::of(text);
    let (one, other) = (dice.one_of(&markup.elements)?, dice.one_of(&markup.elements)?);
    let (first, second) = if one.start < other.start { (one, other) } else { (other, one) };
    if first.end > second.start {
        return None;
    }
    let parts = [
        &text[..first.start],
        &text[second.clone()],
        &text[first.end..second.start],
        &text[first.clone()],
        &text[second.end..],
    ];
    Some(parts.concat())
}

pub(super) fn wrap(text: &str, dice: &mut Dice) -> Option<String> {
    let element = dice.one_of(&Markup::of(text).elements)?.clone();
    let (open, close) = dice.one_of(&WRAPPERS)?;
    Some(spliced(text, element.clone(), &[open, &text[element], close].concat()))
}

/// Start and end tag alike, where both are found.
pub(super) fn rename(text: &str, dice: &mut Dice) -> Option<String> {
    let element = dice.one_of(&Markup::of(text).elements)?.clone();
    let whole = &text[element.clone()];
    let name = whole[1..].split([' ', '>', '/', '\n']).next()?;
    let local = name.rsplit(':').next()?;
    let other = match dice.below(4) {
        0 => name.replace(local, &local.to_uppercase()),
        1 => name.replace(local, &format!("{local}s")),
        2 => local.to_owned(),
        _ => format!("x:{name}"),
    };
    let renamed = whole.replacen(name, &other, 1);
    let closed = match renamed.strip_suffix(&format!("</{name}>")) {
        Some(open) => format!("{open}</{other}>"),
        None => renamed,
    };
    Some(spliced(text, element, &closed))
}

/// `<a/>` for `<a></a>`, and the other way round.
pub(super) fn empty(text: &str, dice: &mut Dice) -> Option<String> {
    let markup = Markup::of(text);
    let is_empty =
        |tag: &&std::ops::Range<usize>| text[tag.end..].starts_with("</") || text[(*tag).clone()].ends_with("/>");
    let tags: Vec<_> = markup.tags.iter().filter(is_empty).collect();
    let tag = (*dice.one_of(&tags)?).clone();
    let written = &text[tag.clone()];
    let name = written[1..].split([' ', '>', '/', '\n']).next()?;
    if let Some(open) = written.strip_suffix("/>") {
        return Some(spliced(text, tag, &format!("{open}></{name}>")));
    }
    let end = tag.end + text[tag.end..].find('>')? + 1;
    Some(spliced(text, tag.start..end, &format!("{}/>", written.strip_suffix('>')?)))
}
