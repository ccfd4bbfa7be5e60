//! What did the program in front show? The site of the tab, the project and file of the editor.

use std::collections::{BTreeMap, HashMap};

use attnd_core::{BucketType, Data, TimeRange};
use serde_json::Value;
use url::Url;

use super::applications::{Family, family};
use super::front::{Piece, pieces};
use super::{FlowSource, GAP, Name};

/// What a program showed. Everything a watcher of that program can add to a window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Facets {
    pub(super) url_domain: Option<Name>,
    pub(super) project: Option<Name>,
    pub(super) file: Option<Name>,
}

/// What the programs of one family showed, over time.
pub(super) struct Detail<'a> {
    family: Family,
    pieces: Vec<Piece<'a>>,
    /// Pieces before this one end before whatever will be asked for next.
    passed: usize,
    facets: HashMap<usize, Facets>,
}

/// The details of each family; one that stands for any program comes last.
pub(super) fn details<'a>(sources: &[&'a FlowSource]) -> Vec<Detail<'a>> {
    let mut families: BTreeMap<(bool, Family), Vec<&'a FlowSource>> = BTreeMap::new();
    for source in sources {
        if let Some(family) = family(&source.id, &source.kind) {
            families.entry((family.is_any(), family)).or_default().push(source);
        }
    }
    (families.into_iter())
        .map(|((_, family), sources)| Detail {
            family,
            pieces: pieces(&sources, |_| 0),
            passed: 0,
            facets: HashMap::new(),
        })
        .collect()
}

impl Detail<'_> {
    /// Whether it is about windows of `application`.
    pub(super) fn is_of(&self, application: &str) -> bool {
        self.family.has(application)
    }

    /// The window's `range` cut where what was shown changes. Successive ranges go forwards in time.
    ///
    /// A tab is told of a moment after its window, and last told of a moment before its end: where
    /// that is less than [`GAP`], it counts from the beginning and to the end.
    pub(super) fn within(&mut self, range: TimeRange) -> Vec<(TimeRange, Option<Facets>)> {
        while self.pieces.get(self.passed).is_some_and(|piece| piece.range.end() <= range.start()) {
            self.passed += 1;
        }
        let mut parts = Vec::new();
        let mut from = range.start();
        for piece in &self.pieces[self.passed..] {
            if piece.range.start() >= range.end() {
                break;
            }
            let start = piece.range.start().max(from);
            let end = piece.range.end().min(range.end());
            let is_late = parts.is_empty() && start.since(from) < GAP;
            let start = if is_late { from } else { start };
            if start > from {
                parts.push((TimeRange::from(from, start.since(from)), None));
            }
            let facets = self.facets.entry(piece.data.address()).or_insert_with(|| facets(piece));
            parts.push((TimeRange::from(start, end.since(start)), Some(facets.clone())));
            from = end;
        }
        match parts.last_mut() {
            Some((last, _)) if range.end().since(from) < GAP => {
                *last = TimeRange::from(last.start(), range.end().since(last.start()));
                return parts;
            }
            _ => {}
        }
        if from < range.end() {
            parts.push((TimeRange::from(from, range.end().since(from)), None));
        }
        parts
    }

    /// When a tab sounded while its browser was in front.
    pub(super) fn audible_in_front(&self, front: &[Piece<'_>]) -> Vec<TimeRange> {
        let sounds = |data: &Data| data.fields().get("audible").and_then(Value::as_bool) == Some(true);
        let mut sounding = self.pieces.iter().filter(|piece| sounds(piece.data)).peekable();
        if sounding.peek().is_none() {
            return Vec::new();
        }
        let mut together = Vec::new();
        let is_ours = |data: &Data| data.text("app").is_some_and(|name| self.is_of(name));
        for window in front.iter().filter(|piece| is_ours(piece.data)) {
            while let Some(tab) = sounding.peek() {
                together.extend(window.range.intersection(tab.range));
                if tab.range.end() > window.range.end() {
                    break;
                }
                sounding.next();
            }
        }
        together
    }
}

fn facets(piece: &Piece<'_>) -> Facets {
    let text = |key| piece.data.text(key).filter(|text| !text.is_empty()).map(Name::from);
    match piece.source.kind.as_str() {
        BucketType::WEB => {
            Facets { url_domain: piece.data.text("url").and_then(domain), ..Facets::default() }
        }
        _ => Facets { project: text("project"), file: text("file"), url_domain: None },
    }
}

/// The host without `www.`, or the scheme of an address without host, as `split_url_events` has it.
fn domain(url: &str) -> Option<Name> {
    let url = Url::parse(url).ok()?;
    let host = url.host_str().filter(|host| !host.is_empty()).unwrap_or(url.scheme());
    Some(host.strip_prefix("www.").unwrap_or(host).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_hosts_without_www() {
        assert_eq!(domain("https://www.example.org:81/a").as_deref(), Some("example.org"));
        assert_eq!(domain("about:blank").as_deref(), Some("about"));
        assert_eq!(domain("nothing"), None);
    }
}
