//! One request is one request, for one host and one path.

use varco_core::level::Level;

use crate::stage::{Stage, body, header, status};
use crate::upstreams::Recording;

#[tokio::test]
async fn requests_for_two_hosts_are_refused_and_the_connection_is_closed() {
    let service = Recording::start().await;
    let stage = Stage::before(service.address).await;
    for request in [
        "GET /aiuto HTTP/1.1\r\nHost: anagrafe.test\r\nHost: accesso.test\r\n\r\n",
        "GET /aiuto HTTP/1.1\r\nHost: anagrafe.test\r\nHost: anagrafe.test\r\n\r\n",
        "GET http://evil.test/aiuto HTTP/1.1\r\nHost: anagrafe.test\r\n\r\n",
        "GET /aiuto HTTP/1.1\r\n\r\n",
        "TRACE /aiuto HTTP/1.1\r\nHost: anagrafe.test\r\n\r\n",
        "CONNECT anagrafe.test:443 HTTP/1.1\r\nHost: anagrafe.test:443\r\n\r\n",
    ] {
        let answer = stage.send(request).await;
        assert_eq!(status(&answer), 400, "{request}");
        assert_eq!(header(&answer, "connection"), Some("close"), "{request}");
        assert!(body(&answer).contains("proxy.request.malformed"), "{answer}");
    }
    assert!(service.all().is_empty());
}

#[tokio::test]
async fn different_lengths_are_refused_and_the_connection_is_closed() {
    let service = Recording::start().await;
    let stage = Stage::before(service.address).await;
    let head = "POST /aiuto HTTP/1.1\r\nHost: anagrafe.test\r\n";
    for lines in [
        "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "Content-Length: 1,2\r\n\r\nab",
        "Content-Length: +1\r\n\r\na",
        "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    ] {
        assert_eq!(status(&stage.send(format!("{head}{lines}")).await), 400, "{lines}");
    }
    let old = "POST /aiuto HTTP/1.0\r\nHost: anagrafe.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    assert_eq!(status(&stage.send(old).await), 400, "HTTP/1.0 has no transfer encoding");
    assert!(service.all().is_empty());
}

#[tokio::test]
async fn a_transfer_encoding_that_is_not_undone_is_refused_and_the_connection_is_closed() {
    let service = Recording::start().await;
    let stage = Stage::before(service.address).await;
    for lines in [
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: , chunked",
        "Transfer-Encoding: x;chunked, chunked",
    ] {
        let request = format!("POST /aiuto HTTP/1.1\r\nHost: anagrafe.test\r\n{lines}\r\n\r\n0\r\n\r\n");
        let answer = stage.send(request).await;
        assert_eq!((status(&answer), header(&answer, "connection")), (400, Some("close")), "{lines}");
        assert!(body(&answer).contains("proxy.request.malformed"), "{lines}: {answer}");
    }
    assert!(service.all().is_empty());
    let request = "POST /aiuto HTTP/1.1\r\nHost: anagrafe.test\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n";
    assert_eq!(status(&stage.send(request).await), 200);
}

#[tokio::test]
async fn a_length_beside_chunks_smuggles_nothing() {
    let service = Recording::start().await;
    let stage = Stage::before(service.address).await;
    for lengths in
        ["Content-Length: 4\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 4"]
    {
        let hidden = "GET /referti HTTP/1.1\r\nHost: anagrafe.test\r\n\r\n";
        let request = format!("POST /aiuto HTTP/1.1\r\nHost: anagrafe.test\r\n{lengths}\r\n\r\n0\r\n\r\n{hidden}");
        let answer = stage.send(request).await;
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "one answer, then the connection is closed: {answer}");
    }
    assert!(service.all().iter().all(|received| received.uri == "/aiuto" && received.body.is_empty()));
}

#[tokio::test]
async fn paths_that_could_mean_another_are_refused() {
    let service = Recording::start().await;
    let stage = Stage::before(service.address).await;
    for path in
        ["/aiuto/../referti", "/aiuto/%2e%2e/referti", "/aiuto/..;/referti", "/aiuto%2freferti", "/a%00", "/a\\b"]
    {
        let answer = stage.ask(path, &[]).await;
        assert_eq!(status(&answer), 400, "{path}");
        assert!(body(&answer).contains("proxy.path.ambiguous"), "{path}: {answer}");
    }
    let star = stage.send("OPTIONS * HTTP/1.1\r\nHost: anagrafe.test\r\n\r\n").await;
    assert_eq!(status(&star), 400);
    assert!(service.all().is_empty());
}

#[tokio::test]
async fn a_path_that_leads_to_two_services_is_refused() {
    let service = Recording::start().await;
    let stage = Stage::before(service.address).await;
    let weak = format!("Cookie: {}", stage.log_in("anagrafe.test", Level::Two));
    for path in
        ["/tributi/x", "/TRIBUTI", "//Tributi/x", "/;a/tributi", "/Tributi;a/x", "/%74ributi/x", "/TRIBUTI;a//x"]
    {
        let answer = stage.ask(path, &[&weak]).await;
        assert_eq!(status(&answer), 400, "{path}");
        assert!(body(&answer).contains("proxy.path.ambiguous"), "{path}: {answer}");
    }
    for (path, expected) in [
        ("/Tributi/x", 401),
        ("/%54ributi/x", 401),
        ("/Tributi/X;a//b", 401),
        ("/tributini", 200),
        ("/a//tributi", 200),
    ] {
        assert_eq!(status(&stage.ask(path, &[&weak]).await), expected, "{path}");
    }
    assert!(service.all().iter().all(|received| ["/tributini", "/a//tributi"].contains(&received.uri.path())));
}

#[tokio::test]
async fn what_no_service_answers_is_not_found() {
    let stage = Stage::before(Recording::start().await.address).await;
    for (host, path) in [
        ("altro.test", "/"),
        ("accesso.test", "/"),
        ("accesso.test", "/echoes"),
        ("anagrafe.test", "/%2evarco/session"),
        ("anagrafe.test", "//.VARCO/session"),
    ] {
        let answer = stage.send(format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n")).await;
        assert_eq!(status(&answer), 404, "{host}{path}");
        assert!(body(&answer).contains("proxy.service.unknown"), "{answer}");
    }
}

#[tokio::test]
async fn path_and_query_are_forwarded_byte_for_byte() {
    let service = Recording::start().await;
    let stage = Stage::before(service.address).await;
    let cookie = format!("Cookie: {}", stage.log_in("accesso.test", Level::One));
    let target = "/echo//a%20b/%C3%A8;v=1/?q=a+b%2F..&&x=%zz";
    let answer = stage.send(format!("GET {target} HTTP/1.1\r\nHost: accesso.test\r\n{cookie}\r\n\r\n")).await;
    assert_eq!(status(&answer), 200);
    assert_eq!(service.only().uri.to_string(), target);
}
