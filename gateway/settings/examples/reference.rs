//! Prints the reference of the settings, for `docs/settings.md`.
#![expect(clippy::print_stdout, reason = "printing is what it is for")]

fn main() {
    print!("{}", varco_settings::reference());
}
