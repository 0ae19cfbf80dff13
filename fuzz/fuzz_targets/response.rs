//! A response as a browser brings it: whatever it is, the person is one whom the provider signed.

#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use varco_forge::trial;
use varco_fuzz::{ASSERTED, PROVIDER, door, mutate, said};

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| { mutate(data, size, max_size, seed) });

fuzz_target!(|input: &[u8]| {
    let Some((door, text)) = door(input) else { return };
    match door {
        // The field of the form, as it comes.
        b'F' => only_what_was_signed(trial::read_field(text, &PROVIDER)),
        // An answer that the provider signs whatever it says: all checks after the signature.
        b'A' | b'R' => {
            if let Ok(signed) = PROVIDER.seal(text, door == b'R') {
                let _ = trial::read(&signed, &PROVIDER);
            }
        }
        _ => only_what_was_signed(trial::read(text, &PROVIDER)),
    }
});

fn only_what_was_signed<E>(outcome: Result<varco_saml::response::VerifiedAssertion, E>) {
    if let Ok(assertion) = outcome {
        let said = said(&assertion);
        assert!(ASSERTED.contains(&said), "nobody signed {said}");
    }
}
