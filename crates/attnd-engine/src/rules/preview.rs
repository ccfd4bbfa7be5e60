//! What would a rule change? The flow under both rule sets, side by side.
//!
//! ```text
//! now     [Uncategorized        ][Chat ]
//! then    [Work       ][Uncatego][Chat ]      the same time, cut where either changes
//! moved   [Work       ]
//! ```

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Instant;

use attnd_core::{Duration, ErrorCode, PersonId, Problem, TimeRange};
use attnd_sense::category::{CategoryRules, RegexRule, SITE, UNCATEGORIZED};
use attnd_sense::flow::Span;
use attnd_sense::pattern::Pattern;

use super::{RuleMove, RulePreview, RuleProposal, RuleSample, RuleWarning};
use crate::activity::{WindowKey, check_windows, key, parts};
use crate::{Engine, hours};

/// Samples shown.
const SAMPLES: usize = 20;
/// From this share of the time on a rule matches nearly all of it.
const NEARLY_ALL: f64 = 0.95;
/// Fewer applications than these say nothing about what a rule is found in.
const SEVERAL: usize = 5;
/// The longest a rule may search the windows of a trial by itself.
const LONGEST_SEARCH: std::time::Duration = std::time::Duration::from_secs(2);

type Path = Arc<[String]>;

/// A proposal, tried on a period.
pub(super) struct Trial {
    matched: Duration,
    active: Duration,
    moves: BTreeMap<(Path, Path), Duration>,
    windows: HashMap<WindowKey, Seen>,
    search: Search,
}

/// What is known of a window.
struct Seen {
    active: Duration,
    from: Path,
    to: Path,
    is_matched: bool,
}

/// The proposed rule by itself.
struct Search {
    pattern: Pattern,
    select_keys: Option<Vec<String>>,
    spent: std::time::Duration,
}

impl Engine {
    /// What a proposal would change over a period, had it applied then.
    ///
    /// # Errors
    /// [`ErrorCode::CategoryRefused`]; [`ErrorCode::RuleRefused`]; [`ErrorCode::QueryTooExpensive`]
    /// for more windows than fit; [`Problem`] of the store.
    pub async fn preview_rule(
        self: &Arc<Self>,
        person: PersonId,
        range: TimeRange,
        proposal: &RuleProposal,
    ) -> Result<RulePreview, Problem> {
        Ok(self.try_rule(person, range, proposal).await?.preview())
    }

    pub(super) async fn try_rule(
        self: &Arc<Self>,
        person: PersonId,
        range: TimeRange,
        proposal: &RuleProposal,
    ) -> Result<Trial, Problem> {
        let mut trial = Trial::new(proposal.checked()?)?;
        let classes = self.classes_in_force(person).await?;
        let range = self.sensed(person, range).await?;
        let (now, proposal) = (self.category_rules(person), proposal.clone());
        let permit = Arc::clone(&self.heavy).acquire_owned().await;
        let engine = Arc::clone(self);
        self.reading(move |store| {
            let _permit = permit;
            let (_, then) = proposal.joined_to(&classes)?;
            let buckets = store.buckets(person)?;
            let active = engine.hour_sums(store, person, &now, range)?;
            for part in parts(range, &active.into_iter().map(|row| row.hour).collect())? {
                let flows = hours::flows_of(store, person, &buckets, [&now, &then], part)?;
                trial.add(&flows[0].spans, &flows[1].spans)?;
            }
            Ok(trial)
        })
        .await
    }
}

impl Trial {
    fn new(rule: &RegexRule) -> Result<Self, Problem> {
        Ok(Self {
            matched: Duration::ZERO,
            active: Duration::ZERO,
            moves: BTreeMap::new(),
            windows: HashMap::new(),
            search: Search::new(rule)?,
        })
    }

    /// Adds a stretch of time under both rule sets.
    fn add(&mut self, now: &[Span], then: &[Span]) -> Result<(), Problem> {
        let (mut first, mut second) = (0, 0);
        while let (Some(a), Some(b)) = (now.get(first), then.get(second)) {
            if let Some(both) = a.range.intersection(b.range) {
                self.add_span(a, &b.category, both.duration())?;
            }
            first += usize::from(a.range.end() <= b.range.end());
            second += usize::from(b.range.end() <= a.range.end());
        }
        check_windows(self.windows.len())
    }

    fn add_span(&mut self, span: &Span, to: &Path, active: Duration) -> Result<(), Problem> {
        let key = key(span);
        if !self.windows.contains_key(&key) {
            let is_matched = span.category != *to || self.search.has(span)?;
            let (from, to) = (Arc::clone(&span.category), Arc::clone(to));
            self.windows.insert(key.clone(), Seen { active: Duration::ZERO, from, to, is_matched });
        }
        let Some(seen) = self.windows.get_mut(&key) else { return Ok(()) };
        seen.active = seen.active.saturating_add(active);
        self.active = self.active.saturating_add(active);
        if seen.is_matched {
            self.matched = self.matched.saturating_add(active);
        }
        if span.category != *to {
            let sum = self.moves.entry((Arc::clone(&span.category), Arc::clone(to))).or_default();
            *sum = sum.saturating_add(active);
        }
        Ok(())
    }

    /// Whether nearly every window of several applications matches.
    fn matches_everything(&self) -> bool {
        let applications = |matched: bool| {
            let of = self.windows.iter().filter(|(_, seen)| !matched || seen.is_matched);
            of.map(|((application, ..), _)| application).collect::<HashSet<_>>().len()
        };
        let matched = self.windows.values().filter(|seen| seen.is_matched).count();
        let all = applications(false);
        all >= SEVERAL
            && matched as f64 >= NEARLY_ALL * self.windows.len() as f64
            && applications(true) as f64 >= NEARLY_ALL * all as f64
    }

    /// Refuses a rule that is found nearly everywhere.
    ///
    /// # Errors
    /// [`ErrorCode::RuleRefused`].
    pub(super) fn refuse_if_everything(&self) -> Result<(), Problem> {
        if !self.matches_everything() {
            return Ok(());
        }
        Err(Problem::new(ErrorCode::RuleRefused, "it matches nearly every window of the last 30 days"))
    }

    fn preview(self) -> RulePreview {
        let moved = self.moves.values().copied().sum();
        let is_nearly_all =
            !self.active.is_zero() && self.matched.as_s_f64() >= NEARLY_ALL * self.active.as_s_f64();
        let takes = self.moves.keys().any(|(from, _)| from[0] != UNCATEGORIZED);
        let mut warnings = Vec::new();
        for (warning, holds) in [
            (RuleWarning::MatchesNearlyAll, is_nearly_all || self.matches_everything()),
            (RuleWarning::MatchesNothing, self.matched.is_zero()),
            (RuleWarning::TakesFromOthers, takes),
        ] {
            warnings.extend(holds.then_some(warning));
        }
        let mut moves: Vec<_> = (self.moves.into_iter())
            .map(|((from, to), active)| RuleMove { from: from.to_vec(), to: to.to_vec(), active })
            .collect();
        moves.sort_by_key(|one| std::cmp::Reverse(one.active));
        let mut found: Vec<_> = self.windows.into_iter().filter(|(_, seen)| seen.is_matched).collect();
        found.sort_by(|(a, one), (b, other)| other.active.cmp(&one.active).then_with(|| a.cmp(b)));
        let windows = found.len() as u64;
        let sample = |((application, title, site), seen): (WindowKey, Seen)| RuleSample {
            application: application.to_string(),
            title: title.to_string(),
            site: site.map(|site| site.to_string()),
            from: seen.from.to_vec(),
            to: seen.to.to_vec(),
            active: seen.active,
        };
        let samples = found.into_iter().take(SAMPLES).map(sample).collect();
        let (matched, active) = (self.matched, self.active);
        RulePreview { matched, moved, active, moves, samples, windows, warnings }
    }
}

impl Search {
    fn new(rule: &RegexRule) -> Result<Self, Problem> {
        let pattern = Pattern::new(&rule.regex, rule.case)
            .map_err(|error| Problem::new(ErrorCode::RuleRefused, error.to_string()))?;
        Ok(Self { pattern, select_keys: rule.select_keys.clone(), spent: std::time::Duration::ZERO })
    }

    fn has(&mut self, span: &Span) -> Result<bool, Problem> {
        let refused = |detail: String| Problem::new(ErrorCode::RuleRefused, detail);
        let fields = [
            ("app", Some(&*span.application)),
            ("title", Some(&*span.title)),
            (SITE, span.url_domain.as_deref()),
        ];
        let started = Instant::now();
        let mut is_found = false;
        for (key, text) in fields {
            let is_looked_at = self.select_keys.as_ref().is_none_or(|keys| keys.iter().any(|one| one == key));
            if let Some(text) = text.filter(|_| is_looked_at && !is_found) {
                is_found = self.pattern.is_match(text).map_err(|error| refused(error.to_string()))?;
            }
        }
        self.spent += started.elapsed();
        if self.spent > LONGEST_SEARCH {
            return Err(refused(
                "the regular expression takes too long on the windows there were".to_owned(),
            ));
        }
        Ok(is_found)
    }
}

/// The rules a suggestion is looked for with.
pub(super) fn matches(rules: &CategoryRules, data: &attnd_core::Data) -> bool {
    rules.classify(data)[0] != UNCATEGORIZED
}
