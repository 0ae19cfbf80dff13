//! Where log lines go, and in which form.

use std::io;

use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// The form of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON object per line.
    Json,
    /// Text for people.
    Text,
}

/// The log cannot be begun.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The filter is not one.
    #[error("log filter {filter:?}: expected a level or TARGET=LEVEL, separated by commas")]
    Filter {
        /// What was found.
        filter: String,
    },
    /// Somebody else began one in this process.
    #[error("the log was begun before")]
    Twice,
}

/// Begins the log of this process, on standard output. `filter` is a level (`info`), or levels by
/// target (`info,varco::request=warn`).
pub fn init(format: Format, filter: &str) -> Result<(), LogError> {
    let subscriber = subscriber(format, filter, io::stdout)?;
    tracing::subscriber::set_global_default(subscriber).map_err(|_| LogError::Twice)
}

/// What writes the log lines to `writer`.
pub fn subscriber<W>(format: Format, filter: &str, writer: W) -> Result<Box<dyn Subscriber + Send + Sync>, LogError>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::builder().parse(filter).map_err(|_| LogError::Filter { filter: filter.to_owned() })?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).with_ansi(false);
    Ok(match format {
        Format::Json => Box::new(builder.json().flatten_event(true).with_current_span(false).finish()),
        Format::Text => Box::new(builder.finish()),
    })
}

#[cfg(test)]
mod tests;
