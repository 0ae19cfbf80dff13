//! From a TOML file to the tree.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::problem::{Fault, Problem};
use crate::tree::{Node, Place, Source, Table, Value};

/// Reads a file. Messages call it as `shown` does; relative paths in it start from its folder.
pub(crate) fn read(file: &Path, shown: &Path) -> Result<Node, Vec<Problem>> {
    let folder = file.parent().unwrap_or(file);
    let source = Source { name: shown.display().to_string(), folder: folder.to_string_lossy().into_owned() };
    let source = Arc::new(source);
    let whole = || Place { source: Arc::clone(&source), line: 0 };
    if folder.to_str().is_none() {
        let fault = Fault::Unreadable("the name of its folder is not UTF-8".to_owned());
        return Err(vec![Problem::new(whole(), "", fault)]);
    }
    match std::fs::read_to_string(file) {
        Ok(text) => parse(&text, &source),
        Err(cause) => Err(vec![Problem::new(whole(), "", Fault::Unreadable(cause.to_string()))]),
    }
}

/// Reads the text of a file.
pub(crate) fn parse(text: &str, source: &Arc<Source>) -> Result<Node, Vec<Problem>> {
    let lines = Lines::of(text, source);
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Ok(lines.table(table.get_ref(), &(0..0)));
    }
    let problem = |error: toml::de::Error| {
        let span = error.span().unwrap_or_default();
        let found = text.get(span.clone()).and_then(|found| found.lines().next()).unwrap_or_default();
        let why = error.message().replace('\n', ", ");
        Problem::new(lines.place(&span), "", Fault::Syntax { found: found.to_owned(), why })
    };
    Err(errors.into_iter().map(problem).collect())
}

/// Where the lines of a file begin.
struct Lines<'a> {
    source: &'a Arc<Source>,
    starts: Vec<usize>,
}

// === impl Lines ===

impl<'a> Lines<'a> {
    fn of(text: &str, source: &'a Arc<Source>) -> Self {
        let after_breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(index, _)| index + 1);
        Self { source, starts: std::iter::once(0).chain(after_breaks).collect() }
    }

    fn place(&self, span: &Range<usize>) -> Place {
        Place { source: Arc::clone(self.source), line: self.starts.partition_point(|start| *start <= span.start) }
    }

    fn table(&self, table: &DeTable<'_>, span: &Range<usize>) -> Node {
        let entries: Table = table
            .iter()
            .map(|(key, value)| (key.get_ref().to_string(), self.node(value.get_ref(), &key.span())))
            .collect();
        Node { value: Value::Table(entries), place: self.place(span) }
    }

    fn node(&self, value: &DeValue<'_>, span: &Range<usize>) -> Node {
        let element = |element: &Spanned<DeValue<'_>>| self.node(element.get_ref(), &element.span());
        let value = match value {
            DeValue::Table(table) => return self.table(table, span),
            DeValue::Array(list) => Value::List(list.iter().map(element).collect()),
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Boolean(value) => Value::Boolean(*value),
            DeValue::Datetime(time) => Value::Text(time.to_string()),
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .map_or_else(|_| float(number.as_str()), Value::Integer),
            DeValue::Float(number) => float(number.as_str()),
        };
        Node { value, place: self.place(span) }
    }
}

/// A number that is not a whole one, or beyond any that a setting may have.
fn float(text: &str) -> Value {
    Value::Float(text.parse().unwrap_or(f64::INFINITY))
}
