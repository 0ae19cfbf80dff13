//! The command line, where documents come from, and what people read.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use clap::Parser;
use varco_preflight::{Profile, check as findings_of};

use super::*;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    options: Options,
}

fn parsed(line: &[&str]) -> Result<Options, String> {
    let line = Line::try_parse_from(["varco metadata"].iter().chain(line));
    line.map(|line| line.options).map_err(|error| error.to_string())
}

/// A server that answers once with these bytes, and its address.
fn server(answer: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 1024]);
        let _ = stream.write_all(&answer);
    });
    format!("http://{address}/metadata")
}

fn misconfigured<T>(outcome: Result<T, Stopped>) -> String {
    match outcome {
        Err(Stopped::Misconfigured(what)) => what,
        _ => panic!("it should say that it cannot be had"),
    }
}

#[test]
fn a_method_is_printed_and_a_document_is_checked() {
    let own = parsed(&["spid", "--body", "c_e715", "--config", "varco.toml"]).unwrap();
    let (asked, config) = (own.own.unwrap(), own.config.unwrap());
    assert_eq!((asked.method.as_str(), asked.body.unwrap().as_str()), ("spid", "c_e715"));
    assert_eq!(config.config.to_str(), Some("varco.toml"));
    let check = parsed(&["check", "c_e715.xml", "--against", "old.xml", "--profile", "pub-ag-full"]).unwrap();
    assert!(matches!(check, Options { act: Some(Act::Check(_)), own: None, config: None }));
}

#[test]
fn what_is_missing_is_asked_for() {
    assert!(parsed(&[]).err().unwrap().contains("<METHOD>"));
    assert!(parsed(&["spid"]).err().unwrap().contains("--config <FILE>"));
    assert!(parsed(&["check"]).err().unwrap().contains("<FILE|URL>"));
    assert!(parsed(&["check", "a.xml", "--profile", "spid"]).err().unwrap().contains("spid-public, spid-private"));
}

#[test]
fn a_document_comes_from_a_file_or_from_loopback() {
    let file = std::env::temp_dir().join(format!("varco-preflight-{}.xml", std::process::id()));
    std::fs::write(&file, "<a/>").unwrap();
    assert_eq!(source::read(file.to_str().unwrap()).ok().as_deref(), Some("<a/>"));
    std::fs::write(&file, [0xff, 0xfe, b'<']).unwrap();
    assert!(
        misconfigured(source::read(file.to_str().unwrap()))
            .ends_with("is not text in UTF-8: invalid utf-8 sequence of 1 bytes from index 0")
    );
    std::fs::remove_file(&file).unwrap();
    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\n<b/>".to_vec();
    assert_eq!(source::read(&server(answer)).ok().as_deref(), Some("<b/>"));
}

#[test]
fn what_cannot_be_had_is_told() {
    assert!(misconfigured(source::read("/nowhere/a.xml")).starts_with("varco: cannot read /nowhere/a.xml"));
    assert!(misconfigured(source::read("http://example.org/")).contains("must come from https://"));
    let elsewhere =
        b"HTTP/1.1 302 Found\r\nlocation: http://example.org/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    assert!(misconfigured(source::read(&server(elsewhere.to_vec()))).ends_with("the answer is 302 Found"));
}

#[test]
fn a_document_without_end_is_read_as_far_as_the_parser_goes() {
    let mut endless = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
    endless.resize(9 * 1024 * 1024, b' ');
    assert_eq!(source::read(&server(endless)).ok().map(|text| text.len()), Some(8 * 1024 * 1024 + 1));
}

#[test]
fn people_read_what_is_wrong_where_and_what_to_do() {
    let report = findings_of("<a/>", SystemClock.now(), varco_preflight::Options::default());
    let text = words::of("a.xml", &check::Findings { report, comparison: None });
    assert_eq!(
        text,
        "a.xml\n\nERRORS\n\n  a\n    \
         The root is not an EntityDescriptor in the namespace of SAML metadata.\n    \
         Make one EntityDescriptor of SAML metadata the root of the document.\n    \
         (saml.root; SAML 2.0 metadata, 2.3.2; SPID technical rules, metadata)\n\n\
         Not good: 1 error, no warnings, no pieces of advice.\n"
    );
}

#[test]
fn the_last_line_says_whom_to_tell() {
    let document = |contact: &str, name: &str| {
        format!(
            "<EntityDescriptor xmlns='urn:oasis:names:tc:SAML:2.0:metadata' entityID='{name}'>\
             <ContactPerson contactType='other'><EmailAddress>{contact}</EmailAddress></ContactPerson></EntityDescriptor>"
        )
    };
    let old = document("a@prova.example", "https://prova.example");
    for (new, verdict) in [
        (old.clone(), "Nobody need be told."),
        (document("b@prova.example", "https://prova.example"), "Tell the federation; logins do not depend on it."),
        (document("a@prova.example", "https://altro.example"), "A change breaks logins that work today."),
    ] {
        let profile = Some(Profile::SpidPublic);
        let options = varco_preflight::Options { profile, production: false };
        let report = findings_of(&new, SystemClock.now(), options);
        let comparison = Some(varco_preflight::compare(&old, &new).unwrap());
        let text = words::of("new.xml", &check::Findings { report, comparison });
        assert!(text.starts_with("new.xml, checked as spid-public\n"), "{text}");
        assert!(text.trim_end().ends_with(verdict), "{text}");
    }
}
