//! HMAC-SHA256 over a list of parts, written so that no two lists give the same bytes.

use aws_lc_rs::hmac;

/// A key for authentication codes of one purpose.
pub(crate) struct MacKey(hmac::Key);

impl MacKey {
    pub(crate) fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// The code of these parts. Each is preceded by its length: `("ab", "c")` and `("a", "bc")`
    /// must not be the same person, host or body.
    pub(crate) fn over(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        let mut code = [0; 32];
        code.copy_from_slice(context.sign().as_ref());
        code
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn where_one_part_ends_and_the_next_begins_matters(text in "[a-z]{1,12}", cuts: [u8; 2]) {
            let [one, other] = cuts.map(|cut| text.split_at(usize::from(cut) % (text.len() + 1)));
            let key = MacKey::new(&[1; 32]);
            let code = |(left, right): (&str, &str)| key.over(&[left.as_bytes(), right.as_bytes()]);
            prop_assert_eq!(code(one) == code(other), one == other);
            prop_assert_ne!(code(one), key.over(&[text.as_bytes()]));
        }
    }
}
