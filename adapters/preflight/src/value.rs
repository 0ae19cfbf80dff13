//! What values look like: addresses of mailboxes, numbers of companies, codes of towns.

use url::{Host, Url};

/// The most of a value that a finding repeats.
const LONGEST_SHOWN: usize = 80;

/// A value as it may stand in a message: short, and without anything that a terminal would obey.
pub(crate) fn shown(value: &str) -> String {
    let turns_the_line = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let harmless = |c: char| if c.is_control() || turns_the_line(c) { '\u{fffd}' } else { c };
    let mut text: String = value.chars().take(LONGEST_SHOWN).map(harmless).collect();
    if value.chars().nth(LONGEST_SHOWN).is_some() {
        text.push('…');
    }
    text
}

/// The same between quotation marks.
pub(crate) fn quoted(value: &str) -> String {
    format!("“{}”", shown(value))
}

/// A value of an attribute that may be missing.
pub(crate) fn quoted_or_missing(value: Option<&str>) -> String {
    value.map_or_else(|| "missing".to_owned(), quoted)
}

/// One mailbox: a name, `@`, a host with a dot.
pub(crate) fn is_mailbox(text: &str) -> bool {
    let in_name = |c: char| c.is_alphanumeric() || "._-+".contains(c);
    let in_host = |c: char| c.is_alphanumeric() || "-.".contains(c);
    text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && name.chars().all(in_name)
            && host.chars().all(in_host)
            && host.rsplit_once('.').is_some_and(|(rest, top)| !rest.is_empty() && top.chars().count() >= 2)
    })
}

/// Two capital letters, as ISO 3166-1 names countries and the car plate names provinces.
pub(crate) fn is_two_capitals(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// A VAT number that begins with a country.
pub(crate) fn has_country(vat_number: &str) -> bool {
    vat_number.get(..2).is_some_and(is_two_capitals)
}

/// An Italian VAT number has eleven digits after `IT`; those of other countries are not looked into.
pub(crate) fn is_vat_number(text: &str) -> bool {
    has_country(text) && text.strip_prefix("IT").is_none_or(|number| are_digits(number, 11))
}

/// Of an organisation (eleven digits) or of a person (sixteen letters and digits).
pub(crate) fn is_fiscal_code(text: &str) -> bool {
    let person = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    are_digits(text, 11) || person
}

/// A code of the Index of public administrations: without white space, at most 16 characters.
pub(crate) fn is_ipa_code(text: &str) -> bool {
    (1..=16).contains(&text.chars().count()) && !text.contains(char::is_whitespace)
}

/// A category of the Index of public administrations, such as `L6`.
pub(crate) fn is_ipa_category(text: &str) -> bool {
    text.strip_prefix(|first: char| first.is_ascii_uppercase())
        .is_some_and(|rest| (1..=2).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// An activity by ATECO or NACE, such as `62.01` or `18.12.00`.
pub(crate) fn is_activity(text: &str) -> bool {
    let mut parts = text.split('.');
    let first = parts.next().is_some_and(|part| are_digits(part, 2));
    first && parts.clone().count() <= 2 && parts.all(|part| (1..=2).contains(&part.len()) && are_all_digits(part))
}

/// A town: the cadastral code, such as `H501`, or the six digits of the statistical office.
pub(crate) fn is_town(text: &str) -> bool {
    let cadastral = text.strip_prefix(|first: char| first.is_ascii_uppercase()).is_some_and(|rest| are_digits(rest, 3));
    cadastral || are_digits(text, 6)
}

/// `urn:uuid:` and a random UUID (version 4).
pub(crate) fn is_uuid_name(text: &str) -> bool {
    let groups: Vec<_> = text.strip_prefix("urn:uuid:").unwrap_or_default().split('-').collect();
    let hexadecimal = |part: &&str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    groups.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(hexadecimal)
        && groups.get(2).is_some_and(|version| version.starts_with('4'))
}

/// A number that an index may have.
pub(crate) fn index(text: Option<&str>) -> Option<u16> {
    text.filter(|text| are_all_digits(text)).and_then(|text| text.parse().ok())
}

/// An address that a browser can go to.
pub(crate) fn web_address(text: &str) -> Option<Url> {
    let plain = !text.contains(|c: char| c.is_whitespace() || c.is_control());
    let known = |address: &Url| matches!(address.scheme(), "http" | "https") && address.has_host();
    Url::parse(text).ok().filter(|address| plain && known(address))
}

/// Why an address will not do in production, if it will not.
pub(crate) fn fault_in_production(text: &str, address: &Url) -> Option<&'static str> {
    // The parser forgets a port that is the usual one; the rule is that none is written.
    let authority = text.split('/').nth(2).unwrap_or_default();
    let dotted = matches!(address.host(), Some(Host::Domain(name)) if name.trim_end_matches('.').contains('.'));
    match () {
        () if address.scheme() != "https" => Some("is not https"),
        () if !dotted => Some("is not at a public host name"),
        () if authority.contains(':') => Some("names a port"),
        () => None,
    }
}

fn are_digits(text: &str, count: usize) -> bool {
    text.len() == count && are_all_digits(text)
}

fn are_all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
