//! Trust lists, written and signed on purpose. (ETSI TS 119 612, version 2.)

mod signer;

use std::fmt::Write as _;

use anyhow::Result;
use data_encoding::BASE64;
use jiff::{Timestamp, Unit};

pub use signer::ListSigner;

/// The type of services that vouch for who somebody is, as those that issue cards.
pub const IDENTITY: &str = "http://uri.etsi.org/TrstSvc/Svctype/IdV";
/// The status of a service whose cards count.
pub const RECOGNISED: &str = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/recognisedatnationallevel";
/// The status of a service whose cards count no longer.
pub const DEPRECATED: &str = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/deprecatedatnationallevel";
/// What the provider of every service says of itself is there.
pub const PROVIDER_URI: &str = "https://provider.example/";

const LIST: &str = "http://uri.etsi.org/02231/v2#";
const TAG: &str = "http://uri.etsi.org/19612/TSLTag";

/// A service of the list: an authority and what it was since when.
#[derive(Clone, Debug)]
pub struct ListedAuthority {
    /// Its name.
    pub name: String,
    /// Its certificate.
    pub certificate_der: Vec<u8>,
    /// What kind of service it is, now and before.
    pub service_type: String,
    /// What it is now.
    pub status: String,
    /// Since when.
    pub since: Timestamp,
    /// What it was before, and since when, the latest first.
    pub history: Vec<(String, Timestamp)>,
    /// Where it is to be asked.
    pub supply_points: Vec<String>,
}

/// What a list says.
#[derive(Clone, Debug)]
pub struct TrustListText {
    /// Its number.
    pub sequence: u64,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When the next one is due.
    pub next_at: Option<Timestamp>,
    /// Its services, each of a provider of its own.
    pub authorities: Vec<ListedAuthority>,
}

// === impl ListedAuthority ===

impl ListedAuthority {
    /// An authority whose cards count.
    pub fn recognised(name: &str, certificate_der: &[u8], since: Timestamp) -> Self {
        Self {
            name: name.to_owned(),
            certificate_der: certificate_der.to_vec(),
            service_type: IDENTITY.to_owned(),
            status: RECOGNISED.to_owned(),
            since,
            history: Vec::new(),
            supply_points: Vec::new(),
        }
    }

    fn write(&self) -> String {
        let certificate = BASE64.encode(&self.certificate_der);
        let identity = format!("<X509Certificate>{certificate}</X509Certificate>");
        let points = self.supply_points.iter().fold(String::new(), |mut text, point| {
            let _ = write!(text, "<ServiceSupplyPoint>{}</ServiceSupplyPoint>", escaped(point));
            text
        });
        let points =
            if points.is_empty() { points } else { format!("<ServiceSupplyPoints>{points}</ServiceSupplyPoints>") };
        // What a service was is told by its name alone: its key is the same.
        let former = format!("<X509SubjectName>{}</X509SubjectName>", escaped(&self.name));
        let history = self.history.iter().fold(String::new(), |mut text, (status, since)| {
            let was = self.standing(&former, status, *since);
            let _ = writeln!(text, "<ServiceHistoryInstance>{was}</ServiceHistoryInstance>");
            text
        });
        let history =
            if history.is_empty() { history } else { format!("<ServiceHistory>\n{history}</ServiceHistory>\n") };
        let provider = escaped(&self.name);
        format!(
            "<TrustServiceProvider>\n<TSPInformation><TSPName><Name xml:lang=\"it\">{provider}</Name></TSPName>\
             <TSPInformationURI><URI xml:lang=\"it\">{PROVIDER_URI}</URI></TSPInformationURI></TSPInformation>\n\
             <TSPServices><TSPService>\n<ServiceInformation>{}{points}</ServiceInformation>\n{history}</TSPService>\
             </TSPServices>\n</TrustServiceProvider>\n",
            self.standing(&identity, &self.status, self.since)
        )
    }

    fn standing(&self, identity: &str, status: &str, since: Timestamp) -> String {
        format!(
            "<ServiceTypeIdentifier>{}</ServiceTypeIdentifier><ServiceName><Name xml:lang=\"it\">{}</Name>\
             </ServiceName>\n<ServiceDigitalIdentity><DigitalId>{identity}</DigitalId></ServiceDigitalIdentity>\n\
             <ServiceStatus>{}</ServiceStatus><StatusStartingTime>{}</StatusStartingTime>",
            escaped(&self.service_type),
            escaped(&self.name),
            escaped(status),
            written(since)
        )
    }
}

// === impl TrustListText ===

impl TrustListText {
    /// Its XML, in canonical form: what is signed is what is sent.
    pub fn write(&self) -> String {
        let next = self.next_at.map(|at| format!("<dateTime>{}</dateTime>", written(at))).unwrap_or_default();
        let services: String = self.authorities.iter().map(ListedAuthority::write).collect();
        format!(
            "<TrustServiceStatusList xmlns=\"{LIST}\" Id=\"list\" TSLTag=\"{TAG}\">\n<SchemeInformation>\n\
             <TSLVersionIdentifier>5</TSLVersionIdentifier>\n<TSLSequenceNumber>{}</TSLSequenceNumber>\n\
             <TSLType>http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUgeneric</TSLType>\n\
             <SchemeOperatorName><Name xml:lang=\"it\">Gestore di prova</Name></SchemeOperatorName>\n\
             <SchemeTerritory>IT</SchemeTerritory>\n<ListIssueDateTime>{}</ListIssueDateTime>\n\
             <NextUpdate>{next}</NextUpdate>\n</SchemeInformation>\n<TrustServiceProviderList>\n{services}\
             </TrustServiceProviderList>\n</TrustServiceStatusList>",
            self.sequence,
            written(self.issued_at),
        )
    }

    /// Its XML, signed when it was issued.
    pub fn signed_by(&self, signer: &ListSigner) -> Result<String> {
        signer.sign(&self.write(), self.issued_at)
    }
}

/// Section 5.1.3: whole seconds of UTC.
fn written(at: Timestamp) -> String {
    at.round(Unit::Second).unwrap_or(at).to_string()
}

/// As canonical XML has it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\r', "&#xD;")
}

#[cfg(test)]
mod tests;
