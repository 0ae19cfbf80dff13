//! A parameter, made as its policy wants it. (OpenID Federation 1.0, section 6.1.4.2: in this order.)

use serde_json::{Map, Value};

use super::PolicyFault;
use super::operators::{Operators, contains_all, elements};

pub(super) fn apply(name: &str, operators: &Operators, said: &mut Map<String, Value>) -> Result<(), PolicyFault> {
    let violation = || PolicyFault::Violation(name.to_owned());
    match &operators.value {
        Some(Value::Null) => drop(said.remove(name)),
        Some(value) => drop(said.insert(name.to_owned(), value.clone())),
        None => {}
    }
    if let Some(add) = &operators.add {
        let mut values = said.get(name).map(|value| elements(name, value)).unwrap_or_default();
        let new: Vec<_> = add.iter().filter(|value| !values.contains(value)).cloned().collect();
        values.extend(new);
        write(name, values, said);
    }
    if let Some(default) = &operators.default {
        said.entry(name).or_insert_with(|| default.clone());
    }
    if let (Some(all), Some(value)) = (&operators.one_of, said.get(name))
        && !all.contains(value)
    {
        return Err(violation());
    }
    if let (Some(all), Some(value)) = (&operators.subset_of, said.get(name)) {
        let allowed: Vec<_> = elements(name, value).into_iter().filter(|value| all.contains(value)).collect();
        write(name, allowed, said);
    }
    if let (Some(least), Some(value)) = (&operators.superset_of, said.get(name))
        && !contains_all(&elements(name, value), least)
    {
        return Err(violation());
    }
    if operators.essential && said.get(name).is_none_or(Value::is_null) {
        return Err(violation());
    }
    Ok(())
}

/// Section 6.1.3.1.5: a parameter of which nothing is left is not there.
fn write(name: &str, values: Vec<Value>, said: &mut Map<String, Value>) {
    if values.is_empty() {
        said.remove(name);
        return;
    }
    let as_text = said.get(name).map_or(name == "scope", Value::is_string);
    let value = if name == "scope" && as_text {
        values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ").into()
    } else {
        Value::Array(values)
    };
    said.insert(name.to_owned(), value);
}
