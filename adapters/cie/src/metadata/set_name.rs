//! The names of attribute sets.

use aws_lc_rs::digest::{SHA256, digest};

/// The name of an attribute set. CIE manual, federation, `<ServiceName>`: a UUID of version 4. It is drawn from the
/// entity identifier and the number of the set, so that every replica gives it the same.
pub(super) fn of(entity_id: &str, set: u16) -> String {
    let drawn = digest(&SHA256, format!("{entity_id} {set}").as_bytes());
    let bits = drawn.as_ref().iter().take(16).fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
    // RFC 9562 section 5.4: the version, and the variant, in their places.
    let bits = bits & !(0xf << 76 | 0x3 << 62) | 0x4 << 76 | 0x2 << 62;
    let hex = format!("{bits:032x}");
    format!("urn:uuid:{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_set_has_a_name_of_the_form_of_a_random_uuid() {
        let name = of("https://accesso.example/cie/c_e715", 1);
        let uuid = name.strip_prefix("urn:uuid:").unwrap();
        assert_eq!(uuid.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
        assert!(uuid.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)));
        assert_eq!(&uuid[14..15], "4", "the version");
        assert!("89ab".contains(&uuid[19..20]), "the variant");
    }

    #[test]
    fn a_set_keeps_its_name_and_shares_it_with_no_other() {
        let name = of("https://accesso.example/cie/c_e715", 1);
        assert_eq!(name, of("https://accesso.example/cie/c_e715", 1));
        assert_ne!(name, of("https://accesso.example/cie/c_e715", 2));
        assert_ne!(name, of("https://accesso.example/cie/c_altro", 1));
    }
}
