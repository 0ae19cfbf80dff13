//! The operators of one parameter: what each takes, which go together, and how two sets become one.

use serde_json::{Map, Value};

use super::PolicyFault;

/// The operators of the standard. (OpenID Federation 1.0, section 6.1.3.1.)
pub(super) const NAMES: [&str; 7] = ["value", "add", "default", "one_of", "subset_of", "superset_of", "essential"];

/// Lists are compared value by value, which takes long where they are long: real ones have less than 20.
const MOST_VALUES: usize = 1_000;

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
            Some(Value::Array(values)) if values.len() <= MOST_VALUES => Ok(Some(unique(values))),
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
        let one_of = list("one_of")?;
        // Whatever is said would be wrong, as where two have no value in common.
        if one_of.as_ref().is_some_and(Vec::is_empty) {
            return Err(PolicyFault::Operand("one_of"));
        }
        let operators = Self {
            value: wanted.get("value").cloned(),
            add: list("add")?,
            default,
            one_of,
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
        let Self { value, add, one_of, subset_of, superset_of, .. } = self;
        let fixed = value.as_ref().is_none_or(|value| self.agrees_with(parameter, value));
        let among = one_of.is_none() || (add.is_none() && subset_of.is_none() && superset_of.is_none());
        let bounded = within(add.as_ref(), subset_of.as_ref()) && within(superset_of.as_ref(), subset_of.as_ref());
        if fixed && among && bounded { Ok(()) } else { Err(PolicyFault::Contradiction(parameter.to_owned())) }
    }

    /// Whether a fixed value is one that all others would let pass as it is.
    fn agrees_with(&self, parameter: &str, value: &Value) -> bool {
        let Self { add, default, one_of, subset_of, superset_of, essential, .. } = self;
        // What has to be away can neither be filled in nor be essential.
        if value.is_null() && (*essential || default.is_some()) {
            return false;
        }
        if one_of.as_ref().is_some_and(|all| !all.contains(value)) {
            return false;
        }
        if add.is_none() && subset_of.is_none() && superset_of.is_none() {
            return true;
        }
        let values = if value.is_null() { Some(Vec::new()) } else { elements(parameter, value) };
        values.is_some_and(|values| {
            within(add.as_ref(), Some(&values))
                && within(Some(&values), subset_of.as_ref())
                && within(superset_of.as_ref(), Some(&values))
        })
    }
}

/// The values of a parameter that is a list. `scope` is one text of many. (Section 6.1.3.1.8.)
pub(super) fn elements(parameter: &str, value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::Array(values) => Some(values.clone()),
        Value::String(text) if parameter == "scope" => Some(text.split_ascii_whitespace().map(Value::from).collect()),
        _ => None,
    }
}

/// Whether all of these are among those; what is not there demands nothing and forbids nothing.
fn within(inner: Option<&Vec<Value>>, outer: Option<&Vec<Value>>) -> bool {
    inner.zip(outer).is_none_or(|(inner, outer)| contains_all(outer, inner))
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
