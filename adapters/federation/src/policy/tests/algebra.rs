//! What holds of all policies, whatever they want.

use proptest::prelude::*;

use super::*;

/// Any of four values, each once.
fn some_values() -> impl Strategy<Value = Vec<Value>> {
    proptest::sample::subsequence(vec!["a", "b", "c", "d"], 0..=4)
        .prop_map(|values| values.into_iter().map(Value::from).collect())
}

/// Operators of these names, each with a list of values; now and then essential.
fn some_operators(names: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let lists = proptest::collection::vec(proptest::option::weighted(0.4, some_values()), names.len());
    (lists, any::<bool>()).prop_map(move |(lists, essential)| {
        let lists = names.iter().zip(lists).filter_map(|(name, list)| Some(((*name).to_owned(), Value::Array(list?))));
        lists.chain([("essential".to_owned(), essential.into())]).collect::<Map<_, _>>().into()
    })
}

const ALL: &[&str] = &["value", "add", "default", "subset_of", "superset_of"];
const LISTS: &[&str] = &["add", "subset_of", "superset_of"];
/// Those that fill nothing in.
const NARROWING: &[&str] = &["value", "subset_of", "superset_of"];
const TEXTS: &[&str] = &["one_of"];

fn any_operators() -> impl Strategy<Value = Value> {
    prop_oneof![3 => some_operators(ALL), 2 => some_operators(LISTS), 1 => some_operators(TEXTS)]
}

fn metadata(said: Option<Vec<Value>>) -> Map<String, Value> {
    let said = said.map(|values| ("p".to_owned(), Value::Array(values)));
    [("openid_provider".to_owned(), Value::Object(said.into_iter().collect()))].into_iter().collect()
}

/// The values of the parameter in some order of their own; nothing where it is not there.
fn values(metadata: &Map<String, Value>) -> Option<Vec<String>> {
    let values = metadata["openid_provider"].get("p")?.as_array().unwrap();
    let mut values: Vec<_> = values.iter().map(ToString::to_string).collect();
    values.sort();
    Some(values)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn property_merging_does_not_depend_on_the_order_of_steps(
        one in any_operators(), two in any_operators(), three in any_operators(),
    ) {
        if let (Ok(one), Ok(two), Ok(three)) = (of("p", &one), of("p", &two), of("p", &three)) {
            let left = one.clone().merge(&two).and_then(|merged| merged.merge(&three));
            let right = two.merge(&three).and_then(|merged| one.merge(&merged));
            // Which fault is found first may differ.
            prop_assert_eq!(left.ok(), right.ok());
        }
    }

    #[test]
    fn property_a_policy_merged_with_itself_or_with_none_stays_what_it_is(operators in any_operators()) {
        if let Ok(policy) = of("p", &operators) {
            prop_assert_eq!(policy.clone().merge(&policy).unwrap(), policy.clone());
            prop_assert_eq!(policy.clone().merge(&MetadataPolicy::default()).unwrap(), policy.clone());
            prop_assert_eq!(MetadataPolicy::default().merge(&policy).unwrap(), policy);
        }
    }

    #[test]
    fn property_applying_a_policy_again_changes_nothing(
        operators in any_operators(), said in proptest::option::of(some_values()),
    ) {
        if let Ok(policy) = of("p", &operators) {
            let mut metadata = metadata(said);
            if policy.apply(&mut metadata).is_ok() {
                let once = metadata.clone();
                policy.apply(&mut metadata).unwrap();
                prop_assert_eq!(metadata, once);
            }
        }
    }

    #[test]
    fn property_no_subordinate_loosens_what_its_superior_wants(
        above in any_operators(), below in any_operators(), said in proptest::option::of(some_values()),
    ) {
        if let (Ok(policy), Ok(above)) = (merged(&above, &below), of("p", &above)) {
            let mut metadata = metadata(said);
            if policy.apply(&mut metadata).is_ok() {
                // What has passed both passes the superior's alone, unchanged.
                let both = metadata.clone();
                prop_assert!(above.apply(&mut metadata).is_ok());
                prop_assert_eq!(values(&both), values(&metadata));
            }
        }
    }

    /// Of operators that only narrow: what passes one after the other passes both at once, and is the same.
    #[test]
    fn property_applied_one_after_the_other_or_merged_is_the_same(
        above in some_operators(NARROWING), below in some_operators(NARROWING),
        said in proptest::option::of(some_values()),
    ) {
        if let (Ok(both), Ok(above), Ok(below)) = (merged(&above, &below), of("p", &above), of("p", &below)) {
            let (mut at_once, mut in_turn) = (metadata(said.clone()), metadata(said));
            if above.apply(&mut in_turn).and_then(|()| below.apply(&mut in_turn)).is_ok() {
                prop_assert!(both.apply(&mut at_once).is_ok());
                prop_assert_eq!(values(&at_once), values(&in_turn));
            }
        }
    }
}
