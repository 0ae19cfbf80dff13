//! Ways to change a message after it was signed.

mod attributes;
mod bytes;
mod elements;
mod namespaces;
mod prolog;
mod signature;
mod text;
mod wrapping;

use crate::dice::Dice;

/// A way to change a message; `None` where the message has nothing to change in this way.
pub type Change = fn(&str, &mut Dice) -> Option<String>;

/// Every way, by name.
pub const ALL: [(&str, Change); 37] = [
    ("a character replaced", bytes::replace),
    ("a character inserted", bytes::insert),
    ("characters removed", bytes::remove),
    ("characters repeated", bytes::repeat),
    ("a bit flipped", bytes::flip),
    ("an element doubled", elements::double),
    ("an element removed", elements::remove),
    ("an element moved", elements::relocate),
    ("two elements exchanged", elements::exchange),
    ("an element wrapped", elements::wrap),
    ("an element renamed", elements::rename),
    ("an empty element written in another way", elements::empty),
    ("an attribute changed", attributes::change),
    ("an attribute added", attributes::add),
    ("an attribute removed", attributes::remove),
    ("an attribute doubled", attributes::double),
    ("attributes in another order or other quotes", attributes::reorder),
    ("an identifier doubled", attributes::double_identifier),
    ("a comment", text::comment),
    ("a processing instruction", text::instruction),
    ("a character data section", text::section),
    ("a character written as a reference", text::reference),
    ("white space", text::white_space),
    ("a character that looks like another", text::lookalike),
    ("a namespace declared", namespaces::declare),
    ("a namespace changed", namespaces::change),
    ("a prefix changed", namespaces::prefix),
    ("a document type", prolog::document_type),
    ("a declaration", prolog::declaration),
    ("an algorithm changed", signature::algorithm),
    ("base64 written in another way", signature::base64),
    ("a reference to something else", signature::reference),
    ("other transforms", signature::transforms),
    ("another part in a signature", signature::part),
    ("another key named", signature::key_info),
    ("a second signature", signature::second),
    ("a signature wrapped", wrapping::wrap),
];

/// A message that was changed.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// Its XML text.
    pub xml: String,
    /// The ways in which it was changed, in their order.
    pub ways: Vec<&'static str>,
}

/// Changes a signed message, in one way mostly, in up to three.
pub fn mutate(signed: &str, dice: &mut Dice) -> Mutant {
    let wanted = if dice.one_in(3) { 2 + dice.below(2) } else { 1 };
    let mut mutant = Mutant { xml: signed.to_owned(), ways: Vec::new() };
    // Some ways find nothing to change: a few more throws than are wanted.
    for _ in 0..8 * wanted {
        if mutant.ways.len() == wanted {
            break;
        }
        let Some((name, change)) = dice.one_of(&ALL) else { break };
        if let Some(changed) = change(&mutant.xml, dice).and_then(|changed| other_than(&mutant.xml, changed)) {
            mutant.xml = changed;
            mutant.ways.push(name);
        }
    }
    mutant
}

/// The text with a range of it replaced. In a broken document a tag may end within a character.
fn spliced(text: &str, range: std::ops::Range<usize>, with: &str) -> String {
    let (start, end) = (text.floor_char_boundary(range.start), text.floor_char_boundary(range.end));
    [&text[..start], with, &text[end.max(start)..]].concat()
}

/// The text with something put in.
fn inserted(text: &str, at: usize, what: &str) -> String {
    spliced(text, at..at, what)
}

/// What came out, unless nothing changed.
fn other_than(text: &str, changed: String) -> Option<String> {
    (changed != text).then_some(changed)
}

/// A place between two characters.
fn boundary(text: &str, dice: &mut Dice) -> usize {
    text.floor_char_boundary(dice.below(text.len() + 1))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::answer::{Answer, FISCAL_NUMBER};
    use crate::provider::Provider;
    use crate::trial;

    fn signed() -> (Provider, String) {
        let provider = Provider::new().unwrap();
        let mut answer = Answer::draw(&mut Dice::new(1));
        answer.response_signed = false;
        let xml = provider.seal(&answer.write(), false).unwrap();
        (provider, xml)
    }

    #[test]
    fn every_way_changes_something_and_none_makes_another_person() {
        let (provider, xml) = signed();
        let mut dice = Dice::new(1);
        for (name, change) in ALL {
            let mutants: Vec<_> = (0..60).filter_map(|_| change(&xml, &mut dice)).collect();
            assert!(mutants.iter().any(|mutant| *mutant != xml), "{name} changes nothing");
            for mutant in mutants {
                if let Ok(read) = trial::read(&mutant, &provider) {
                    assert_eq!(read.attributes["fiscalNumber"], FISCAL_NUMBER, "{name}: {mutant}");
                }
            }
        }
    }

    #[test]
    fn what_is_broken_can_be_broken_further() {
        let (_, xml) = signed();
        for seed in 0..60 {
            let mut dice = Dice::new(seed);
            let broken = (0..60).fold(xml.clone(), |text, _| mutate(&text, &mut dice).xml.chars().take(9000).collect());
            assert_ne!(broken, xml);
        }
    }

    #[test]
    fn some_mutants_are_accepted_and_most_are_not() {
        let (provider, xml) = signed();
        let mut accepted: BTreeMap<bool, u32> = BTreeMap::new();
        for seed in 0..400 {
            let mutant = mutate(&xml, &mut Dice::new(seed));
            *accepted.entry(trial::read(&mutant.xml, &provider).is_ok()).or_default() += 1;
        }
        assert!(accepted[&true] > 10 && accepted[&false] > 200, "{accepted:?}");
    }
}
