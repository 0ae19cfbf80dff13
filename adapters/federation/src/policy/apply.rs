//! A parameter, made as its policy wants it. (OpenID Federation 1.0, section 6.1.3.1: in this order.)

use serde_json::{Map, Value};

use super::PolicyFault;
use super::operators::{Operators, contains_all, elements};

pub(super) fn apply(name: &str, operators: &Operators, said: &mut Map<String, Value>) -> Result<(), PolicyFault> {
    modify(name, operators, said)?;
    narrow(name, operators, said)?;
    if operators.essential && said.get(name).is_none_or(Value::is_null) {
        return Err(violation(name));
    }
    if name == "scope" {
        write_as_text(name, said);
    }
    Ok(())
}

fn modify(name: &str, operators: &Operators, said: &mut Map<String, Value>) -> Result<(), PolicyFault> {
    match &operators.value {
        Some(Value::Null) => drop(said.remove(name)),
        Some(value) => drop(said.insert(name.to_owned(), value.clone())),
        None => {}
    }
    if let Some(add) = &operators.add {
        let mut values = list(name, said)?.unwrap_or_default();
        let new: Vec<_> = add.iter().filter(|value| !values.contains(value)).cloned().collect();
        values.extend(new);
        said.insert(name.to_owned(), values.into());
    }
    if let Some(default) = &operators.default {
        said.entry(name).or_insert_with(|| default.clone());
    }
    Ok(())
}

fn narrow(name: &str, operators: &Operators, said: &mut Map<String, Value>) -> Result<(), PolicyFault> {
    if let (Some(all), Some(value)) = (&operators.one_of, said.get(name))
        && !all.contains(value)
    {
        return Err(violation(name));
    }
    if let Some(all) = &operators.subset_of
        && let Some(mut values) = list(name, said)?
    {
        // Where nothing is left of them, an empty list is, and is there.
        values.retain(|value| all.contains(value));
        said.insert(name.to_owned(), values.into());
    }
    if let Some(least) = &operators.superset_of
        && list(name, said)?.is_some_and(|values| !contains_all(&values, least))
    {
        return Err(violation(name));
    }
    Ok(())
}

/// Operators on lists find a list, or nothing at all.
fn list(name: &str, said: &Map<String, Value>) -> Result<Option<Vec<Value>>, PolicyFault> {
    said.get(name).map(|value| elements(name, value).ok_or_else(|| violation(name))).transpose()
}

/// Section 6.1.3.1.8: what was a list to the operators is one text again.
fn write_as_text(name: &str, said: &mut Map<String, Value>) {
    if let Some(values) = said.get(name).and_then(Value::as_array) {
        let text = values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ");
        said.insert(name.to_owned(), text.into());
    }
}

fn violation(name: &str) -> PolicyFault {
    PolicyFault::Violation(name.to_owned())
}
