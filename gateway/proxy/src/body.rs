//! Bodies on their way through: nothing is gathered, silence has an end, and what became of them is known.

mod activity;
mod download;
mod quiet;
mod upload;

pub(crate) use activity::Activity;
pub(crate) use download::Download;
pub(crate) use quiet::StreamError;
pub(crate) use upload::{Progress, Upload};
