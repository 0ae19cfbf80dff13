//! The query of a redirect: what is read is what was signed, to the octet.

#![no_main]

use libfuzzer_sys::fuzz_target;
use varco_forge::provider::Provider;
use varco_fuzz::{PROVIDER, door};
use varco_saml::redirect::{Message, open_query, signed_query};

fuzz_target!(|input: &[u8]| {
    let Some((door, text)) = door(input) else { return };
    match door {
        // A message and a relay state of any characters come back as they were.
        b'S' => {
            let (xml, relay_state) = text.split_once('|').unwrap_or((text, ""));
            let query = signed_query(Message::Response, xml, Some(relay_state), &PROVIDER.key).expect("it is signed");
            let opened = open(&query, Message::Response).expect("our own query is read");
            assert_eq!((opened.xml.as_str(), opened.relay_state.as_deref()), (xml, Some(relay_state)));
            assert!(open(&query, Message::Request).is_err(), "a response is no request");
        }
        _ => {
            for message in [Message::Request, Message::Response] {
                if let Ok(opened) = open(text, message) {
                    // Nobody but the generator of the seeds signs queries with this key.
                    assert!(varco_fuzz::QUERIES.contains(&(opened.xml, opened.relay_state)), "nobody signed {text}");
                }
            }
        }
    }
});

fn open(
    query: &str,
    message: Message,
) -> Result<varco_saml::redirect::SignedMessage, varco_saml::redirect::RedirectRefusal> {
    let provider: &Provider = &PROVIDER;
    open_query(query, message, provider.identity.keys())
}
