//! `varco explain`: refusals in words, for whoever helps citizens.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use clap::Args;

use crate::refusals;

const HEADING: &str = "# What each refusal means\n\n\
    The code is on the page that the citizen saw, next to the number of the request; \
    `{cie,spid}.x` is `cie.x` and `spid.x`. What operators do about `error.nr08` to `error.nr18` is in \
    [OPERATIONS.md](OPERATIONS.md#alarms). Written by `varco explain`; do not edit.\n\n";

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
    let known = refusals::codes().into_iter().find(|known| *known == code);
    let texts = known.and_then(|code| varco_web::refusal_texts(&[code], language));
    let texts =
        texts.with_context(|| format!("no refusal {code:?} in {language:?}: run `varco explain` for the list"))?;
    Ok(format!("{code}: {}\n\n{}\n\n{}\n", texts.title, texts.message, texts.advice))
}

fn all(language: &str) -> Result<String> {
    let mut table = String::from(HEADING);
    table.push_str("| code | | what happened | what to do |\n|---|---|---|---|\n");
    for codes in in_the_same_words(refusals::codes()) {
        let label = label(&codes);
        let texts = varco_web::refusal_texts(&codes, language)
            .with_context(|| format!("no text for {label} in {language:?}"))?;
        let [title, message, advice] = [texts.title, texts.message, texts.advice].map(|text| text.replace('\n', " "));
        writeln!(table, "| `{label}` | {title} | {message} | {advice} |")?;
    }
    Ok(table)
}

/// The codes, those together that share their texts, in the order of the first of each.
fn in_the_same_words(codes: Vec<&'static str>) -> Vec<Vec<&'static str>> {
    let mut groups: Vec<(Option<String>, Vec<_>)> = Vec::new();
    for code in codes {
        let id = varco_web::refusal_text_id(code);
        match groups.iter_mut().find(|(known, _)| *known == id) {
            Some((_, codes)) => codes.push(code),
            None => groups.push((id, vec![code])),
        }
    }
    groups.into_iter().map(|(_, codes)| codes).collect()
}

/// Codes in one word, as a shell writes them: `{cie,spid}.error.{nr08,nr09}`.
fn label(codes: &[&str]) -> String {
    let parts: Option<Vec<_>> = codes.iter().map(|code| code.split_once('.')).collect();
    let Some(parts) = parts else { return braces(codes) };
    let heads: BTreeSet<_> = parts.iter().map(|(head, _)| *head).collect();
    let tails: BTreeSet<_> = parts.iter().map(|(_, tail)| *tail).collect();
    if heads.len() * tails.len() != codes.len() {
        return braces(codes);
    }
    let [heads, tails] = [heads, tails].map(Vec::from_iter);
    format!("{}.{}", braces(&heads), label(&tails))
}

fn braces(words: &[&str]) -> String {
    match words {
        [word] => (*word).to_owned(),
        words => format!("{{{}}}", words.join(",")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_written_once() {
        for (codes, expected) in [
            (&["web.page.unknown"][..], "web.page.unknown"),
            (&["cie.response.id", "spid.response.id"], "{cie,spid}.response.id"),
            (
                &["cie.error.nr08", "cie.error.nr09", "spid.error.nr08", "spid.error.nr09"],
                "{cie,spid}.error.{nr08,nr09}",
            ),
            (
                &["cie.error.nr08", "spid.error.nr08", "spid.error.nr09"],
                "{cie.error.nr08,spid.error.nr08,spid.error.nr09}",
            ),
            (&["a.b.c", "a.d"], "a.{b.c,d}"),
        ] {
            assert_eq!(label(codes), expected);
        }
    }

    #[test]
    fn the_table_has_every_code_in_one_row() {
        let groups = in_the_same_words(refusals::codes());
        let mut codes = groups.concat();
        codes.sort_unstable();
        assert_eq!(codes, refusals::codes());
        let table = all("en").unwrap();
        assert_eq!(table.lines().filter(|line| line.starts_with("| `")).count(), groups.len());
        assert!(table.contains("| `{cie,eidas,spid}.response.expired` |"), "{table}");
    }

    #[test]
    fn only_what_the_gateway_can_say_is_explained() {
        assert!(one("spid.error.nr14", "it").unwrap().starts_with("spid.error.nr14: Richiesta non accettata"));
        assert!(one("other.error.nr14", "it").is_err());
        assert!(one("spid.error.nr14", "xx").is_err());
    }
}
