//! One mutated response before all verifiers.

use anyhow::{Context, Result};
use varco_forge::dice::Dice;
use varco_forge::mutation::{Mutant, mutate};
use varco_forge::provider::Provider;
use varco_forge::trial;
use varco_saml::response::VerifiedAssertion;

use crate::explained;
use crate::judges::Judges;
use crate::originals::Originals;

/// What every trial is held with.
pub(crate) struct Trial<'a> {
    pub(crate) provider: &'a Provider,
    pub(crate) judges: &'a Judges,
    pub(crate) originals: &'a Originals,
}

/// How a trial ended.
pub(crate) struct Outcome {
    pub(crate) number: u64,
    pub(crate) mutant: Mutant,
    pub(crate) verdict: Verdict,
}

/// What the verifiers say of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// All refuse.
    Refused,
    /// We refuse, and samael reads what the provider signed.
    OnlyWeRefuse,
    /// We refuse, and samael reads something that the provider never signed.
    SamaelIsFooled,
    /// All accept, and read what the provider signed.
    Accepted,
    /// Another refuses for a reason that is known, and no fault of ours.
    Explained(&'static str),
    /// We accept, and another refuses.
    OnlyWeAccept(String),
    /// We read something that the provider never signed.
    WeAreFooled,
}

/// Why another verifier refuses what we accept.
enum Objection {
    Explained(&'static str),
    Unexplained(String),
}

// === impl Trial ===

impl Trial<'_> {
    /// Makes the message of this number, and shows it to all.
    pub(crate) fn hold(&self, number: u64) -> Result<Outcome> {
        let mut dice = Dice::new(number);
        let original = self.originals.draw(&mut dice).context("there are no responses to mutate")?;
        let mutant = mutate(&original.xml, &mut dice);
        let Ok(ours) = trial::read(&mutant.xml, self.provider) else {
            let verdict = match self.judges.samael_reads(&mutant.xml) {
                None => Verdict::Refused,
                Some(theirs) if theirs.compare(&original.says).is_ok() => Verdict::OnlyWeRefuse,
                Some(_) => Verdict::SamaelIsFooled,
            };
            return Ok(Outcome { number, mutant, verdict });
        };
        let verdict = if ours == original.says { self.others(&mutant, &ours, number)? } else { Verdict::WeAreFooled };
        Ok(Outcome { number, mutant, verdict })
    }

    /// What the others say of a message that we accept.
    fn others(&self, mutant: &Mutant, ours: &VerifiedAssertion, number: u64) -> Result<Verdict> {
        let objections = [self.of_xmlsec1(&mutant.xml, number)?, self.of_samael(&mutant.xml, ours)];
        let mut explained = None;
        for objection in objections.into_iter().flatten() {
            match objection {
                Objection::Explained(reason) => explained = explained.or(Some(reason)),
                Objection::Unexplained(why) => return Ok(Verdict::OnlyWeAccept(why)),
            }
        }
        Ok(explained.map_or(Verdict::Accepted, Verdict::Explained))
    }

    fn of_xmlsec1(&self, xml: &str, number: u64) -> Result<Option<Objection>> {
        if self.judges.xmlsec1_accepts(xml, number)? {
            return Ok(None);
        }
        let silent = explained::without_first_key_info(xml);
        let is_key_info = silent.map_or(Ok(false), |silent| self.judges.xmlsec1_accepts(&silent, number))?;
        let unexplained = || Objection::Unexplained("xmlsec1 does not verify a signature".to_owned());
        Ok(Some(if is_key_info { Objection::Explained(explained::KEY_INFO) } else { unexplained() }))
    }

    fn of_samael(&self, xml: &str, ours: &VerifiedAssertion) -> Option<Objection> {
        let doubt = self.judges.samael_agrees(xml, ours).err()?;
        let whole = explained::without_sections(xml);
        let is_section = whole != xml && self.judges.samael_agrees(&whole, ours).is_ok();
        Some(if is_section { Objection::Explained(explained::SECTION) } else { Objection::Unexplained(doubt) })
    }
}
