use super::*;

#[test]
fn metadata_has_the_elements_of_the_schema_in_their_order() {
    let provider = ServiceProvider {
        id: "_c_e715",
        entity_id: "https://accesso.example/pub-ag-full/c_e715",
        namespaces: &[("xmlns:x", "urn:example:x")],
        certificates: vec!["MIIC", "MIIE"],
        encryption_certificate: Some("MIID"),
        assertion_consumers: ["spid", "eidas"]
            .map(|method| format!("https://accesso.example/return/{method}"))
            .to_vec(),
        single_logout: "https://accesso.example/logout/spid",
        attribute_services: vec![
            AttributeService {
                index: 0,
                identifier: None,
                name: "Anagrafe & tributi",
                attributes: vec!["fiscalNumber", "name"],
            },
            AttributeService {
                index: 7,
                identifier: Some("urn:example:set:7".to_owned()),
                name: "Fascicolo",
                attributes: vec!["fiscalNumber"],
            },
        ],
        organization: Organization { name: "Comune di Lucca", display_name: "Lucca", url: "https://www.example/" },
        contacts: vec![Contact {
            kind: "other",
            mark: Some(("x:kind", "aggregator")),
            extensions: vec![Element::new("x:Public")],
            company: "Regione",
            email: Some("ufficio@example.org"),
            telephone: Some("+39055000000"),
        }],
    };
    insta::assert_snapshot!(provider.element().to_xml().replace("><", ">\n<"));
}
