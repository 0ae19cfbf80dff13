//! As much DER as lists and answers need: they are walked through, and nothing of them is kept that need not be.

/// A value with its tag, and what comes after it.
pub(crate) struct Element<'d> {
    pub(crate) tag: u8,
    pub(crate) content: &'d [u8],
    /// Tag, length and content.
    pub(crate) whole: &'d [u8],
    pub(crate) rest: &'d [u8],
}

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const ENUMERATED: u8 = 0x0a;
pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const GENERALIZED_TIME: u8 = 0x18;
pub(crate) const SEQUENCE: u8 = 0x30;
/// The only parameters that algorithms have here: none, said or not said.
pub(crate) const NULL: [u8; 2] = [0x05, 0x00];

/// Something signed: certificates, lists and answers have the same form. (RFC 5280, sections 4.1 and 5.1; RFC 6960,
/// section 4.2.1.)
pub(crate) struct Signed<'d> {
    /// What is signed.
    pub(crate) content: &'d [u8],
    /// How, as it stands outside of it.
    pub(crate) algorithm: &'d [u8],
    /// The signature.
    pub(crate) value: &'d [u8],
}

// === impl Signed ===

impl<'d> Signed<'d> {
    /// Takes it apart. No signature covers what stands around it, so this has one form only.
    pub(crate) fn of(der: &'d [u8]) -> Option<Self> {
        let (signed, rest) = Self::within(only(der, SEQUENCE)?)?;
        rest.is_empty().then_some(signed)
    }

    /// The same without what stands around it, and what comes after it.
    pub(crate) fn within(parts: &'d [u8]) -> Option<(Self, &'d [u8])> {
        let content = expect(parts, SEQUENCE)?;
        let method = expect(content.rest, SEQUENCE)?;
        algorithm(method.content)?;
        let value = expect(method.rest, BIT_STRING)?;
        let (&unused, bits) = value.content.split_first()?;
        let signed = Self { content: content.whole, algorithm: method.whole, value: bits };
        (unused == 0).then_some((signed, value.rest))
    }
}

/// The identifier of an algorithm that has no parameters.
pub(crate) fn algorithm(method: &[u8]) -> Option<&[u8]> {
    let identifier = expect(method, OBJECT_IDENTIFIER)?;
    (identifier.rest.is_empty() || identifier.rest == NULL).then_some(identifier.content)
}

/// Takes the first value. Lengths are in their shortest form. (X.690, section 10.1.)
pub(crate) fn take(der: &[u8]) -> Option<Element<'_>> {
    let (&tag, rest) = der.split_first()?;
    // Tags of several bytes occur nowhere here.
    if tag & 0x1f == 0x1f {
        return None;
    }
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x84 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            let length = bytes.iter().fold(0_usize, |length, byte| length << 8 | usize::from(*byte));
            let shortest = bytes[0] != 0 && length > 0x7f;
            (shortest.then_some(length)?, rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some(Element { tag, content, whole: &der[..der.len() - rest.len()], rest })
}

/// Takes the first value, which must have this tag.
pub(crate) fn expect(der: &[u8], tag: u8) -> Option<Element<'_>> {
    take(der).filter(|element| element.tag == tag)
}

/// The content of a value that must have this tag, and after which nothing comes.
pub(crate) fn only(der: &[u8], tag: u8) -> Option<&[u8]> {
    expect(der, tag).filter(|element| element.rest.is_empty()).map(|element| element.content)
}

/// The content of the first value if it has this tag, and what comes after it.
pub(crate) fn optional(der: &[u8], tag: u8) -> (Option<&[u8]>, &[u8]) {
    expect(der, tag).map_or((None, der), |element| (Some(element.content), element.rest))
}

/// Writes a value of which these are the parts.
pub(crate) fn write(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let bytes = length.to_be_bytes();
    let significant = trimmed(&bytes);
    let mut der = Vec::with_capacity(length + bytes.len() + 2);
    der.push(tag);
    if length > 0x7f {
        der.push((0x80 | significant.len()).to_le_bytes()[0]);
    }
    der.extend_from_slice(if length == 0 { &[0] } else { significant });
    der.extend(parts.iter().copied().flatten());
    der
}

/// A whole number that is not negative, without leading zeros.
pub(crate) fn trimmed(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_one_form() {
        let one = take(&[0x30, 2, 1, 2, 9]).unwrap();
        assert_eq!((one.tag, one.content, one.rest), (0x30, &[1, 2][..], &[9][..]));
        let long = [&[0x04, 0x81, 0x80][..], &[7; 128]].concat();
        assert_eq!(take(&long).unwrap().content.len(), 128);
        for bad in [
            &[][..],
            &[0x30],
            &[0x30, 1],
            &[0x30, 0x80, 0],
            &[0x30, 0x81, 5, 1, 2, 3, 4, 5],
            &[0x1f, 1, 0],
            &[0x30, 0x82, 0, 0x81],
        ] {
            assert!(take(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn what_is_written_is_read() {
        for length in [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x1_0000] {
            let content = vec![7; length];
            let (first, second) = content.split_at(length / 2);
            let written = write(OCTET_STRING, &[first, second]);
            assert_eq!(only(&written, OCTET_STRING), Some(&content[..]));
        }
    }

    #[test]
    fn leading_zeros_say_nothing() {
        assert_eq!(trimmed(&[0, 0x80]), [0x80]);
        assert_eq!(trimmed(&[0, 0]), [0; 0]);
    }
}
