use jiff::SignedDuration;
use varco_core::ports::EventSink as _;

use super::*;
use crate::Telemetry;
use crate::fixture::refused_at;

const POSTE: &str = "https://poste.example";

struct Scene(Telemetry);

impl Scene {
    fn new() -> Self {
        Self(Telemetry::new("0.1.0", Timestamp::UNIX_EPOCH))
    }

    /// A login with SPID is refused so many seconds after noon.
    fn refused(&self, second: i64, provider: &str, code: &'static str) {
        self.0.record(&refused_at(at(second), "spid", provider, code));
    }

    /// How the alarm stands; `None` where nothing was ever seen.
    fn alarm(&self, alarm: Alarm, provider: &str) -> Option<f64> {
        let series = format!(r#"varco_alarms{{alarm="{}",method="spid",provider="{provider}"}} "#, alarm.word());
        self.0.render().lines().find_map(|line| line.strip_prefix(&series)?.parse().ok())
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_608_000 + second).unwrap()
}

#[test]
fn ten_bad_signatures_of_one_provider_in_five_minutes_are_an_alarm_until_they_are_over() {
    let scene = Scene::new();
    let burst = || scene.alarm(Alarm::SignatureBurst, POSTE);
    assert_eq!(burst(), None);
    for second in 0..9 {
        scene.refused(second * 10, POSTE, "spid.response.signature");
        scene.refused(second * 10, "https://other.example", "spid.response.signature");
        scene.refused(second * 10, POSTE, "spid.response.expired");
    }
    assert_eq!(burst(), Some(0.0), "nine are not ten, and others do not count");
    scene.refused(299, POSTE, "spid.response.signature");
    assert_eq!(burst(), Some(1.0));
    assert_eq!(scene.alarm(Alarm::SignatureBurst, "https://other.example"), Some(0.0));
    scene.0.upkeep(at(299));
    assert_eq!(burst(), Some(1.0));
    scene.0.upkeep(at(300));
    assert_eq!(burst(), Some(0.0), "the first of them was five minutes ago");
}

#[test]
fn ten_bad_signatures_in_more_than_five_minutes_are_none() {
    let scene = Scene::new();
    for minute in 0..100 {
        scene.refused(minute * 34, POSTE, "spid.response.signature");
        assert_eq!(scene.alarm(Alarm::SignatureBurst, POSTE), Some(0.0), "{minute}");
    }
}

#[test]
fn one_report_that_our_request_is_wrong_is_an_alarm_for_an_hour_after_the_last() {
    let scene = Scene::new();
    let wrong = || scene.alarm(Alarm::OurRequest, POSTE);
    scene.refused(0, POSTE, "spid.error.nr25");
    assert_eq!(wrong(), None, "who gives up is no fault of ours");
    scene.refused(0, POSTE, "spid.error.nr14");
    assert_eq!(wrong(), Some(1.0));
    scene.refused(1800, POSTE, "spid.error.nr16");
    for (second, alarm) in [(3600, 1.0), (5399, 1.0), (5400, 0.0)] {
        scene.0.upkeep(at(second));
        assert_eq!(wrong(), Some(alarm), "{second}");
    }
    scene.refused(9000, POSTE, "spid.error.nr14");
    assert_eq!(wrong(), Some(1.0), "and again");
}

#[test]
fn what_counts_no_more_is_forgotten() {
    let scene = Scene::new();
    for second in 0..1000 {
        scene.refused(second, POSTE, "spid.response.signature");
    }
    let remembered = || {
        let places = scene.0.watch.0.lock().unwrap();
        places.values().map(|sightings| sightings.seen.len()).collect::<Vec<_>>()
    };
    assert_eq!(remembered(), [Alarm::SignatureBurst.threshold()]);
    scene.0.upkeep(at(999) + SignedDuration::from_mins(5));
    assert_eq!(remembered(), [0_usize; 0]);
}
