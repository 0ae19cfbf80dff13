//! A citizen with a browser: cookies, redirects, forms, and a will.

use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use reqwest::cookie::Jar;
use url::Url;

use super::page::{Form, Page};
use crate::card::Card;
use crate::identity_provider::{Anomaly, Going, Message, Person};
use crate::loopback;

/// A citizen with a browser of their own.
pub struct Citizen {
    person: &'static Person,
    method: &'static str,
    client: reqwest::Client,
    jar: Arc<Jar>,
    authority: String,
    access: String,
    port: u16,
    trail: Vec<Page>,
}

/// What a citizen does at the identity provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Logs in and consents.
    LogIn,
    /// Gives up.
    Cancel,
    /// Types a wrong password until the provider has enough.
    TypeWrongPasswords,
    /// Logs in and does not consent.
    DenyConsent,
    /// Has the provider answer with an error.
    Error(Anomaly),
    /// Has the OpenID provider answer with the error of this word.
    Fail(&'static str),
}

/// No story takes more steps than this.
const MOST_STEPS: usize = 40;

// === impl Citizen ===

impl Citizen {
    /// Somebody with a new browser, before the gateway of this access address and port.
    pub fn new(person: &'static Person, authority: &str, access: String, port: u16) -> Result<Self> {
        let jar = Arc::new(Jar::default());
        let client = loopback::client(authority)?.cookie_provider(Arc::clone(&jar)).build()?;
        let authority = authority.to_owned();
        Ok(Self { person, method: "spid", client, jar, authority, access, port, trail: Vec::new() })
    }

    /// Puts a card into the reader: the browser shows it to whoever asks for one, and keeps its cookies.
    pub fn insert(&mut self, card: &Card) -> Result<()> {
        let client = loopback::client(&self.authority)?.cookie_provider(Arc::clone(&self.jar));
        self.client = client.identity(card.identity()?).build()?;
        Ok(())
    }

    /// Takes the card out of the reader.
    pub fn take_out_card(&mut self) -> Result<()> {
        self.client = loopback::client(&self.authority)?.cookie_provider(Arc::clone(&self.jar)).build()?;
        Ok(())
    }

    /// The same, who logs in by this method, where there is a choice.
    #[must_use]
    pub fn by(mut self, method: &'static str) -> Self {
        self.method = method;
        self
    }

    /// In the same browser, logs in with another identity from now on: a professional one of theirs, or
    /// somebody else's.
    pub fn identify_as(&mut self, username: &str) -> Result<()> {
        self.person = Person::named(username).context("one of PEOPLE")?;
        Ok(())
    }

    /// Who they are.
    pub const fn person(&self) -> &'static Person {
        self.person
    }

    /// Every answer that their browser got, redirects included.
    pub fn trail(&self) -> &[Page] {
        &self.trail
    }

    /// The value of the cookie that the browser was given last under this name on this host.
    pub fn cookie(&self, host: &str, name: &str) -> Option<String> {
        let given = self.trail.iter().rev().filter(|page| page.address.host_str() == Some(host));
        let mut cookies = given.flat_map(|page| page.headers.get_all("set-cookie")).filter_map(|it| it.to_str().ok());
        cookies.find_map(|cookie| Some(cookie.split(';').next()?.strip_prefix(name)?.strip_prefix('=')?.to_owned()))
    }

    /// Opens a page of a service, and follows redirects until a page is shown.
    pub async fn open(&mut self, service: &str, path: &str) -> Result<Page> {
        self.visit(self.address(service, path)?).await
    }

    /// Logs in on the way to a page of a service, and returns what is shown in the end.
    pub async fn log_in(&mut self, service: &str, path: &str) -> Result<Page> {
        self.go(service, path, Intent::LogIn).await
    }

    /// Gives up at the identity provider.
    pub async fn cancel(&mut self, service: &str, path: &str) -> Result<Page> {
        self.go(service, path, Intent::Cancel).await
    }

    /// Goes to a page of a service with an intent, and returns what is shown in the end.
    pub async fn go(&mut self, service: &str, path: &str, intent: Intent) -> Result<Page> {
        self.visit_and(self.address(service, path)?, intent).await
    }

    /// Opens an address with an intent, and returns what is shown in the end.
    pub async fn visit_and(&mut self, address: Url, intent: Intent) -> Result<Page> {
        let page = self.visit(address).await?;
        self.carry_on(page, intent).await
    }

    /// Goes on from a page with an intent, and returns what is shown in the end.
    pub async fn carry_on(&mut self, mut page: Page, intent: Intent) -> Result<Page> {
        for _ in 0..MOST_STEPS {
            page = match next_step(&page, self.method, self.person, intent) {
                Some(Step::Visit(address)) => self.visit(address).await?,
                Some(Step::Submit(form)) => self.submit(form).await?,
                None => return Ok(page),
            };
        }
        bail!("{intent:?} leads nowhere but to {}", page.address)
    }

    /// Goes as far as the identity provider's door: the request that the gateway sends there.
    pub async fn leave_for_provider(&mut self, service: &str, path: &str) -> Result<Message> {
        let chooser = self.open(service, path).await?;
        let link = chooser.link(&begin(self.method)).with_context(|| format!("no provider to choose: {chooser:?}"))?;
        let departure = self.fetch(self.client.get(link)).await?;
        let message = match departure.location() {
            Some(address) => Message::from_query(address.query().unwrap_or_default()),
            None => Message::from_form(&departure.form_with("SAMLRequest").context("no form that leaves")?.fields),
        };
        message.map_err(|anomaly| anyhow!("the gateway's request is malformed: nr{}", anomaly.number()))
    }

    /// Goes as far as the door of an OpenID provider, of this one where there is a choice: where the gateway sends
    /// the browser.
    pub async fn leave_for(&mut self, provider: &str, service: &str, path: &str) -> Result<Url> {
        let chooser = self.open(service, path).await?;
        let provider: String = url::form_urlencoded::byte_serialize(provider.as_bytes()).collect();
        let link = chooser.link(&provider).with_context(|| format!("no such provider to choose: {chooser:?}"))?;
        let departure = self.fetch(self.client.get(link)).await?;
        departure.location().with_context(|| format!("no redirect: {departure:?}"))
    }

    /// Posts an answer to the gateway, as the identity provider's page would.
    pub async fn bring_back(&mut self, response: &str, relay_state: &str) -> Result<Page> {
        let action = Url::parse(&format!("{}/return/{}", self.access, self.method))?;
        let fields = [("SAMLResponse", response), ("RelayState", relay_state)];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        self.submit(Form { action, method: http::Method::POST, fields }).await
    }

    /// Takes a logout message of the identity provider to the gateway, and goes on until a page is shown.
    pub async fn take(&mut self, going: &Going) -> Result<Page> {
        let page = match going {
            Going::Redirect(address) => self.visit(address.parse()?).await?,
            Going::Post(action, fields) => {
                let form = Form { action: action.parse()?, method: http::Method::POST, fields: fields.clone() };
                self.submit(form).await?
            }
        };
        self.carry_on(page, Intent::LogIn).await
    }

    /// Opens an address as if it were typed, and follows redirects until a page is shown.
    pub async fn visit(&mut self, address: Url) -> Result<Page> {
        let request = self.client.get(address).header("sec-fetch-site", "none");
        self.fetch_and_follow(request).await
    }

    /// Sends a form, and follows redirects until a page is shown.
    pub async fn submit(&mut self, form: Form) -> Result<Page> {
        let request = if form.method == http::Method::POST {
            self.client.post(form.action).form(&form.fields)
        } else {
            let mut address = form.action;
            address.query_pairs_mut().clear().extend_pairs(&form.fields);
            self.client.get(address)
        };
        self.fetch_and_follow(request).await
    }

    /// A request with this browser's cookies, to be sent with [`fetch`](Self::fetch).
    pub fn request(&self, method: http::Method, service: &str, path: &str) -> Result<reqwest::RequestBuilder> {
        Ok(self.client.request(method, self.address(service, path)?))
    }

    /// Sends a request as it is, and follows nothing.
    pub async fn send(&mut self, request: reqwest::Request) -> Result<Page> {
        let page = Page::read(self.client.execute(request).await?).await?;
        self.trail.push(page.clone());
        Ok(page)
    }

    /// Sends a request, and follows nothing.
    pub async fn fetch(&mut self, request: reqwest::RequestBuilder) -> Result<Page> {
        let page = Page::read(request.header("accept", "text/html").send().await?).await?;
        self.trail.push(page.clone());
        Ok(page)
    }

    async fn fetch_and_follow(&mut self, request: reqwest::RequestBuilder) -> Result<Page> {
        let mut page = self.fetch(request).await?;
        for _ in 0..MOST_STEPS {
            let Some(next) = page.location() else { return Ok(page) };
            page = self.fetch(self.client.get(next)).await?;
        }
        bail!("redirects without end, at {}", page.address)
    }

    fn address(&self, service: &str, path: &str) -> Result<Url> {
        Ok(Url::parse(&format!("https://{service}.localhost:{}{path}", self.port))?)
    }
}

/// Where a method begins.
fn begin(method: &str) -> String {
    format!("/login/{method}")
}

enum Step {
    Visit(Url),
    Submit(Form),
}

/// What somebody with this intent does on this page; nothing where there is nothing to do.
fn next_step(page: &Page, method: &str, person: &Person, intent: Intent) -> Option<Step> {
    if !page.status.is_success() {
        return None;
    }
    // A form that would post itself if scripts ran: to the provider, or back.
    if let Some(form) = page.form_with("SAMLRequest").or_else(|| page.form_with("SAMLResponse")) {
        return Some(Step::Submit(form));
    }
    if let Some(link) = page.link(&begin(method)) {
        return Some(Step::Visit(link));
    }
    at_the_provider(page, person, intent).map(Step::Submit)
}

fn at_the_provider(page: &Page, person: &Person, intent: Intent) -> Option<Form> {
    match intent {
        Intent::Cancel => page.form("/cancel"),
        Intent::Error(anomaly) => Some(page.form("/error")?.fill("number", &anomaly.number().to_string())),
        Intent::Fail(word) => Some(page.form("/error")?.fill("error", word)),
        Intent::TypeWrongPasswords => {
            Some(page.form("/password")?.fill("username", person.username).fill("password", "sbagliata"))
        }
        Intent::LogIn | Intent::DenyConsent => {
            let password =
                || Some(page.form("/password")?.fill("username", person.username).fill("password", person.password));
            let code = || Some(page.form("/code")?.fill("code", &page.element("sent-code")?));
            let answer = if intent == Intent::LogIn { "yes" } else { "no" };
            let consent = || Some(page.form("/consent")?.fill("answer", answer));
            password().or_else(code).or_else(|| page.form("/confirm")).or_else(consent)
        }
    }
}
