//! What `cargo demo` starts.

fn main() {}
