//! What binds a hand-off to the browser that waits for it.

use aws_lc_rs::digest;
use varco_core::handoff::Binding;
use varco_core::secret::Secret;

/// The binding for the value in the hand-off cookie: it can be shown to anybody, and only who holds
/// the cookie can have made it.
pub fn binding_of(secret: &Secret) -> Binding {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest::digest(&digest::SHA256, secret.as_bytes()).as_ref());
    Binding::of_digest(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binding_is_the_digest_of_the_secret() {
        let binding = binding_of(&Secret::from_bytes([7; 16]));
        assert_eq!(binding.as_str(), "12HUBq8qSloV9nySQ3jtiNH4XBPxo3_HNm9ZeJs7zWU");
        assert_eq!(Binding::parse(binding.as_str()), Ok(binding));
    }
}
