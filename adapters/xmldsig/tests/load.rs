//! Nothing that anybody can send takes long: each message is of the largest size that is read, and of the shape
//! that costs a careless reader most.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::time::Duration;

use data_encoding::BASE64;
use varco_xmldsig::{DSIG, DecryptionRefusal, SignatureRefusal, Xml, decrypt, verify};

const LARGEST: usize = 256 * 1024;

/// For a build without optimisation on a machine that has other things to do; what takes more than a few
/// milliseconds grows faster than the message, and takes minutes.
const LONGEST: Duration = Duration::from_secs(1);

/// A message of the largest size, or of the largest number of pieces.
fn repeated(start: &str, piece: &str, most: usize, end: &str) -> String {
    let room = LARGEST - start.len() - end.len();
    format!("{start}{}{end}", piece.repeat(most.min(room / piece.len())))
}

fn numbered(most: usize, piece: impl Fn(usize) -> String) -> String {
    (0..most).map(piece).collect::<Vec<_>>().concat()
}

/// Reads a message as if it were signed, and as if it were encrypted.
fn assert_fast(what: &str, text: &str) -> Option<(SignatureRefusal, DecryptionRefusal)> {
    assert!(text.len() <= LARGEST, "{what}");
    #[expect(clippy::disallowed_methods, reason = "what is measured is the time that it takes")]
    let now = std::time::Instant::now;
    let began = now();
    let refusals = Xml::parse(text)
        .ok()
        .map(|xml| (verify(xml.root(), &[]).map(drop).unwrap_err(), decrypt(xml.root(), &[]).map(drop).unwrap_err()));
    assert!(began.elapsed() < LONGEST, "{what}: {:?}", began.elapsed());
    refusals
}

#[test]
fn no_text_takes_long_to_read() {
    for (start, piece, end) in [
        ("<a>", "&amp;", "</a>"),
        ("<a>", "&#65;", "</a>"),
        ("<a>", "&", "</a>"),
        ("<a>&", "a", ";</a>"),
        ("<a b='", "&amp;", "'/>"),
        ("<a b='", "\r\n", "'/>"),
        ("<a>", "<![CDATA[x]]>", "</a>"),
        ("<a>", "<![CDATA[", "</a>"),
        ("<a>", "]]", "</a>"),
        ("<a>", "]]&gt;", "</a>"),
        ("<a>", "<!---->", "</a>"),
        ("<a>", "<!--", "</a>"),
        ("<a>", "<?a?>", "</a>"),
        ("<a><?", "a", "?></a>"),
        ("<a>", "\r", "</a>"),
        ("<a>", "\u{e8}", "</a>"),
        ("<a ", " ", "/>"),
        ("<", "a", "/>"),
        ("<", "a", "></b>"),
        ("<", "a", ":b/>"),
        ("<!DOCTYPE a [", "<!ENTITY a '&b;&b;'>", "]><a>&a;</a>"),
    ] {
        assert_fast(piece, &repeated(start, piece, LARGEST, end));
    }
}

#[test]
fn no_number_of_elements_or_attributes_takes_long() {
    for piece in ["<b/>", "<b c=''/>", "x<b/>", "<b ID='_a'/>", "<b xmlns='urn:b'/>"] {
        for most in [3_900, 9_900, LARGEST] {
            assert_fast(piece, &repeated("<a>", piece, most, "</a>"));
        }
    }
    let attributes = |of_each| numbered(of_each, |number| format!(" k{number:0>40}=''"));
    let declarations = |of_each| numbered(of_each, |number| format!(" xmlns:p{number}='urn:p'"));
    for of_each in [1, 32, 250, 4_000] {
        assert_fast("attributes", &repeated("<a>", &format!("<b{}/>", attributes(of_each)), 4_000 / of_each, "</a>"));
        let inner = declarations(of_each);
        for depth in [1, 8, 60] {
            let (start, end) = (format!("<b{inner}>").repeat(depth), "</b>".repeat(depth));
            if start.len() < LARGEST / 2 {
                assert_fast("declarations", &repeated(&start, "<b/>", 9_000, &end));
            }
        }
    }
    assert_fast("depth", &repeated("", "<a>", LARGEST, ""));
    let many = numbered(200_000, |number| format!(" k{number}=''"));
    assert!(Xml::parse(&format!("<a{many}/>")).is_err(), "too large to be looked at");
}

/// A signature of the right shape, by nobody, with this in it.
fn signed(signature_value: &str, key_info: &str) -> String {
    format!(
        "<a ID=\"_a\"><Signature xmlns=\"{DSIG}\"><SignedInfo>\
         <CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>\
         <SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"/>\
         <Reference URI=\"#_a\"><Transforms><Transform Algorithm=\"{DSIG}enveloped-signature\"/>\
         <Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/></Transforms>\
         <DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/><DigestValue>AA==</DigestValue>\
         </Reference></SignedInfo><SignatureValue>{signature_value}</SignatureValue>\
         <KeyInfo><X509Data>{key_info}</X509Data></KeyInfo></Signature></a>"
    )
}

#[test]
fn no_certificate_in_a_signature_takes_long() {
    const ROOM: usize = 180_000;
    let name = tlv(0x31, &tlv(0x30, &[&[6, 3, 0x55, 4, 3], &tlv(0x0c, b"x")[..]].concat()));
    let extension = |oid: u8, content: &[u8]| tlv(0x30, &[&[6, 3, 0x55, 0x1d, oid][..], &tlv(4, content)].concat());
    let alternative = tlv(0x30, &tlv(0x82, b"x").repeat(ROOM / 3));
    let nested = (0..4_000).fold(Vec::new(), |inside, _| tlv(0x30, &inside));
    for (what, certificate) in [
        ("names", certificate(&[1], &name.repeat(ROOM / name.len()), &[])),
        (
            "a long name",
            certificate(
                &[1],
                &tlv(0x31, &tlv(0x30, &[&[6, 3, 0x55, 4, 3], &tlv(0x0c, &vec![b'x'; ROOM])[..]].concat())),
                &[],
            ),
        ),
        ("a long serial number", certificate(&vec![0x7f; ROOM], &[], &[])),
        ("extensions", certificate(&[1], &[], &extension(0x0e, &tlv(4, b"x")).repeat(ROOM / 20))),
        ("alternative names", certificate(&[1], &[], &extension(0x11, &alternative))),
        ("nested sequences", certificate(&[1], &[], &extension(0x11, &nested))),
    ] {
        let text = signed("AA==", &format!("<X509Certificate>{}</X509Certificate>", BASE64.encode(&certificate)));
        let refusals = assert_fast(what, &text);
        assert_eq!(refusals.map(|both| both.0), Some(SignatureRefusal::Key), "{what}");
    }
    let small = format!("<X509Certificate>{}</X509Certificate>", BASE64.encode(&certificate(&[1], &[], &[])));
    assert_eq!(
        assert_fast("certificates", &signed("AA==", &small.repeat(900))).map(|both| both.0),
        Some(SignatureRefusal::Key)
    );
    let long = "AAAA".repeat(60_000);
    assert_eq!(assert_fast("a long value", &signed(&long, "")).map(|both| both.0), Some(SignatureRefusal::Key));
}

/// A certificate of RSA with these parts, as far as a reader goes before it looks at the key.
fn certificate(serial: &[u8], issuer: &[u8], extensions: &[u8]) -> Vec<u8> {
    let rsa = |oid: u8| tlv(0x30, &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, oid, 5, 0]);
    let validity = tlv(0x30, &[tlv(0x17, b"260101000000Z"), tlv(0x17, b"270101000000Z")].concat());
    let key = tlv(0x30, &[rsa(1), tlv(3, &[0, 1, 2, 3])].concat());
    let mut parts =
        [tlv(0xa0, &[2, 1, 2]), tlv(2, serial), rsa(11), tlv(0x30, issuer), validity, tlv(0x30, &[]), key].concat();
    if !extensions.is_empty() {
        parts.extend(tlv(0xa3, &tlv(0x30, extensions)));
    }
    tlv(0x30, &[tlv(0x30, &parts), rsa(11), tlv(3, &[0, 1])].concat())
}

/// DER: a tag, the length, the content.
fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    let mut bytes = vec![tag];
    match content.len() {
        0..=127 => bytes.push(length[3]),
        128..=255 => bytes.extend([0x81, length[3]]),
        256..=65_535 => bytes.extend([0x82, length[2], length[3]]),
        _ => bytes.extend([0x83, length[1], length[2], length[3]]),
    }
    bytes.extend(content);
    bytes
}
