//! Signature wrapping: what was signed is still in the document, but not where it is read.

use super::{inserted, spliced};
use crate::answer::{ASSERTION_ID, FISCAL_NUMBER};
use crate::dice::Dice;
use crate::markup::Markup;

/// The fiscal number of whoever the forger wants to be.
const SOMEBODY_ELSE: &str = "TINIT-RSSMRA80A01H501U";

/// The elements of this local name, from the outside in.
fn elements(text: &str, name: &str) -> Vec<std::ops::Range<usize>> {
    let mut found = Markup::of(text).elements;
    found.retain(|element| {
        let tag = text[element.start + 1..].split([' ', '>', '/', '\n']).next().unwrap_or_default();
        tag.rsplit(':').next() == Some(name)
    });
    found.sort_by_key(|element| element.start);
    found
}

/// Without the signature in it.
fn bare(element: &str) -> String {
    elements(element, "Signature").first().map_or_else(|| element.to_owned(), |at| spliced(element, at.clone(), ""))
}

/// About somebody else, under an identifier of the forger's choice.
fn forged(element: &str, dice: &mut Dice) -> String {
    let id = dice.word(&["_evil", ASSERTION_ID, ""]);
    element.replace(FISCAL_NUMBER, SOMEBODY_ELSE).replacen(
        &format!("ID=\"{ASSERTION_ID}\""),
        &format!("ID=\"{id}\""),
        1,
    )
}

/// Right after the start tag, or right before the end tag.
fn put_inside(parent: &str, child: &str, dice: &mut Dice) -> Option<String> {
    let at = if dice.one_in(2) { parent.find('>')? + 1 } else { parent.rfind("</")? };
    Some(inserted(parent, at, child))
}

/// The eight known forms and their neighbours: the forged one before, after, around, inside the signed
/// one; the signature with the one or the other; what is left over in some element that takes anything.
pub(super) fn wrap(text: &str, dice: &mut Dice) -> Option<String> {
    if dice.one_in(4) {
        return wrap_response(text, dice);
    }
    let place = elements(text, "Assertion").first()?.clone();
    let signed = &text[place.clone()];
    let unsigned = bare(signed);
    let evil = forged(&unsigned, dice);
    let signature = elements(signed, "Signature").first().map(|at| signed[at.clone()].to_owned())?;
    // The start tag has attributes: the first that is written like this is the end tag.
    let carrying =
        |evil: &str, signature: &str| Some(inserted(evil, evil.find("Issuer>")? + "Issuer>".len(), signature));
    let together = match dice.below(8) {
        0 => format!("{evil}{signed}"),
        1 => format!("{signed}{evil}"),
        2 => put_inside(&evil, signed, dice)?,
        3 => put_inside(signed, &evil, dice)?,
        4 => format!("{}{unsigned}", carrying(&evil, &signature)?),
        5 => carrying(&evil, &put_inside(&signature, &unsigned, dice)?)?,
        6 => carrying(&evil, &put_inside(&signature, &format!("<ds:Object>{unsigned}</ds:Object>"), dice)?)?,
        _ => return hide(text, place, &evil, dice),
    };
    Some(spliced(text, place, &together))
}

/// The signed one goes where nobody reads, and the forged one takes its place.
fn hide(text: &str, place: std::ops::Range<usize>, evil: &str, dice: &mut Dice) -> Option<String> {
    let signed = &text[place.clone()];
    let status = elements(text, "Status").first()?.clone();
    let replaced = spliced(text, place, evil);
    match dice.below(3) {
        0 => Some(inserted(&replaced, status.start, &format!("<samlp:Extensions>{signed}</samlp:Extensions>"))),
        1 => {
            let at = status.start + text[status.clone()].rfind("</")?;
            Some(inserted(&replaced, at, &format!("<samlp:StatusDetail>{signed}</samlp:StatusDetail>")))
        }
        _ => Some(inserted(&replaced, replaced.rfind("</")?, signed)),
    }
}

/// A forged response around the signed one, which stands in its signature, beside it, or last.
fn wrap_response(text: &str, dice: &mut Dice) -> Option<String> {
    let signature = elements(text, "Signature").first()?.clone();
    let original = spliced(text, signature.clone(), "");
    let evil = text.replace(FISCAL_NUMBER, SOMEBODY_ELSE).replacen("ID=\"_response\"", "ID=\"_evil\"", 1);
    let place = elements(&evil, "Signature").first()?.clone();
    Some(match dice.below(3) {
        0 => {
            let holding = put_inside(&text[signature], &format!("<ds:Object>{original}</ds:Object>"), dice)?;
            spliced(&evil, place, &holding)
        }
        1 => inserted(&evil, place.start, &original),
        _ => inserted(&evil, evil.rfind("</")?, text),
    })
}
