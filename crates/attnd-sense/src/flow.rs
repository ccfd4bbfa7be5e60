//! What was a person's attention on, moment by moment? One sequence of spans out of all watchers.
//!
//! ```text
//! window   [Firefox      ][Code          ]  [Firefox   ]     what was in front, short gaps closed
//! afk      [not-afk              ][afk          ][not-afk]   and somebody was there to see it
//! web      [a.org ][b.org]                  [b.org     ]     what the browser showed while in front
//! spans    [a.org ][b.org][Code  ]               [b.org]
//! ```
//!
//! At one moment a person's attention is on one thing, so spans never overlap, not even between
//! hosts. What a span is depends only on the events within [`FLOW_MARGIN`] of it: an hour computed
//! from the events around it is the same as that hour of a year computed at once. The roll-ups
//! rely on this.

mod applications;
mod detail;
mod front;
mod span;
mod summary;

use std::collections::BTreeMap;
use std::sync::Arc;

use attnd_core::{Bucket, BucketId, BucketType, Data, Duration, Event, TimeRange};
use serde_json::Value;

pub use span::{Flow, Origin, Span};
pub use summary::{ApplicationTime, CategoryTime};

use crate::category::CategoryRules;
use detail::{Detail, details};
use front::{Piece, pieces};
use span::{Labels, Spans, without_overlap};

/// How far beyond a range the events must reach for its flow to be exact: give [`flow`] every
/// event that touches `range.widened(FLOW_MARGIN)`, whole. Twice the longest gap that is closed.
pub const FLOW_MARGIN: Duration = attnd_core::rollup::MARGIN;

/// Gaps shorter than this are artefacts of polling and are closed, as `flood` closes them.
const GAP: Duration = crate::transform::FLOOD_GAP;

/// One person's buckets, and the time to look at.
#[derive(Clone, Debug)]
pub struct FlowInput {
    /// Every bucket, also one without events here: a host that has a bucket for idle time counts
    /// only when somebody was there. Other types than window, idle, web and editor are passed over.
    pub sources: Vec<FlowSource>,
    /// The time the spans are cut to.
    pub range: TimeRange,
}

/// A bucket and those of its events that touch the range and [`FLOW_MARGIN`] around it, in any order.
#[derive(Clone, Debug)]
pub struct FlowSource {
    /// The bucket's id; of a web or editor bucket it names the program.
    pub id: BucketId,
    /// What its events are.
    pub kind: BucketType,
    /// The machine they were sensed on.
    pub hostname: String,
    /// What else the watcher said of the bucket; `simulated: true` marks its spans.
    pub data: Data,
    /// Its events.
    pub events: Vec<Event>,
}

impl FlowSource {
    /// A stored bucket's events.
    #[must_use]
    pub fn new(bucket: &Bucket, events: Vec<Event>) -> Self {
        Self {
            id: bucket.id.clone(),
            kind: bucket.kind.clone(),
            hostname: bucket.hostname.clone(),
            data: bucket.data.clone(),
            events,
        }
    }

    fn is(&self, kind: &str) -> bool {
        self.kind.as_str() == kind
    }
}

/// What counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FlowConfig {
    /// Whether somebody who only listens is there.
    pub audible: Audible,
}

/// What a sounding browser tab means while its browser is in front.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Audible {
    /// Somebody is there, watching or listening, although no key is pressed.
    #[default]
    Present,
    /// Nothing.
    Ignored,
}

/// The flow of one person: what was in front while they were there.
///
/// Where events of one host's window watchers overlap, the one that began last is in front, then
/// the shorter. Idle time counts only where no watcher of the host says otherwise. Where two hosts
/// are in use at once, the one whose name sorts first wins. Costs `n log n` in the events.
#[must_use]
pub fn flow(input: &FlowInput, rules: &CategoryRules, config: FlowConfig) -> Flow {
    let mut sources: Vec<&FlowSource> = input.sources.iter().collect();
    sources.sort_by(|a, b| a.id.cmp(&b.id));
    let mut hosts: BTreeMap<&str, Host<'_>> = BTreeMap::new();
    for source in sources.iter().copied().filter(|source| source.is(BucketType::WINDOW)) {
        hosts.entry(&source.hostname).or_default().windows.push(source);
    }
    for source in sources.into_iter().filter(|source| !source.is(BucketType::WINDOW)) {
        match hosts.get_mut(source.hostname.as_str()) {
            Some(host) => host.others.push(source),
            // Browser extensions often do not know their host; idle time without host says nothing.
            None if source.is(BucketType::AFK) => {}
            None => hosts.values_mut().for_each(|host| host.others.push(source)),
        }
    }
    let mut labels = Labels::new(rules);
    let spans = hosts.into_iter().fold(Vec::new(), |first, (hostname, host)| {
        without_overlap(first, host.spans(hostname, input.range, &mut labels, config))
    });
    Flow { spans }
}

/// The buckets of one machine.
#[derive(Default)]
struct Host<'a> {
    windows: Vec<&'a FlowSource>,
    others: Vec<&'a FlowSource>,
}

impl<'a> Host<'a> {
    fn spans(
        &self,
        hostname: &str,
        range: TimeRange,
        labels: &mut Labels<'a, '_>,
        config: FlowConfig,
    ) -> Vec<Span> {
        let front = pieces(&self.windows, |_| 0);
        let mut details = details(&self.others);
        let present = self.presence(&front, &details, config);
        let mut spans = Spans::new(hostname);
        let mut there = present.iter().flatten().copied().peekable();
        for piece in &front {
            let label = labels.of(piece.data).clone();
            let origin = origin(piece.source);
            // The whole piece, not its part in the range: else the range's border would be one of
            // what was shown, and an hour on its own would differ from the same hour of a year.
            let shown = match details.iter_mut().find(|detail| detail.is_of(&label.application)) {
                Some(detail) => detail.within(piece.range),
                None => vec![(piece.range, None)],
            };
            for (shown, facets) in shown {
                let label = match facets.as_ref().and_then(|facets| facets.url_domain.as_ref()) {
                    Some(site) => labels.at_site(piece.data, site),
                    None => &label,
                };
                for part in shared(shown, range, present.as_ref().map(|_| &mut there)) {
                    spans.push(part, label, origin, facets.clone());
                }
            }
        }
        spans.finish()
    }

    /// When somebody was there; `None` if nothing on this host can tell.
    fn presence(
        &self,
        front: &[Piece<'_>],
        details: &[Detail<'_>],
        config: FlowConfig,
    ) -> Option<Vec<TimeRange>> {
        let watchers: Vec<_> =
            self.others.iter().copied().filter(|source| source.is(BucketType::AFK)).collect();
        if watchers.is_empty() {
            return None;
        }
        let not_afk = |data: &Data| data.text("status") == Some("not-afk");
        let mut present: Vec<_> = pieces(&watchers, |data| u8::from(not_afk(data)))
            .iter()
            .filter(|piece| not_afk(piece.data))
            .map(|piece| piece.range)
            .collect();
        if config.audible == Audible::Present {
            for detail in details {
                present.extend(detail.audible_in_front(front));
            }
        }
        Some(joined(present))
    }
}

fn origin(source: &FlowSource) -> Origin {
    match source.data.fields().get("simulated").and_then(Value::as_bool) {
        Some(true) => Origin::Simulated,
        _ => Origin::Sensed,
    }
}

/// The parts of `piece` within `range` at which somebody was there; all of it if `there` is `None`.
/// Successive calls go forwards in time.
fn shared<I: Iterator<Item = TimeRange>>(
    piece: TimeRange,
    range: TimeRange,
    there: Option<&mut std::iter::Peekable<I>>,
) -> Vec<TimeRange> {
    let Some(piece) = piece.intersection(range).filter(|piece| !piece.duration().is_zero()) else {
        return Vec::new();
    };
    let Some(there) = there else { return vec![piece] };
    let mut parts = Vec::new();
    while let Some(stretch) = there.peek().copied() {
        if stretch.end() > piece.start() {
            if stretch.start() >= piece.end() {
                break;
            }
            parts.extend(piece.intersection(stretch).filter(|part| !part.duration().is_zero()));
            if stretch.end() > piece.end() {
                break;
            }
        }
        there.next();
    }
    parts
}

/// The stretches covered by any of `ranges`: in order, apart, none empty.
fn joined(mut ranges: Vec<TimeRange>) -> Vec<TimeRange> {
    ranges.retain(|range| !range.duration().is_zero());
    ranges.sort_by_key(|range| (range.start(), range.end()));
    ranges.dedup_by(|range, last| {
        let touches = range.start() <= last.end();
        if touches && range.end() > last.end() {
            *last = TimeRange::from(last.start(), range.end().since(last.start()));
        }
        touches
    });
    ranges
}

/// A name shared by many spans.
type Name = Arc<str>;

#[cfg(test)]
mod tests;
