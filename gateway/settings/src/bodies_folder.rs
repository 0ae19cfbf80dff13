//! The folder of files `IPA.toml`, one per public body, put into the tree.

use std::io;
use std::path::{Path, PathBuf};

use crate::file;
use crate::problem::{Fault, Problem, advice};
use crate::tree::{Node, Table, Value};

/// Puts every file of the folder into the tree, and notes what is wrong with them.
pub(crate) fn merge(root: &mut Node, setting: &Node, problems: &mut Vec<Problem>) {
    let (Value::Text(written) | Value::Unquoted(written)) = &setting.value else {
        return; // The types complain about it.
    };
    let folder = Path::new(&setting.place.source.folder).join(written);
    let files = match toml_files(&folder) {
        Ok(files) => files,
        Err(cause) => {
            let fault = Fault::Contradiction(format!("{}: {cause}", folder.display()));
            return problems.push(Problem::new(setting.place.clone(), "bodies_folder", fault));
        }
    };
    // Shown as the configuration itself is: below the folder that its own name shows.
    let beside = Path::new(&root.place.source.name).parent().unwrap_or(Path::new(""));
    let shown = if setting.place.source == root.place.source { beside.join(written) } else { PathBuf::from(written) };
    for path in files {
        let (Some(name), Some(ipa)) = (path.file_name(), path.file_stem().and_then(|stem| stem.to_str())) else {
            continue;
        };
        match file::read(&path, &shown.join(name)) {
            Ok(file) => add(root, ipa, file, problems),
            Err(found) => problems.extend(found),
        }
    }
}

fn toml_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn add(root: &mut Node, ipa: &str, file: Node, problems: &mut Vec<Problem>) {
    let Value::Table(mut found) = file.value else { return };
    match found.remove("body") {
        Some(body) => insert(root.table_at("bodies"), "bodies", ipa, body, problems),
        None => problems.push(Problem::new(file.place, "body", Fault::Missing)),
    }
    if let Some(services) = found.remove("services") {
        match services.value {
            Value::Table(services) => add_services(root, ipa, services, problems),
            other => {
                let fault = Fault::Wrong { found: other.to_string(), expected: "a table".to_owned() };
                problems.push(Problem::new(services.place, "services", fault));
            }
        }
    }
    for (key, node) in found {
        let fault = Fault::Unknown(advice(&key, &["body", "services"]));
        problems.push(Problem::new(node.place, key, fault));
    }
}

fn add_services(root: &mut Node, ipa: &str, services: Table, problems: &mut Vec<Problem>) {
    for (id, mut service) in services {
        let place = service.place.clone();
        if let Value::Table(settings) = &mut service.value {
            let body = settings.entry("body".to_owned());
            let body = body.or_insert_with(|| Node { value: Value::Text(ipa.to_owned()), place });
            if !matches!(&body.value, Value::Text(named) if named == ipa) {
                let fault =
                    Fault::Wrong { found: body.value.to_string(), expected: format!("{ipa:?}, as the file is called") };
                problems.push(Problem::new(body.place.clone(), format!("services.{id}.body"), fault));
            }
        }
        insert(root.table_at("services"), "services", &id, service, problems);
    }
}

fn insert(table: &mut Table, section: &str, key: &str, node: Node, problems: &mut Vec<Problem>) {
    if let Some(other) = table.get(key) {
        let fault = Fault::Contradiction(format!("it is already at {}", other.place));
        problems.push(Problem::new(node.place, format!("{section}.{key}"), fault));
    } else {
        table.insert(key.to_owned(), node);
    }
}
