//! varco
fn main() {}
