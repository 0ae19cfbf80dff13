//! The codes of every refusal that the gateway can show, from all its parts.

use varco_core::attempt::AttemptRefusal;
use varco_core::login::LoginRefusal;
use varco_core::logout::LogoutRefusal;
use varco_proxy::ProxyRefusal;
use varco_web::WebRefusal;

use crate::arrivals::DoorRefusal;

/// Every code, in alphabetical order.
pub(crate) fn codes() -> Vec<&'static str> {
    let gateway = [
        DoorRefusal::CODES,
        LoginRefusal::CODES,
        AttemptRefusal::CODES,
        LogoutRefusal::CODES,
        ProxyRefusal::CODES,
        WebRefusal::CODES,
    ];
    let mut codes = [gateway.as_slice(), varco_registry::REFUSAL_CODES.as_slice()].concat().concat();
    codes.sort_unstable();
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_its_texts_in_every_language() {
        let without: Vec<_> = codes().into_iter().filter(|code| !varco_web::has_text(code)).collect();
        assert!(without.is_empty(), "no text in config/locales for {without:?}");
    }

    #[test]
    fn a_code_means_one_thing() {
        let codes = codes();
        let twice: Vec<_> = codes.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }
}
