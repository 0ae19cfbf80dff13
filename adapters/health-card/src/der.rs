//! As much DER as long lists need: they are walked through once, and nothing of them is kept that need not be.

/// A value with its tag, and what comes after it.
pub(crate) struct Element<'d> {
    pub(crate) tag: u8,
    pub(crate) content: &'d [u8],
    pub(crate) rest: &'d [u8],
}

pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const INTEGER: u8 = 0x02;
const OBJECT_IDENTIFIER: u8 = 0x06;
const BIT_STRING: u8 = 0x03;
/// The only parameters that algorithms have here: none, said or not said.
const NULL: [u8; 2] = [0x05, 0x00];

/// Something signed: certificates and lists have the same form. (RFC 5280, sections 4.1 and 5.1.)
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
        let whole = expect(der, SEQUENCE).filter(|whole| whole.rest.is_empty())?;
        let list = expect(whole.content, SEQUENCE)?;
        let content = &whole.content[..whole.content.len() - list.rest.len()];
        let method = expect(list.rest, SEQUENCE)?;
        let algorithm = &list.rest[..list.rest.len() - method.rest.len()];
        let identifier = expect(method.content, OBJECT_IDENTIFIER)?;
        let bare = identifier.rest.is_empty() || identifier.rest == NULL;
        let value = expect(method.rest, BIT_STRING).filter(|value| value.rest.is_empty() && bare)?;
        let (&unused, value) = value.content.split_first()?;
        (unused == 0).then_some(Self { content, algorithm, value })
    }
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
    Some(Element { tag, content, rest })
}

/// Takes the first value, which must have this tag.
pub(crate) fn expect(der: &[u8], tag: u8) -> Option<Element<'_>> {
    take(der).filter(|element| element.tag == tag)
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
    fn leading_zeros_say_nothing() {
        assert_eq!(trimmed(&[0, 0x80]), [0x80]);
        assert_eq!(trimmed(&[0, 0]), [0; 0]);
    }
}
