//! Canonical forms beside those of another canonicaliser.

use std::fmt::Write as _;

use bergshamra_c14n::{C14nMode, canonicalize_doc};
use bergshamra_xml::NodeSet;
use proptest::prelude::*;

use super::*;
use crate::xml::{Limits, Xml};

/// What bergshamra makes of an element without the child that it hides.
fn by_another(element: Element<'_>, inclusive_prefixes: &[&str]) -> Vec<u8> {
    let document = element.document();
    let mut visible = NodeSet::new();
    let mut waiting = vec![element.id()];
    while let Some(id) = waiting.pop() {
        if Some(id) != element.hidden() {
            visible.insert_id(id);
            waiting.extend(document.children_iter(id));
        }
    }
    canonicalize_doc(document, C14nMode::Exclusive, Some(&visible), inclusive_prefixes).unwrap()
}

fn form(xml: &str, inclusive_prefixes: &[&str]) -> String {
    let xml = Xml::parse_within(xml, Limits::METADATA).unwrap();
    String::from_utf8(canonical(xml.root(), inclusive_prefixes).unwrap()).unwrap()
}

#[test]
fn the_examples_of_the_standards_come_out_as_printed() {
    for (xml, canonical) in [
        // Canonical XML 1.0 §3.3: start and end tags.
        ("<e1   />", "<e1></e1>"),
        ("<e3   name = \"elem3\"   id=\"elem3\"   />", "<e3 id=\"elem3\" name=\"elem3\"></e3>"),
        (
            "<e5 xmlns:a=\"http://www.w3.org\" xmlns:b=\"http://www.ietf.org\" attr=\"I'm\" attr2=\"all\" b:attr=\"sorted\" \
             a:attr=\"out\"/>",
            "<e5 xmlns:a=\"http://www.w3.org\" xmlns:b=\"http://www.ietf.org\" attr=\"I'm\" attr2=\"all\" b:attr=\"sorted\" \
             a:attr=\"out\"></e5>",
        ),
        // §3.4: character modifications and references.
        ("<text>First line&#x0d;&#10;Second line</text>", "<text>First line&#xD;\nSecond line</text>"),
        ("<c><![CDATA[value>\"0\" && value<\"10\"]]></c>", "<c>value&gt;\"0\" &amp;&amp; value&lt;\"10\"</c>"),
        ("<c a='v>\"0\" &amp;&amp; v&lt;\"10\"'/>", "<c a=\"v>&quot;0&quot; &amp;&amp; v&lt;&quot;10&quot;\"></c>"),
        ("<n a=' &apos;   &#x20;&#13;&#xa;&#9;   &apos; '/>", "<n a=\" '    &#xD;&#xA;&#x9;   ' \"></n>"),
        // Exclusive XML Canonicalization §2.2: a declaration that nothing uses is left out.
        (
            "<n1:e2 xmlns:n1=\"http://b\" xmlns:n0=\"http://a\"><n2:x xmlns:n2=\"http://c\"/></n1:e2>",
            "<n1:e2 xmlns:n1=\"http://b\"><n2:x xmlns:n2=\"http://c\"></n2:x></n1:e2>",
        ),
    ] {
        assert_eq!(form(xml, &[]), canonical);
    }
}

#[test]
fn a_listed_prefix_is_declared_where_it_is_in_scope() {
    let xml = "<a xmlns:xs=\"urn:xs\" xmlns=\"urn:a\"><b xmlns=\"\"><c xmlns:xs=\"urn:other\"/></b></a>";
    assert_eq!(
        form(xml, &["xs", "#default", "unknown"]),
        "<a xmlns=\"urn:a\" xmlns:xs=\"urn:xs\"><b xmlns=\"\"><c xmlns:xs=\"urn:other\"></c></b></a>"
    );
}

/// Canonical XML 1.0 §2.2 and §2.3, Exclusive XML Canonicalization §3: the rules that are easily missed.
#[test]
fn each_rule_is_followed() {
    for (rule, xml, canonical) in [
        (
            "attributes are sorted by their namespace, not by their prefix",
            "<r xmlns:a='urn:z' xmlns:b='urn:y' a:k='1' b:k='2' z='3' xml:lang='it' Z='4' xmlns:c='urn:unused'/>",
            "<r xmlns:a=\"urn:z\" xmlns:b=\"urn:y\" Z=\"4\" z=\"3\" xml:lang=\"it\" b:k=\"2\" a:k=\"1\"></r>",
        ),
        (
            "a prefix of attributes is declared where it is used, each time anew",
            "<r xmlns:a='urn:a'><s a:k='1'/><s a:k='1'><t a:k='1'/></s></r>",
            "<r><s xmlns:a=\"urn:a\" a:k=\"1\"></s><s xmlns:a=\"urn:a\" a:k=\"1\"><t a:k=\"1\"></t></s></r>",
        ),
        (
            "what is declared as it was is not declared again, what another declaration hid is",
            "<a:r xmlns:a='urn:a'><a:s xmlns:a='urn:a'/><a:s xmlns:a='urn:b'><a:t xmlns:a='urn:a'/></a:s></a:r>",
            "<a:r xmlns:a=\"urn:a\"><a:s></a:s><a:s xmlns:a=\"urn:b\"><a:t xmlns:a=\"urn:a\"></a:t></a:s></a:r>",
        ),
        (
            "the default is taken away where it was given, and is not that of attributes",
            "<r xmlns=''><s xmlns='urn:a'><t xmlns='' k='1'><u/></t></s></r>",
            "<r><s xmlns=\"urn:a\"><t xmlns=\"\" k=\"1\"><u></u></t></s></r>",
        ),
        (
            "between there may be elements that do not use the default",
            "<r xmlns='urn:a'><p:s xmlns:p='urn:p' xmlns=''><t/></p:s><p:s xmlns:p='urn:p'><t/></p:s></r>",
            "<r xmlns=\"urn:a\"><p:s xmlns:p=\"urn:p\"><t xmlns=\"\"></t></p:s><p:s xmlns:p=\"urn:p\"><t></t></p:s></r>",
        ),
        (
            "text: line ends are one, references to them stay",
            "<r>a\r\nb\rc&#13;\t\"'&gt;&lt;&amp;]]&gt;<![CDATA[<]]></r>",
            "<r>a\nb\nc&#xD;\t\"'&gt;&lt;&amp;]]&gt;&lt;</r>",
        ),
        (
            "values: white space and quotes are references, what closes a tag is not",
            "<r k='&#9;&#10;&#13;&quot;&apos;&lt;&amp;>'/>",
            "<r k=\"&#x9;&#xA;&#xD;&quot;'&lt;&amp;>\"></r>",
        ),
    ] {
        assert_eq!(form(xml, &[]), canonical, "{rule}");
    }
}

#[test]
fn what_surrounds_a_hidden_element_stays() {
    let xml = Xml::parse("<r>\n a<s>b</s>c &amp;\n<t/></r>").unwrap();
    let hidden = xml.root().children().next().unwrap();
    assert_eq!(canonical(xml.root().hiding(hidden), &[]).unwrap(), b"<r>\n ac &amp;\n<t></t></r>");
}

#[test]
fn a_part_is_written_as_if_it_stood_alone() {
    let xml = Xml::parse("<p:a xmlns:p='urn:p' xmlns='urn:d'><p:b><c/></p:b><p:s><t/></p:s></p:a>").unwrap();
    let all: Vec<_> = xml.root().children().collect();
    assert_eq!(canonical(all[0], &[]).unwrap(), b"<p:b xmlns:p=\"urn:p\"><c xmlns=\"urn:d\"></c></p:b>");
    let hiding = canonical(xml.root().hiding(all[1]), &[]).unwrap();
    assert_eq!(hiding, b"<p:a xmlns:p=\"urn:p\"><p:b><c xmlns=\"urn:d\"></c></p:b></p:a>");
}

/// Documents of a few names and namespaces, so that declarations meet and hide each other.
fn documents() -> impl Strategy<Value = String> {
    let prefix = || prop_oneof![Just(""), Just("p:"), Just("q:")];
    let attribute = (prefix(), "[abc]", "[a<>&\"'\u{e8} ]{0,4}").prop_map(|(prefix, name, value)| {
        let value = value.replace('&', "&amp;").replace('<', "&#60;").replace('"', "&#xA;&#9;&#13;");
        (format!("{prefix}{name}"), value)
    });
    let declarations = proptest::collection::btree_map(
        prop_oneof![Just("xmlns"), Just("xmlns:p"), Just("xmlns:q")],
        prop_oneof![Just("urn:1"), Just("urn:2"), Just("urn:3")],
        0..3,
    );
    let tag =
        (prefix(), "[def]", declarations, proptest::collection::btree_map("[abc]", attribute, 0..3), any::<bool>());
    let text =
        prop_oneof![Just("t"), Just("&amp;"), Just("<![CDATA[<&>]]>"), Just("&#13;"), Just("\n "), Just("&gt;&lt;")];
    let leaf = text.prop_map(str::to_owned);
    leaf.prop_recursive(5, 40, 5, move |inside| {
        (tag.clone(), proptest::collection::vec(inside, 0..5)).prop_map(
            |((prefix, name, declared, attributes, undeclare), content)| {
                let mut start = format!("<{prefix}{name}");
                for (declaration, uri) in &declared {
                    // Only the default namespace can be taken away again.
                    let uri = if undeclare && *declaration == "xmlns" { "" } else { uri };
                    let _ = write!(start, " {declaration}=\"{uri}\"");
                }
                let mut seen = std::collections::BTreeSet::new();
                for (attribute, value) in attributes.values() {
                    let local = attribute.rsplit(':').next().unwrap_or_default().to_owned();
                    if seen.insert(local) {
                        let _ = write!(start, " {attribute}=\"{value}\"");
                    }
                }
                format!("{start}>{}</{prefix}{name}>", content.concat())
            },
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn another_canonicaliser_writes_the_same(
        content in documents(),
        list in proptest::sample::subsequence(vec!["p", "q", "#default", "x"], 0..=4),
    ) {
        let text = format!("<r xmlns:p=\"urn:p\" xmlns:q=\"urn:q\"><m>{content}</m><s/></r>");
        let xml = Xml::parse_within(&text, Limits::METADATA).unwrap();
        for element in xml.root().descendants() {
            for prefixes in [&[][..], &list] {
                let ours = String::from_utf8(canonical(element, prefixes).unwrap()).unwrap();
                prop_assert_eq!(ours, String::from_utf8(by_another(element, prefixes)).unwrap(), "{:?} of {}", element, text);
            }
        }
        let hidden = xml.root().children().last().unwrap();
        let hiding = xml.root().hiding(hidden);
        prop_assert_eq!(canonical(hiding, &list).unwrap(), by_another(hiding, &list));
    }
}

/// Each listed prefix is looked up at each element, and a message that is well signed may list as many as it likes.
#[test]
fn a_list_of_prefixes_costs_little_however_deep_a_message_is() {
    let declarations =
        |depth: usize| (0..31).fold(String::new(), |all, number| format!("{all} xmlns:p{depth}_{number}='urn:a'"));
    let outer = |depth: usize| if depth < 8 { format!("<a{}>", declarations(depth)) } else { "<a>".to_owned() };
    let text = format!("{}{}{}", (0..60).map(outer).collect::<String>(), "<a/>".repeat(9_800), "</a>".repeat(60));
    let xml = Xml::parse(&text).unwrap();
    let list: Vec<_> = (0..32).map(|number| format!("p0_{number}")).collect();
    let list: Vec<_> = list.iter().map(String::as_str).collect();
    #[expect(clippy::disallowed_methods, reason = "what is measured is the time that it takes")]
    let now = std::time::Instant::now;
    let began = now();
    assert!(canonical(xml.root(), &list).is_some());
    assert!(began.elapsed().as_millis() < 500, "{:?}", began.elapsed());
}
