//! Who may import whom: `[workspace.metadata.layers]` against the real graph.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use cargo_metadata::{DependencyKind, MetadataCommand, Package};
use serde::Deserialize;

use crate::shell;

/// The table of layers in the workspace's manifest.
#[derive(Deserialize)]
struct Layers {
    /// For each crate of ours, the crates of ours that it may import; `"*"` means all.
    allowed: BTreeMap<String, Vec<String>>,
    /// For each crate of ours, crates of others that it must not import.
    #[serde(default)]
    forbidden: BTreeMap<String, Vec<String>>,
}

/// Fails with every import that crosses a layer.
pub(crate) fn check() -> Result<()> {
    let metadata = MetadataCommand::new().current_dir(shell::root()).no_deps().exec()?;
    let table = metadata.workspace_metadata.get("layers").context("no [workspace.metadata.layers] in Cargo.toml")?;
    let layers: Layers = serde_json::from_value(table.clone()).context("[workspace.metadata.layers]")?;
    let ours: Vec<&Package> = metadata.workspace_packages();
    let crossings: Vec<String> = ours.iter().flat_map(|package| crossings(package, &ours, &layers)).collect();
    if crossings.is_empty() {
        shell::say(&format!("layers: {} crates import only what they may", ours.len()));
        return Ok(());
    }
    bail!("layers are crossed:\n  {}", crossings.join("\n  "))
}

fn crossings(package: &Package, ours: &[&Package], layers: &Layers) -> Vec<String> {
    let name = package.name.as_str();
    let Some(allowed) = layers.allowed.get(name) else {
        return vec![format!("{name} has no line in [workspace.metadata.layers.allowed]")];
    };
    let forbidden = layers.forbidden.get(name).map_or(&[][..], Vec::as_slice);
    package
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind != DependencyKind::Development)
        .filter(|dependency| {
            let is_ours = ours.iter().any(|one| one.name.as_str() == dependency.name);
            let may = allowed.iter().any(|one| one == "*" || *one == dependency.name);
            (is_ours && !may) || forbidden.contains(&dependency.name)
        })
        .map(|dependency| format!("{name} must not import {}", dependency.name))
        .collect()
}
