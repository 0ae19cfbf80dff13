use super::*;

struct Fixed(u8);

impl Randomness for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

fn request<'a>() -> AuthnRequest<'a> {
    AuthnRequest {
        id: "_abababababababababababababababab",
        issued_at: "2026-11-22T10:00:00Z".parse().unwrap(),
        destination: "https://idp.example/sso",
        issuer: "https://accesso.example/pub-ag-full/c_e715",
        assertion_consumer_service: 0,
        attribute_consuming_service: 3,
        comparison: Comparison::Minimum,
        context_class: "https://www.spid.gov.it/SpidL2",
    }
}

#[test]
fn a_request_says_what_the_rules_want_and_nothing_else() {
    insta::assert_snapshot!(request().element().to_xml());
}

#[test]
fn an_id_has_128_random_bits_and_is_an_xml_name() {
    assert_eq!(draw_id(&Fixed(0xab)), "_abababababababababababababababab");
}

#[test]
fn the_issue_instant_is_not_after_now_and_has_whole_seconds() {
    let now: Timestamp = "2026-11-22T10:00:00.987Z".parse().unwrap();
    assert_eq!(issue_instant(now).to_string(), "2026-11-22T10:00:00Z");
}
