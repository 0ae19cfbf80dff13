//! Where the tags, elements, attributes and texts of a document are. It is no parser: it finds its way
//! through documents that are broken, too.

use std::ops::Range;

/// Places in a document, as ranges of its bytes.
#[derive(Clone, Debug, Default)]
pub struct Markup {
    /// Start tags, empty-element tags among them.
    pub tags: Vec<Range<usize>>,
    /// Elements that are closed, from `<` to `>`.
    pub elements: Vec<Range<usize>>,
    /// Attributes, from their name to their closing quote.
    pub attributes: Vec<Range<usize>>,
    /// Texts between tags that are not empty.
    pub texts: Vec<Range<usize>>,
}

// === impl Markup ===

impl Markup {
    /// Finds them.
    pub fn of(text: &str) -> Self {
        let mut found = Self::default();
        let mut open: Vec<(usize, &str)> = Vec::new();
        let mut at = 0;
        while let Some(start) = text[at..].find('<').map(|offset| at + offset) {
            if start > at {
                found.texts.push(at..start);
            }
            let end = tag_end(text, start);
            let tag = &text[start..end];
            let named = tag.trim_start_matches(['<', '/']);
            let name = named.split([' ', '\t', '\r', '\n', '/', '>']).next().unwrap_or_default();
            if tag.starts_with("</") {
                if let Some(position) = open.iter().rposition(|(_, opened)| *opened == name) {
                    found.elements.push(open[position].0..end);
                    open.truncate(position);
                }
            } else if !tag.starts_with("<!") && !tag.starts_with("<?") {
                found.tags.push(start..end);
                found.attributes.extend(attributes(text, end - named.len() + name.len()..end));
                if tag.ends_with("/>") {
                    found.elements.push(start..end);
                } else {
                    open.push((start, name));
                }
            }
            at = end;
        }
        found
    }
}

/// Where the tag that begins at `start` ends.
fn tag_end(text: &str, start: usize) -> usize {
    for (open, close) in [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")] {
        if text[start..].starts_with(open) {
            return text[start..].find(close).map_or(text.len(), |offset| start + offset + close.len());
        }
    }
    let mut quote = None;
    for (offset, byte) in text[start..].bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return start + offset + 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    text.len()
}

fn attributes(text: &str, within: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = within.start.min(within.end);
    while let Some(equals) = text[at..within.end].find('=').map(|offset| at + offset) {
        let start = text[at..equals].rfind([' ', '\t', '\r', '\n']).map_or(at, |offset| at + offset + 1);
        let Some(quote) = text[equals + 1..within.end].chars().next().filter(|it| matches!(it, '"' | '\'')) else {
            return found;
        };
        let Some(length) = text[equals + 2..within.end].find(quote) else { return found };
        at = equals + 2 + length + 1;
        found.push(start..at);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found() {
        let text = "<a b='1>' c=\"2\"><!-- <x> --><d/>t</a>";
        let markup = Markup::of(text);
        let at =
            |ranges: &[Range<usize>]| ranges.iter().map(|range| text[range.clone()].to_owned()).collect::<Vec<_>>();
        assert_eq!(at(&markup.tags), ["<a b='1>' c=\"2\">", "<d/>"]);
        assert_eq!(at(&markup.elements), ["<d/>", text]);
        assert_eq!(at(&markup.attributes), ["b='1>'", "c=\"2\""]);
        assert_eq!(at(&markup.texts), ["t"]);
    }

    #[test]
    fn broken_documents_do_no_harm() {
        for text in
            ["", "<", "<a", "<a b=", "<a b='", "</a>", "<a></b>", "<!--", "<![CDATA[", "<?", "è<è è='è'>è", "<a ="]
        {
            Markup::of(text);
        }
    }
}
