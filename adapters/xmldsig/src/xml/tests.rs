//! What is refused before anything is read.

use proptest::prelude::*;

use super::*;

fn refusal(text: &str) -> XmlRefusal {
    Xml::parse(text).expect_err("it should be refused")
}

#[test]
fn a_declaration_namespaces_and_character_data_are_read() {
    let xml = Xml::parse(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <p:a xmlns:p=\"urn:x\" p:k=\"1\" k=\"2\"><p:b>on<![CDATA[e & ]]>two &lt;&#x41;</p:b><b/></p:a>",
    )
    .unwrap();
    let root = xml.root();
    assert_eq!((root.namespace(), root.name()), ("urn:x", "a"));
    assert_eq!((root.attribute("k"), root.attribute_in("urn:x", "k")), (Some("2"), Some("1")));
    let b = root.only_child("urn:x", "b").unwrap();
    assert_eq!(b.text().as_deref(), Some("one & two <A"));
    assert_eq!(root.text(), None, "an element with child elements has no text");
    assert_eq!(root.only_child("urn:y", "b").map(Element::name), None);
    let names: Vec<_> = root.descendants().map(Element::name).collect();
    assert_eq!(names, ["a", "b", "b"]);
}

#[test]
fn two_children_of_a_name_are_not_the_only_one() {
    let xml = Xml::parse("<a><b/><b/></a>").unwrap();
    assert!(xml.root().only_child("", "b").is_none());
}

#[test]
fn a_comment_is_refused_wherever_it_stands() {
    for text in ["<a>ad<!-- -->min</a>", "<!-- --><a/>", "<a/><!-- -->"] {
        assert_eq!(refusal(text), XmlRefusal::Comment, "{text}");
    }
}

#[test]
fn metadata_may_hold_comments_and_values_are_read_across_them() {
    let xml = Xml::parse_within("<a>ad<!-- -->min</a>", Limits::METADATA).unwrap();
    assert_eq!(xml.root().text().as_deref(), Some("admin"));
}

#[test]
fn a_processing_instruction_is_refused() {
    for text in ["<a><?php x?></a>", "<?xml-stylesheet href='x'?><a/>", "<a/><?x?>"] {
        assert_eq!(refusal(text), XmlRefusal::ProcessingInstruction, "{text}");
    }
}

#[test]
fn a_doctype_is_refused_with_and_without_entities() {
    for text in [
        "<!DOCTYPE a><a/>",
        "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY l 'll'><!ENTITY m '&l;&l;&l;&l;&l;&l;&l;&l;'>]><a>&m;&m;&m;&m;&m;</a>",
        "<!DOCTYPE a [<!ATTLIST a ID CDATA '_1'>]><a/>",
    ] {
        assert!(matches!(refusal(text), XmlRefusal::Malformed(_)), "{text}");
    }
    assert!(matches!(refusal("<a>&undeclared;</a>"), XmlRefusal::Malformed(_)));
}

#[test]
fn a_namespace_that_is_relative_or_undeclared_is_refused() {
    for uri in [
        "x",
        "../x",
        "1",
        "1:x",
        "urn:",
        "urn:a b",
        "urn:è",
        "urn:\"x\"",
        "urn:x&#9;",
        "urn:%zz",
        "urn:[x]",
        "urn:x#y#z",
    ] {
        let text = format!("<a xmlns:p='{uri}'/>");
        assert_eq!(refusal(&text), XmlRefusal::AmbiguousName, "{text}");
    }
    for uri in ["http://x:y/", "http://x:", "http://x:123456/", "http://x@y@z", "http://x?y&amp;z"] {
        assert_eq!(refusal(&format!("<a xmlns:p='{uri}'/>")), XmlRefusal::AmbiguousName, "{uri}");
    }
    for uri in ["http://x:8080/y:z#w", "http://x.example", "urn:a:b", "https://x/?y=z", "tag:x@y.example,2026:z"] {
        assert!(Xml::parse(&format!("<a xmlns:p='{uri}'/>")).is_ok(), "{uri}");
    }
    for text in ["<a xmlns='x'/>", "<a xmlns:p=''/>"] {
        assert_eq!(refusal(text), XmlRefusal::AmbiguousName, "{text}");
    }
    assert!(Xml::parse("<a xmlns='urn:x'><b xmlns=''/></a>").is_ok(), "the default may be taken back");
    assert!(matches!(refusal("<p:a/>"), XmlRefusal::Malformed(_)));
    assert!(matches!(refusal("<a xmlns:p='http://www.w3.org/2000/xmlns/'/>"), XmlRefusal::Malformed(_)));
    assert!(matches!(refusal("<a xmlns:xml='urn:x'/>"), XmlRefusal::Malformed(_)));
}

#[test]
fn a_long_namespace_is_refused() {
    let namespaced = |length: usize| format!("<a xmlns='urn:{}'/>", "x".repeat(length - "urn:".len()));
    assert!(Xml::parse(&namespaced(256)).is_ok());
    assert_eq!(refusal(&namespaced(257)), XmlRefusal::LongNamespace);
}

#[test]
fn a_name_with_two_colons_is_refused() {
    assert_eq!(refusal("<p:a:b xmlns:p='urn:x'/>"), XmlRefusal::AmbiguousName);
    assert_eq!(refusal("<a xmlns:p='urn:x' p:b:c='1'/>"), XmlRefusal::AmbiguousName);
    assert_eq!(refusal("<:a/>"), XmlRefusal::AmbiguousName);
}

/// Namespaces in XML 1.0 §3 and §4: others stop at such a name, or read its prefix as a part of it.
#[test]
fn a_name_whose_local_part_is_none_or_whose_prefix_is_reserved_is_refused() {
    for local in ["1", "-a", ".", "\u{b7}", "\u{300}a", "\u{203f}"] {
        for text in [format!("<p:{local} xmlns:p='urn:x'/>"), format!("<a xmlns:p='urn:x' p:{local}='1'/>")] {
            assert_eq!(refusal(&text), XmlRefusal::AmbiguousName, "{text}");
        }
    }
    assert_eq!(refusal("<xmlns:a/>"), XmlRefusal::AmbiguousName);
    for text in ["<a xmlns:xmlns='urn:x'/>", "<a xmlns:1='urn:x'/>", "<a xmlns:-='urn:x'/>", "<1/>", "<a -='1'/>"] {
        assert!(matches!(refusal(text), XmlRefusal::Malformed(_)), "{text}");
    }
    assert!(Xml::parse("<p:_a1-.\u{b7} xmlns:p='urn:x' p:\u{e8}='1' xml:lang='it'/>").is_ok());
}

#[test]
fn an_attribute_that_occurs_twice_is_refused() {
    for text in ["<a k='1' k='2'/>", "<a xmlns:p='urn:x' xmlns:q='urn:x' p:k='1' q:k='2'/>"] {
        assert!(matches!(refusal(text), XmlRefusal::Malformed(_)), "{text}");
    }
}

#[test]
fn another_encoding_or_version_is_refused() {
    for text in ["<?xml version='1.0' encoding='UTF-16'?><a/>", "<?xml version='1.1'?><a/>"] {
        assert_eq!(refusal(text), XmlRefusal::VersionOrEncoding, "{text}");
    }
}

/// XML 1.0 §2.11 and §3.3.3: a reader must see line feeds and spaces in their place, and ours does not.
#[test]
fn white_space_that_readers_see_differently_is_refused() {
    for text in ["<a k='x\ny'/>", "<a k='x\ty'/>", "<a k='x\r\ny'/>", "<a k='x&#xA;y'/>", "<a><![CDATA[x\r\ny]]></a>"] {
        assert_eq!(refusal(text), XmlRefusal::WhiteSpace, "{text:?}");
        assert!(Xml::parse_within(text, Limits::METADATA).is_ok(), "people break lines: {text:?}");
    }
    let xml = Xml::parse("<a k='x y'\r\n\tl=''>x\r\ny&#xD;<![CDATA[\n\t]]></a\n>").unwrap();
    assert_eq!(xml.root().text().as_deref(), Some("x\ny\r\n\t"));
}

#[test]
fn a_reference_in_the_declaration_is_refused() {
    for text in ["<?xml version='&#49;.0'?><a/>", "<?xml version='1.0' encoding='UTF-&#56;'?><a/>"] {
        assert_eq!(refusal(text), XmlRefusal::VersionOrEncoding, "{text}");
    }
    assert!(Xml::parse("<?xml version='1.0'?><a>&#49;</a>").is_ok());
}

#[test]
fn a_document_is_bounded_in_bytes_depth_elements_and_attributes() {
    let padding = |bytes: usize| format!("<a>{}</a>", "x".repeat(bytes - "<a></a>".len()));
    assert!(Xml::parse(&padding(256 * 1024)).is_ok());
    assert_eq!(refusal(&padding(256 * 1024 + 1)), XmlRefusal::TooLarge(256 * 1024));

    let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    assert!(Xml::parse(&nested(64)).is_ok());
    assert!(matches!(refusal(&nested(65)), XmlRefusal::Malformed(_)));

    assert_eq!(refusal(&format!("<a>{}</a>", "<b/>".repeat(10_000))), XmlRefusal::TooComplex);

    let with_attributes = |number: usize| {
        let attributes: Vec<_> = (0..number).map(|number| format!("k{number}=''")).collect();
        format!("<b {}/>", attributes.join(" "))
    };
    let elements = |number: usize| format!("<a>{}</a>", with_attributes(250).repeat(number));
    assert!(Xml::parse(&elements(16)).is_ok());
    assert_eq!(refusal(&elements(17)), XmlRefusal::TooComplex);
    for limits in [Limits::MESSAGE, Limits::METADATA] {
        assert!(Xml::parse_within(&with_attributes(256), limits).is_ok());
        let refusal = Xml::parse_within(&with_attributes(257), limits).unwrap_err();
        assert_eq!(refusal, XmlRefusal::TooComplex);
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in r#"[<>/?!\[\]a-b:='" &;#x0-9\-\t\n\u{e8}]{0,60}"#) {
        if let Ok(xml) = Xml::parse(&text) {
            prop_assert!(xml.root().descendants().all(|element| !element.name().is_empty()));
        }
    }
}

#[test]
fn an_element_knows_the_line_where_it_begins() {
    let xml = Xml::parse("<a>\n  <b/>\n\n  <c/></a>").unwrap();
    let lines: Vec<_> = xml.root().descendants().map(Element::line).collect();
    assert_eq!(lines, [1, 2, 4]);
}

#[test]
fn the_explanation_of_a_refusal_is_short() {
    for text in [format!("<a>&{0};</a>", "x".repeat(100_000)), format!("<{0}:a/>", "é".repeat(100_000))] {
        let Err(XmlRefusal::Malformed(explanation)) = Xml::parse(&text) else { panic!("it should be refused") };
        assert_eq!(explanation.chars().count(), 200);
    }
}

/// The parser looks a prefix up among all declarations in scope, at each element.
#[test]
fn the_declarations_in_scope_are_bounded() {
    let tag = |number: usize| {
        let declarations: Vec<_> = (0..number).map(|number| format!("xmlns:p{number}='urn:x'")).collect();
        format!("<a {}>", declarations.join(" "))
    };
    let nested = |depth: usize, number: usize| tag(number).repeat(depth) + &"</a>".repeat(depth);
    assert!(Xml::parse(&nested(8, 32)).is_ok());
    assert_eq!(refusal(&nested(9, 32)), XmlRefusal::TooComplex, "in all of a message");
    for limits in [Limits::MESSAGE, Limits::METADATA, Limits::AGGREGATE] {
        assert!(Xml::parse_within(&nested(1, 32), limits).is_ok());
        assert_eq!(Xml::parse_within(&nested(1, 33), limits).unwrap_err(), XmlRefusal::TooComplex, "in one tag");
    }
    assert!(Xml::parse_within(&nested(60, 32), Limits::METADATA).is_ok(), "people declare where they like");
}
