//! Good metadata of every profile, ready to be spoilt before it is signed.

use jiff::Timestamp;
use varco_xmldsig::{Placement, SigningKey};

use super::certified::{Certified, key_pem};
use crate::{Options, Profile, Report, check};

pub(super) const BODY: &str = "Comune di Prova";
pub(super) const REGION: &str = "Regione di Prova";
pub(super) const COMPANY: &str = "Servizi di Prova S.p.A.";
pub(super) const AGGREGATING_COMPANY: &str = "Aggregatore di Prova S.p.A.";

pub(super) fn now() -> Timestamp {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

/// Metadata that is not yet signed, and the certificate that it is to be signed with.
#[derive(Clone)]
pub(super) struct Sample {
    profile: Profile,
    text: String,
    certified: Certified,
    production: bool,
}

/// Where the certificate goes when the document is signed.
const CERTIFICATE: &str = "[certificate]";

impl Sample {
    /// Good metadata of a profile, for production.
    pub(super) fn of(profile: Profile) -> Self {
        Self { profile, text: document(profile), certified: Certified::of(profile), production: true }
    }

    /// The same with its first `from` replaced.
    pub(super) fn with(mut self, from: &str, to: &str) -> Self {
        assert!(self.text.contains(from), "{from} is not in the sample");
        self.text = self.text.replacen(from, to, 1);
        self
    }

    /// The same with each `from` replaced.
    pub(super) fn with_each(mut self, from: &str, to: &str) -> Self {
        assert!(self.text.contains(from), "{from} is not in the sample");
        self.text = self.text.replace(from, to);
        self
    }

    /// The same without its first `part`.
    pub(super) fn without(self, part: &str) -> Self {
        self.with(part, "")
    }

    /// The same with what stands from `start` to `end` written twice.
    pub(super) fn doubled(self, start: &str, end: &str) -> Self {
        let part = self.part(start, end);
        self.with(&part, &part.repeat(2))
    }

    /// The same without what stands from `start` to `end`.
    pub(super) fn cut(self, start: &str, end: &str) -> Self {
        let part = self.part(start, end);
        self.without(&part)
    }

    /// The same with what stands from `start` to `end` before what follows it up to `next`.
    pub(super) fn swapped(self, start: &str, end: &str, next: &str) -> Self {
        let (first, both) = (self.part(start, end), self.part(start, next));
        let second = both.strip_prefix(&first).unwrap().to_owned();
        self.with(&both, &(second + &first))
    }

    /// The same with another element before `place`.
    pub(super) fn before(self, place: &str, element: &str) -> Self {
        self.with(place, &format!("{element}{place}"))
    }

    fn part(&self, start: &str, end: &str) -> String {
        let from = self.text.find(start).unwrap_or_else(|| panic!("{start} is not in the sample"));
        let length = self.text[from..].find(end).unwrap_or_else(|| panic!("{end} is not after {start}"));
        self.text[from..from + length + end.len()].to_owned()
    }

    /// The same with a second key.
    pub(super) fn with_key(self, used_for: &str, certificate: &str) -> Self {
        let key = format!(
            "<md:KeyDescriptor use=\"{used_for}\"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}\
             </ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
        );
        self.before("<md:SingleLogoutService", &key)
    }

    /// The same with another certificate.
    pub(super) fn certified(mut self, change: impl FnOnce(&mut Certified)) -> Self {
        change(&mut self.certified);
        self
    }

    /// The same in tests, where less counts.
    pub(super) fn in_tests(mut self) -> Self {
        self.production = false;
        self
    }

    pub(super) fn signed(&self) -> String {
        let key = SigningKey::from_pem(key_pem(), &self.certified.pem()).unwrap();
        let text = self.text.replace(CERTIFICATE, key.certificate_base64());
        key.sign(&text, "_sample", Placement::First).unwrap()
    }

    pub(super) fn unsigned(&self) -> String {
        self.text.replace(CERTIFICATE, &self.certified.base64())
    }

    pub(super) fn report(&self) -> Report {
        self.report_on(&self.signed())
    }

    /// What is found in a text, of which this sample says the profile.
    pub(super) fn report_on(&self, text: &str) -> Report {
        check(text, now(), Options { profile: Some(self.profile), production: self.production })
    }
}

pub(super) fn entity_id(profile: Profile) -> String {
    match profile.activity() {
        Some(activity) => format!("https://accesso.prova.example/{activity}/c_e715"),
        None => "https://accesso.prova.example/sp".to_owned(),
    }
}

fn document(profile: Profile) -> String {
    let cie = profile.federation() == crate::profile::Federation::Cie;
    let (sets, contacts) = (sets(profile, cie), contacts(profile));
    let organization = match profile {
        _ if profile.is_private() => COMPANY,
        Profile::PubOpFull => COMPANY,
        _ => BODY,
    };
    let entity_id = entity_id(profile);
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"
  xmlns:spid="https://spid.gov.it/saml-extensions" xmlns:fpa="https://spid.gov.it/invoicing-extensions"
  xmlns:cie="https://www.cartaidentita.interno.gov.it/saml-extensions" entityID="{entity_id}" ID="_sample">
  <md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" AuthnRequestsSigned="true"
    WantAssertionsSigned="true">
    <md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{CERTIFICATE}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://accesso.prova.example/logout"/>
    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:transient</md:NameIDFormat>
    <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://accesso.prova.example/return" index="0" isDefault="true"/>
    {sets}
  </md:SPSSODescriptor>
  <md:Organization>
    <md:OrganizationName xml:lang="it">{organization}</md:OrganizationName>
    <md:OrganizationDisplayName xml:lang="it">{organization}</md:OrganizationDisplayName>
    <md:OrganizationURL xml:lang="it">https://www.prova.example/</md:OrganizationURL>
  </md:Organization>
  {contacts}
</md:EntityDescriptor>
"#
    )
}

fn sets(profile: Profile, cie: bool) -> String {
    let name = if cie { "urn:uuid:86eabbc2-6023-4f8d-a7dc-22401f5ac4fe" } else { "Tributi" };
    let first = set("0", name, &["name", "familyName", "fiscalNumber"]);
    if profile != Profile::Eidas {
        return first;
    }
    let minimum = ["spidCode", "name", "familyName", "dateOfBirth"];
    let full = ["spidCode", "name", "familyName", "dateOfBirth", "placeOfBirth", "address", "gender"];
    let minimum = set("99", "eIDAS Natural Person Minimum Attribute Set", &minimum);
    let full = set("100", "eIDAS Natural Person Full Attribute Set", &full);
    [first, minimum, full].concat()
}

/// A set of attributes.
pub(super) fn set(index: &str, name: &str, attributes: &[&str]) -> String {
    let attribute = |name: &&str| format!("<md:RequestedAttribute Name=\"{name}\"/>");
    let attributes: String = attributes.iter().map(attribute).collect();
    format!(
        "<md:AttributeConsumingService index=\"{index}\">\
         <md:ServiceName xml:lang=\"it\">{name}</md:ServiceName>{attributes}</md:AttributeConsumingService>"
    )
}

fn contacts(profile: Profile) -> String {
    let email = "<md:EmailAddress>ufficio@prova.example</md:EmailAddress>";
    let reachable = format!("{email}<md:TelephoneNumber>+39055000000</md:TelephoneNumber>");
    let ipa = "<spid:IPACode>c_e715</spid:IPACode>";
    let vat = "<spid:VATNumber>IT01234567890</spid:VATNumber>";
    let key = format!(
        "<spid:KeyDescriptor use=\"spid:validation\"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{CERTIFICATE}\
         </ds:X509Certificate></ds:X509Data></ds:KeyInfo></spid:KeyDescriptor>"
    );
    let public = format!("{ipa}<spid:Public/>");
    let private = format!("{vat}<spid:Private/>");
    let region = |marker: &str| format!("<spid:IPACode>r_prova</spid:IPACode><spid:{marker}/>");
    let aggregating = |marker: &str| format!("<spid:VATNumber>IT09876543210</spid:VATNumber><spid:{marker}/>");
    let aggregator = |extensions: &str, company: &str| contact("other", "aggregator", extensions, company, &reachable);
    let aggregated = |extensions: &str, company: &str| contact("other", "aggregated", extensions, company, "");
    match profile {
        Profile::SpidPublic | Profile::Eidas => contact("other", "", &public, BODY, &reachable),
        Profile::SpidPrivate => contact("other", "", &private, COMPANY, &reachable) + &billing(email),
        Profile::PubAgFull => aggregator(&region("PublicServicesFullAggregator"), REGION) + &aggregated(&public, BODY),
        Profile::PubAgLite => {
            aggregator(&(region("PublicServicesLightAggregator") + &key), REGION) + &aggregated(&public, BODY)
        }
        Profile::PriAgFull => {
            aggregator(&aggregating("PrivateServicesFullAggregator"), AGGREGATING_COMPANY)
                + &aggregated(&private, COMPANY)
                + &billing(email)
        }
        Profile::PriAgLite => {
            aggregator(&(aggregating("PrivateServicesLightAggregator") + &key), AGGREGATING_COMPANY)
                + &aggregated(&private, COMPANY)
                + &billing(email)
        }
        Profile::PubOpFull => {
            let codes =
                format!("{ipa}{vat}<spid:FiscalCode>01234567890</spid:FiscalCode><spid:PublicServicesFullOperator/>");
            aggregator(&codes, COMPANY)
        }
        Profile::PubOpLite => {
            aggregator(&(region("PublicServicesLightOperator") + &key), REGION) + &aggregated(&public, BODY)
        }
        Profile::CiePublic => cie_contact("administrative", &cie_public(), BODY),
        Profile::CiePrivate => cie_contact("administrative", &cie_private(), COMPANY),
    }
}

fn contact(kind: &str, entity_type: &str, extensions: &str, company: &str, reachable: &str) -> String {
    let mark = if entity_type.is_empty() { String::new() } else { format!(" spid:entityType=\"spid:{entity_type}\"") };
    format!(
        "<md:ContactPerson contactType=\"{kind}\"{mark}>\n    <md:Extensions>{extensions}</md:Extensions>\n    \
         <md:Company>{company}</md:Company>{reachable}\n  </md:ContactPerson>"
    )
}

fn billing(email: &str) -> String {
    let payer = "<fpa:CessionarioCommittente><fpa:DatiAnagrafici><fpa:IdFiscaleIVA><fpa:IdPaese>IT</fpa:IdPaese>\
        <fpa:IdCodice>01234567890</fpa:IdCodice></fpa:IdFiscaleIVA><fpa:Anagrafica>\
        <fpa:Denominazione>Servizi di Prova</fpa:Denominazione></fpa:Anagrafica></fpa:DatiAnagrafici>\
        <fpa:Sede><fpa:Indirizzo>Via di prova</fpa:Indirizzo><fpa:NumeroCivico>1</fpa:NumeroCivico>\
        <fpa:CAP>50100</fpa:CAP><fpa:Comune>Firenze</fpa:Comune><fpa:Provincia>FI</fpa:Provincia>\
        <fpa:Nazione>IT</fpa:Nazione></fpa:Sede></fpa:CessionarioCommittente>";
    contact("billing", "", payer, COMPANY, &email.replace("ufficio", "fatture"))
}

/// A contact of CIE.
pub(super) fn cie_contact(kind: &str, extensions: &str, company: &str) -> String {
    let reachable = "<md:EmailAddress>ufficio@prova.example</md:EmailAddress>\
        <md:TelephoneNumber>+39055000000</md:TelephoneNumber>";
    contact(kind, "", extensions, company, reachable)
}

fn cie_public() -> String {
    "<cie:Public/><cie:IPACode>c_e715</cie:IPACode><cie:IPACategory>L6</cie:IPACategory>".to_owned() + CIE_PLACE
}

pub(super) fn cie_private() -> String {
    "<cie:Private/><cie:VATNumber>IT01234567890</cie:VATNumber><cie:FiscalCode>01234567890</cie:FiscalCode>\
     <cie:NACE2Code>62.01</cie:NACE2Code>"
        .to_owned()
        + CIE_PLACE
}

const CIE_PLACE: &str =
    "<cie:Municipality>E715</cie:Municipality><cie:Province>LU</cie:Province><cie:Country>IT</cie:Country>";
