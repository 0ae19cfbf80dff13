//! `[services.ID]`: the services behind the gateway.

use std::num::{NonZeroU8, NonZeroU32};
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;
use varco_core::age::Ages;
use varco_core::attribute::Attribute;
use varco_core::level::Level;
use varco_core::name::{BodyId, ServiceId};
use varco_core::origin::Origin;
use varco_core::purpose::Purpose;
use varco_core::request_path::RequestPath;
use varco_core::service::{self, Access};

use crate::written::{self, Written, whole};

/// A service of a public body.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The body that answers for it; in the file of a body it goes without saying.
    pub body: BodyId,
    /// Its name, as citizens know it; its identifier where nothing is set.
    #[serde(default)]
    pub name: Option<String>,
    /// The hosts that it answers on; without one it answers on the access host.
    #[serde(default, deserialize_with = "written::list")]
    #[schemars(with = "Vec<String>")]
    pub hosts: Vec<Host>,
    /// The path below which it answers; `/` where nothing is set.
    #[serde(default = "UrlPath::root", deserialize_with = "written::required")]
    #[schemars(with = "String")]
    pub path: UrlPath,
    /// Where it really is: one address, or a list of addresses that share the work.
    #[serde(deserialize_with = "written::one_or_list")]
    #[schemars(with = "OneOrList")]
    pub upstream: Vec<Upstream>,
    /// The assurance level that it asks for where no rule says otherwise.
    pub level: Level,
    /// The attributes of the citizen that it is entitled to.
    #[serde(default)]
    pub attributes: Vec<Attribute>,
    /// The digital identities that it asks for in place of those of natural persons (Avviso 18): `PF`
    /// professional ones of natural persons, `PG` of who acts for a legal person, `P` both, `LP` of legal persons
    /// and of who acts for one, `PX` all of these. A login for it does not do for a service that asks for others.
    #[serde(default)]
    pub purpose: Option<Purpose>,
    /// The age, in full years, that citizens must have reached. Their date of birth is then asked for, also where
    /// the service is not entitled to it.
    #[serde(default)]
    pub minimum_age: Option<NonZeroU8>,
    /// The last age, in full years, at which citizens may still use it.
    #[serde(default)]
    pub maximum_age: Option<NonZeroU8>,
    /// The number of its attribute set in the metadata of its body; needed where the body has several services.
    #[serde(default)]
    pub attribute_set: Option<u16>,
    /// What parts of it ask for instead; the longest path that matches holds.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// Whether the `Authorization` header of clients reaches it.
    #[serde(default)]
    pub pass_authorization: bool,
    /// How long a connection to it may take to be made.
    #[serde(default = "default_connect_timeout")]
    pub connect_timeout_seconds: NonZeroU32,
    /// How long it may take to begin its answer.
    #[serde(default = "default_response_timeout")]
    pub response_timeout_seconds: NonZeroU32,
    /// The authorities, in PEM, that its certificate may come from, in place of the public ones.
    #[serde(default, deserialize_with = "written::optional")]
    #[schemars(with = "Option<String>")]
    pub upstream_authorities_file: Option<PathBuf>,
}

/// A host name, lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host(String);

/// An absolute path without escapes, dot segments or empty segments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlPath(String);

/// Where a service really is: scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream(Origin);

/// What one part of a service asks for.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "WrittenRule")]
#[schemars(with = "WrittenRule")]
pub struct Rule(service::Rule);

/// What one part of a service asks for: either `level`, or `access = "public"`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Rule")]
struct WrittenRule {
    /// The path that it covers, with all below it. It begins with the path of the service.
    #[serde(deserialize_with = "written::required")]
    #[schemars(with = "String")]
    path: UrlPath,
    /// The HTTP methods that it covers; all of them where nothing is set.
    #[serde(default, deserialize_with = "written::list")]
    #[schemars(with = "Vec<String>")]
    methods: Vec<HttpMethod>,
    /// The assurance level that it asks for.
    #[serde(default)]
    level: Option<Level>,
    /// `"public"` opens it to everybody.
    #[serde(default)]
    access: Option<Open>,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Open {
    /// Everybody may pass.
    Public,
}

struct HttpMethod(String);

/// One address or several, for the schema.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) enum OneOrList {
    One(String),
    List(Vec<String>),
}

// === impl Service ===

impl Service {
    /// The same, as the rules know it.
    pub fn to_core(&self, id: &ServiceId) -> service::Service {
        service::Service {
            id: id.clone(),
            body: self.body.clone(),
            name: self.name.clone().unwrap_or_else(|| id.to_string()),
            hosts: self.hosts.iter().map(|host| host.0.clone()).collect(),
            path: self.path.0.clone(),
            level: self.level,
            attributes: self.attributes.clone(),
            purpose: self.purpose,
            ages: Ages::between(self.minimum_age, self.maximum_age),
            rules: self.rules.iter().map(|rule| rule.0.clone()).collect(),
        }
    }
}

fn default_connect_timeout() -> NonZeroU32 {
    whole(5)
}

fn default_response_timeout() -> NonZeroU32 {
    whole(60)
}

// === impl Rule ===

impl Rule {
    /// The path that it covers, with all below it.
    pub fn path(&self) -> &str {
        &self.0.path
    }
}

impl TryFrom<WrittenRule> for Rule {
    type Error = &'static str;

    fn try_from(written: WrittenRule) -> Result<Self, Self::Error> {
        let access = match (written.level, written.access) {
            (Some(level), None) => Access::Level(level),
            (None, Some(Open::Public)) => Access::Public,
            (Some(_), Some(_)) | (None, None) => return Err("a rule has either level or access = \"public\""),
        };
        let methods = written.methods.into_iter().map(|HttpMethod(method)| method).collect();
        Ok(Self(service::Rule { path: written.path.0, methods, access }))
    }
}

// === impl Upstream ===

impl Upstream {
    /// Scheme, host and port.
    pub const fn origin(&self) -> &Origin {
        &self.0
    }
}

// === impl UrlPath ===

impl UrlPath {
    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn root() -> Self {
        Self("/".to_owned())
    }
}

impl Host {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Written for Host {
    const EXPECTED: &'static str = "a host name such as servizi.comune.example, without scheme, port or path";

    fn read(text: &str, _: &Path) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let plain = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        (text.len() <= 253 && text.split('.').all(plain)).then_some(Self(text))
    }
}

impl Written for UrlPath {
    const EXPECTED: &'static str = "a path that begins with '/', without escapes, dot segments or empty segments";

    fn read(text: &str, _: &Path) -> Option<Self> {
        let plain = RequestPath::parse(text).is_ok_and(|path| path.exact() == text);
        (plain && !text.contains("//") && !text.contains([';', '?', '#'])).then(|| Self(text.to_owned()))
    }
}

impl Written for Upstream {
    const EXPECTED: &'static str = "http://HOST:PORT or https://HOST:PORT, without a path";

    fn read(text: &str, _: &Path) -> Option<Self> {
        Origin::parse(text).ok().map(Self)
    }
}

impl Written for HttpMethod {
    const EXPECTED: &'static str = "an HTTP method in upper case, such as POST";

    fn read(text: &str, _: &Path) -> Option<Self> {
        let upper = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_uppercase());
        upper.then(|| Self(text.to_owned()))
    }
}
