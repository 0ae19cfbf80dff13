//! What passes in the head of a request and of an answer, and what does not.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use varco_core::level::Level;

use crate::stage::{Stage, header, quick, status};
use crate::upstreams::{Received, Recording, scripted};

/// A citizen with a session sends these lines; what the service received.
async fn received_from_a_citizen(lines: &[&str]) -> Received {
    let service = Recording::start().await;
    let stage = Stage::before(service.address).await;
    let cookie = format!("Cookie: {}", stage.log_in("anagrafe.test", Level::Two));
    let answer = stage.ask("/", &[&[&*cookie], lines].concat()).await;
    assert_eq!(status(&answer), 200, "{answer}");
    service.only()
}

/// Somebody without a session sends these lines to a public page; what the service received.
async fn received_from_a_stranger(lines: &[&str]) -> Received {
    let service = Recording::start().await;
    let stage = Stage::before(service.address).await;
    let answer = stage.ask("/aiuto", lines).await;
    assert_eq!(status(&answer), 200, "{answer}");
    service.only()
}

fn assert_only_the_gateway_asserts(received: &Received) {
    let assertions = received.values("x-varco-assertion");
    assert!(matches!(&*assertions, [one] if one.split('.').count() == 3), "{assertions:?}");
    let normal = |name: &str| name.replace(|sign: char| !sign.is_ascii_alphanumeric(), "-");
    let ours = received.headers.keys().filter(|name| normal(name.as_str()).starts_with("x-varco"));
    assert_eq!(ours.count(), 1, "{:?}", received.headers);
}

#[tokio::test]
async fn header_x_varco_assertion_is_replaced() {
    assert_only_the_gateway_asserts(&received_from_a_citizen(&["x-varco-assertion: forged"]).await);
}

#[tokio::test]
async fn header_in_upper_case_is_replaced() {
    assert_only_the_gateway_asserts(&received_from_a_citizen(&["X-VARCO-Assertion: forged"]).await);
}

#[tokio::test]
async fn header_with_underscores_is_removed() {
    let lines = ["x_varco_assertion: forged", "X-Varco_Assertion: forged", "x_varco-subject: forged"];
    assert_only_the_gateway_asserts(&received_from_a_citizen(&lines).await);
}

#[tokio::test]
async fn header_with_other_signs_is_removed() {
    assert_only_the_gateway_asserts(&received_from_a_citizen(&["x.varco.assertion: f", "x~varco!subject: f"]).await);
}

#[tokio::test]
async fn header_named_by_connection_is_still_set_by_the_gateway() {
    let lines = ["Connection: x-varco-assertion, x-forwarded-for", "X-Varco-Assertion: forged"];
    let received = received_from_a_citizen(&lines).await;
    assert_only_the_gateway_asserts(&received);
    assert_eq!(received.values("x-forwarded-for"), ["127.0.0.1"]);
}

#[tokio::test]
async fn header_twice_is_replaced_by_one() {
    let lines = ["X-Varco-Assertion: forged", "X-Varco-Assertion: forged again"];
    assert_only_the_gateway_asserts(&received_from_a_citizen(&lines).await);
}

#[tokio::test]
async fn header_from_a_stranger_is_removed_where_everybody_may_pass() {
    let received = received_from_a_stranger(&["X-Varco-Assertion: forged", "x_varco_assertion: forged"]).await;
    assert!(received.headers.keys().all(|name| !name.as_str().contains("varco")), "{:?}", received.headers);
}

#[tokio::test]
async fn trailers_cannot_assert_anything_either() {
    let service = Recording::start().await;
    let stage = Stage::before(service.address).await;
    let head = "POST /aiuto HTTP/1.1\r\nHost: anagrafe.test\r\nTransfer-Encoding: chunked\r\nTrailer: x_varco_assertion, x-sum\r\n\r\n";
    let answer = stage.send(format!("{head}2\r\nhi\r\n0\r\nx_varco_assertion: forged\r\nx-sum: 1\r\n\r\n")).await;
    assert_eq!(status(&answer), 200, "{answer}");
    let received = service.only();
    assert_eq!(received.body, b"hi");
    let trailers: Vec<_> = received.trailers.iter().flat_map(|trailers| trailers.keys()).collect();
    assert_eq!(trailers, ["x-sum"]);
}

#[tokio::test]
async fn trailers_cannot_say_what_belongs_in_the_head() {
    let service = Recording::start().await;
    let options = varco_proxy::UpstreamOptions { pass_authorization: true, ..quick(&[service.address]) };
    let stage = Stage::with(options).await;
    let fields = [
        "Cookie: __Host-varco-session=x",
        "Authorization: Bearer x",
        "Proxy-Authorization: Basic x",
        "Host: evil.test",
        "Content-Length: 7",
        "Transfer-Encoding: chunked",
        "Content-Type: text/html",
        "Content-Encoding: gzip",
        "Content-Range: bytes 0-1/2",
        "Connection: close",
        "Upgrade: h2c",
        "Expect: 100-continue",
        "Range: bytes=0-1",
        "If-Match: *",
        "Max-Forwards: 1",
        "TE: trailers",
        "Trailer: x",
        "Set-Cookie: a=1",
        "X-Forwarded-For: 6.6.6.6",
        "Content-Digest: sha-256=:AA==:",
        "X-Sum: 1",
    ];
    let names: Vec<_> = fields.iter().filter_map(|field| field.split(':').next()).collect();
    let head = "POST /aiuto HTTP/1.1\r\nHost: anagrafe.test\r\nTransfer-Encoding: chunked\r\nConnection: close";
    let (names, fields) = (names.join(", "), fields.join("\r\n"));
    let answer = stage.send(format!("{head}\r\nTrailer: {names}\r\n\r\n2\r\nhi\r\n0\r\n{fields}\r\n\r\n")).await;
    assert_eq!(status(&answer), 200, "{answer}");
    let received = service.only();
    let mut trailers: Vec<_> =
        received.trailers.iter().flat_map(|trailers| trailers.keys()).map(http::HeaderName::as_str).collect();
    trailers.sort_unstable();
    assert_eq!(trailers, ["content-digest", "x-sum"]);
}

#[tokio::test]
async fn session_cookie_stays_here_and_other_cookies_are_kept_byte_for_byte() {
    let service = Recording::start().await;
    let stage = Stage::before(service.address).await;
    let ours = stage.log_in("anagrafe.test", Level::Two);
    let cookie = format!("Cookie: a=\"x y\"; {ours}; varco-session=1; b=%20=; __Host-varco-handoff=2;c");
    stage.ask("/", &[&cookie]).await;
    assert_eq!(service.only().values("cookie"), ["a=\"x y\"; b=%20=; c"]);
}

#[tokio::test]
async fn duplicate_cookies_that_differ_are_no_session() {
    let service = Recording::start().await;
    let stage = Stage::before(service.address).await;
    let good = stage.log_in("anagrafe.test", Level::Two);
    let other = stage.log_in("anagrafe.test", Level::Three);
    for lines in [
        [format!("Cookie: {good}; {other}"), String::from("X-A: 1")],
        [format!("Cookie: {good}"), format!("Cookie: {other}")],
        [format!("Cookie: {good}; __Host-varco-session=planted"), String::from("X-A: 1")],
    ] {
        assert_eq!(status(&stage.ask("/", &[&lines[0], &lines[1]]).await), 401);
        assert_eq!(status(&stage.ask("/aiuto", &[&lines[0], &lines[1]]).await), 200);
    }
    for received in service.all() {
        assert!(received.values("cookie").is_empty() && received.values("x-varco-assertion").is_empty());
    }
}

#[tokio::test]
async fn quoted_cookies_are_no_session_and_stay_here() {
    let service = Recording::start().await;
    let stage = Stage::before(service.address).await;
    let good = stage.log_in("anagrafe.test", Level::Two);
    let token = good.split_once('=').unwrap().1;
    let quoted = format!("Cookie: __Host-varco-session=\"{token}\"");
    assert_eq!(status(&stage.ask("/", &[&quoted]).await), 401);
    assert_eq!(status(&stage.ask("/aiuto", &[&quoted]).await), 200);
    let sandwich = format!("Cookie: $Version=1; a=\"1; {good}; b=2\"");
    assert_eq!(status(&stage.ask("/", &[&sandwich]).await), 200, "a cookie of ours, by the browser's reading");
    for received in service.all() {
        assert!(!received.values("cookie").concat().contains(token), "{:?}", received.headers);
    }
}

#[tokio::test]
async fn session_cookie_of_another_host_is_no_session() {
    let stage = Stage::before(Recording::start().await.address).await;
    let cookie = format!("Cookie: {}", stage.log_in("accesso.test", Level::Two));
    assert_eq!(status(&stage.ask("/", &[&cookie]).await), 401);
}

#[tokio::test]
async fn authorization_reaches_a_service_only_if_its_options_say_so() {
    assert!(received_from_a_citizen(&["Authorization: Bearer x"]).await.values("authorization").is_empty());
    let service = Recording::start().await;
    let stage =
        Stage::with(varco_proxy::UpstreamOptions { pass_authorization: true, ..quick(&[service.address]) }).await;
    stage.ask("/aiuto", &["Authorization: Bearer x", "Proxy-Authorization: Basic y"]).await;
    assert_eq!(service.only().values("authorization"), ["Bearer x"]);
    assert!(service.only().values("proxy-authorization").is_empty());
}

#[tokio::test]
async fn where_a_request_comes_from_is_said_by_the_gateway() {
    let received = received_from_a_stranger(&[
        "Forwarded: for=6.6.6.6;host=evil.test",
        "X-Forwarded-For: 6.6.6.6",
        "x_forwarded_for: 6.6.6.6",
        "X-Forwarded-Host: evil.test",
        "X-Forwarded-Proto: http",
        "X-Forwarded-Prefix: /evil",
        "X-Real-IP: 6.6.6.6",
        "X-Forwarded: for=6.6.6.6",
        "X-Cluster-Client-IP: 6.6.6.6",
        "CF-Connecting-IP: 6.6.6.6",
        "X-Host: evil.test",
        "X-Script-Name: /evil",
        "X-Original-URL: /referti",
        "X-HTTP-Method-Override: DELETE",
        "X-Request-Id: evil",
        "Proxy: http://evil.test",
        "X-Other: kept",
    ])
    .await;
    assert_eq!(received.values("x-forwarded-for"), ["127.0.0.1"]);
    assert_eq!(received.values("x-forwarded-host"), ["anagrafe.test:8443"]);
    assert_eq!(received.values("x-forwarded-proto"), ["https"]);
    assert_eq!(received.values("forwarded"), ["for=127.0.0.1;host=\"anagrafe.test:8443\";proto=https"]);
    assert_eq!(received.values("host"), ["anagrafe.test:8443"], "as the configuration has it");
    assert_eq!(received.values("x-request-id"), ["0909090909090909"]);
    assert_eq!(received.values("x-other"), ["kept"]);
    let evil = |value: &http::HeaderValue| {
        ["evil", "6.6", "referti", "DELETE"].iter().any(|it| value.to_str().unwrap().contains(it))
    };
    assert!(!received.headers.values().any(evil), "{:?}", received.headers);
}

#[tokio::test]
async fn fields_of_the_connection_stay_on_it() {
    let lines = [
        "Connection: keep-alive, X-Hop",
        "X-Hop: 1",
        "Keep-Alive: timeout=9",
        "Proxy-Connection: close",
        "Upgrade: h2c",
        "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA",
    ];
    let received = received_from_a_stranger(&lines).await;
    for name in ["connection", "x-hop", "keep-alive", "proxy-connection", "upgrade", "http2-settings", "te"] {
        assert!(received.values(name).is_empty(), "{name}");
    }
}

#[tokio::test]
async fn te_trailers_is_kept_and_nothing_else_of_te() {
    let received = received_from_a_stranger(&["TE: gzip;q=0.5, trailers", "Connection: TE"]).await;
    assert_eq!(received.values("te"), ["trailers"]);
    assert_eq!(received.values("connection"), ["te"]);
}

#[tokio::test]
async fn an_answer_cannot_set_cookies_of_the_gateway() {
    let service = scripted(
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: x-hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n\
         Set-Cookie: a=1; Path=/\r\nSet-Cookie: __Host-varco-session=evil; Path=/; Secure\r\n\
         Set-Cookie:  varco-session =evil\r\nSet-Cookie: b=2\r\nX-Kept: 1\r\n\
         Set-Cookie: =varco-session=evil; Path=/\r\nSet-Cookie: = = varco-handoff=evil\r\n\r\nok",
    )
    .await;
    let answer = Stage::before(service).await.ask("/aiuto", &[]).await;
    assert!(answer.contains("set-cookie: a=1; Path=/\r\n") && answer.contains("set-cookie: b=2\r\n"), "{answer}");
    assert!(!answer.contains("varco"), "{answer}");
    assert_eq!((header(&answer, "x-kept"), header(&answer, "x-hop")), (Some("1"), None));
    assert_eq!((header(&answer, "keep-alive"), header(&answer, "connection")), (None, None));
}

#[tokio::test]
async fn an_answer_cannot_reach_beyond_its_service() {
    let service = || {
        scripted(
            "HTTP/1.1 200 OK\r\nService-Worker-Allowed: /\r\nClear-Site-Data: \"cookies\"\r\nContent-Length: 2\r\n\r\nok",
        )
    };
    let stage = Stage::before(service().await).await;
    let cookie = format!("Cookie: {}", stage.log_in("accesso.test", Level::One));
    let answer = stage.send(format!("GET /echo HTTP/1.1\r\nHost: accesso.test\r\n{cookie}\r\n\r\n")).await;
    assert_eq!(status(&answer), 200);
    assert_eq!((header(&answer, "service-worker-allowed"), header(&answer, "clear-site-data")), (None, None));
    let answer = Stage::before(service().await).await.ask("/aiuto", &[]).await;
    assert_eq!(header(&answer, "clear-site-data"), None, "cookies of every host of the domain");
    assert_eq!(header(&answer, "service-worker-allowed"), Some("/"), "the whole host is its own");
}

#[tokio::test]
async fn a_page_for_one_citizen_is_kept_by_no_shared_cache_unless_the_service_says_so() {
    let page = |line: &str| format!("HTTP/1.1 200 OK\r\n{line}Content-Length: 2\r\n\r\nok");
    let silent = Stage::before(scripted(page("")).await).await;
    let cookie = format!("Cookie: {}", silent.log_in("anagrafe.test", Level::Two));
    assert_eq!(header(&silent.ask("/aiuto", &[&cookie]).await, "cache-control"), Some("private"));
    assert_eq!(header(&silent.ask("/aiuto", &[]).await, "cache-control"), None, "nobody was named");
    let outspoken = Stage::before(scripted(page("Cache-Control: max-age=60\r\n")).await).await;
    let cookie = format!("Cookie: {}", outspoken.log_in("anagrafe.test", Level::Two));
    let answer = outspoken.ask("/", &[&cookie]).await;
    assert_eq!((answer.matches("cache-control").count(), header(&answer, "cache-control")), (1, Some("max-age=60")));
}

#[tokio::test]
async fn a_refusal_is_kept_by_no_cache() {
    let stage = Stage::before(Recording::start().await.address).await;
    for lines in [&[][..], &["Accept: text/html"]] {
        let answer = stage.ask("/tributi", lines).await;
        assert_eq!((status(&answer), header(&answer, "cache-control")), (400, Some("no-store")), "{answer}");
    }
}

#[test]
fn property_no_header_under_our_prefix_ever_reaches_a_service() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (service, stage) = runtime.block_on(async {
        let service = Recording::start().await;
        let stage = Stage::before(service.address).await;
        (service, stage)
    });
    let ours = "[xX][-_.!~*'+|`^#$%&][vV][aA][rR][cC][oO][-_.!~*'+|`^#$%&][a-zA-Z0-9_.-]{0,12}";
    let names = proptest::collection::vec(prop_oneof![ours, "[a-wA-W][a-zA-Z_-]{1,10}q"], 1..8);
    TestRunner::new(Config { cases: 64, ..Config::default() })
        .run(&names, |names| {
            let mut lines: Vec<String> = names.iter().map(|name| format!("{name}: forged")).collect();
            lines.push(format!("Connection: {}", names.join(", ")));
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let answer = runtime.block_on(stage.ask("/aiuto", &lines));
            prop_assert_eq!(status(&answer), 200, "{}", answer);
            let received = service.all().pop().unwrap();
            for name in received.headers.keys() {
                let normal = name.as_str().replace(|sign: char| !sign.is_ascii_alphanumeric(), "-");
                prop_assert!(!normal.starts_with("x-varco-"), "{}", name);
            }
            Ok(())
        })
        .unwrap();
}
