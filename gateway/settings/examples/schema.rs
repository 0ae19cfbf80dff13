//! Prints the JSON Schema of the settings, for `config/schema.json`.
#![expect(clippy::print_stdout, reason = "printing is what it is for")]

fn main() {
    print!("{}", varco_settings::schema());
}
