//! What is a flow made of? Spans, and how pieces of events become them.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use attnd_core::{Data, TimeRange};
use serde::Serialize;
use serde_json::Value;

use super::Name;
use super::detail::Facets;
use crate::category::{CategoryRules, SITE};

/// A person's attention as a sequence of spans, in order and without overlap. Gaps are absence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// The spans; of two that touch, something differs.
    pub spans: Vec<Span>,
}

/// One thing in front, for as long as somebody was there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// When; never empty.
    pub range: TimeRange,
    /// The application, as the window system names it; `unknown` if the watcher did not say.
    pub application: Arc<str>,
    /// The window's title; may be empty.
    pub title: Arc<str>,
    /// Category path of the window, outermost first.
    pub category: Arc<[String]>,
    /// The site the browser showed, without `www.`.
    pub url_domain: Option<Arc<str>>,
    /// The project the editor had open.
    pub project: Option<Arc<str>>,
    /// The file the editor had open.
    pub file: Option<Arc<str>>,
    /// The machine.
    pub hostname: Arc<str>,
    /// Whether it really happened.
    pub origin: Origin,
}

/// Where a span comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// A watcher sensed it.
    Sensed,
    /// It is made up, to show or to test; say so wherever it is shown.
    Simulated,
}

impl Span {
    /// Whether `other` differs in its time at most.
    fn is_like(&self, other: &Self) -> bool {
        self.application == other.application
            && self.title == other.title
            && self.category == other.category
            && self.url_domain == other.url_domain
            && self.project == other.project
            && self.file == other.file
            && self.hostname == other.hostname
            && self.origin == other.origin
    }
}

/// What a window's data says, with its category.
#[derive(Clone, Debug)]
pub(super) struct Label {
    pub(super) application: Name,
    title: Name,
    category: Arc<[String]>,
}

/// The labels of window data, each made once however often the data occurs.
pub(super) struct Labels<'a, 'r> {
    rules: &'r CategoryRules,
    seen: HashMap<Content<'a>, Label>,
    /// With the site a browser showed in the window.
    at_sites: HashMap<(Content<'a>, Name), Label>,
    categories: HashMap<Vec<String>, Arc<[String]>>,
    applications: HashMap<&'a str, Name>,
}

impl<'a, 'r> Labels<'a, 'r> {
    pub(super) fn new(rules: &'r CategoryRules) -> Self {
        Self {
            rules,
            seen: HashMap::new(),
            at_sites: HashMap::new(),
            categories: HashMap::new(),
            applications: HashMap::new(),
        }
    }

    pub(super) fn of(&mut self, data: &'a Data) -> &Label {
        let Self { rules, seen, categories, applications, .. } = self;
        seen.entry(Content(data)).or_insert_with(|| {
            let category = shared(categories, rules.classify(data));
            let application = data.text("app").unwrap_or("unknown");
            let application = applications.entry(application).or_insert_with(|| application.into());
            let title = data.text("title").unwrap_or_default().into();
            Label { application: Arc::clone(application), title, category }
        })
    }

    /// The label of a window while its browser showed `site`, by which rules can tell it too.
    pub(super) fn at_site(&mut self, data: &'a Data, site: &Name) -> &Label {
        let place = (Content(data), Arc::clone(site));
        if !self.at_sites.contains_key(&place) {
            let mut told = data.clone();
            told.fields_mut().insert(SITE.to_owned(), Value::from(site.as_ref()));
            let category = shared(&mut self.categories, self.rules.classify(&told));
            let label = Label { category, ..self.of(data).clone() };
            self.at_sites.insert((Content(data), Arc::clone(site)), label);
        }
        &self.at_sites[&place]
    }
}

fn shared(known: &mut HashMap<Vec<String>, Arc<[String]>>, path: &[String]) -> Arc<[String]> {
    match known.get(path) {
        Some(category) => Arc::clone(category),
        None => Arc::clone(known.entry(path.to_vec()).or_insert_with(|| path.into())),
    }
}

/// Data as a key, by what it says; cheaper to hash than its canonical text.
#[derive(PartialEq, Eq)]
struct Content<'a>(&'a Data);

impl Hash for Content<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for (key, value) in self.0.fields() {
            key.hash(state);
            // Other values need not tell data apart; equality does.
            if let Value::String(text) = value {
                text.hash(state);
            }
        }
    }
}

/// Spans of one host, being put together in time order.
pub(super) struct Spans {
    hostname: Name,
    spans: Vec<Span>,
}

impl Spans {
    pub(super) fn new(hostname: &str) -> Self {
        Self { hostname: hostname.into(), spans: Vec::new() }
    }

    pub(super) fn push(&mut self, range: TimeRange, label: &Label, origin: Origin, facets: Option<Facets>) {
        let Facets { url_domain, project, file } = facets.unwrap_or_default();
        let span = Span {
            range,
            application: Arc::clone(&label.application),
            title: Arc::clone(&label.title),
            category: Arc::clone(&label.category),
            url_domain,
            project,
            file,
            hostname: Arc::clone(&self.hostname),
            origin,
        };
        append(&mut self.spans, span);
    }

    pub(super) fn finish(self) -> Vec<Span> {
        self.spans
    }
}

/// Adds a span, or lengthens the last one if this is its continuation.
fn append(spans: &mut Vec<Span>, span: Span) {
    if span.range.duration().is_zero() {
        return;
    }
    match spans.last_mut() {
        Some(last) if last.range.end() == span.range.start() && last.is_like(&span) => {
            last.range = TimeRange::from(last.range.start(), span.range.end().since(last.range.start()));
        }
        _ => spans.push(span),
    }
}

/// Both in one row; where they overlap, `first` counts.
pub(super) fn without_overlap(first: Vec<Span>, second: Vec<Span>) -> Vec<Span> {
    if first.is_empty() || second.is_empty() {
        return if first.is_empty() { second } else { first };
    }
    let mut merged: Vec<Span> = Vec::with_capacity(first.len() + second.len());
    let mut second = second.into_iter();
    let mut waiting = second.next();
    for span in first {
        while let Some(mut other) = waiting.take() {
            let (start, end) = (other.range.start(), other.range.end());
            if start < span.range.start() {
                let until = end.min(span.range.start());
                append(
                    &mut merged,
                    Span { range: TimeRange::from(start, until.since(start)), ..other.clone() },
                );
            }
            if end > span.range.end() {
                let from = start.max(span.range.end());
                other.range = TimeRange::from(from, end.since(from));
                waiting = Some(other);
                break;
            }
            waiting = second.next();
        }
        append(&mut merged, span);
    }
    waiting.into_iter().chain(second).for_each(|span| append(&mut merged, span));
    merged
}
