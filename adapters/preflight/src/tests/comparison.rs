//! What changed, and whom to tell.

use super::certified::Certified;
use super::fixture::{Sample, set};
use crate::{Change, Comparison, Profile, compare};

const ADDRESS: &str = "https://accesso.prova.example/return";

fn public() -> Sample {
    Sample::of(Profile::SpidPublic)
}

fn compared(old: &Sample, new: &Sample) -> Comparison {
    compare(&old.unsigned(), &new.unsigned()).unwrap()
}

/// The one change between good metadata and this.
#[track_caller]
fn only_change(new: &Sample) -> Change {
    let comparison = compared(&public(), new);
    let [change] = &comparison.changes[..] else { panic!("{:#?}", comparison.changes) };
    change.clone()
}

#[track_caller]
fn breaking(new: &Sample) {
    let change = only_change(new);
    assert!(change.breaking && change.tell_providers && change.tell_federation, "{change:?}");
}

#[track_caller]
fn told_to_providers(new: &Sample) {
    let change = only_change(new);
    assert!(!change.breaking && change.tell_providers && change.tell_federation, "{change:?}");
}

#[track_caller]
fn told_to_the_federation(new: &Sample) {
    let change = only_change(new);
    assert!(!change.breaking && !change.tell_providers && change.tell_federation, "{change:?}");
}

#[track_caller]
fn told_to_nobody(new: &Sample) {
    let change = only_change(new);
    assert!(!change.breaking && !change.tell_providers && !change.tell_federation, "{change:?}");
}

fn other_certificate() -> String {
    let mut other = Certified::of(Profile::SpidPublic);
    other.until = (2029, 1, 1);
    other.base64()
}

#[test]
fn a_document_does_not_differ_from_itself() {
    let signed = public().signed();
    assert_eq!(compare(&signed, &signed).unwrap(), Comparison::default());
}

#[test]
fn another_name_breaks() {
    breaking(&public().with("https://accesso.prova.example/sp", "https://accesso.prova.example/altro"));
}

#[test]
fn a_new_signature_identifier_or_expiry_is_nobodys_business() {
    told_to_nobody(&public().with("_sample", "_other"));
    told_to_nobody(&public().with("entityID=", "validUntil=\"2027-01-01T00:00:00Z\" entityID="));
    let comparison = compare(&public().signed(), &public().unsigned()).unwrap();
    assert!(!comparison.tells_federation() && comparison.changes.len() == 1, "{comparison:?}");
}

#[test]
fn a_second_certificate_is_told() {
    told_to_providers(&public().with_key("signing", &other_certificate()));
    told_to_providers(&public().with_key("encryption", &other_certificate()));
}

#[test]
fn the_only_certificate_cannot_go() {
    let comparison = compared(&public(), &public().with("[certificate]", &other_certificate()));
    assert!(comparison.is_breaking());
    let [gone, added] = &comparison.changes[..] else { panic!("{:#?}", comparison.changes) };
    assert!(gone.breaking && gone.what.contains("publish the new one beside it first"), "{gone:?}");
    assert!(!added.breaking && added.tell_providers && added.what.contains("2029-01-01"), "{added:?}");
}

#[test]
fn the_older_certificate_goes_once_the_newer_is_known() {
    let during = public().with_key("signing", &other_certificate());
    let after = public().with("[certificate]", &other_certificate());
    let comparison = compared(&during, &after);
    let [change] = &comparison.changes[..] else { panic!("{:#?}", comparison.changes) };
    assert!(!change.breaking && change.tell_providers, "{change:?}");
}

#[test]
fn addresses_for_answers_may_come_and_not_go() {
    breaking(&public().with(ADDRESS, "https://accesso.prova.example/ritorno"));
    let second =
        format!("<md:AssertionConsumerService Binding=\"urn:x:HTTP-POST\" Location=\"{ADDRESS}\" index=\"1\"/>");
    let two = public().before("<md:AttributeConsumingService", &second);
    told_to_providers(&two);
    let comparison = compared(&two, &public());
    assert!(comparison.is_breaking(), "{comparison:?}");
}

#[test]
fn an_address_for_logouts_is_told_when_it_comes_and_when_it_goes() {
    let comparison = compared(&public(), &public().with("/logout", "/uscita"));
    assert!(
        !comparison.is_breaking() && comparison.tells_providers() && comparison.changes.len() == 2,
        "{comparison:?}"
    );
}

#[test]
fn an_index_never_changes_its_meaning() {
    breaking(&public().before("</md:AttributeConsumingService>", "<md:RequestedAttribute Name=\"email\"/>"));
    breaking(&public().without("<md:RequestedAttribute Name=\"name\"/>"));
    breaking(&public().with("Tributi", "Anagrafe"));
}

#[test]
fn the_order_of_attributes_and_sets_means_nothing() {
    let more = set("1", "Anagrafe", &["name", "email"]);
    let more_turned = set("1", "Anagrafe", &["email", "name"]);
    let old = public().before("</md:SPSSODescriptor>", &more);
    let new = public().before("<md:AttributeConsumingService", &more_turned);
    assert_eq!(compared(&old, &new), Comparison::default());
}

#[test]
fn a_new_index_is_told_and_a_lost_one_breaks() {
    let two = public().before("</md:SPSSODescriptor>", &set("1", "Anagrafe", &["name"]));
    told_to_providers(&two);
    let comparison = compared(&two, &public());
    assert!(comparison.is_breaking() && comparison.changes[0].what.contains("nr18"), "{comparison:?}");
}

#[test]
fn a_name_in_another_language_breaks_nothing() {
    told_to_the_federation(
        &public().before("<md:RequestedAttribute", "<md:ServiceName xml:lang=\"en\">Taxes</md:ServiceName>"),
    );
}

#[test]
fn organization_and_contacts_are_told_to_the_federation() {
    told_to_the_federation(&public().with("https://www.prova.example/", "https://prova.example/"));
    told_to_the_federation(&public().with("ufficio@", "sportello@"));
    told_to_the_federation(&public().without("<md:TelephoneNumber>+39055000000</md:TelephoneNumber>"));
    told_to_the_federation(&public().with("<md:Extensions>", "<md:Extensions><spid:VATNumber>IT0</spid:VATNumber>"));
}

#[test]
fn a_flag_is_told_to_providers() {
    told_to_providers(&public().with("WantAssertionsSigned=\"true\"", "WantAssertionsSigned=\"false\""));
}

#[test]
fn what_breaks_stands_first() {
    let new = public().with("ufficio@", "sportello@").with("_sample", "_other").with("Tributi", "Anagrafe");
    let breaking: Vec<_> = compared(&public(), &new).changes.iter().map(|change| change.breaking).collect();
    assert_eq!(breaking, [true, false, false]);
}

#[test]
fn only_entities_are_compared() {
    let good = public().signed();
    assert!(compare("none", &good).unwrap_err().to_string().starts_with("the published document cannot be read"));
    assert!(compare(&good, "<a/>").unwrap_err().to_string().starts_with("the root of the new document"));
}
