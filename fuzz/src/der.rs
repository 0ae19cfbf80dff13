//! A mutator that knows DER: values are changed, moved about and put in, and all lengths stay right.

use std::sync::LazyLock;

use varco_forge::card::der::{BIT_STRING, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, parts, write};
use varco_forge::dice::Dice;

use crate::cards::SEEDS;

/// Values deeper than this are taken as bytes.
const DEEPEST: usize = 24;

/// Longer bytes are left to the fuzzer's own engine, which sees the whole.
const LONGEST: usize = 4096;

/// Tags that values may get.
const TAGS: [u8; 23] = [
    0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0a, 0x0c, 0x13, 0x17, 0x18, 0x30, 0x31, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85,
    0x86, 0xa0, 0xa1, 0xa2,
];

/// What values may be called: what is said of lists, their entries, certificates and names, and algorithms.
const IDENTIFIERS: [&[u8]; 17] = [
    &[0x55, 0x1d, 0x0f],
    &[0x55, 0x1d, 0x13],
    &[0x55, 0x1d, 0x14],
    &[0x55, 0x1d, 0x15],
    &[0x55, 0x1d, 0x18],
    &[0x55, 0x1d, 0x1b],
    &[0x55, 0x1d, 0x1c],
    &[0x55, 0x1d, 0x1d],
    &[0x55, 0x1d, 0x1f],
    &[0x55, 0x1d, 0x20],
    &[0x55, 0x1d, 0x25],
    &[0x55, 4, 3],
    &[0x55, 4, 4],
    &[0x2b, 6, 1, 5, 5, 7, 3, 9],
    &[0x2b, 6, 1, 5, 5, 7, 1, 1],
    &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3],
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 12],
];

/// A value: bytes, or values after some bytes that lead to them.
#[derive(Clone, Debug)]
struct Value {
    tag: u8,
    bytes: Vec<u8>,
    values: Vec<Value>,
}

/// Values of all the seeds, to be put in elsewhere.
static DONORS: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let mut donors = Vec::new();
    let mut open: Vec<Value> = SEEDS.iter().flat_map(|seed| read(&seed[1..], 0).unwrap_or_default()).collect();
    while let Some(value) = open.pop() {
        open.extend(value.values.iter().cloned());
        donors.push(value);
    }
    donors
});

/// Changes what comes after the first byte of an input, if it is DER.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut dice = Dice::new(seed.into());
    let values = data[..size].get(1..).and_then(|der| read(der, 0)).filter(|values| !values.is_empty());
    let Some(mut values) = values.filter(|_| !dice.one_in(3)) else {
        return libfuzzer_sys::fuzzer_mutate(data, size, max_size);
    };
    for _ in 0..=dice.below(3) {
        change(&mut values, &mut dice);
    }
    let changed = [&data[..1], &written(&values)].concat();
    let length = changed.len().min(max_size);
    data[..length].copy_from_slice(&changed[..length]);
    length
}

fn change(values: &mut Vec<Value>, dice: &mut Dice) {
    let other = pick(values, dice).cloned();
    let Some((list, at)) = place(values, dice.below(count(values))) else { return };
    // What is put in may be the last one, too.
    let (after, another) = (at + dice.below(2), dice.below(list.len()));
    match dice.below(10) {
        0 => drop(list.remove(at)),
        1 => list.insert(at, list[at].clone()),
        2 => list[at] = other.unwrap_or_else(|| list[at].clone()),
        3 => list[at].tag = *dice.one_of(&TAGS).unwrap_or(&0),
        4 => list[at] = donor(dice, Some(list[at].tag)),
        5 => list.insert(after, donor(dice, None)),
        6 => list[at] = Value { tag: SEQUENCE, bytes: Vec::new(), values: vec![list[at].clone()] },
        7 => list.swap(at, another),
        8 => list[at].change_edge(dice),
        _ => list[at].change_bytes(dice),
    }
}

/// A value of a seed, with this tag if there is one.
fn donor(dice: &mut Dice, tag: Option<u8>) -> Value {
    let fits = |value: &&Value| tag.is_none_or(|tag| tag == value.tag);
    let start = dice.below(DONORS.len());
    let found = DONORS[start..].iter().chain(&DONORS[..start]).find(fits);
    found.unwrap_or(&DONORS[start]).clone()
}

fn pick<'v>(values: &'v mut Vec<Value>, dice: &mut Dice) -> Option<&'v Value> {
    let (list, at) = place(values, dice.below(count(values)))?;
    list.get(at)
}

/// The list that holds the value with this number, counted from the outside in.
fn place(values: &mut Vec<Value>, mut number: usize) -> Option<(&mut Vec<Value>, usize)> {
    for at in 0..values.len() {
        if number == 0 {
            return Some((values, at));
        }
        number -= 1;
        let inside = count(&values[at].values);
        if number < inside {
            return place(&mut values[at].values, number);
        }
        number -= inside;
    }
    None
}

fn count(values: &[Value]) -> usize {
    values.iter().map(|value| 1 + count(&value.values)).sum()
}

/// The values that these bytes are, if they are nothing else.
fn read(der: &[u8], depth: usize) -> Option<Vec<Value>> {
    let found = parts(der);
    let whole = found.iter().map(|part| part.whole.len()).sum::<usize>() == der.len();
    let read = |part: varco_forge::card::der::Part<'_>| Value::of(part.tag, part.content, depth + 1);
    (whole && depth < DEEPEST).then(|| found.into_iter().map(read).collect())
}

fn written(values: &[Value]) -> Vec<u8> {
    values.iter().flat_map(|value| write(value.tag, &[&value.bytes, &written(&value.values)])).collect()
}

// === impl Value ===

impl Value {
    fn of(tag: u8, content: &[u8], depth: usize) -> Self {
        // Bits begin with how many of them do not count.
        let lead = usize::from(tag == BIT_STRING && content.first() == Some(&0));
        let holds_values = tag & 0x20 != 0 || [BIT_STRING, OCTET_STRING].contains(&tag);
        let (bytes, rest) = content.split_at(lead);
        match read(rest, depth).filter(|values| holds_values && !values.is_empty()) {
            Some(values) => Self { tag, bytes: bytes.to_vec(), values },
            None => Self { tag, bytes: content.to_vec(), values: Vec::new() },
        }
    }

    /// The first byte and the last one say the most.
    fn change_edge(&mut self, dice: &mut Dice) {
        let edge = if dice.one_in(2) { self.bytes.first_mut() } else { self.bytes.last_mut() };
        if let Some(edge) = edge {
            *edge ^= 1 << dice.below(8);
        }
    }

    fn change_bytes(&mut self, dice: &mut Dice) {
        let size = self.bytes.len();
        if self.tag == OBJECT_IDENTIFIER && !dice.one_in(4) {
            self.bytes = dice.one_of(&IDENTIFIERS).map_or_else(Vec::new, |identifier| identifier.to_vec());
        } else if size <= LONGEST {
            self.bytes.resize(size + 16, 0);
            let length = libfuzzer_sys::fuzzer_mutate(&mut self.bytes, size, size + 16);
            self.bytes.truncate(length);
        }
    }
}
