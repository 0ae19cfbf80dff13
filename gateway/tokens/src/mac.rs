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
