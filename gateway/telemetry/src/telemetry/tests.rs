use std::collections::BTreeSet;
use std::time::Duration;

use varco_core::event::{CardStanding, Expiring, ExpiryEvent, MetadataOutcome, Outcome};
use varco_core::expiry::Notice;

use super::*;
use crate::fixture::{
    card_check, expiry, login, logout, metadata, refusal, refused_at, request, revocation_list, turned_away,
};
use crate::metrics::METRICS;

fn telemetry() -> Telemetry {
    Telemetry::new("0.1.0", Timestamp::from_second(1_795_608_000).unwrap())
}

/// After one of everything.
fn seen() -> Telemetry {
    let telemetry = telemetry();
    let service = ServiceId::parse("anagrafe").unwrap();
    telemetry.record(&login(Some("https://idp.example"), Outcome::Success));
    telemetry.record(&login(None, Outcome::Refused(refusal("spid.response.expired"))));
    telemetry.record(&turned_away(Some("spid")));
    telemetry.record(&turned_away(None));
    telemetry.record(&refused_at(Timestamp::UNIX_EPOCH, "cie", "https://cie.example", "cie.error.nr08"));
    telemetry.record(&logout());
    telemetry.record(&metadata(MetadataOutcome::Refreshed, 9));
    telemetry.record(&metadata(MetadataOutcome::Held, 9));
    telemetry.record(&expiry(Expiring::Provider(ProviderId::parse("https://idp.example").unwrap()), None));
    telemetry.record(&expiry(Expiring::Metadata("registry.spid.example".to_owned()), Some(Notice::SevenDays)));
    telemetry.record(&expiry(Expiring::Own(None), Some(Notice::SevenDays)));
    telemetry.record(&card_check(CardStanding::Good));
    telemetry.record(&revocation_list(MetadataOutcome::Refreshed, true));
    telemetry
        .request(&RequestFacts { upstream_duration: Some(Duration::from_millis(2)), ..request(Some(&service), 200) });
    telemetry.request(&RequestFacts { code: Some("proxy.upstream.unreachable"), ..request(Some(&service), 502) });
    telemetry.request(&request(None, 302));
    telemetry
}

/// The exposition, whose order is not the same in every run, without empty lines.
fn exposition(telemetry: &Telemetry) -> Vec<String> {
    let mut lines: Vec<_> = telemetry.render().lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
    lines.sort();
    lines
}

/// The value of the one line that begins so.
fn value(telemetry: &Telemetry, series: &str) -> Option<f64> {
    let lines = exposition(telemetry);
    let mut values = lines.iter().filter_map(|line| line.strip_prefix(series)?.strip_prefix(' ')?.parse().ok());
    let value = values.next();
    assert_eq!(values.next(), None, "{series} stands there twice");
    value
}

#[test]
fn what_prometheus_reads() {
    insta::assert_snapshot!(exposition(&seen()).join("\n"));
}

#[test]
fn a_login_counts_once() {
    let series =
        r#"varco_logins_total{method="spid",provider="https://idp.example",level="2",body="c_e715",outcome="success"}"#;
    let telemetry = seen();
    assert_eq!(value(&telemetry, series), Some(1.0));
    telemetry.request(&request(None, 200));
    telemetry.record(&logout());
    assert_eq!(value(&telemetry, series), Some(1.0), "neither requests nor logouts are logins");
    telemetry.record(&login(Some("https://idp.example"), Outcome::Success));
    assert_eq!(value(&telemetry, series), Some(2.0));
}

#[test]
fn a_refusal_counts_once_wherever_it_happened() {
    let telemetry = seen();
    let count = |method: &str, code: &str| {
        value(&telemetry, &format!(r#"varco_login_refusals_total{{method="{method}",code="{code}"}}"#))
    };
    assert_eq!(count("spid", "spid.response.expired"), Some(1.0), "at the end of an attempt");
    assert_eq!(count("spid", "login.attempt.unknown"), Some(1.0), "without an attempt");
    assert_eq!(count("none", "login.attempt.unknown"), Some(1.0), "without a method");
    let logins = exposition(&telemetry).into_iter().filter(|line| line.starts_with("varco_logins_total{"));
    assert_eq!(logins.count(), 3, "what belongs to no attempt is no login that came to an end");
}

#[test]
fn a_failed_reading_leaves_the_time_of_the_last_good_one() {
    let telemetry = telemetry();
    let last_success = r#"varco_metadata_last_success_timestamp_seconds{method="spid",source="registry.spid.example"}"#;
    let providers = r#"varco_providers{method="spid",source="registry.spid.example"}"#;
    telemetry.record(&metadata(MetadataOutcome::Failed, 0));
    assert_eq!((value(&telemetry, last_success), value(&telemetry, providers)), (None, Some(0.0)));
    telemetry.record(&metadata(MetadataOutcome::Unchanged, 9));
    telemetry.record(&metadata(MetadataOutcome::Held, 9));
    assert_eq!((value(&telemetry, last_success), value(&telemetry, providers)), (Some(0.0), Some(9.0)));
}

#[test]
fn a_provider_that_has_gone_rings_no_alarm() {
    let telemetry = telemetry();
    let provider = Expiring::Provider(ProviderId::parse("https://idp.example").unwrap());
    let series = r#"varco_provider_certificate_expiry_timestamp_seconds{method="spid",provider="https://idp.example"}"#;
    let Event::Expiry(known) = expiry(provider, None) else { unreachable!() };
    telemetry.record(&Event::Expiry(known.clone()));
    assert_eq!(value(&telemetry, series), Some(604_800.0));
    telemetry.record(&Event::Expiry(ExpiryEvent { end: None, ..known }));
    assert!(value(&telemetry, series).is_some_and(f64::is_nan));
}

#[test]
fn a_label_cannot_end_its_line() {
    let telemetry = telemetry();
    telemetry.record(&login(Some(r#"https://idp.example/"}\1"#), Outcome::Success));
    let lines = exposition(&telemetry);
    let escaped = r#"provider="https://idp.example/\"}\\1","#;
    assert!(lines.iter().any(|line| line.contains(escaped)), "{lines:#?}");
}

#[test]
fn everything_exported_is_declared_and_everything_declared_is_exported() {
    let lines = exposition(&seen());
    let types: BTreeSet<_> = lines.iter().filter_map(|line| line.strip_prefix("# TYPE ")).collect();
    let declared: Vec<_> = METRICS.iter().map(|metric| format!("{} {}", metric.name, metric.kind.word())).collect();
    assert_eq!(types, declared.iter().map(String::as_str).collect());
    for metric in METRICS {
        let series = lines.iter().find(|line| line.starts_with(metric.name)).unwrap();
        let labels = series.split_once('{').map_or("", |(_, labels)| labels);
        let names: Vec<_> = labels.split(',').filter_map(|label| Some(label.split_once("=\"")?.0)).collect();
        let own: Vec<_> = names.into_iter().filter(|name| *name != "le").collect();
        assert_eq!(own, metric.labels, "{}", metric.name);
        let help = format!("# HELP {} {}", metric.name, metric.help);
        assert!(lines.contains(&help), "{help}");
    }
}

#[test]
fn durations_stay_in_their_buckets_after_upkeep() {
    let telemetry = telemetry();
    let service = ServiceId::parse("anagrafe").unwrap();
    for round in 1..=3_u8 {
        telemetry.request(&request(Some(&service), 200));
        telemetry.upkeep(Timestamp::UNIX_EPOCH);
        let at_most = |seconds| {
            value(&telemetry, &format!(r#"varco_request_duration_seconds_bucket{{service="anagrafe",le="{seconds}"}}"#))
        };
        assert_eq!(at_most("0.002"), Some(0.0));
        assert_eq!(at_most("0.005"), Some(f64::from(round)));
        assert_eq!(at_most("+Inf"), Some(f64::from(round)));
    }
}

#[test]
fn every_status_falls_into_a_class() {
    let telemetry = telemetry();
    for status in [101, 204, 302, 401, 503, 0, 799] {
        telemetry.request(&request(None, status));
    }
    let count = |class: &str| value(&telemetry, &format!(r#"varco_requests_total{{service="none",status="{class}"}}"#));
    assert_eq!(["1xx", "2xx", "3xx", "4xx", "5xx"].map(count), [Some(2.0), Some(1.0), Some(1.0), Some(1.0), Some(2.0)]);
}
