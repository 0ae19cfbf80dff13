//! The names of entities, which are addresses.

use std::fmt;

use url::{Host, Url};

/// Real ones have less than 100 bytes.
const LONGEST: usize = 512;

/// The name of an entity. It is kept as it was written: two that differ in a slash are two.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntityId(String);

/// The text names no entity. The text itself is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the address of an entity")]
pub struct NotAnEntity;

/// The addresses that are used at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addresses {
    /// Those of https.
    Protected,
    /// Those of https, and those of http on this machine: for tests.
    ThisMachineToo,
}

// === impl EntityId ===

impl EntityId {
    /// Reads a name. (OpenID Federation 1.0, section 1.2: an address of https with a host, and without query and
    /// fragment.)
    pub fn parse(text: &str, addresses: Addresses) -> Result<Self, NotAnEntity> {
        let url = Url::parse(text).map_err(|_| NotAnEntity)?;
        let bare = url.query().is_none() && url.fragment().is_none();
        // A parser mends much; what it had to mend is not what others would compare.
        let plain = text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        let as_written = url.as_str() == text || url.as_str().strip_suffix('/') == Some(text);
        if bare && plain && as_written && addresses.hold(&url) { Ok(Self(text.to_owned())) } else { Err(NotAnEntity) }
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where it says what it is. (OpenID Federation 1.0, section 9.)
    pub fn configuration_address(&self) -> Option<Url> {
        let slash = if self.0.ends_with('/') { "" } else { "/" };
        Url::parse(&format!("{}{slash}.well-known/openid-federation", self.0)).ok()
    }

    /// Its host.
    pub fn host(&self) -> Option<String> {
        Url::parse(&self.0).ok()?.host_str().map(str::to_owned)
    }
}

impl fmt::Debug for EntityId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Display for EntityId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

// === impl Addresses ===

impl Addresses {
    /// Whether an address may be used: protected, and without a name and password in it.
    pub fn hold(self, url: &Url) -> bool {
        let anonymous = url.username().is_empty() && url.password().is_none();
        let by_scheme = match url.scheme() {
            "https" => url.host().is_some(),
            "http" => self == Self::ThisMachineToo && is_this_machine(url),
            _ => false,
        };
        anonymous && by_scheme
    }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_an_entity_is_an_address_of_https_without_ornaments() {
        for good in
            ["https://op.example", "https://op.example/", "https://op.example:8443/oidc/op", "https://a.b/c_e715/"]
        {
            assert_eq!(EntityId::parse(good, Addresses::Protected).map(|id| id.0), Ok(good.to_owned()));
        }
        for bad in [
            "",
            "op.example",
            "http://op.example",
            "http://127.0.0.1",
            "https://",
            "https:///x",
            "https://op.example?x",
            "https://op.example#x",
            "https://u@op.example",
            "https://u:p@op.example",
            "https://OP.example",
            "https://op.example/../x",
            "https://op.example\\x",
            " https://op.example",
            "https://op.example/ x",
            "ftp://op.example",
            "https://op.example:443",
            "https://òp.example",
            "file:///etc/passwd",
        ] {
            assert_eq!(EntityId::parse(bad, Addresses::Protected), Err(NotAnEntity), "{bad}");
        }
        let long = format!("https://op.example/{}", "x".repeat(600));
        assert_eq!(EntityId::parse(&long, Addresses::Protected), Err(NotAnEntity));
    }

    #[test]
    fn only_tests_name_this_machine_in_the_clear() {
        for here in ["http://127.0.0.1:8000", "http://localhost/x", "http://[::1]:1/", "http://idp.localhost"] {
            assert!(EntityId::parse(here, Addresses::ThisMachineToo).is_ok(), "{here}");
        }
        assert!(EntityId::parse("http://10.0.0.1", Addresses::ThisMachineToo).is_err());
        assert!(EntityId::parse("http://localhost.example", Addresses::ThisMachineToo).is_err());
    }

    #[test]
    fn the_configuration_stands_below_the_name() {
        let address = |text| {
            let entity = EntityId::parse(text, Addresses::Protected).unwrap();
            entity.configuration_address().unwrap().to_string()
        };
        assert_eq!(address("https://op.example"), "https://op.example/.well-known/openid-federation");
        assert_eq!(address("https://op.example/a/"), "https://op.example/a/.well-known/openid-federation");
        assert_eq!(address("https://op.example/a"), "https://op.example/a/.well-known/openid-federation");
    }
}
