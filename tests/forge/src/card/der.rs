//! As much DER as it takes to write what authorities sign, and to find the parts of it.

/// The tag of bits, of which a signature is made.
pub const BIT_STRING: u8 = 0x03;
/// The tag of bytes, which may be a value themselves.
pub const OCTET_STRING: u8 = 0x04;
/// The tag of what has a registered name.
pub const OBJECT_IDENTIFIER: u8 = 0x06;
/// The tag of one of several.
pub const ENUMERATED: u8 = 0x0a;
/// The tag of an instant.
pub const GENERALIZED_TIME: u8 = 0x18;
/// The tag of values in their order.
pub const SEQUENCE: u8 = 0x30;
/// The tag of an address, where names of several kinds may stand.
pub const ADDRESS: u8 = 0x86;

/// A value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'d> {
    /// Its tag.
    pub tag: u8,
    /// What it holds.
    pub content: &'d [u8],
    /// Tag, length and content.
    pub whole: &'d [u8],
}

/// The values that stand one after the other, up to the first one that is none.
pub fn parts(der: &[u8]) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    let mut rest = der;
    while let Some((part, after)) = first(rest) {
        found.push(part);
        rest = after;
    }
    found
}

/// Writes a value of which these are the parts.
pub fn write(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let bytes = content.len().to_be_bytes();
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let significant = &bytes[zeros.min(bytes.len() - 1)..];
    let mut whole = vec![tag];
    if content.len() > 0x7f {
        whole.push(0x80 | significant.len().to_le_bytes()[0]);
    }
    whole.extend_from_slice(significant);
    whole.extend(content);
    whole
}

fn first(der: &[u8]) -> Option<(Part<'_>, &[u8])> {
    let (&[tag, length], mut rest) = der.split_first_chunk::<2>()?;
    let mut length = usize::from(length);
    if length > 0x7f {
        let (bytes, after) = rest.split_at_checked(length & 0x7f).filter(|(bytes, _)| bytes.len() <= 4)?;
        length = bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
        rest = after;
    }
    let (content, rest) = rest.split_at_checked(length)?;
    Some((Part { tag, content, whole: &der[..der.len() - rest.len()] }, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_found() {
        for length in [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x1_0000] {
            let content = vec![7; length];
            let written = [write(SEQUENCE, &[&content]), write(OCTET_STRING, &[&[1]])].concat();
            let [one, other] = &parts(&written)[..] else { panic!("{length}") };
            assert_eq!((one.tag, one.content, other.whole), (SEQUENCE, &content[..], &[4, 1, 1][..]));
        }
    }

    #[test]
    fn what_is_broken_ends() {
        for bad in [&[][..], &[0x30], &[0x30, 1], &[0x30, 0x85, 0, 0, 0, 0, 0], &[0x30, 0x82, 1]] {
            assert_eq!(parts(bad), []);
        }
    }
}
