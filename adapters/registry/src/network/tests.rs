use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

const MOST: usize = 1000;

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn this_machine() -> Arc<[IpNet]> {
    ["127.0.0.0/8".parse().unwrap()].into()
}

/// Answers every request with these bytes, and keeps the connection open where `lingers`.
async fn server(answer: &'static str, lingers: bool) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = connection.read(&mut request).await;
            let _ = connection.write_all(answer.as_bytes()).await;
            if lingers {
                tokio::time::sleep(Duration::from_mins(1)).await;
            }
        }
    });
    Url::parse(&format!("http://127.0.0.1:{port}/x")).unwrap()
}

async fn asked(address: &Url) -> Result<Answer, HttpFault> {
    let network = Network::new(Addresses::ThisMachineToo, this_machine(), None).unwrap();
    send(&network, address).await
}

async fn send(network: &Network, address: &Url) -> Result<Answer, HttpFault> {
    let patience = Duration::from_millis(500);
    network.send(Request { address, ask: Ask::Get, accept: "application/json", most: MOST, patience }).await
}

#[tokio::test]
async fn an_answer_comes_with_its_status_and_type_whatever_they_are() {
    let good = "HTTP/1.1 200 OK\r\nContent-Type: Application/JSON; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}";
    let answer = asked(&server(good, false).await).await.unwrap();
    assert_eq!((answer.status, answer.media_type.as_str(), &answer.content[..]), (200, "application/json", &b"{}"[..]));
    let bad = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(asked(&server(bad, false).await).await.unwrap().status, 403);
}

#[tokio::test]
async fn a_redirect_leads_nowhere() {
    for status in ["301", "302", "303", "307", "308"] {
        let answer = format!("HTTP/1.1 {status} X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
        let address = server(answer.leak(), false).await;
        assert_eq!(asked(&address).await.unwrap_err(), HttpFault::Unexpected, "{status}");
    }
}

#[tokio::test]
async fn an_answer_has_an_end() {
    let announced = "HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n{";
    assert_eq!(asked(&server(announced, true).await).await.unwrap_err(), HttpFault::TooLarge);
    let endless = format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(MOST + 1));
    assert_eq!(asked(&server(endless.leak(), true).await).await.unwrap_err(), HttpFault::TooLarge);
    let just = format!("HTTP/1.1 200 OK\r\nContent-Length: {MOST}\r\n\r\n{}", "x".repeat(MOST));
    assert_eq!(asked(&server(just.leak(), false).await).await.unwrap().content.len(), MOST);
}

#[tokio::test]
async fn who_dawdles_is_given_up() {
    for said in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{"] {
        assert_eq!(asked(&server(said, true).await).await.unwrap_err(), HttpFault::Slow, "{said}");
    }
}

#[tokio::test]
async fn nothing_is_unpacked() {
    let packed = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}";
    assert_eq!(asked(&server(packed, false).await).await.unwrap_err(), HttpFault::Unexpected);
}

#[tokio::test]
async fn networks_that_are_not_public_are_not_asked_by_address_or_by_name() {
    let here = server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false).await;
    let port = here.port().unwrap();
    let network = Network::new(Addresses::ThisMachineToo, [].into(), None).unwrap();
    for host in ["127.0.0.1", "localhost", "anchor.localhost", "[::1]", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"] {
        let address = Url::parse(&format!("http://{host}:{port}/x")).unwrap();
        assert_eq!(send(&network, &address).await.unwrap_err(), HttpFault::Forbidden, "{host}");
    }
    let protected = Network::new(Addresses::Protected, this_machine(), None).unwrap();
    assert_eq!(send(&protected, &here).await.unwrap_err(), HttpFault::Forbidden, "not in the clear");
}

#[tokio::test]
async fn every_name_below_localhost_is_this_machine() {
    let mut address = server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false).await;
    address.set_host(Some("anchor.localhost")).unwrap();
    assert_eq!(asked(&address).await.unwrap().status, 200);
}

#[test]
fn what_is_public_is_known() {
    for public in ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"] {
        assert!(is_public(address(public)), "{public}");
    }
    for special in [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.255",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "64:ff9b::7f00:1",
        "2001:db8::1",
        "2002:7f00:1::",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fec0::1",
        "::ffff:0:10.0.0.1",
        "1fff::1",
        "4000::1",
        "2001::1",
        "ff02::1",
    ] {
        assert!(!is_public(address(special)), "{special}");
    }
    assert!(!may_be_asked(address("::ffff:10.0.0.1"), &[]), "the same address in another form");
    assert!(may_be_asked(address("::ffff:127.0.0.1"), &this_machine()));
}
