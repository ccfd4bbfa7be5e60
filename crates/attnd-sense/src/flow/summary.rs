//! Where did the time go? Sums of a flow by application, category and hour.

use std::collections::BTreeMap;
use std::sync::Arc;

use attnd_core::rollup::{Hour, RollupRow};
use attnd_core::{Duration, TimeRange};

use super::{Flow, Name, Span};

/// The time of one application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationTime {
    /// Its name.
    pub application: Arc<str>,
    /// How long it was in front.
    pub active: Duration,
}

/// The time of one category, without that of the categories within it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryTime {
    /// Its path, outermost first.
    pub category: Arc<[String]>,
    /// How long something of it was in front.
    pub active: Duration,
}

impl Flow {
    /// How long somebody was there; the sum of its spans.
    #[must_use]
    pub fn total_active(&self) -> Duration {
        self.spans.iter().map(|span| span.range.duration()).sum()
    }

    /// Time per application, longest first.
    #[must_use]
    pub fn by_application(&self) -> Vec<ApplicationTime> {
        longest_first(self.sums(|span| Arc::clone(&span.application)))
            .map(|(application, active)| ApplicationTime { application, active })
            .collect()
    }

    /// Time per category, longest first.
    #[must_use]
    pub fn by_category(&self) -> Vec<CategoryTime> {
        longest_first(self.sums(|span| Arc::clone(&span.category)))
            .map(|(category, active)| CategoryTime { category, active })
            .collect()
    }

    /// The sums the store keeps: per hour (UTC), category and application, in this order. Hours in
    /// which nobody was there have no rows.
    #[must_use]
    pub fn hours(&self) -> Vec<RollupRow> {
        let mut rows = Vec::new();
        let mut hour: Option<(Hour, Sums)> = None;
        for (span_hour, range, span) in self.spans.iter().flat_map(by_hour) {
            let current = match &mut hour {
                Some((current, sums)) if *current == span_hour => sums,
                _ => {
                    rows.extend(hour.take().into_iter().flat_map(hour_rows));
                    &mut hour.insert((span_hour, Sums::new())).1
                }
            };
            let sum = current.entry((Arc::clone(&span.category), Arc::clone(&span.application))).or_default();
            *sum = sum.saturating_add(range.duration());
        }
        rows.extend(hour.into_iter().flat_map(hour_rows));
        rows
    }

    /// The longest span; of equally long ones the first.
    #[must_use]
    pub fn longest(&self) -> Option<&Span> {
        self.spans.iter().rev().max_by_key(|span| span.range.duration())
    }

    /// The last span: what is in front now, if the flow reaches to now.
    #[must_use]
    pub fn current(&self) -> Option<&Span> {
        self.spans.last()
    }

    fn sums<K: Ord>(&self, key: impl Fn(&Span) -> K) -> BTreeMap<K, Duration> {
        let mut sums = BTreeMap::new();
        for span in &self.spans {
            let sum: &mut Duration = sums.entry(key(span)).or_default();
            *sum = sum.saturating_add(span.range.duration());
        }
        sums
    }
}

/// Time per category and application.
type Sums = BTreeMap<(Arc<[String]>, Name), Duration>;

fn hour_rows((hour, sums): (Hour, Sums)) -> impl Iterator<Item = RollupRow> {
    sums.into_iter().map(move |((category, application), active)| RollupRow {
        hour,
        category: category.to_vec(),
        application: application.to_string(),
        active,
    })
}

/// A span's parts in each hour it reaches into.
fn by_hour(span: &Span) -> impl Iterator<Item = (Hour, TimeRange, &Span)> {
    (Hour::of(span.range.start()).0..=Hour::of(span.range.end()).0).filter_map(move |hour| {
        let part = Hour(hour).range().intersection(span.range)?;
        (!part.duration().is_zero()).then_some((Hour(hour), part, span))
    })
}

fn longest_first<K: Ord>(sums: BTreeMap<K, Duration>) -> impl Iterator<Item = (K, Duration)> {
    let mut sums: Vec<_> = sums.into_iter().collect();
    // Stable: equal times stay by name.
    sums.sort_by_key(|(_, active)| std::cmp::Reverse(*active));
    sums.into_iter()
}
