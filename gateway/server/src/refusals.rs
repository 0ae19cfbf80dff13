//! The codes of every refusal that the gateway can show, from all its parts.

use varco_core::age::AgeRefusal;
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
        AgeRefusal::CODES,
        LogoutRefusal::CODES,
        varco_registry::LOGOUT_REFUSAL_CODES,
        varco_registry::CARD_REFUSAL_CODES,
        ProxyRefusal::CODES,
        WebRefusal::CODES,
    ];
    let methods = [varco_registry::REFUSAL_CODES.as_slice(), varco_registry::OPENID_REFUSAL_CODES.as_slice()];
    let mut codes = [gateway.as_slice(), &methods.concat()].concat().concat();
    codes.sort_unstable();
    codes
}

#[cfg(test)]
mod tests {
    use varco_telemetry::Alarm;

    use super::*;

    #[test]
    fn every_refusal_has_its_texts_in_every_language() {
        let without: Vec<_> = codes().into_iter().filter(|code| varco_web::refusal_text_id(code).is_none()).collect();
        assert!(without.is_empty(), "no text in config/locales for {without:?}");
    }

    /// Telemetry knows them by their words only: one that is renamed would ring no bell any more.
    #[test]
    fn the_codes_that_raise_an_alarm_are_there() {
        let raise = |alarm| codes().into_iter().filter(move |code| Alarm::of_code(code) == Some(alarm)).count();
        let (saml, openid) = (varco_registry::REFUSAL_CODES.len(), varco_registry::OPENID_REFUSAL_CODES.len());
        assert_eq!(raise(Alarm::SignatureBurst), saml + openid * 2, "of the response; of the ID token and of userinfo");
        let our_request = saml * 12 + openid * 2;
        assert_eq!(raise(Alarm::OurRequest), our_request, "8 to 18 and one without a number; callback and token");
    }

    #[test]
    fn a_code_means_one_thing() {
        let codes = codes();
        let twice: Vec<_> = codes.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }
}
