//! What would a rule change over a period? The period as it is and as it would be, side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use attnd_core::store::Store;
use attnd_core::{Bucket, Duration, ErrorCode, PersonId, Problem, TimeRange};
use attnd_sense::category::{Category, CategoryRules, UNCATEGORIZED};
use attnd_sense::flow::Span;
use serde_json::Map;

use super::change::{proposed, with_proposal};
use super::{RuleExample, RuleMove, RulePreview, RuleProposal, RuleSample, RuleSuggestion, RuleWarning};
use crate::Engine;
use crate::hours::flow_of;

/// Read in one go: bounds memory over a year.
const DAYS_AT_ONCE: u32 = 14;
/// More are not looked at.
const SAMPLES: usize = 20;
const SUGGESTIONS: usize = 20;
/// Less without a category is not worth a rule.
const WORTH_A_RULE: Duration = Duration::from_s(5 * 60);
/// From this share of the time on, a rule matches nearly all of it.
const NEARLY_ALL: f64 = 0.9;

impl Engine {
    /// What a proposal would change over `range`. Nothing is changed.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidParameter`] and [`ErrorCode::Conflict`] as [`Engine::apply_rule`];
    /// [`Problem`] of the store.
    pub async fn preview_rule(
        self: &Arc<Self>,
        person: PersonId,
        range: TimeRange,
        proposal: &RuleProposal,
    ) -> Result<RulePreview, Problem> {
        let old = self.category_rules(person);
        let new = with_proposal(&old, proposal)?;
        let only = CategoryRules::new(vec![Category {
            id: None,
            name: proposal.category.clone(),
            rule: proposal.rule.clone(),
            data: Map::new(),
        }]);
        let range = self.sensed(person, range).await?;
        let _permit = self.heavy.acquire().await.map_err(|_| closing())?;
        self.reading(move |store| {
            let mut difference = Difference::default();
            let buckets = store.buckets(person)?;
            for part in parts(range) {
                let spans = |rules: &CategoryRules| spans(store, person, &buckets, rules, part);
                difference.add(&spans(&old)?, &spans(&new)?, &spans(&only)?);
            }
            Ok(difference.preview())
        })
        .await
    }

    /// Time without a category, most first, with the rule attnd would propose for it.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub async fn suggest_rules(
        self: &Arc<Self>,
        person: PersonId,
        range: TimeRange,
    ) -> Result<Vec<RuleSuggestion>, Problem> {
        let rules = self.category_rules(person);
        let range = self.sensed(person, range).await?;
        let _permit = self.heavy.acquire().await.map_err(|_| closing())?;
        self.reading(move |store| {
            let buckets = store.buckets(person)?;
            let mut times: BTreeMap<(Option<Arc<str>>, Arc<str>), Duration> = BTreeMap::new();
            for part in parts(range) {
                for span in spans(store, person, &buckets, &rules, part)? {
                    if is_uncategorized(&span.category) {
                        let key = (span.url_domain.clone(), Arc::clone(&span.application));
                        let time = times.entry(key).or_default();
                        *time = time.saturating_add(span.range.duration());
                    }
                }
            }
            Ok(suggestions(times))
        })
        .await
    }
}

fn suggestions(times: BTreeMap<(Option<Arc<str>>, Arc<str>), Duration>) -> Vec<RuleSuggestion> {
    let mut times: Vec<_> = times.into_iter().filter(|(_, time)| *time >= WORTH_A_RULE).collect();
    times.sort_by_key(|(_, time)| std::cmp::Reverse(*time));
    times.truncate(SUGGESTIONS);
    let suggestion = |((site, application), active): ((Option<Arc<str>>, Arc<str>), _)| {
        let example = RuleExample {
            application: Some(application.to_string()),
            site: site.map(|site| site.to_string()),
            title: None,
        };
        proposed(&example, Vec::new()).map(|proposal| RuleSuggestion { example, proposal, active })
    };
    times.into_iter().filter_map(suggestion).collect()
}

/// Something in front, and what it belongs to now and then.
type Window = (Arc<str>, Arc<str>, Option<Arc<str>>, Arc<[String]>, Arc<[String]>);

/// What differs between two classifications of the same time.
#[derive(Default)]
struct Difference {
    active: Duration,
    matched: Duration,
    moves: BTreeMap<(Arc<[String]>, Arc<[String]>), Duration>,
    samples: BTreeMap<Window, Duration>,
}

impl Difference {
    /// Adds a stretch of time: as it is, as it would be, and what the rule alone matches.
    fn add(&mut self, old: &[Span], new: &[Span], only: &[Span]) {
        self.active =
            old.iter().map(|span| span.range.duration()).fold(self.active, Duration::saturating_add);
        let mut pieces: Vec<(TimeRange, &Span, &Span)> = Vec::new();
        overlaps(
            old,
            |span| span.range,
            new,
            |span| span.range,
            |range, before, after| {
                if before.category != after.category {
                    let key = (Arc::clone(&before.category), Arc::clone(&after.category));
                    let time = self.moves.entry(key).or_default();
                    *time = time.saturating_add(range.duration());
                }
                pieces.push((range, before, after));
            },
        );
        let matched: Vec<&Span> = only.iter().filter(|span| !is_uncategorized(&span.category)).collect();
        overlaps(
            &matched,
            |span| span.range,
            &pieces,
            |piece| piece.0,
            |range, span, (_, before, after)| {
                self.matched = self.matched.saturating_add(range.duration());
                let key = (
                    Arc::clone(&span.application),
                    Arc::clone(&span.title),
                    span.url_domain.clone(),
                    Arc::clone(&before.category),
                    Arc::clone(&after.category),
                );
                let time = self.samples.entry(key).or_default();
                *time = time.saturating_add(range.duration());
            },
        );
    }

    fn preview(self) -> RulePreview {
        let moved = self.moves.values().copied().sum();
        let mut warnings = Vec::new();
        if self.matched.is_zero() {
            warnings.push(RuleWarning::MatchesNothing);
        } else if self.matched.as_s_f64() >= NEARLY_ALL * self.active.as_s_f64() {
            warnings.push(RuleWarning::MatchesNearlyAll);
        }
        if self.moves.keys().any(|(from, _)| !is_uncategorized(from)) {
            warnings.push(RuleWarning::TakesFromOthers);
        }
        let mut moves: Vec<_> = (self.moves.into_iter())
            .map(|((from, to), active)| RuleMove { from: from.to_vec(), to: to.to_vec(), active })
            .collect();
        moves.sort_by_key(|moved| std::cmp::Reverse(moved.active));
        let windows: BTreeSet<_> =
            self.samples.keys().map(|window| (&window.0, &window.1, &window.2)).collect();
        let windows = windows.len() as u64;
        let mut samples: Vec<_> = self.samples.into_iter().collect();
        samples.sort_by_key(|(_, active)| std::cmp::Reverse(*active));
        samples.truncate(SAMPLES);
        let sample = |((application, title, site, from, to), active): (Window, Duration)| RuleSample {
            application: application.to_string(),
            title: title.to_string(),
            site: site.map(|site| site.to_string()),
            from: from.to_vec(),
            to: to.to_vec(),
            active,
        };
        RulePreview {
            matched: self.matched,
            moved,
            active: self.active,
            moves,
            samples: samples.into_iter().map(sample).collect(),
            windows,
            warnings,
        }
    }
}

/// Calls `each` for every pair that shares time. Both are in order and without overlap.
fn overlaps<'a, A, B>(
    a: &'a [A],
    range_of_a: impl Fn(&A) -> TimeRange,
    b: &'a [B],
    range_of_b: impl Fn(&B) -> TimeRange,
    mut each: impl FnMut(TimeRange, &'a A, &'a B),
) {
    let (mut at_a, mut at_b) = (0, 0);
    while let (Some(one), Some(other)) = (a.get(at_a), b.get(at_b)) {
        let (range, other_range) = (range_of_a(one), range_of_b(other));
        if let Some(both) = range.intersection(other_range)
            && !both.duration().is_zero()
        {
            each(both, one, other);
        }
        if range.end() <= other_range.end() {
            at_a += 1;
        } else {
            at_b += 1;
        }
    }
}

fn spans(
    store: &dyn Store,
    person: PersonId,
    buckets: &[Bucket],
    rules: &CategoryRules,
    range: TimeRange,
) -> Result<Vec<Span>, Problem> {
    Ok(flow_of(store, person, buckets, rules, range)?.spans)
}

/// The range in pieces of some days.
fn parts(range: TimeRange) -> impl Iterator<Item = TimeRange> {
    let mut start = range.start();
    std::iter::from_fn(move || {
        if start >= range.end() {
            return None;
        }
        let end = start.saturating_add(Duration::from_s(DAYS_AT_ONCE * 86_400)).min(range.end());
        let part = TimeRange::from(start, end.since(start));
        start = end;
        Some(part)
    })
}

fn is_uncategorized(path: &[String]) -> bool {
    path.is_empty() || path == [UNCATEGORIZED]
}

fn closing() -> Problem {
    Problem::new(ErrorCode::Unavailable, "attnd is stopping")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> TimeRange {
        TimeRange::parse(text).unwrap()
    }

    #[test]
    fn overlaps_are_found_once_each() {
        let hour =
            |from: u32, to: u32| range(&format!("2024-01-01T{from:02}:00:00Z/2024-01-01T{to:02}:00:00Z"));
        let (a, b) = ([hour(1, 3), hour(4, 6), hour(7, 8)], [hour(0, 2), hour(2, 5), hour(8, 9)]);
        let mut found = Vec::new();
        overlaps(&a, |range| *range, &b, |range| *range, |both, _, _| found.push(both));
        assert_eq!(found, [hour(1, 2), hour(2, 3), hour(4, 5)]);
    }

    #[test]
    fn parts_cover_the_range() {
        let year = range("2024-01-01T00:00:00Z/2025-01-01T00:00:00Z");
        let parts: Vec<_> = parts(year).collect();
        assert_eq!(parts.len(), 27);
        assert_eq!(parts.iter().map(|part| part.duration()).sum::<Duration>(), year.duration());
        assert_eq!(parts.last().map(|part| part.end()), Some(year.end()));
    }
}
