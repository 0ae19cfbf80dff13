//! Metadata policies, as the test provider applies them: from the anchor's down, operator by operator.
//! (OpenID Federation 1.0, section 6.1.)

use serde_json::{Map, Value};

/// The metadata breaks a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{parameter} breaks the policy")]
pub struct Broken {
    /// The parameter that does.
    pub parameter: String,
}

/// The order in which operators are applied.
const OPERATORS: [&str; 7] = ["value", "add", "default", "one_of", "subset_of", "superset_of", "essential"];

/// Applies a policy for one type of entity to its metadata.
pub(super) fn apply(policy: &Map<String, Value>, metadata: &mut Map<String, Value>) -> Result<(), Broken> {
    for (parameter, operators) in policy {
        let broken = || Broken { parameter: parameter.clone() };
        let operators = operators.as_object().ok_or_else(broken)?;
        if operators.keys().any(|operator| !OPERATORS.contains(&operator.as_str())) {
            return Err(broken());
        }
        let mut value = metadata.remove(parameter);
        for operator in OPERATORS {
            let Some(argument) = operators.get(operator) else { continue };
            value = operate(operator, value, argument).ok_or_else(broken)?;
        }
        if let Some(value) = value {
            metadata.insert(parameter.clone(), value);
        }
    }
    Ok(())
}

/// What becomes of a value; `None` where it breaks the policy.
#[expect(clippy::option_option, reason = "outside: whether the policy is kept; inside: whether there is a value")]
fn operate(operator: &str, value: Option<Value>, argument: &Value) -> Option<Option<Value>> {
    match (operator, value) {
        ("value", _) => Some(Some(argument.clone()).filter(|value| !value.is_null())),
        ("add", value) => {
            let mut all = value.as_ref().map_or_else(Vec::new, many);
            all.extend(
                many(argument).into_iter().filter(|one| !value.as_ref().is_some_and(|it| many(it).contains(one))),
            );
            Some(Some(Value::Array(all)))
        }
        ("default", None) => Some(Some(argument.clone())),
        ("essential", None) => (argument != true).then_some(None),
        (_, None) => Some(None),
        ("one_of", Some(value)) => many(argument).contains(&value).then_some(Some(value)),
        ("subset_of", Some(value)) => {
            let allowed = many(argument);
            Some(Some(Value::Array(many(&value).into_iter().filter(|one| allowed.contains(one)).collect())))
        }
        ("superset_of", Some(value)) => {
            let given = many(&value);
            many(argument).iter().all(|one| given.contains(one)).then_some(Some(value))
        }
        (_, Some(value)) => Some(Some(value)),
    }
}

fn many(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_else(|| vec![value.clone()])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn after(policy: &Value, metadata: &Value) -> Option<Value> {
        let mut metadata = metadata.as_object().unwrap().clone();
        apply(policy.as_object().unwrap(), &mut metadata).ok().map(|()| Value::Object(metadata))
    }

    #[test]
    fn each_operator_does_what_it_says() {
        let a = json!({ "a": ["x", "y"] });
        for (operators, expected) in [
            (json!({ "value": ["z"] }), Some(json!({ "a": ["z"] }))),
            (json!({ "value": null }), Some(json!({}))),
            (json!({ "add": ["y", "z"] }), Some(json!({ "a": ["x", "y", "z"] }))),
            (json!({ "default": ["z"] }), Some(a.clone())),
            (json!({ "one_of": [["x", "y"], ["z"]] }), Some(a.clone())),
            (json!({ "one_of": [["z"]] }), None),
            (json!({ "subset_of": ["y", "z"] }), Some(json!({ "a": ["y"] }))),
            (json!({ "superset_of": ["x"] }), Some(a.clone())),
            (json!({ "superset_of": ["z"] }), None),
            (json!({ "essential": true }), Some(a.clone())),
            (json!({ "regexp": "x" }), None),
        ] {
            assert_eq!(after(&json!({ "a": operators }), &a), expected, "{operators}");
        }
    }

    #[test]
    fn what_is_missing_is_missed_only_where_it_is_essential() {
        assert_eq!(after(&json!({ "a": { "essential": true } }), &json!({})), None);
        assert_eq!(after(&json!({ "a": { "default": 1, "essential": true } }), &json!({})), Some(json!({ "a": 1 })));
        assert_eq!(after(&json!({ "a": { "subset_of": ["x"] } }), &json!({})), Some(json!({})));
    }
}
