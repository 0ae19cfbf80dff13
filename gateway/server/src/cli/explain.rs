//! `varco explain`: refusals in words, for whoever helps citizens.

use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use clap::Args;

use crate::refusals;

const HEADING: &str = "# What each refusal means\n\n\
    The code is on the page that the citizen saw, next to the number of the request. \
    Written by `varco explain`; do not edit.\n\n";

/// What to explain.
#[derive(Args)]
pub(super) struct Options {
    /// The code of the refusal; all of them where nothing is said.
    code: Option<String>,
    /// The language: it or en.
    #[arg(long, value_name = "TAG", default_value = "it")]
    language: String,
}

/// Prints the texts of one refusal, or the table of all.
pub(super) fn run(options: &Options) -> Result<()> {
    let text = match &options.code {
        Some(code) => one(code, &options.language)?,
        None => all(&options.language)?,
    };
    super::print(text.as_bytes())
}

fn one(code: &str, language: &str) -> Result<String> {
    let texts = varco_web::refusal_texts(code, language)
        .with_context(|| format!("no refusal {code:?} in {language:?}: run `varco explain` for the list"))?;
    Ok(format!("{code}: {}\n\n{}\n\n{}\n", texts.title, texts.message, texts.advice))
}

fn all(language: &str) -> Result<String> {
    let mut table = String::from(HEADING);
    table.push_str("| code | | what happened | what to do |\n|---|---|---|---|\n");
    for code in refusals::codes() {
        let texts =
            varco_web::refusal_texts(code, language).with_context(|| format!("no text for {code} in {language:?}"))?;
        let [title, message, advice] = [texts.title, texts.message, texts.advice].map(|text| text.replace('\n', " "));
        writeln!(table, "| `{code}` | {title} | {message} | {advice} |")?;
    }
    Ok(table)
}
