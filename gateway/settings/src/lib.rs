//! The settings of the gateway: TOML files and the environment in, typed values out.
//!
//! [`load`] reads one file, the files of the public bodies next to it, and the variables
//! `VARCO_<SECTION>__<KEY>`. Whatever is wrong in them is told at once, each problem with file and
//! line (or variable), what was found and what was expected. Nothing unknown is ignored.
//!
//! Each section of the file is one type in [`sections`]; a new setting is one field there. The
//! JSON Schema and the reference table are written from the same types by [`schema`] and
//! [`reference()`].

mod bodies_folder;
mod check;
mod environment;
mod file;
mod load;
mod problem;
mod reference;
mod settings;
mod tree;
mod written;

pub mod sections;

pub use load::load;
pub use problem::{Problem, SettingsError};
pub use reference::{reference, schema};
pub use settings::Settings;
