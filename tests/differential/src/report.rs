//! What is kept of a run: how many, and each message that verifiers disagree on.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::trial::{Outcome, Verdict};

/// The figures of a run.
#[derive(Default, Serialize)]
pub(crate) struct Report {
    trials: u64,
    accepted_by_all: u64,
    refused_by_all: u64,
    only_we_refuse: u64,
    samael_is_fooled: u64,
    we_are_fooled: u64,
    /// For each known reason how many.
    explained: BTreeMap<&'static str, u64>,
    /// What we accept and another refuses.
    only_we_accept: Vec<Disagreement>,
    /// How often each way of changing a message was tried, and how often we accepted the outcome.
    ways: BTreeMap<&'static str, [u64; 2]>,
}

/// A message that we accept and another refuses.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Disagreement {
    number: u64,
    why: String,
    ways: Vec<&'static str>,
}

/// One line for whoever watches.
pub(crate) fn say(line: &str) {
    // Nobody may be watching any more; that is no reason to stop.
    let _ = writeln!(std::io::stdout(), "{line}");
}

// === impl Report ===

impl Report {
    /// Counts a trial, and keeps its message where somebody should look at it.
    pub(crate) fn add(&mut self, outcome: &Outcome, folder: &Path) -> Result<()> {
        self.trials += 1;
        let accepted = !matches!(outcome.verdict, Verdict::Refused | Verdict::OnlyWeRefuse | Verdict::SamaelIsFooled);
        for way in &outcome.mutant.ways {
            let [tried, held] = self.ways.entry(way).or_default();
            *tried += 1;
            *held += u64::from(accepted);
        }
        match &outcome.verdict {
            Verdict::Refused => self.refused_by_all += 1,
            Verdict::OnlyWeRefuse => self.only_we_refuse += 1,
            Verdict::Accepted => self.accepted_by_all += 1,
            Verdict::Explained(reason) => *self.explained.entry(reason).or_default() += 1,
            Verdict::SamaelIsFooled => self.samael_is_fooled += 1,
            Verdict::WeAreFooled => {
                self.we_are_fooled += 1;
                keep(outcome, folder, "we-are-fooled")?;
            }
            Verdict::OnlyWeAccept(why) => {
                let ways = outcome.mutant.ways.clone();
                self.only_we_accept.push(Disagreement { number: outcome.number, why: why.clone(), ways });
                keep(outcome, folder, "only-we-accept")?;
            }
        }
        Ok(())
    }

    /// Both together.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.trials += other.trials;
        self.accepted_by_all += other.accepted_by_all;
        self.refused_by_all += other.refused_by_all;
        self.only_we_refuse += other.only_we_refuse;
        self.samael_is_fooled += other.samael_is_fooled;
        self.we_are_fooled += other.we_are_fooled;
        self.only_we_accept.extend(other.only_we_accept);
        self.only_we_accept.sort();
        for (reason, count) in other.explained {
            *self.explained.entry(reason).or_default() += count;
        }
        for (way, [tried, held]) in other.ways {
            let sum = self.ways.entry(way).or_default();
            *sum = [sum[0] + tried, sum[1] + held];
        }
        self
    }

    /// Whether nobody refuses what we accept, but for reasons that are known.
    pub(crate) fn is_clean(&self) -> bool {
        self.we_are_fooled == 0 && self.only_we_accept.is_empty()
    }

    /// Writes the summary, and says the most important of it.
    pub(crate) fn publish(&self, folder: &Path) -> Result<()> {
        let file = folder.join("summary.json");
        fs::write(&file, serde_json::to_string_pretty(self)?).with_context(|| format!("writing {}", file.display()))?;
        let explained: u64 = self.explained.values().sum();
        say(&format!(
            "differential: {} mutated responses: {} accepted by all, {explained} refused by another for a known reason, \
             {} refused by all, {} refused only by us, {} on which samael is fooled",
            self.trials, self.accepted_by_all, self.refused_by_all, self.only_we_refuse, self.samael_is_fooled
        ));
        for Disagreement { number, why, ways } in self.only_we_accept.iter().take(20) {
            say(&format!("  {number}: we accept, but {why} ({})", ways.join(", ")));
        }
        let (fooled, alone) = (self.we_are_fooled, self.only_we_accept.len());
        say(&format!("differential: {fooled} fooled us, {alone} accepted only by us; all in {}", file.display()));
        Ok(())
    }
}

fn keep(outcome: &Outcome, folder: &Path, why: &str) -> Result<()> {
    let file = folder.join(format!("{why}-{}.xml", outcome.number));
    fs::write(&file, &outcome.mutant.xml).with_context(|| format!("writing {}", file.display()))
}
