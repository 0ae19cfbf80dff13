//! Prints the table of the rules, for `docs/metadata-rules.md`.
#![expect(clippy::print_stdout, reason = "printing is what it is for")]

fn main() {
    println!("# What `varco metadata check` looks at\n");
    println!("For whoever hands metadata in. Written by a program; do not edit. How to use it: [spid.md](spid.md).\n");
    print!("{}", varco_preflight::rules_table());
}
