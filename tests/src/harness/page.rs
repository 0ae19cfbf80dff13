//! A page, as a citizen reads it: its text, its links, its forms.

use anyhow::{Context, Result};
use http::{HeaderMap, Method, StatusCode, header};
use serde::de::DeserializeOwned;
use url::Url;

use super::html::Element;

/// An answer, whole.
#[derive(Clone, Debug)]
pub struct Page {
    /// Where it came from.
    pub address: Url,
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its content.
    pub content: String,
}

/// A form of a page, filled as the page has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Where it is sent.
    pub action: Url,
    /// How.
    pub method: Method,
    /// Names and values.
    pub fields: Vec<(String, String)>,
}

// === impl Page ===

impl Page {
    pub(super) async fn read(answer: reqwest::Response) -> Result<Self> {
        let (address, status, headers) = (answer.url().clone(), answer.status(), answer.headers().clone());
        let content = answer.text().await.with_context(|| format!("{address} breaks off"))?;
        Ok(Self { address, status, headers, content })
    }

    /// A header, if it came.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// What a redirect points to.
    pub fn location(&self) -> Option<Url> {
        let location = self.header(header::LOCATION.as_str()).filter(|_| self.status.is_redirection())?;
        self.address.join(location).ok()
    }

    /// The text that a reader sees, spaces squeezed.
    pub fn text(&self) -> String {
        let text = self.html().text();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The content as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_str(&self.content)
            .with_context(|| format!("{}, {}: {}", self.address, self.status, self.content))
    }

    /// The text of the element of this id.
    pub fn element(&self, id: &str) -> Option<String> {
        // An element has nothing in it any more once its page is gone.
        let page = self.html();
        let found = page.elements().into_iter().find(|element| element.attribute("id").as_deref() == Some(id))?;
        Some(found.text().trim().to_owned())
    }

    /// The stable code of a refusal, as the page shows it.
    pub fn code(&self) -> Option<String> {
        Some(self.html().named("code").first()?.text().trim().to_owned())
    }

    /// The first link whose address contains `part`.
    pub fn link(&self, part: &str) -> Option<Url> {
        let links = self.html().named("a");
        let mut targets = links.iter().filter_map(|link| self.address.join(&link.attribute("href")?).ok());
        targets.find(|target| target.as_str().contains(part))
    }

    /// The first form whose action's path ends with `path`.
    pub fn form(&self, path: &str) -> Option<Form> {
        self.forms().into_iter().find(|form| form.action.path().ends_with(path))
    }

    /// The first form that has a field of this name.
    pub fn form_with(&self, field: &str) -> Option<Form> {
        self.forms().into_iter().find(|form| form.field(field).is_some())
    }

    /// Every form.
    pub fn forms(&self) -> Vec<Form> {
        self.html().named("form").iter().filter_map(|form| self.read_form(form)).collect()
    }

    fn read_form(&self, form: &Element) -> Option<Form> {
        let action = self.address.join(&form.attribute("action").unwrap_or_default()).ok()?;
        let post = form.attribute("method").is_some_and(|method| method.eq_ignore_ascii_case("post"));
        let controls = form.elements().into_iter().filter(|element| element.is("input") || element.is("select"));
        let field = |field: Element| Some((field.attribute("name")?, field.attribute("value").unwrap_or_default()));
        let fields = controls.filter_map(field).collect();
        Some(Form { action, method: if post { Method::POST } else { Method::GET }, fields })
    }

    fn html(&self) -> Element {
        Element::page(&self.content)
    }
}

// === impl Form ===

impl Form {
    /// The value of a field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The form with a field filled in.
    #[must_use]
    pub fn fill(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }
}
