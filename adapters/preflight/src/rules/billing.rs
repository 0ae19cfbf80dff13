//! To whom invoices go: private services pay for logins.

use super::contacts::email;
use super::extensions::codes;
use super::order::Sequence;
use crate::document::Document;
use crate::node::Node;
use crate::report::Findings;
use crate::rule::Rule;
use crate::value::{is_two_capitals, quoted};
use crate::words::INVOICING;

const SOURCE: &str = "Avviso 29v3, contact for billing";

const SET: Rule = Rule::error(
    "spid.billing",
    SOURCE,
    "Name exactly one contact with contactType=\"billing\" where the services are private.",
);
const INVOICED: Rule = Rule::error(
    "spid.billing.invoiced",
    SOURCE,
    "Say in the extensions of the billing contact who pays, in one fpa:CessionarioCommittente.",
);
const DATA: Rule = Rule::error(
    "spid.billing.data",
    SOURCE,
    "Give what an invoice needs: VAT number or fiscal code, name, street, postal code, town and country.",
);
const ORDER: Rule =
    Rule::error("spid.billing.order", SOURCE, "Put the data for invoices into the order of the schema.");
const UNKNOWN: Rule =
    Rule::error("spid.billing.unknown", SOURCE, "Leave out what the schema of invoices does not have.");
const FORM: Rule = Rule::error(
    "spid.billing.form",
    SOURCE,
    "Write the postal code as five digits, countries and provinces as two capital letters, the fiscal code as 11 to 16 \
     capital letters and digits.",
);
const EMAIL: Rule = Rule::error("spid.billing.email", SOURCE, "Give one mailbox for invoices.");

pub(super) const RULES: &[&Rule] = &[&SET, &INVOICED, &DATA, &ORDER, &UNKNOWN, &FORM, &EMAIL];

const PAYER: Sequence = Sequence(&[(INVOICING, "DatiAnagrafici"), (INVOICING, "Sede")]);
const PERSON: Sequence =
    Sequence(&[(INVOICING, "IdFiscaleIVA"), (INVOICING, "CodiceFiscale"), (INVOICING, "Anagrafica")]);
const NUMBER: Sequence = Sequence(&[(INVOICING, "IdPaese"), (INVOICING, "IdCodice")]);
const NAME: Sequence = Sequence(&[
    (INVOICING, "Denominazione"),
    (INVOICING, "Nome"),
    (INVOICING, "Cognome"),
    (INVOICING, "Titolo"),
    (INVOICING, "CodEORI"),
]);
const SEAT: Sequence = Sequence(&[
    (INVOICING, "Indirizzo"),
    (INVOICING, "NumeroCivico"),
    (INVOICING, "CAP"),
    (INVOICING, "Comune"),
    (INVOICING, "Provincia"),
    (INVOICING, "Nazione"),
]);

pub(super) fn check(document: &Document<'_>, findings: &mut Findings) {
    let is_billing = |contact: &&Node<'_>| contact.attribute("contactType") == Some("billing");
    let contacts: Vec<_> = document.contacts.iter().filter(is_billing).collect();
    if document.profile.is_private() && contacts.len() != 1 {
        findings.add(&SET, &document.root, format!("There are {} contacts for billing.", contacts.len()));
    }
    for contact in contacts {
        email(contact, true, &EMAIL, findings);
        let payers: Vec<_> = codes(contact).filter(|code| code.is(INVOICING, "CessionarioCommittente")).collect();
        if payers.len() != 1 {
            findings.add(&INVOICED, contact, format!("There are {} CessionarioCommittente.", payers.len()));
        }
        for payer in &payers {
            invoiced(payer, findings);
        }
    }
}

fn invoiced(payer: &Node<'_>, findings: &mut Findings) {
    sequence(&PAYER, payer, findings);
    for person in needed(payer, &["DatiAnagrafici"], findings) {
        sequence(&PERSON, &person, findings);
        needed(&person, &["IdFiscaleIVA", "CodiceFiscale"], findings);
        for number in person.named(INVOICING, "IdFiscaleIVA") {
            sequence(&NUMBER, &number, findings);
            needed(&number, &["IdPaese"], findings);
            needed(&number, &["IdCodice"], findings);
        }
        for name in needed(&person, &["Anagrafica"], findings) {
            sequence(&NAME, &name, findings);
            needed(&name, &["Denominazione", "Cognome"], findings);
        }
    }
    for seat in needed(payer, &["Sede"], findings) {
        sequence(&SEAT, &seat, findings);
        for name in ["Indirizzo", "CAP", "Comune", "Nazione"] {
            needed(&seat, &[name], findings);
        }
    }
    forms(payer, findings);
}

fn sequence(sequence: &Sequence, parent: &Node<'_>, findings: &mut Findings) {
    sequence.check_by(&ORDER, &UNKNOWN, parent, findings);
}

/// The children of one of these names, of which there must be one.
fn needed<'x>(parent: &Node<'x>, names: &[&str], findings: &mut Findings) -> Vec<Node<'x>> {
    let found: Vec<_> =
        parent.children().filter(|child| child.is_in(INVOICING) && names.contains(&child.name())).collect();
    let empty = |node: &Node<'_>| node.children().next().is_none() && node.text().is_empty();
    if found.is_empty() {
        findings.add(&DATA, parent, format!("There is no {}.", names.join(" or ")));
    }
    for node in found.iter().filter(|node| empty(node)) {
        findings.add(&DATA, node, format!("The {} is empty.", node.name()));
    }
    found
}

fn forms(payer: &Node<'_>, findings: &mut Findings) {
    let mut waiting: Vec<_> = payer.children().collect();
    while let Some(node) = waiting.pop() {
        let text = node.text();
        let right = match node.name() {
            "CAP" => text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit()),
            "IdPaese" | "Nazione" | "Provincia" => is_two_capitals(&text),
            "CodiceFiscale" => {
                (11..=16).contains(&text.len())
                    && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
            }
            _ => true,
        };
        if node.is_in(INVOICING) && !text.is_empty() && !right {
            findings.add(&FORM, &node, format!("The {} is {}.", node.name(), quoted(&text)));
        }
        waiting.extend(node.children());
    }
}
