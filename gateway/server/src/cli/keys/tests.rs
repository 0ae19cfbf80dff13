//! The command line, and what people read.

use clap::Parser;
use varco_core::name::BodyId;
use varco_registry::{KeyKind, KeyRole, ListedKey};

use super::*;

#[derive(Parser)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

fn parsed(line: &str) -> Result<Command, String> {
    let words = ["varco"].into_iter().chain(line.split(' ')).chain(["--config", "varco.toml"]);
    Line::try_parse_from(words).map(|line| line.command).map_err(|error| error.to_string())
}

#[test]
fn what_is_rotated_is_one_of_two() {
    for line in ["rotate --core", "rotate --core --body c_e715", "rotate --federation", "rotate --federation --finish"]
    {
        assert!(matches!(parsed(line), Ok(Command::Rotate(_))), "{line}");
    }
    for line in [
        "rotate",
        "rotate --core --federation",
        "rotate --core --finish",
        "rotate --finish",
        "rotate --federation --finish --body c_e715",
        "rotate --core --body C_E715",
    ] {
        assert!(parsed(line).is_err(), "{line}");
    }
}

#[test]
fn a_list_is_read_by_people_and_by_programs() {
    for line in ["list", "list --format json", "list --body c_e715 --format table"] {
        assert!(matches!(parsed(line), Ok(Command::List(_))), "{line}");
    }
    assert!(parsed("list --format xml").is_err());
}

#[test]
fn a_table_has_a_line_for_each_key() {
    let at = |text: &str| Some(text.parse().unwrap());
    let key = |body: Option<&str>, kind, key_id: &str, role| ListedKey {
        body: body.map(|body| BodyId::parse(body).unwrap()),
        kind,
        key_id: key_id.to_owned(),
        made_at: None,
        role,
        signs_from: None,
    };
    let keys = [
        key(None, KeyKind::Federation, "a-key", KeyRole::Current),
        ListedKey {
            made_at: at("2026-11-25T12:00:00Z"),
            signs_from: at("2026-11-26T12:30:00Z"),
            ..key(Some("c_e715"), KeyKind::Signing, "another-key", KeyRole::Next)
        },
    ];
    let expected = "\
ENTITY      USE         KEY          MADE                  STATE
aggregator  federation  a-key        at the start          current
c_e715      signing     another-key  2026-11-25T12:00:00Z  next, takes over at 2026-11-26T12:30:00Z
";
    assert_eq!(list::table(&keys), expected);
}
