//! What an honest provider answers, in all the shapes that providers write it.

use std::fmt::Write as _;

use varco_saml::vocabulary::{ASSERTION, BEARER, ENTITY, PROTOCOL, TRANSIENT};

use crate::dice::Dice;
use crate::provider::ENTITY_ID;
use crate::trial::{AUDIENCE, DESTINATION, REQUEST_ID, REQUESTED_AT};

/// The identifier of every response.
pub const RESPONSE_ID: &str = "_response";
/// The identifier of every assertion.
pub const ASSERTION_ID: &str = "_assertion";
/// Who it is about.
pub const FISCAL_NUMBER: &str = "TINIT-LVLDAA85T50G702B";

/// An answer, not yet signed.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The prefixes of messages and of assertions; the second may be empty.
    prefixes: (&'static str, &'static str),
    /// Whether the namespace of assertions is declared at the root.
    declared_early: bool,
    /// Whether it is written in indented lines.
    indented: bool,
    /// What is told of the person, written as XML text.
    attributes: Vec<(&'static str, String)>,
    /// Whether the response is signed too.
    pub response_signed: bool,
}

/// What a SPID provider may tell, in the order of its register.
const NAMES: [&str; 12] = [
    "name",
    "familyName",
    "gender",
    "dateOfBirth",
    "placeOfBirth",
    "countyOfBirth",
    "idCard",
    "address",
    "mobilePhone",
    "email",
    "digitalAddress",
    "spidCode",
];

/// Values as they are written: plain, escaped, in other scripts, as character data sections.
const VALUES: [&str; 10] = [
    "Ada",
    "D&apos;Annunzio &amp; figli",
    "Müller &#x2F; 東京 &#128512;",
    "<![CDATA[<Rossi> & ]]>",
    "  white  space  ",
    "riga&#10;riga&#9;&#13;",
    "a &gt; b &lt; c &quot;d&quot;",
    "passport AA0000000 questuraRoma 2020-01-01 2030-01-01",
    "",
    "Via Garibaldi 1, 55100 Lucca LU",
];

// === impl Answer ===

impl Answer {
    /// One of the shapes that providers write.
    pub fn draw(dice: &mut Dice) -> Self {
        let prefixes = *dice
            .one_of(&[("samlp", "saml"), ("saml2p", "saml2"), ("samlp", ""), ("p", "a"), ("ns2", "ns1")])
            .unwrap_or(&("samlp", "saml"));
        let count = 1 + dice.below(NAMES.len());
        let attributes = NAMES[..count].iter().map(|name| (*name, dice.word(&VALUES).to_owned())).collect();
        Self {
            prefixes,
            declared_early: !prefixes.1.is_empty() && !dice.one_in(3),
            indented: dice.one_in(2),
            attributes,
            response_signed: !dice.one_in(3),
        }
    }

    /// One with twelve attributes whose values are long enough for 12 KB once both are signed.
    pub fn full() -> Self {
        let value = |name: &str| format!("{name} {}", "Via Giuseppe Garibaldi 1, 55100 Lucca ".repeat(9));
        let attributes = NAMES.iter().map(|name| (*name, value(name))).collect();
        Self { prefixes: ("samlp", "saml"), declared_early: true, indented: true, attributes, response_signed: true }
    }

    /// Its XML, without signatures.
    pub fn write(&self) -> String {
        let (p, a) = (self.prefixes.0, self.element_prefix());
        let here = if self.declared_early { String::new() } else { self.declaration() };
        let early = if self.declared_early { self.declaration() } else { String::new() };
        let line = if self.indented { "\n    " } else { "" };
        let format = format!("Format=\"{ENTITY}\"");
        format!(
            "<{p}:Response Destination=\"{DESTINATION}\" ID=\"{RESPONSE_ID}\" InResponseTo=\"{REQUEST_ID}\" \
             IssueInstant=\"{REQUESTED_AT}\" Version=\"2.0\" xmlns:{p}=\"{PROTOCOL}\"{early}>{line}\
             <{a}Issuer{here} {format}>{ENTITY_ID}</{a}Issuer>{line}\
             <{p}:Status><{p}:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></{p}:Status>{line}\
             <{a}Assertion{here} ID=\"{ASSERTION_ID}\" IssueInstant=\"{REQUESTED_AT}\" Version=\"2.0\" \
             xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
             {line}<{a}Issuer {format}>{ENTITY_ID}</{a}Issuer>{}</{a}Assertion>{line}</{p}:Response>",
            self.statements(line)
        )
    }

    fn statements(&self, line: &str) -> String {
        let a = self.element_prefix();
        let mut text = format!(
            "{line}<{a}Subject><{a}NameID Format=\"{TRANSIENT}\" NameQualifier=\"{ENTITY_ID}\">_name</{a}NameID>\
             {line}<{a}SubjectConfirmation Method=\"{BEARER}\"><{a}SubjectConfirmationData \
             InResponseTo=\"{REQUEST_ID}\" NotOnOrAfter=\"2026-11-25T10:05:00Z\" Recipient=\"{DESTINATION}\"/>\
             </{a}SubjectConfirmation></{a}Subject>{line}\
             <{a}Conditions NotBefore=\"{REQUESTED_AT}\" NotOnOrAfter=\"2026-11-25T10:06:00Z\">\
             <{a}AudienceRestriction><{a}Audience>{AUDIENCE}</{a}Audience></{a}AudienceRestriction>\
             </{a}Conditions>{line}<{a}AuthnStatement AuthnInstant=\"2026-11-25T10:00:20Z\" SessionIndex=\"_s\">\
             <{a}AuthnContext><{a}AuthnContextClassRef>https://www.spid.gov.it/SpidL2</{a}AuthnContextClassRef>\
             </{a}AuthnContext></{a}AuthnStatement>{line}<{a}AttributeStatement>"
        );
        let identity = ("fiscalNumber", FISCAL_NUMBER.to_owned());
        for (name, value) in std::iter::once(&identity).chain(&self.attributes) {
            let _ = write!(
                text,
                "{line}<{a}Attribute Name=\"{name}\" NameFormat=\"urn:oasis:names:tc:SAML:2.0:attrname-format:basic\">\
                 <{a}AttributeValue xsi:type=\"xs:string\">{value}</{a}AttributeValue></{a}Attribute>"
            );
        }
        let _ = write!(text, "{line}</{a}AttributeStatement>{line}");
        text
    }

    fn element_prefix(&self) -> String {
        if self.prefixes.1.is_empty() { String::new() } else { format!("{}:", self.prefixes.1) }
    }

    fn declaration(&self) -> String {
        match self.prefixes.1 {
            "" => format!(" xmlns=\"{ASSERTION}\""),
            prefix => format!(" xmlns:{prefix}=\"{ASSERTION}\""),
        }
    }
}
