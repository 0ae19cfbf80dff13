//! Metadata of identity providers: nothing in it does harm, and whoever is found can be asked safely.

#![no_main]

use std::collections::HashSet;

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use varco_fuzz::{door, mutate};
use varco_saml::metadata::{Trust, identity_providers};

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| { mutate(data, size, max_size, seed) });

fuzz_target!(|input: &[u8]| {
    let Some((_, text)) = door(input) else { return };
    let now = "2026-11-25T10:00:00Z".parse().expect("an instant");
    let Ok(found) = identity_providers(text, Trust::Source, now) else { return };
    let mut seen = HashSet::new();
    for provider in found.providers {
        assert!(!provider.keys().is_empty(), "its answers could not be verified");
        assert!(seen.insert(provider.entity_id.clone()), "two providers of one name");
        let addresses = [provider.sso_redirect, provider.sso_post];
        assert!(addresses.iter().any(Option::is_some), "it cannot be asked");
        for address in addresses.into_iter().flatten() {
            assert!(address.starts_with("https://") || address.starts_with("http://"), "{address}");
            assert!(!address.contains(char::is_control), "{address}");
        }
    }
});
