//! Which ends an operator was told of.

use std::collections::HashMap;

use jiff::Timestamp;
use varco_core::event::Expiring;
use varco_core::expiry::Notice;

/// What was told last of everything that can end.
#[derive(Default)]
pub(crate) struct Expiries(HashMap<Expiring, Told>);

#[derive(Clone, Copy, PartialEq, Eq)]
struct Told {
    end: Option<Timestamp>,
    notice: Option<Notice>,
}

/// What there is to tell: what ends, when, and the step that it has come closer by.
type News = (Expiring, Option<Timestamp>, Option<Notice>);

// === impl Expiries ===

impl Expiries {
    /// What is new at `now`, of all that there is: an end that was not known, one that changed, one that has
    /// come closer by a step, and whatever is not there any more.
    pub(crate) fn look(
        &mut self,
        all: impl Iterator<Item = (Expiring, Option<Timestamp>)>,
        now: Timestamp,
    ) -> Vec<News> {
        let mut news = Vec::new();
        let mut known = HashMap::with_capacity(self.0.len());
        for (what, end) in all {
            let notice = end.and_then(|end| Notice::of(end, now));
            let told = Told { end, notice };
            let before = self.0.remove(&what);
            if before != Some(told) {
                let closer = notice.filter(|_| notice > before.and_then(|before| before.notice));
                news.push((what.clone(), end, closer));
            }
            known.insert(what, told);
        }
        let gone = std::mem::replace(&mut self.0, known);
        news.extend(gone.into_keys().map(|what| (what, None, None)));
        news
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_is_told_once_and_a_new_end_begins_anew() {
        let mut expiries = Expiries::default();
        let mut look = |end: Option<&str>, now: &str| {
            let all = end.map(|end| (Expiring::Own(None), Some(format!("{end}T00:00:00Z").parse().unwrap())));
            let news = expiries.look(all.into_iter(), format!("{now}T00:00:00Z").parse().unwrap());
            news.into_iter().map(|(_, end, notice)| (end.is_some(), notice.map(Notice::days))).collect::<Vec<_>>()
        };
        let end = Some("2027-03-01");
        for (now, told) in [
            ("2026-12-01", vec![(true, None)]),
            ("2026-12-02", vec![]),
            ("2026-12-31", vec![(true, Some(60))]),
            ("2027-01-01", vec![]),
            ("2027-01-30", vec![(true, Some(30))]),
            ("2027-02-14", vec![(true, Some(15))]),
            ("2027-02-22", vec![(true, Some(7))]),
            ("2027-02-28", vec![]),
            ("2027-03-01", vec![(true, Some(0))]),
            ("2027-03-02", vec![]),
        ] {
            assert_eq!(look(end, now), told, "{now}");
        }
        assert_eq!(look(Some("2028-03-01"), "2027-03-03"), [(true, None)]);
        assert_eq!(look(Some("2028-03-01"), "2028-02-25"), [(true, Some(7))], "steps that were slept through are one");
        assert_eq!(look(None, "2028-02-25"), [(false, None)]);
        assert_eq!(look(None, "2028-02-25"), []);
    }
}
