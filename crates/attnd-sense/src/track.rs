//! What is the least that measures need? A flow without its titles: who was in front when, in a few
//! bytes a visit, so that a year fits into a query.
//!
//! ```text
//! flow     [Code: main.rs   ][Code: lib.rs][Firefox: docs.rs]      spans with every word
//! track    [1               ][2           ][3               ]      visits to numbered windows
//! windows  1: Code, Work > Programming, project attnd   2: …       what a number stands for
//! ```
//!
//! A window is told from another by everything its span says, of which only the application, the
//! category, the project and the site are kept; its title and file are in a 64-bit digest.

mod code;

use std::collections::HashMap;
use std::sync::Arc;

use attnd_core::rollup::Hour;
use attnd_core::{TimeRange, Timestamp};

use crate::flow::{Flow, Span};

pub use code::TrackError;

/// One person's visits in order and without overlap; gaps are absence.
#[derive(Clone, Debug, Default)]
pub struct Track {
    visits: Vec<Visit>,
    windows: Vec<Window>,
    names: Vec<Arc<str>>,
    categories: Vec<Arc<[String]>>,
}

/// A stretch of attention on one window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    /// When; never empty.
    pub range: TimeRange,
    /// On what: an index into [`Track::windows`].
    pub window: u32,
}

/// What can be in front.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// Digest of everything the span said of it, its title too.
    pub digest: u64,
    /// Index into [`Track::names`].
    pub application: u32,
    /// Index into [`Track::categories`].
    pub category: u32,
    /// The project an editor had open: index into [`Track::names`].
    pub project: Option<u32>,
    /// The site a browser showed: index into [`Track::names`].
    pub site: Option<u32>,
}

impl Track {
    /// The track of a flow.
    #[must_use]
    pub fn of_flow(flow: &Flow) -> Self {
        let mut builder = TrackBuilder::default();
        for span in &flow.spans {
            builder.push_span(span);
        }
        builder.finish()
    }

    /// The visits, in order.
    #[must_use]
    pub fn visits(&self) -> &[Visit] {
        &self.visits
    }

    /// The windows visits are on, numbered by first visit.
    #[must_use]
    pub fn windows(&self) -> &[Window] {
        &self.windows
    }

    /// Names of applications, projects and sites.
    #[must_use]
    pub fn names(&self) -> &[Arc<str>] {
        &self.names
    }

    /// Category paths, outermost first.
    #[must_use]
    pub fn categories(&self) -> &[Arc<[String]>] {
        &self.categories
    }

    /// The window of a visit.
    #[must_use]
    pub fn window(&self, visit: &Visit) -> &Window {
        &self.windows[visit.window as usize]
    }

    /// The category path of a visit.
    #[must_use]
    pub fn category(&self, visit: &Visit) -> &Arc<[String]> {
        &self.categories[self.window(visit).category as usize]
    }

    /// The application of a visit.
    #[must_use]
    pub fn application(&self, visit: &Visit) -> &Arc<str> {
        &self.names[self.window(visit).application as usize]
    }

    /// From the first to the last visit; `None` when there is none.
    #[must_use]
    pub fn extent(&self) -> Option<TimeRange> {
        let (first, last) = (self.visits.first()?, self.visits.last()?);
        TimeRange::new(first.range.start(), last.range.end()).ok()
    }

    /// The part of the track within `range`; windows keep their numbers.
    #[must_use]
    pub fn within(&self, range: TimeRange) -> Self {
        Self { visits: self.visits_within(range).collect(), ..self.clone_names() }
    }

    /// The visits within `range`, cut to it. Finding the first costs `log n`.
    pub fn visits_within(&self, range: TimeRange) -> impl Iterator<Item = Visit> + '_ {
        let first = self.visits.partition_point(|visit| visit.range.end() <= range.start());
        self.visits[first..].iter().take_while(move |visit| visit.range.start() < range.end()).filter_map(
            move |visit| {
                let part = visit.range.intersection(range)?;
                (!part.duration().is_zero()).then_some(Visit { range: part, ..*visit })
            },
        )
    }

    /// How many visits [`Self::visits_within`] gives at most. Costs `log n`.
    pub(crate) fn count_within(&self, range: TimeRange) -> usize {
        let before = self.visits.partition_point(|visit| visit.range.end() <= range.start());
        self.visits.partition_point(|visit| visit.range.start() < range.end()).saturating_sub(before)
    }

    fn clone_names(&self) -> Self {
        Self {
            visits: Vec::new(),
            windows: self.windows.clone(),
            names: self.names.clone(),
            categories: self.categories.clone(),
        }
    }

    /// The bytes to keep for each hour (UTC) that has visits, in order.
    #[must_use]
    pub fn hours(&self) -> Vec<(Hour, Vec<u8>)> {
        let mut hours = Vec::new();
        let mut rest = self.extent();
        while let Some(extent) = rest {
            let hour = Hour::of(extent.start());
            let visits: Vec<Visit> = self.visits_within(hour.range()).collect();
            hours.push((hour, code::encode(self, hour, &visits)));
            let next = self.visits.partition_point(|visit| visit.range.end() <= hour.range().end());
            rest = self.visits.get(next).and_then(|visit| {
                let start = visit.range.start().max(hour.range().end());
                TimeRange::new(start, extent.end()).ok()
            });
        }
        hours
    }
}

/// Puts a track together, in time order, from spans and from the bytes of hours.
#[derive(Default)]
pub struct TrackBuilder {
    track: Track,
    windows: HashMap<Window, u32>,
    names: HashMap<Arc<str>, u32>,
    /// By the path's parts, each followed by a byte that is in no text.
    categories: HashMap<Vec<u8>, u32>,
    /// A path so written, to look it up without allocating: an hour has ten, a year 80,000.
    path: Vec<u8>,
}

impl TrackBuilder {
    /// Adds a span that begins no earlier than the last one ended.
    pub fn push_span(&mut self, span: &Span) {
        let window = Window {
            digest: code::digest(span),
            application: self.name(&span.application),
            category: self.category(&span.category),
            project: span.project.as_ref().map(|project| self.name(project)),
            site: span.url_domain.as_ref().map(|site| self.name(site)),
        };
        let window = self.window(window);
        self.push(span.range, window);
    }

    /// Adds the visits of an hour as [`Track::hours`] wrote them, cut to `range`.
    ///
    /// # Errors
    /// [`TrackError`] when the bytes are none of ours; no visit is added then.
    pub fn push_hour(&mut self, hour: Hour, bytes: &[u8], range: TimeRange) -> Result<(), TrackError> {
        let mut decoded = code::decode(hour, bytes)?;
        let names: Vec<u32> = decoded.names.iter().map(|name| self.name(name)).collect();
        let categories: Vec<u32> = decoded.categories.iter().map(|path| self.category(path)).collect();
        let of = |index: u32| names[index as usize];
        let windows: Vec<Window> = (decoded.windows.into_iter())
            .map(|window| Window {
                digest: window.digest,
                application: of(window.application),
                category: categories[window.category as usize],
                project: window.project.map(of),
                site: window.site.map(of),
            })
            .collect();
        let windows: Vec<u32> = windows.into_iter().map(|window| self.window(window)).collect();
        let before = (self.track.visits.len(), self.track.visits.last().copied());
        let pushed = self.push_visits(&mut decoded.visits, &windows, range);
        if pushed.is_err() {
            self.track.visits.truncate(before.0);
            self.track.visits.pop();
            self.track.visits.extend(before.1);
        }
        pushed
    }

    fn push_visits(
        &mut self,
        visits: &mut code::EncodedVisits<'_>,
        windows: &[u32],
        range: TimeRange,
    ) -> Result<(), TrackError> {
        while let Some(visit) = visits.next()? {
            if let Some(part) = visit.range.intersection(range) {
                self.push(part, windows[visit.window as usize]);
            }
        }
        Ok(())
    }

    /// The track.
    #[must_use]
    pub fn finish(self) -> Track {
        self.track
    }

    /// Adds a visit, or lengthens the last one if this is its continuation.
    fn push(&mut self, range: TimeRange, window: u32) {
        if range.duration().is_zero() {
            return;
        }
        match self.track.visits.last_mut() {
            Some(last) if last.window == window && last.range.end() == range.start() => {
                let start: Timestamp = last.range.start();
                last.range = TimeRange::from(start, range.end().since(start));
            }
            _ => self.track.visits.push(Visit { range, window }),
        }
    }

    fn window(&mut self, window: Window) -> u32 {
        *self.windows.entry(window).or_insert_with(|| number(&mut self.track.windows, window))
    }

    fn name(&mut self, name: &str) -> u32 {
        if let Some(known) = self.names.get(name) {
            return *known;
        }
        let name: Arc<str> = name.into();
        let index = number(&mut self.track.names, Arc::clone(&name));
        self.names.insert(name, index);
        index
    }

    fn category<T: AsRef<str>>(&mut self, path: &[T]) -> u32 {
        self.path.clear();
        for part in path {
            self.path.extend(part.as_ref().bytes().chain([0xFF]));
        }
        if let Some(known) = self.categories.get(&self.path) {
            return *known;
        }
        let path: Arc<[String]> = path.iter().map(|part| part.as_ref().to_owned()).collect();
        let index = number(&mut self.track.categories, path);
        self.categories.insert(self.path.clone(), index);
        index
    }
}

/// Appends, and says at which index.
fn number<T>(list: &mut Vec<T>, value: T) -> u32 {
    let index = u32::try_from(list.len()).expect("invariant: a track has fewer than 2^32 windows");
    list.push(value);
    index
}

#[cfg(test)]
mod tests;
