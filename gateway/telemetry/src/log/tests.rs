use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use serde_json::{Map, Value};
use varco_core::event::{CardStanding, Expiring, MetadataOutcome, Outcome};
use varco_core::expiry::Notice;
use varco_core::name::{ProviderId, ServiceId};
use varco_core::ports::EventSink as _;

use super::*;
use crate::Telemetry;
use crate::facts::RequestFacts;
use crate::fixture::{
    CAUSE, card_check, expiry, login, logout, metadata, refusal, refused_at, request, revocation_list, turned_away,
};

#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl io::Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is written while `act` runs.
fn written(format: Format, filter: &str, act: impl FnOnce(&Telemetry)) -> String {
    let page = Page::default();
    let writer = page.clone();
    let subscriber = subscriber(format, filter, move || writer.clone()).unwrap();
    let telemetry = Telemetry::new("0.1.0", jiff::Timestamp::UNIX_EPOCH);
    tracing::subscriber::with_default(subscriber, || act(&telemetry));
    String::from_utf8(page.0.lock().unwrap().clone()).unwrap()
}

/// One of everything, with causes that try to begin lines of their own.
fn everything(telemetry: &Telemetry) {
    let service = ServiceId::parse("anagrafe").unwrap();
    telemetry.record(&login(Some("https://idp.example"), Outcome::Success));
    telemetry.record(&login(None, Outcome::Refused(refusal("spid.response.expired"))));
    telemetry.record(&turned_away(Some("spid")));
    telemetry.record(&logout());
    for outcome in [MetadataOutcome::Refreshed, MetadataOutcome::Unchanged, MetadataOutcome::Held] {
        telemetry.record(&metadata(outcome, 9));
    }
    telemetry.record(&metadata(MetadataOutcome::Failed, 9));
    telemetry.record(&metadata(MetadataOutcome::Failed, 0));
    let provider = Expiring::Provider(ProviderId::parse("https://idp.example").unwrap());
    telemetry.record(&expiry(provider.clone(), None));
    telemetry.record(&expiry(provider, Some(Notice::SevenDays)));
    telemetry.record(&expiry(Expiring::Own(None), Some(Notice::Over)));
    for standing in [CardStanding::Good, CardStanding::Revoked, CardStanding::UnknownAccepted] {
        telemetry.record(&card_check(standing));
    }
    for (outcome, is_in_use) in [
        (MetadataOutcome::Refreshed, true),
        (MetadataOutcome::Unchanged, true),
        (MetadataOutcome::Failed, true),
        (MetadataOutcome::Failed, false),
    ] {
        telemetry.record(&revocation_list(outcome, is_in_use));
    }
    let noon = jiff::Timestamp::from_second(1_795_608_000).unwrap();
    telemetry.record(&refused_at(noon, "spid", "https://idp.example", "spid.error.nr14"));
    telemetry.upkeep(noon + jiff::SignedDuration::from_hours(1));
    telemetry.request(&request(None, 302));
    telemetry.request(&RequestFacts {
        code: Some("proxy.upstream.unreachable"),
        cause: Some(CAUSE),
        upstream_duration: Some(std::time::Duration::from_millis(2)),
        ..request(Some(&service), 502)
    });
}

fn lines(text: &str) -> Vec<Map<String, Value>> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn what_is_written() {
    let mut lines = lines(&written(Format::Json, "info", everything));
    for line in &mut lines {
        let written_at = line.remove("timestamp").unwrap();
        assert!(written_at.as_str().unwrap().parse::<jiff::Timestamp>().is_ok(), "{written_at}");
    }
    insta::assert_json_snapshot!(lines);
}

#[test]
fn one_line_for_each_whatever_stands_in_it() {
    for format in [Format::Json, Format::Text] {
        let text = written(format, "info", everything);
        assert_eq!(text.lines().count(), 21, "{text}");
        assert!(!text.contains('\u{1b}'), "{text}");
    }
}

#[test]
fn every_field_is_documented_and_every_documented_field_is_written() {
    let text = written(Format::Json, "info", everything);
    let fields: BTreeSet<_> = lines(&text).into_iter().flatten().map(|(name, _)| name).collect();
    let documented = section("fields");
    let rows = documented.lines().filter_map(|row| row.strip_prefix("| `")?.split_once('`'));
    assert_eq!(fields, rows.map(|(name, _)| name.to_owned()).collect());
}

#[test]
fn every_metric_is_documented() {
    assert_eq!(section("metrics").trim(), crate::metrics::table().trim(), "docs/LOGGING.md needs the right-hand table");
}

#[test]
fn the_filter_holds_by_level_and_by_target() {
    assert_eq!(written(Format::Text, "warn", everything).lines().count(), 10, "and nothing that went well");
    assert_eq!(written(Format::Text, "error", everything).lines().count(), 5, "what an operator must look at");
    assert_eq!(written(Format::Text, "off,varco::metadata=debug", everything).lines().count(), 7, "metadata and ends");
    assert_eq!(written(Format::Text, "off,varco::login=info", everything).lines().count(), 5, "logins and logout");
    assert_eq!(written(Format::Text, "off,varco::alarm=info", everything).lines().count(), 2, "it begins and ends");
    let error = subscriber(Format::Text, "varco=loud", io::sink).err().unwrap();
    assert_eq!(error.to_string(), r#"log filter "varco=loud": expected a level or TARGET=LEVEL, separated by commas"#);
}

/// What stands in the documentation between the marks of this name.
fn section(name: &str) -> &'static str {
    let text = include_str!("../../../../docs/LOGGING.md");
    let (_, rest) = text.split_once(&format!("<!-- {name} -->\n")).unwrap();
    rest.split_once(&format!("<!-- /{name} -->")).unwrap().0
}
