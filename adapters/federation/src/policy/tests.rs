use proptest::prelude::*;
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
    assert_eq!(applied(&json!({ "subset_of": ["a"] }), Some(json!(["c"]))), Ok(None));
    assert_eq!(applied(&json!({ "subset_of": ["a"], "essential": true }), Some(json!(["c"]))), violation());
}

#[test]
fn superset_of_wants_all_of_them() {
    assert_eq!(applied(&json!({ "superset_of": ["a"] }), Some(json!(["a", "b"]))), Ok(Some(json!(["a", "b"]))));
    assert_eq!(applied(&json!({ "superset_of": ["a", "b"] }), Some(json!(["a"]))), violation());
}

#[test]
fn essential_wants_it_there() {
    assert_eq!(applied(&json!({ "essential": true }), Some(json!("a"))), Ok(Some(json!("a"))));
    assert_eq!(applied(&json!({ "essential": true }), None), violation());
    assert_eq!(applied(&json!({ "essential": false }), None), Ok(None));
    assert_eq!(applied(&json!({ "essential": true, "default": "a" }), None), Ok(Some(json!("a"))));
}

#[test]
fn scope_is_one_text_of_many() {
    let mut metadata = json!({ "openid_provider": { "scope": "openid email phone" } }).as_object().unwrap().clone();
    of("scope", &json!({ "subset_of": ["openid", "email"], "add": ["openid"] })).unwrap().apply(&mut metadata).unwrap();
    assert_eq!(metadata["openid_provider"]["scope"], "openid email");
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
        json!({ "value": null, "one_of": ["a"] }),
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

fn some_values() -> impl Strategy<Value = Vec<Value>> {
    proptest::sample::subsequence(vec!["a", "b", "c", "d"], 0..4)
        .prop_map(|values| values.into_iter().map(Value::from).collect())
}

fn some_operators() -> impl Strategy<Value = Value> {
    let list = || proptest::option::of(some_values());
    (list(), list(), list(), any::<bool>()).prop_map(|(add, subset_of, superset_of, essential)| {
        let lists = [("add", add), ("subset_of", subset_of), ("superset_of", superset_of)];
        let lists = lists.into_iter().filter_map(|(name, list)| Some((name.to_owned(), Value::Array(list?))));
        lists.chain([("essential".to_owned(), essential.into())]).collect::<Map<_, _>>().into()
    })
}

proptest! {
    #[test]
    fn property_no_subordinate_loosens_what_its_superior_wants(
        above in some_operators(), below in some_operators(), said in proptest::option::of(some_values()),
    ) {
        if let (Ok(policy), Ok(above)) = (merged(&above, &below), of("p", &above)) {
            let mut metadata = json!({ "openid_provider": {} }).as_object().unwrap().clone();
            if let Some(said) = said {
                metadata["openid_provider"]["p"] = said.into();
            }
            if policy.apply(&mut metadata).is_ok() {
                // What has passed both passes the superior's alone, unchanged.
                let once = metadata.clone();
                prop_assert!(above.apply(&mut metadata).is_ok());
                let sorted = |metadata: &Map<String, Value>| {
                    let mut values = operators::elements("p", &metadata["openid_provider"]["p"]);
                    values.sort_by_key(ToString::to_string);
                    values
                };
                prop_assert_eq!(sorted(&once), sorted(&metadata));
            }
        }
    }

    #[test]
    fn property_merging_does_not_depend_on_the_order_of_steps(
        one in some_operators(), two in some_operators(), three in some_operators(),
    ) {
        if let (Ok(one), Ok(two), Ok(three)) = (of("p", &one), of("p", &two), of("p", &three)) {
            let left = one.clone().merge(&two).and_then(|merged| merged.merge(&three));
            let right = two.merge(&three).and_then(|merged| one.merge(&merged));
            if let (Ok(left), Ok(right)) = (left, right) {
                prop_assert_eq!(left, right);
            }
        }
    }
}
