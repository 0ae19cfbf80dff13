//! Numbers of certificates, each in as little room as it needs: an authority may have revoked a million.

use super::ListRefusal;
use super::entries::Entries;
use crate::der::trimmed;

/// The longest number that a certificate or a list may have. (RFC 5280, sections 4.1.2.2 and 5.2.3.)
const LONGEST: usize = 20;

/// A number that begins with as many zeros as it needs.
pub(super) type Padded = [u8; LONGEST];

/// Sorted numbers, by how long they are.
pub(super) struct Serials {
    short: Vec<u64>,
    middle: Vec<u128>,
    long: Vec<Padded>,
}

/// A number of one of these lengths.
enum Serial {
    Short(u64),
    Middle(u128),
    Long(Padded),
}

// === impl Serials ===

impl Serials {
    /// Reads entries twice: to count them, so that no more room is taken than they need, and to keep them.
    pub(super) fn of(entries: &[u8]) -> Result<Self, ListRefusal> {
        let (mut short, mut middle, mut long) = (0, 0, 0);
        for serial in Entries(entries) {
            match Serial::of(serial?).ok_or(ListRefusal::Malformed)? {
                Serial::Short(_) => short += 1,
                Serial::Middle(_) => middle += 1,
                Serial::Long(_) => long += 1,
            }
        }
        let mut serials = Self {
            short: Vec::with_capacity(short),
            middle: Vec::with_capacity(middle),
            long: Vec::with_capacity(long),
        };
        for serial in Entries(entries) {
            match Serial::of(serial?).ok_or(ListRefusal::Malformed)? {
                Serial::Short(number) => serials.short.push(number),
                Serial::Middle(number) => serials.middle.push(number),
                Serial::Long(number) => serials.long.push(number),
            }
        }
        serials.short.sort_unstable();
        serials.middle.sort_unstable();
        serials.long.sort_unstable();
        Ok(serials)
    }

    pub(super) fn hold(&self, serial: &[u8]) -> bool {
        match Serial::of(serial) {
            Some(Serial::Short(number)) => self.short.binary_search(&number).is_ok(),
            Some(Serial::Middle(number)) => self.middle.binary_search(&number).is_ok(),
            Some(Serial::Long(number)) => self.long.binary_search(&number).is_ok(),
            None => false,
        }
    }

    pub(super) const fn length(&self) -> usize {
        self.short.len() + self.middle.len() + self.long.len()
    }

    pub(super) const fn bytes(&self) -> usize {
        self.short.capacity() * size_of::<u64>()
            + self.middle.capacity() * size_of::<u128>()
            + self.long.capacity() * LONGEST
    }
}

// === impl Serial ===

impl Serial {
    fn of(number: &[u8]) -> Option<Self> {
        let number = trimmed(number);
        let value = || number.iter().fold(0, |value, byte| value << 8 | u128::from(*byte));
        match number.len() {
            0..=8 => u64::try_from(value()).ok().map(Self::Short),
            9..=16 => Some(Self::Middle(value())),
            _ => padded(number).map(Self::Long),
        }
    }
}

/// A number without leading zeros, unless it is too long.
pub(super) fn padded(number: &[u8]) -> Option<Padded> {
    let mut padded = [0; LONGEST];
    let zeros = LONGEST.checked_sub(number.len())?;
    padded[zeros..].copy_from_slice(number);
    Some(padded)
}
