use varco_core::level::Level;
use varco_core::method::{Departure, LoginMethod as _};
use varco_saml::redirect::{Message, open_query};
use varco_saml::request::{Binding, Comparison};
use varco_xmldsig::TrustedKey;

use super::fixture::{PROVIDER, cie, opening, options, pem, service};
use crate::CieOptions;

async fn departure(options: CieOptions, level: Level) -> Departure {
    cie(options).begin(opening(&service("tributi"), level)).await.unwrap().departure
}

/// The request as the provider reads it.
async fn request(comparison: Comparison, level: Level) -> String {
    let departure = departure(CieOptions { comparison, ..options() }, level).await;
    let Departure::Redirect(address) = departure else { panic!("{departure:?}") };
    let query = address.strip_prefix(&format!("{PROVIDER}/redirect/sso?")).unwrap();
    open_query(query, Message::Request, &[TrustedKey::from_certificate_pem(&pem().1).unwrap()]).unwrap().xml
}

#[tokio::test]
async fn the_request_is_the_bodys_to_the_address_of_the_binding() {
    insta::assert_snapshot!(request(Comparison::Minimum, Level::Two).await.replace("><", ">\n<"));
}

#[tokio::test]
async fn a_form_names_the_address_for_forms() {
    let departure = departure(CieOptions { binding: Binding::Post, ..options() }, Level::Three).await;
    let Departure::PostForm { action, .. } = departure else { panic!("{departure:?}") };
    assert_eq!(action, format!("{PROVIDER}/post/sso"));
}

#[tokio::test]
async fn levels_compare_as_cie_lets_them() {
    for wished in [Comparison::Minimum, Comparison::Exact, Comparison::Better, Comparison::Maximum] {
        for level in Level::ALL {
            let exact = wished == Comparison::Exact && level == Level::Three;
            let word = if exact { "exact" } else { "minimum" };
            let xml = request(wished, level).await;
            let asked = format!("Comparison=\"{word}\"><saml:AuthnContextClassRef>{}<", level.context_class());
            assert!(xml.contains(&asked), "{wished:?} at {level}: {xml}");
        }
    }
}
