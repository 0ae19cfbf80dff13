//! What a list says of itself: of which certificates it is, and which one it is in the row. (RFC 5280, section 5.2.)

use super::ListRefusal;
use super::serials::{Padded, padded};
use crate::der::{INTEGER, SEQUENCE, only, optional, take, trimmed};
use crate::extensions::Extensions;

const NUMBER: &[u8] = &[0x55, 0x1d, 0x14];
const DELTA: &[u8] = &[0x55, 0x1d, 0x1b];
const ISSUING_DISTRIBUTION_POINT: &[u8] = &[0x55, 0x1d, 0x1c];

/// Tags of an issuing distribution point. (RFC 5280, section 5.2.5.)
const POINT: u8 = 0xa0;
const FULL_NAME: u8 = 0xa0;
const ADDRESS: u8 = 0x86;
const ONLY_USERS: u8 = 0x81;
const ONLY_SOME_REASONS: u8 = 0x83;
const ONLY_ATTRIBUTES: u8 = 0x85;

/// What a list says of itself.
#[derive(Default)]
pub(super) struct Marks {
    pub(super) number: Option<Padded>,
    /// Where it is published, for a list of a part.
    pub(super) scope: Option<Vec<Box<[u8]>>>,
}

// === impl Marks ===

impl Marks {
    /// A part of a list is told by extensions that are critical. One that is not understood may be of that kind.
    pub(super) fn of(extensions: &[u8]) -> Result<Self, ListRefusal> {
        let mut marks = Self::default();
        let (mut numbers, mut points) = (0, 0);
        for extension in Extensions::of(extensions).ok_or(ListRefusal::Malformed)? {
            let extension = extension.ok_or(ListRefusal::Malformed)?;
            match extension.identifier {
                NUMBER => {
                    numbers += 1;
                    marks.number = Some(number(extension.value).ok_or(ListRefusal::Malformed)?);
                }
                ISSUING_DISTRIBUTION_POINT => {
                    points += 1;
                    marks.scope = scope(extension.value)?;
                }
                DELTA => return Err(ListRefusal::Partial),
                _ if extension.critical => return Err(ListRefusal::Partial),
                _ => (),
            }
        }
        if numbers > 1 || points > 1 { Err(ListRefusal::Malformed) } else { Ok(marks) }
    }

    pub(super) fn bytes(&self) -> usize {
        let names = self.scope.iter().flatten();
        names.map(|name| name.len() + size_of::<Box<[u8]>>()).sum()
    }
}

/// Section 5.2.3: a whole number of up to 20 bytes that is not negative.
fn number(value: &[u8]) -> Option<Padded> {
    let number = only(value, INTEGER)?;
    let positive = number.first().is_some_and(|first| first & 0x80 == 0);
    if positive { padded(trimmed(number)) } else { None }
}

/// The names of its distribution point. Those that are no addresses are not kept: a list with such names alone is of a
/// part that nobody here can tell.
fn scope(value: &[u8]) -> Result<Option<Vec<Box<[u8]>>>, ListRefusal> {
    let content = only(value, SEQUENCE).ok_or(ListRefusal::Malformed)?;
    let (point, rest) = optional(content, POINT);
    check_limits(rest)?;
    point.map(|point| addresses(point).ok_or(ListRefusal::Malformed)).transpose()
}

/// Which certificates and reasons it is of. Cards are users' certificates; all other limits are too narrow for them.
fn check_limits(mut rest: &[u8]) -> Result<(), ListRefusal> {
    let mut last = 0;
    while !rest.is_empty() {
        let limit = take(rest).ok_or(ListRefusal::Malformed)?;
        let said = match (limit.tag, limit.content) {
            (ONLY_SOME_REASONS, _) | (_, [0xff]) => true,
            (_, [0]) => false,
            _ => return Err(ListRefusal::Malformed),
        };
        if limit.tag <= last || !(ONLY_USERS..=ONLY_ATTRIBUTES).contains(&limit.tag) {
            return Err(ListRefusal::Malformed);
        }
        if said && limit.tag != ONLY_USERS {
            return Err(ListRefusal::Partial);
        }
        (last, rest) = (limit.tag, limit.rest);
    }
    Ok(())
}

fn addresses(point: &[u8]) -> Option<Vec<Box<[u8]>>> {
    let kind = take(point).filter(|kind| kind.rest.is_empty())?;
    let mut addresses = Vec::new();
    let mut rest = if kind.tag == FULL_NAME { kind.content } else { &[] };
    while !rest.is_empty() {
        let name = take(rest)?;
        if name.tag == ADDRESS {
            addresses.push(name.content.into());
        }
        rest = name.rest;
    }
    Some(addresses)
}
