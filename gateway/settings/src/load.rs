//! From files and environment to settings.

use std::ffi::OsString;
use std::path::Path;

use serde::Deserialize;

use crate::problem::{Problem, SettingsError};
use crate::sections::store::DEFAULT_FILE;
use crate::settings::Settings;
use crate::tree::{Node, Value};
use crate::{bodies_folder, check, environment, file};

/// Reads the settings: the file, the files of its `bodies_folder`, and over them the variables
/// `VARCO_<SECTION>__<KEY>` of the environment (lists and tables in them as JSON).
///
/// Relative paths start from the folder of the file that names them; those in a variable, from
/// `working_directory`, as `path` itself does. Every problem that can be seen is told at once.
pub fn load<K: Into<OsString>, V: Into<OsString>>(
    path: &Path,
    environment: impl IntoIterator<Item = (K, V)>,
    working_directory: &Path,
) -> Result<Settings, SettingsError> {
    let mut root = file::read(&working_directory.join(path), path).map_err(SettingsError::new)?;
    let mut problems = assemble(&mut root, environment, working_directory);
    let settings = typed(&mut root, &mut problems);
    match settings {
        Some(settings) if problems.is_empty() => {
            let contradictions = check::contradictions(&settings, &root);
            if contradictions.is_empty() { Ok(settings) } else { Err(SettingsError::new(contradictions)) }
        }
        _ => Err(SettingsError::new(problems)),
    }
}

/// Adds to the file what bodies, environment and defaults say.
fn assemble<K: Into<OsString>, V: Into<OsString>>(
    root: &mut Node,
    environment: impl IntoIterator<Item = (K, V)>,
    working_directory: &Path,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let variables = environment::variables(environment, working_directory);
    let overridden = variables.iter().find_map(|variable| variable.sets("bodies_folder"));
    if let Some(folder) = overridden.or_else(|| root.table()?.get("bodies_folder")).cloned() {
        bodies_folder::merge(root, &folder, &mut problems);
    }
    for variable in variables {
        variable.apply(root);
    }
    let database = Node { value: Value::Text(format!("sqlite:{DEFAULT_FILE}")), place: root.place.clone() };
    root.table_at("store").entry("durable".to_owned()).or_insert(database);
    problems
}

/// The settings, if nothing that they need is wrong. A mistake is noted, what it is about is
/// dropped, and the rest is read again, so that one mistake does not hide the others.
fn typed(root: &mut Node, problems: &mut Vec<Problem>) -> Option<Settings> {
    loop {
        let mistake = match Settings::deserialize(&*root) {
            Ok(settings) => return Some(settings),
            Err(mistake) => mistake,
        };
        let mut steps = mistake.steps();
        let is_missing = mistake.is_missing();
        // What is missing because it was wrong has been told.
        if !root.at_mut(&steps).is_some_and(|node| matches!(node.value, Value::Dropped)) {
            problems.push(mistake.into_problem(root));
        }
        if is_missing {
            steps.pop();
        }
        if steps.is_empty() {
            return None;
        }
        root.at_mut(&steps)?.value = Value::Dropped;
    }
}

#[cfg(test)]
mod tests;
