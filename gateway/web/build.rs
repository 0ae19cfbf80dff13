//! Builds the pages' assets where they are missing or older than their sources.

use std::path::Path;

#[path = "../../xtask/src/assets.rs"]
mod assets;

fn main() -> anyhow::Result<()> {
    for source in [
        "assets/package.json",
        "assets/package-lock.json",
        "assets/build.mjs",
        "assets/src",
        "assets/dist/version",
        "build.rs",
    ] {
        println!("cargo::rerun-if-changed={source}");
    }
    println!("cargo::rerun-if-changed=../../xtask/src/assets.rs");
    // Fluent's macro does not name its folder to the compiler: a new language would go unnoticed.
    println!("cargo::rerun-if-changed=../../config/locales");
    assets::build(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
}
