//! The operators of one parameter: what each takes, which go together, and how two sets become one.

use serde_json::{Map, Value};

use super::PolicyFault;

/// The operators of the standard. (OpenID Federation 1.0, section 6.1.3.1.)
pub(super) const NAMES: [&str; 7] = ["value", "add", "default", "one_of", "subset_of", "superset_of", "essential"];

/// What a policy wants of one parameter.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Operators {
    /// It has this value; with `null` it is not there.
    pub(super) value: Option<Value>,
    /// It has these values besides.
    pub(super) add: Option<Vec<Value>>,
    /// It has this value where nothing is said.
    pub(super) default: Option<Value>,
    /// It has one of these values.
    pub(super) one_of: Option<Vec<Value>>,
    /// It has none but these values.
    pub(super) subset_of: Option<Vec<Value>>,
    /// It has at least these values.
    pub(super) superset_of: Option<Vec<Value>>,
    /// It must be there.
    pub(super) essential: bool,
}

// === impl Operators ===

impl Operators {
    /// Operators that are not known are left out: those that must be understood were looked for before.
    pub(super) fn parse(parameter: &str, wanted: &Map<String, Value>) -> Result<Self, PolicyFault> {
        let list = |name: &'static str| match wanted.get(name) {
            None => Ok(None),
            Some(Value::Array(values)) => Ok(Some(unique(values))),
            Some(_) => Err(PolicyFault::Operand(name)),
        };
        let default = wanted.get("default").cloned();
        if default == Some(Value::Null) {
            return Err(PolicyFault::Operand("default"));
        }
        let essential = match wanted.get("essential") {
            None => false,
            Some(value) => value.as_bool().ok_or(PolicyFault::Operand("essential"))?,
        };
        let operators = Self {
            value: wanted.get("value").cloned(),
            add: list("add")?,
            default,
            one_of: list("one_of")?,
            subset_of: list("subset_of")?,
            superset_of: list("superset_of")?,
            essential,
        };
        operators.agree(parameter)?;
        Ok(operators)
    }

    /// Those of a superior and of one below it. (Section 6.1.3.1, merging of each operator.)
    pub(super) fn merge(self, parameter: &str, below: &Self) -> Result<Self, PolicyFault> {
        let disagree = || PolicyFault::Disagreement(parameter.to_owned());
        let same = |above: Option<Value>, below: &Option<Value>| match (above, below) {
            (Some(above), Some(below)) if above != *below => Err(disagree()),
            (above, below) => Ok(above.or_else(|| below.clone())),
        };
        let one_of = intersection(self.one_of, below.one_of.as_ref());
        if one_of.as_ref().is_some_and(Vec::is_empty) {
            return Err(disagree());
        }
        let merged = Self {
            value: same(self.value, &below.value)?,
            add: union(self.add, below.add.as_ref()),
            default: same(self.default, &below.default)?,
            one_of,
            subset_of: intersection(self.subset_of, below.subset_of.as_ref()),
            superset_of: union(self.superset_of, below.superset_of.as_ref()),
            essential: self.essential || below.essential,
        };
        merged.agree(parameter)?;
        Ok(merged)
    }

    /// Which operators may stand together. (Section 6.1.3.1, allowable combinations.)
    fn agree(&self, parameter: &str) -> Result<(), PolicyFault> {
        let Self { value, add, default, one_of, subset_of, superset_of, essential } = self;
        let within = |values: &[Value], all: &Option<Vec<Value>>| {
            all.as_ref().is_none_or(|all| values.iter().all(|value| all.contains(value)))
        };
        let fixed = value.as_ref().is_none_or(|value| {
            let values = elements(parameter, value);
            let absent = value.is_null();
            let has = |wanted: &Option<Vec<Value>>| wanted.as_ref().is_none_or(|wanted| contains_all(&values, wanted));
            // What has to be away can neither be filled in nor be essential.
            !(absent && (*essential || default.is_some()))
                && has(add)
                && one_of.as_ref().is_none_or(|all| absent || all.contains(value))
                && (absent || within(&values, subset_of))
                && has(superset_of)
        });
        let among = one_of.is_none() || (add.is_none() && subset_of.is_none() && superset_of.is_none());
        let bounded = add.as_ref().is_none_or(|add| within(add, subset_of))
            && superset_of.as_ref().is_none_or(|least| within(least, subset_of));
        if fixed && among && bounded { Ok(()) } else { Err(PolicyFault::Contradiction(parameter.to_owned())) }
    }
}

/// The values of a parameter. `scope` is one text of many. (Section 6.1.3.1.)
pub(super) fn elements(parameter: &str, value: &Value) -> Vec<Value> {
    match value {
        Value::Array(values) => values.clone(),
        Value::String(text) if parameter == "scope" => text.split_ascii_whitespace().map(Value::from).collect(),
        Value::Null => Vec::new(),
        other => vec![other.clone()],
    }
}

pub(super) fn contains_all(values: &[Value], wanted: &[Value]) -> bool {
    wanted.iter().all(|value| values.contains(value))
}

fn unique(values: &[Value]) -> Vec<Value> {
    let mut seen = Vec::new();
    for value in values {
        if !seen.contains(value) {
            seen.push(value.clone());
        }
    }
    seen
}

fn union(above: Option<Vec<Value>>, below: Option<&Vec<Value>>) -> Option<Vec<Value>> {
    match (above, below) {
        (Some(above), Some(below)) => Some(unique(&[above, below.clone()].concat())),
        (above, below) => above.or_else(|| below.cloned()),
    }
}

fn intersection(above: Option<Vec<Value>>, below: Option<&Vec<Value>>) -> Option<Vec<Value>> {
    match (above, below) {
        (Some(above), Some(below)) => Some(above.into_iter().filter(|value| below.contains(value)).collect()),
        (above, below) => above.or_else(|| below.cloned()),
    }
}
