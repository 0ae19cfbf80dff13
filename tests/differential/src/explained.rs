//! Why another verifier refuses what we accept, where that is known and no fault of ours. Each reason is
//! tried, not believed: the message is written in another way that means the same, and the other
//! verifier must accept that.

/// What a signature says of its own key is not covered by it. We never take a key from there.
pub(crate) const KEY_INFO: &str = "xmlsec1 takes a key from KeyInfo, or cannot read what is there";

/// Canonical XML makes no difference between the two, so both verify.
pub(crate) const SECTION: &str = "samael does not find a text again that is a character data section in part";

/// The message without what its first signature says of its key. That is the signature of the response, if
/// it has one, which covers all others.
pub(crate) fn without_first_key_info(xml: &str) -> Option<String> {
    let start = xml.find("<ds:KeyInfo")?;
    let end = xml[start..].find("</ds:KeyInfo>").map(|length| start + length + "</ds:KeyInfo>".len())?;
    Some([&xml[..start], &xml[end..]].concat())
}

/// The message with its character data sections written as texts.
pub(crate) fn without_sections(xml: &str) -> String {
    let mut pieces = xml.split("<![CDATA[");
    let mut whole = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (section, rest) = piece.split_once("]]>").unwrap_or((piece, ""));
        whole += &section.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        whole += rest;
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_become_texts() {
        assert_eq!(without_sections("<a>b<![CDATA[<c>&]]>d</a>"), "<a>b&lt;c&gt;&amp;d</a>");
    }

    #[test]
    fn only_the_first_key_info_goes() {
        let xml = "<x><ds:KeyInfo>a</ds:KeyInfo><ds:KeyInfo>b</ds:KeyInfo></x>";
        assert_eq!(without_first_key_info(xml).as_deref(), Some("<x><ds:KeyInfo>b</ds:KeyInfo></x>"));
        assert_eq!(without_first_key_info("<x/>"), None);
    }
}
