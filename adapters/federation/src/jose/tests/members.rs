//! Claims of another type than they should have: never read as claims that are missing.

use jiff::Timestamp;

use super::*;

fn with(value: Value) -> Claims {
    Claims::new([("x".to_owned(), value)].into_iter().collect())
}

#[test]
fn an_instant_is_a_number() {
    let at = |seconds| Ok(Some(Timestamp::from_second(seconds).unwrap()));
    for (value, expected) in [
        (json!(1_795_600_000), at(1_795_600_000)),
        (json!(1_795_600_000.9), at(1_795_600_000)),
        (json!(1.7956e9), at(1_795_600_000)),
        (json!(0), at(0)),
        (json!(-1.5), at(-2)),
    ] {
        assert_eq!(with(value.clone()).optional_instant("x"), expected, "{value}");
    }
    for value in [
        json!("1795600000"),
        json!("2026-11-25T00:00:00Z"),
        json!(null),
        json!(true),
        json!([1_795_600_000]),
        json!({}),
        json!(1e300),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(999_999_999_999_i64),
    ] {
        let claims = with(value.clone());
        assert_eq!(claims.instant("x"), Err(ClaimsFault::Type("x")), "{value}");
        assert_eq!(claims.optional_instant("x"), Err(ClaimsFault::Type("x")), "{value}");
    }
}

#[test]
fn a_member_that_is_missing_is_missing() {
    let none = Claims::default();
    assert_eq!(none.instant("x"), Err(ClaimsFault::Missing("x")));
    assert_eq!(none.text("x"), Err(ClaimsFault::Missing("x")));
    assert_eq!(none.one_or_many("x"), Err(ClaimsFault::Missing("x")));
    assert_eq!(none.object("x").map(drop), Err(ClaimsFault::Missing("x")));
    assert_eq!((none.optional_instant("x"), none.optional_text("x")), (Ok(None), Ok(None)));
    assert_eq!((none.optional_boolean("x"), none.optional_texts("x")), (Ok(None), Ok(None)));
    assert!(none.optional_object("x").unwrap().is_none() && none.optional_list("x").unwrap().is_none());
}

#[test]
fn every_other_type_is_another_one() {
    let wrong = Err(ClaimsFault::Type("x"));
    for value in [json!(null), json!(1), json!(["a"]), json!({ "a": 1 }), json!(true)] {
        assert_eq!(with(value.clone()).optional_text("x").map(drop), wrong, "{value}");
    }
    for value in [json!(null), json!(0), json!("true"), json!([true])] {
        assert_eq!(with(value.clone()).optional_boolean("x").map(drop), wrong, "{value}");
    }
    for value in [json!(null), json!(1), json!(["a", 1]), json!([["a"]]), json!({ "a": "b" })] {
        assert_eq!(with(value.clone()).one_or_many("x").map(drop), wrong, "{value}");
        assert_eq!(with(value.clone()).optional_texts("x").map(drop), wrong, "{value}");
    }
    assert_eq!(with(json!("a")).optional_texts("x").map(drop), wrong);
    assert_eq!(with(json!("a")).one_or_many("x"), Ok(vec!["a"]));
    assert_eq!(with(json!(["a", "b"])).one_or_many("x"), Ok(vec!["a", "b"]));
    assert_eq!(with(json!([])).optional_object("x").map(drop), wrong);
    assert_eq!(with(json!({})).optional_list("x").map(drop), wrong);
}
