//! Each operator, which of them go together, and what becomes of two policies.

mod algebra;

use serde_json::json;

use super::*;

fn policy(value: &Value) -> Result<MetadataPolicy, PolicyFault> {
    MetadataPolicy::parse(value.as_object().unwrap(), &[])
}

/// The policy of one parameter.
fn of(name: &str, operators: &Value) -> Result<MetadataPolicy, PolicyFault> {
    policy(&json!({ "openid_provider": { name: operators } }))
}

/// What comes of a value; nothing where the parameter is not there.
fn applied(operators: &Value, said: Option<Value>) -> Result<Option<Value>, PolicyFault> {
    let mut metadata = json!({ "openid_provider": {} }).as_object().unwrap().clone();
    if let Some(said) = said {
        metadata["openid_provider"]["p"] = said;
    }
    of("p", operators)?.apply(&mut metadata)?;
    Ok(metadata["openid_provider"].get("p").cloned())
}

fn violation<T>() -> Result<T, PolicyFault> {
    Err(PolicyFault::Violation("p".to_owned()))
}

#[test]
fn value_takes_the_place_of_what_is_said() {
    assert_eq!(applied(&json!({ "value": "a" }), Some(json!("b"))), Ok(Some(json!("a"))));
    assert_eq!(applied(&json!({ "value": ["a"] }), None), Ok(Some(json!(["a"]))));
    assert_eq!(applied(&json!({ "value": null }), Some(json!("b"))), Ok(None));
}

#[test]
fn add_adds_what_is_missing() {
    assert_eq!(applied(&json!({ "add": ["a", "b"] }), Some(json!(["b", "c"]))), Ok(Some(json!(["b", "c", "a"]))));
    assert_eq!(applied(&json!({ "add": ["a"] }), None), Ok(Some(json!(["a"]))));
    assert_eq!(applied(&json!({ "add": [] }), None), Ok(Some(json!([]))));
}

#[test]
fn default_fills_in() {
    assert_eq!(applied(&json!({ "default": "a" }), None), Ok(Some(json!("a"))));
    assert_eq!(applied(&json!({ "default": "a" }), Some(json!("b"))), Ok(Some(json!("b"))));
}

#[test]
fn one_of_lets_only_these_pass() {
    assert_eq!(applied(&json!({ "one_of": ["a", "b"] }), Some(json!("b"))), Ok(Some(json!("b"))));
    assert_eq!(applied(&json!({ "one_of": ["a", "b"] }), Some(json!("c"))), violation());
    assert_eq!(applied(&json!({ "one_of": ["a", "b"] }), None), Ok(None));
}

#[test]
fn subset_of_cuts_the_rest_away() {
    assert_eq!(applied(&json!({ "subset_of": ["a", "b"] }), Some(json!(["b", "c"]))), Ok(Some(json!(["b"]))));
    assert_eq!(applied(&json!({ "subset_of": ["a"] }), Some(json!(["c"]))), Ok(Some(json!([]))));
    assert_eq!(applied(&json!({ "subset_of": [] }), Some(json!(["c"]))), Ok(Some(json!([]))));
}

#[test]
fn superset_of_wants_all_of_them() {
    assert_eq!(applied(&json!({ "superset_of": ["a"] }), Some(json!(["a", "b"]))), Ok(Some(json!(["a", "b"]))));
    assert_eq!(applied(&json!({ "superset_of": ["a", "b"] }), Some(json!(["a"]))), violation());
    assert_eq!(applied(&json!({ "superset_of": ["a"] }), None), Ok(None));
    assert_eq!(applied(&json!({ "superset_of": ["a"], "add": [] }), None), violation(), "an empty list is there");
}

#[test]
fn essential_wants_it_there() {
    assert_eq!(applied(&json!({ "essential": true }), Some(json!("a"))), Ok(Some(json!("a"))));
    assert_eq!(applied(&json!({ "essential": true }), None), violation());
    assert_eq!(applied(&json!({ "essential": false }), None), Ok(None));
    assert_eq!(applied(&json!({ "essential": true, "default": "a" }), None), Ok(Some(json!("a"))));
}

/// The table of section 6.1.3.1.8.
#[test]
fn essential_and_subset_of_go_together() {
    let subset_of = json!(["a", "b", "c"]);
    for (essential, said, outcome) in [
        (true, Some(json!(["a", "e"])), Ok(Some(json!(["a"])))),
        (false, Some(json!(["a", "e"])), Ok(Some(json!(["a"])))),
        (true, Some(json!(["d", "e"])), Ok(Some(json!([])))),
        (false, Some(json!(["d", "e"])), Ok(Some(json!([])))),
        (true, None, violation()),
        (false, None, Ok(None)),
    ] {
        let wanted = json!({ "essential": essential, "subset_of": subset_of });
        assert_eq!(applied(&wanted, said.clone()), outcome, "{essential} {said:?}");
    }
}

#[test]
fn operators_on_lists_take_nothing_else() {
    for operator in ["add", "subset_of", "superset_of"] {
        for said in [json!("a"), json!(1), json!(true), json!({ "a": 1 }), json!(null)] {
            assert_eq!(applied(&json!({ operator: ["a"] }), Some(said.clone())), violation(), "{operator} {said}");
        }
    }
    assert_eq!(applied(&json!({ "one_of": ["a"] }), Some(json!(["a"]))), violation());
}

#[test]
fn scope_is_one_text_of_many() {
    let of_scope = |operators: &Value, said: &Value| {
        let mut metadata = json!({ "openid_provider": said }).as_object().unwrap().clone();
        of("scope", operators)?.apply(&mut metadata)?;
        Ok(metadata["openid_provider"]["scope"].clone())
    };
    let said = json!({ "scope": "openid email phone" });
    for (operators, said, outcome) in [
        (json!({ "subset_of": ["openid", "email"], "add": ["openid"] }), &said, Ok(json!("openid email"))),
        (json!({ "subset_of": ["profile"] }), &said, Ok(json!(""))),
        (json!({ "superset_of": ["openid"] }), &said, Ok(json!("openid email phone"))),
        (json!({ "superset_of": ["profile"] }), &said, Err(PolicyFault::Violation("scope".to_owned()))),
        (json!({ "value": "openid", "subset_of": ["openid"] }), &said, Ok(json!("openid"))),
        (json!({ "add": ["openid", "email"] }), &json!({}), Ok(json!("openid email"))),
        (json!({ "default": ["openid", "email"] }), &json!({}), Ok(json!("openid email"))),
    ] {
        assert_eq!(of_scope(&operators, said), outcome, "{operators}");
    }
}

#[test]
fn a_type_that_an_entity_is_not_is_passed_over() {
    let mut metadata = json!({ "federation_entity": { "p": "b" } }).as_object().unwrap().clone();
    of("p", &json!({ "value": "a", "essential": true })).unwrap().apply(&mut metadata).unwrap();
    assert_eq!(metadata["federation_entity"]["p"], "b");
}

#[test]
fn operators_that_contradict_each_other_are_no_policy() {
    for good in [
        json!({ "value": ["a", "b"], "add": ["a"], "subset_of": ["a", "b", "c"], "superset_of": ["a"] }),
        json!({ "value": "a", "one_of": ["a", "b"], "essential": true }),
        json!({ "value": "a", "default": "b" }),
        json!({ "add": ["a"], "default": ["b"], "subset_of": ["a", "b"], "superset_of": ["a"] }),
        json!({ "default": "a", "one_of": ["a"], "essential": true }),
        json!({ "value": null, "subset_of": ["a"] }),
        json!({ "value": [], "subset_of": ["a"], "superset_of": [], "essential": true }),
    ] {
        assert!(of("p", &good).is_ok(), "{good}");
    }
    for bad in [
        json!({ "value": ["a"], "add": ["b"] }),
        json!({ "value": "c", "one_of": ["a", "b"] }),
        json!({ "value": ["a", "c"], "subset_of": ["a"] }),
        json!({ "value": ["a"], "superset_of": ["a", "b"] }),
        json!({ "value": null, "essential": true }),
        json!({ "value": null, "default": "a" }),
        json!({ "value": null, "one_of": ["a"] }),
        json!({ "value": null, "add": ["a"] }),
        json!({ "value": null, "superset_of": ["a"] }),
        json!({ "value": "a", "subset_of": ["a"] }),
        json!({ "value": "a", "add": ["a"] }),
        json!({ "add": ["a"], "one_of": ["a"] }),
        json!({ "one_of": ["a"], "subset_of": ["a"] }),
        json!({ "one_of": ["a"], "superset_of": ["a"] }),
        json!({ "add": ["c"], "subset_of": ["a"] }),
        json!({ "subset_of": ["a"], "superset_of": ["a", "b"] }),
    ] {
        assert_eq!(of("p", &bad), Err(PolicyFault::Contradiction("p".to_owned())), "{bad}");
    }
}

#[test]
fn operands_have_their_types() {
    for (name, value) in [
        ("add", json!("a")),
        ("one_of", json!("a")),
        ("one_of", json!([])),
        ("add", (0..1001).collect()),
        ("subset_of", json!({})),
        ("superset_of", json!(1)),
        ("essential", json!("true")),
        ("default", json!(null)),
    ] {
        assert!(matches!(of("p", &json!({ name: value })), Err(PolicyFault::Operand(found)) if found == name));
    }
    for form in [json!({ "openid_provider": [] }), json!({ "openid_provider": { "p": "a" } })] {
        assert_eq!(policy(&form), Err(PolicyFault::Form));
    }
    let many: Map<_, _> = (0..600).map(|number| (number.to_string(), json!({}))).collect();
    assert_eq!(policy(&json!({ "openid_provider": many })), Err(PolicyFault::Form));
}

#[test]
fn an_operator_that_is_not_known_counts_only_if_it_must_be_understood() {
    let wanted = json!({ "openid_provider": { "p": { "regexp": "a*" } } });
    assert!(policy(&wanted).is_ok());
    let critical = MetadataPolicy::parse(wanted.as_object().unwrap(), &["regexp"]);
    assert_eq!(critical, Err(PolicyFault::Critical));
    assert!(MetadataPolicy::parse(wanted.as_object().unwrap(), &["value"]).is_ok());
}

fn merged(above: &Value, below: &Value) -> Result<MetadataPolicy, PolicyFault> {
    of("p", above)?.merge(&of("p", below)?)
}

#[test]
fn a_superior_and_one_below_it_are_held_to_both() {
    for (above, below, both) in [
        (json!({ "value": "a" }), json!({ "value": "a" }), json!({ "value": "a" })),
        (json!({ "add": ["a"] }), json!({ "add": ["b", "a"] }), json!({ "add": ["a", "b"] })),
        (json!({ "default": "a" }), json!({ "default": "a" }), json!({ "default": "a" })),
        (json!({ "one_of": ["a", "b"] }), json!({ "one_of": ["b", "c"] }), json!({ "one_of": ["b"] })),
        (json!({ "subset_of": ["a", "b"] }), json!({ "subset_of": ["c"] }), json!({ "subset_of": [] })),
        (json!({ "superset_of": ["a"] }), json!({ "superset_of": ["b"] }), json!({ "superset_of": ["a", "b"] })),
        (json!({ "essential": true }), json!({ "essential": false }), json!({ "essential": true })),
        (json!({ "essential": true }), json!({ "one_of": ["a"] }), json!({ "essential": true, "one_of": ["a"] })),
    ] {
        assert_eq!(merged(&above, &below), of("p", &both), "{above} {below}");
    }
    for (above, below) in [
        (json!({ "value": "a" }), json!({ "value": "b" })),
        (json!({ "default": "a" }), json!({ "default": "b" })),
        (json!({ "one_of": ["a"] }), json!({ "one_of": ["b"] })),
    ] {
        assert_eq!(merged(&above, &below), Err(PolicyFault::Disagreement("p".to_owned())), "{above} {below}");
    }
    let contradiction = merged(&json!({ "subset_of": ["a"] }), &json!({ "superset_of": ["b"] }));
    assert_eq!(contradiction, Err(PolicyFault::Contradiction("p".to_owned())));
}

/// The example of section 6.1.5, told of a provider.
#[test]
fn policies_of_two_superiors_make_what_an_entity_is() {
    let above = json!({ "openid_provider": {
        "grants": { "default": ["code"], "subset_of": ["code", "refresh"], "superset_of": ["code"] },
        "method": { "one_of": ["key", "certificate"], "essential": true },
        "algorithm": { "one_of": ["PS256", "ES256"] },
        "subject": { "value": "pairwise" },
        "contacts": { "add": ["help@federation.example"] },
    } });
    let below = json!({ "openid_provider": {
        "grants": { "subset_of": ["code"] },
        "method": { "one_of": ["certificate"] },
        "contacts": { "add": ["help@middle.example"] },
    } });
    let both = json!({ "openid_provider": {
        "grants": { "default": ["code"], "subset_of": ["code"], "superset_of": ["code"] },
        "method": { "one_of": ["certificate"], "essential": true },
        "algorithm": { "one_of": ["PS256", "ES256"] },
        "subject": { "value": "pairwise" },
        "contacts": { "add": ["help@federation.example", "help@middle.example"] },
    } });
    let merged = policy(&above).unwrap().merge(&policy(&below).unwrap()).unwrap();
    assert_eq!(merged, policy(&both).unwrap());
    let said = json!({ "openid_provider": { "method": "certificate", "contacts": ["desk@op.example"] } });
    let mut said = said.as_object().unwrap().clone();
    merged.apply(&mut said).unwrap();
    let resolved = json!({
        "grants": ["code"], "method": "certificate", "subject": "pairwise",
        "contacts": ["desk@op.example", "help@federation.example", "help@middle.example"],
    });
    assert_eq!(said["openid_provider"], resolved);
}
