//! What can be wrong with settings, and how it is told.

use std::fmt;

use crate::tree::Place;

/// Everything that is wrong with the settings, one problem a line.
#[derive(Debug, PartialEq, Eq)]
pub struct SettingsError {
    problems: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    place: Place,
    setting: String,
    fault: Fault,
}

/// What is wrong with one setting or file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The file cannot be read.
    Unreadable(String),
    /// The file is not TOML.
    Syntax {
        /// The text that the parser stopped at; may be empty.
        found: String,
        /// What the parser says.
        why: String,
    },
    /// There is no such setting; the advice names one that there is.
    Unknown(String),
    /// A setting that must be there is not.
    Missing,
    /// A value of the wrong kind or form.
    Wrong {
        /// The value.
        found: String,
        /// What it should look like.
        expected: String,
    },
    /// A value that contradicts another.
    Contradiction(String),
}

// === impl SettingsError ===

impl SettingsError {
    /// An error of these problems, in the order of files and lines.
    pub(crate) fn new(mut problems: Vec<Problem>) -> Self {
        problems.sort_by(|one, other| one.place.cmp(&other.place));
        Self { problems }
    }

    /// Each problem, in the order of files and lines.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n")?;
            }
            problem.fmt(formatter)?;
        }
        Ok(())
    }
}

impl std::error::Error for SettingsError {}

// === impl Problem ===

impl Problem {
    /// A problem of a setting; of the whole file where `setting` is empty.
    pub(crate) fn new(place: Place, setting: impl Into<String>, fault: Fault) -> Self {
        Self { place, setting: setting.into(), fault }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: ", self.place)?;
        if !self.setting.is_empty() {
            write!(formatter, "{}: ", self.setting)?;
        }
        match &self.fault {
            Fault::Unreadable(cause) => write!(formatter, "cannot be read: {cause}"),
            Fault::Syntax { found, why } if found.is_empty() => write!(formatter, "not TOML: {why}"),
            Fault::Syntax { found, why } => write!(formatter, "not TOML: found {found:?}: {why}"),
            Fault::Unknown(advice) => write!(formatter, "there is no such setting; {advice}"),
            Fault::Missing => formatter.write_str("missing, and there is no default"),
            Fault::Wrong { found, expected } => write!(formatter, "found {found}, expected {expected}"),
            Fault::Contradiction(why) => formatter.write_str(why),
        }
    }
}

/// Advice for a word that is not among the known ones: the closest of them, or all.
pub(crate) fn advice(found: &str, known: &[&str]) -> String {
    /// Below this likeness a word is another word, not a misspelt one.
    const ALIKE: f64 = 0.6;
    let likeness = |word: &str| strsim::normalized_damerau_levenshtein(found, word);
    let closest = known.iter().max_by(|one, other| likeness(one).total_cmp(&likeness(other)));
    match closest {
        Some(closest) if likeness(closest) >= ALIKE => format!("did you mean {closest:?}?"),
        Some(_) => format!("known here: {}", known.join(", ")),
        None => "nothing is known here".to_owned(),
    }
}
