//! `varco keys list`: every key of the gateway's entities in OpenID federations.

use std::fmt::Write as _;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use varco_core::name::BodyId;
use varco_core::ports::Clock as _;
use varco_registry::{ListedKey, entity_bodies, entity_key_files, list_entity_keys};
use varco_settings::Settings;

use crate::cli::{Config, print};
use crate::world::SystemClock;

/// What `--help` ends with.
pub(super) const HELP: &str = "Examples:\n  \
    varco keys list --config config/varco.toml\n  \
    varco keys list --body c_e715 --format json --config config/varco.toml\n\n\
    What a key does now: `current` signs, and others encrypt for it; `next` is published and takes over at the time\n\
    that is shown; `waits` is published until `varco keys rotate --federation --finish`; `previous` is published\n\
    until nobody needs it any more. Keys that are missing are made: run it as the user that runs the gateway.";

/// What is listed, and how.
#[derive(Args)]
pub(in crate::cli) struct Options {
    /// Only the keys of this body, by its IPA code.
    #[arg(long, value_name = "IPA", value_parser = BodyId::parse)]
    body: Option<BodyId>,
    /// How it is written.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    #[command(flatten)]
    pub(super) config: Config,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Table,
    /// For programs.
    Json,
}

/// Prints the list.
pub(super) fn run(options: &Options, settings: &Settings) -> anyhow::Result<()> {
    let keyring = entity_key_files(settings).open(&entity_bodies(settings))?;
    let mut keys = list_entity_keys(&keyring, SystemClock.now());
    keys.retain(|key| options.body.is_none() || key.body == options.body);
    let text = match options.format {
        Format::Table => table(&keys),
        Format::Json => format!("{:#}\n", keys.iter().map(object).collect::<Value>()),
    };
    print(text.as_bytes())
}

/// The columns are as wide as their widest cells, but for the last, which ends the line.
pub(super) fn table(keys: &[ListedKey]) -> String {
    let head = ["ENTITY", "USE", "KEY", "MADE", "STATE"].map(str::to_owned);
    let rows: Vec<_> = std::iter::once(head).chain(keys.iter().map(row)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or_default();
    let widths = [0, 1, 2, 3].map(width);
    rows.iter().fold(String::new(), |mut text, [entity, usage, key, made, state]| {
        let [first, second, third, fourth] = widths;
        // Writing to a string does not fail.
        let _ = writeln!(text, "{entity:first$}  {usage:second$}  {key:third$}  {made:fourth$}  {state}");
        text
    })
}

fn row(key: &ListedKey) -> [String; 5] {
    let takes_over = key.signs_from.map(|from| format!(", takes over at {from:.0}")).unwrap_or_default();
    [
        entity(key).to_owned(),
        key.kind.as_str().to_owned(),
        key.key_id.clone(),
        key.made_at.map_or_else(|| "at the start".to_owned(), |made_at| format!("{made_at:.0}")),
        format!("{}{takes_over}", key.role.as_str()),
    ]
}

fn object(key: &ListedKey) -> Value {
    json!({
        "entity": entity(key),
        "use": key.kind.as_str(),
        "key_id": key.key_id,
        "made_at": key.made_at,
        "state": key.role.as_str(),
        "takes_over_at": key.signs_from,
    })
}

fn entity(key: &ListedKey) -> &str {
    key.body.as_ref().map_or("aggregator", BodyId::as_str)
}
