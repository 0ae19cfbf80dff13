//! The routes, asked the way browsers ask, over stores that are plain maps.

mod documents;
mod hostile;
mod login;
mod looks;
mod world;
