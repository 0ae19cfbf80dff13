//! How the test provider comes to trust a client that it has never heard of: from the client's own configuration
//! up to the anchor, and down again with every policy on the way.
//!
//! ```text
//!   client's configuration ─▶ its trust mark ─▶ superior's configuration ─▶ anchor: statement about the superior
//!                                               superior: statement about the client ◀┘
//! ```

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Map, Value};
use url::form_urlencoded::byte_serialize;

use super::policy::{self, Broken};
use super::token::{Token, Unsound};
use crate::now::now;

/// The anchor that everything comes down to, with its keys, which were handed over in person.
#[derive(Clone, Debug)]
pub struct PinnedAnchor {
    /// Its entity identifier.
    pub id: String,
    /// Its keys.
    pub jwks: Value,
}

/// Who is looked up, and what must be known of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sought<'a> {
    /// Its entity identifier.
    pub id: &'a str,
    /// Its type.
    pub kind: &'static str,
    /// The type of trust mark that it must have.
    pub mark: Option<&'a str>,
}

/// An entity that a chain of statements leads to.
#[derive(Clone, Debug)]
pub struct Entity {
    /// Its entity identifier.
    pub id: String,
    /// What it is, every policy applied.
    pub metadata: Map<String, Value>,
    /// The statements, from its own to the anchor's.
    pub chain: Vec<String>,
    /// When the chain ends, in seconds since 1970.
    pub expires_at: i64,
}

/// Why somebody is not trusted.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Distrust {
    /// It says nothing of itself.
    #[error("{0} cannot be asked")]
    Unreachable(String),
    /// What somebody says is not sound.
    #[error("{0}: {1}")]
    Unsound(String, Unsound),
    /// It has no trust mark of that type that counts.
    #[error("no trust mark")]
    NoMark,
    /// Nobody that it names leads to the anchor.
    #[error("no way to the anchor: {0}")]
    NoWay(&'static str),
    /// A policy on the way does not allow it.
    #[error(transparent)]
    Policy(#[from] Broken),
    /// It is nothing of that type.
    #[error("not of that type")]
    OtherType,
}

/// Looks entities up.
#[derive(Clone)]
pub(super) struct Trust {
    client: reqwest::Client,
    anchor: PinnedAnchor,
}

/// A configuration that its own keys verify.
struct Configuration(Token);

/// The way from an entity up to the anchor.
struct Way {
    /// The anchor's configuration.
    anchor: Configuration,
    /// The statements from the anchor's down: the last is about the entity.
    statements: Vec<Token>,
}

/// What entities serve.
pub(super) const STATEMENT: &str = "entity-statement+jwt";
/// Nobody needs as many superiors.
const MOST_HINTS: usize = 10;
/// No statement is as long.
const LONGEST: usize = 256 * 1024;
const PATIENCE: Duration = Duration::from_secs(5);

/// Where an entity says what it is.
pub(super) fn configuration_address(id: &str) -> String {
    format!("{}/.well-known/openid-federation", id.strip_suffix('/').unwrap_or(id))
}

// === impl Distrust ===

impl Distrust {
    /// The word for it in answers. (SPID/CIE OpenID guidelines, errors of the federation.)
    pub const fn word(&self) -> &'static str {
        match self {
            Self::NoMark | Self::Policy(_) => "unauthorized_client",
            Self::Unreachable(_) | Self::Unsound(..) | Self::NoWay(_) | Self::OtherType => "invalid_client",
        }
    }
}

// === impl Trust ===

impl Trust {
    /// Trusts whom this anchor leads to.
    pub(super) const fn new(client: reqwest::Client, anchor: PinnedAnchor) -> Self {
        Self { client, anchor }
    }

    /// What an entity says of itself, whoever it is.
    pub(super) async fn said_by(&self, id: &str) -> Result<Token, Distrust> {
        Ok(self.configuration(id).await?.0)
    }

    /// Looks an entity up.
    pub(super) async fn find(&self, sought: Sought<'_>) -> Result<Entity, Distrust> {
        let leaf = self.configuration(sought.id).await?;
        // Guidelines, security considerations: who has no mark is not worth a question to anybody else.
        let mark = sought.mark.map(|kind| leaf.mark(kind).ok_or(Distrust::NoMark)).transpose()?;
        let hints = leaf.hints();
        if hints.len() > MOST_HINTS {
            return Err(Distrust::NoWay("too many superiors"));
        }
        let mut last = Distrust::NoWay("no superior");
        for hint in hints {
            match self.climb(&leaf, hint).await {
                Ok(way) => return way.down_to(&leaf, sought, mark.as_ref()),
                Err(distrust) => last = distrust,
            }
        }
        Err(last)
    }

    async fn climb(&self, leaf: &Configuration, hint: &str) -> Result<Way, Distrust> {
        let anchor = Configuration(self.ask(&configuration_address(&self.anchor.id), &self.anchor.id).await?);
        check(&anchor.0, &self.anchor.id, &self.anchor.id, &self.anchor.jwks)?;
        if hint == self.anchor.id {
            let statement = self.statement(&anchor, leaf.id(), &self.anchor.jwks).await?;
            leaf.must_be_signed_by(&statement)?;
            return Ok(Way { anchor, statements: vec![statement] });
        }
        let longest = anchor.0.claim("constraints").and_then(|it| it["max_path_length"].as_u64()).unwrap_or(1);
        if longest < 1 {
            return Err(Distrust::NoWay("the path is longer than the anchor allows"));
        }
        let superior = self.configuration(hint).await?;
        if !superior.hints().contains(&self.anchor.id.as_str()) {
            return Err(Distrust::NoWay("the superior does not name the anchor"));
        }
        let about_superior = self.statement(&anchor, hint, &self.anchor.jwks).await?;
        superior.must_be_signed_by(&about_superior)?;
        let about_leaf = self.statement(&superior, leaf.id(), keys_in(&about_superior)?).await?;
        leaf.must_be_signed_by(&about_leaf)?;
        Ok(Way { anchor, statements: vec![about_superior, about_leaf] })
    }

    async fn configuration(&self, id: &str) -> Result<Configuration, Distrust> {
        let token = self.ask(&configuration_address(id), id).await?;
        let keys = keys_in(&token)?.clone();
        check(&token, id, id, &keys)?;
        Ok(Configuration(token))
    }

    async fn statement(&self, superior: &Configuration, subject: &str, keys: &Value) -> Result<Token, Distrust> {
        let endpoint = superior.metadata("federation_entity").and_then(|it| it.get("federation_fetch_endpoint"));
        let endpoint = endpoint.and_then(Value::as_str).ok_or(Distrust::NoWay("the superior has no fetch endpoint"))?;
        let subject_in_query: String = byte_serialize(subject.as_bytes()).collect();
        let token = self.ask(&format!("{endpoint}?sub={subject_in_query}"), superior.id()).await?;
        check(&token, superior.id(), subject, keys)?;
        Ok(token)
    }

    async fn ask(&self, address: &str, whom: &str) -> Result<Token, Distrust> {
        let unreachable = || Distrust::Unreachable(whom.to_owned());
        let answer = self.client.get(address).timeout(PATIENCE).send().await.map_err(|_| unreachable())?;
        let answer = answer.error_for_status().map_err(|_| unreachable())?;
        let kind = answer.headers().get("content-type").and_then(|it| it.to_str().ok());
        if kind.is_none_or(|kind| kind.split(';').next() != Some("application/entity-statement+jwt")) {
            return Err(Distrust::Unsound(whom.to_owned(), Unsound::Form));
        }
        let text = answer.text().await.map_err(|_| unreachable())?;
        if text.len() > LONGEST {
            return Err(unreachable());
        }
        Token::parse(&text).map_err(|unsound| Distrust::Unsound(whom.to_owned(), unsound))
    }
}

/// OpenID Federation 1.0, section 3: whose statement about whom, until when, by which key.
fn check(token: &Token, issuer: &str, subject: &str, keys: &Value) -> Result<(), Distrust> {
    let sound = || {
        if token.header("typ") != Some(STATEMENT) {
            return Err(Unsound::Claim("typ"));
        }
        for (name, expected) in [("iss", issuer), ("sub", subject)] {
            if token.text_claim(name)? != expected {
                return Err(Unsound::Claim(name));
            }
        }
        token.check_times(now())?;
        token.verify(keys)
    };
    sound().map_err(|unsound| Distrust::Unsound(issuer.to_owned(), unsound))
}

fn keys_in(token: &Token) -> Result<&Value, Distrust> {
    token.claim("jwks").ok_or_else(|| Distrust::Unsound(String::new(), Unsound::Claim("jwks")))
}

// === impl Configuration ===

impl Configuration {
    fn id(&self) -> &str {
        self.0.text_claim("sub").unwrap_or_default()
    }

    fn hints(&self) -> Vec<&str> {
        let hints = self.0.claim("authority_hints").and_then(Value::as_array);
        hints.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    fn metadata(&self, kind: &str) -> Option<&Map<String, Value>> {
        self.0.claim("metadata")?.get(kind)?.as_object()
    }

    fn must_be_signed_by(&self, statement: &Token) -> Result<(), Distrust> {
        let keys = keys_in(statement)?;
        self.0.verify(keys).map_err(|unsound| Distrust::Unsound(self.id().to_owned(), unsound))
    }

    /// Its mark of a type, as far as one can see without asking anybody: about itself, and not expired.
    fn mark(&self, kind: &str) -> Option<Token> {
        let marks = self.0.claim("trust_marks")?.as_array()?;
        let named = |mark: &&Value| ["id", "trust_mark_type", "trust_mark_id"].iter().any(|name| mark[name] == kind);
        let tokens = marks.iter().filter(named).filter_map(|mark| Token::parse(mark["trust_mark"].as_str()?).ok());
        let sound = |mark: &Token| {
            let says = ["id", "trust_mark_type"].iter().filter_map(|name| mark.claim(name)).all(|said| said == kind);
            let lasts = mark.claim("exp").is_none_or(|end| end.as_i64().is_some_and(|end| end > now().as_second()));
            says && lasts && mark.text_claim("sub") == Ok(self.id()) && mark.header("typ") == Some("trust-mark+jwt")
        };
        tokens.into_iter().find(sound)
    }
}

// === impl Way ===

impl Way {
    /// What the entity is, seen from the anchor.
    fn down_to(self, leaf: &Configuration, sought: Sought<'_>, mark: Option<&Token>) -> Result<Entity, Distrust> {
        if let (Some(mark), Some(kind)) = (mark, sought.mark) {
            self.check_mark(mark, kind)?;
        }
        let mut metadata = leaf.metadata(sought.kind).cloned().ok_or(Distrust::OtherType)?;
        let direct = self.statements.last().and_then(|it| it.claim("metadata")?.get(sought.kind)?.as_object());
        metadata.extend(direct.cloned().unwrap_or_default());
        for statement in &self.statements {
            let policy = statement.claim("metadata_policy").and_then(|it| it.get(sought.kind)?.as_object());
            policy::apply(policy.unwrap_or(&Map::new()), &mut metadata)?;
        }
        let tokens: Vec<_> =
            std::iter::once(&leaf.0).chain(self.statements.iter().rev()).chain([&self.anchor.0]).collect();
        let ends = tokens.iter().filter_map(|token| token.claim("exp")?.as_i64());
        Ok(Entity {
            id: sought.id.to_owned(),
            metadata,
            expires_at: ends.min().unwrap_or_default(),
            chain: tokens.iter().map(|token| token.text().to_owned()).collect(),
        })
    }

    /// Whoever issued a mark must be one of those that the anchor names for its type.
    fn check_mark(&self, mark: &Token, kind: &str) -> Result<(), Distrust> {
        let issuer = mark.text_claim("iss").map_err(|_| Distrust::NoMark)?;
        let named = self.anchor.0.claim("trust_mark_issuers").and_then(|it| it.get(kind)?.as_array());
        let named: BTreeSet<_> = named.into_iter().flatten().filter_map(Value::as_str).collect();
        if !named.contains(issuer) {
            return Err(Distrust::NoMark);
        }
        let of_superior = self.statements.iter().find(|it| it.claim("sub").is_some_and(|sub| sub == issuer));
        let keys = if issuer == self.anchor.id() {
            keys_in(&self.anchor.0)?
        } else {
            keys_in(of_superior.ok_or(Distrust::NoMark)?)?
        };
        mark.verify(keys).map_err(|_| Distrust::NoMark)
    }
}
