//! What did the time go to? From a category down to applications, sites and single titles.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use attnd_core::rollup::Hour;
use attnd_core::store::Store;
use attnd_core::{Duration, ErrorCode, PersonId, Problem, TimeRange};
use attnd_sense::category::CategoryRules;
use attnd_sense::flow::{Flow, Span};
use jiff::tz::TimeZone;

use crate::Engine;
use crate::flow::{By, is_simulated};
use crate::hours::{HOURS_AT_ONCE, flow_of};

/// Which part of the time. What is not given is not looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActivityFilter {
    /// This category and those below it.
    pub category: Option<Vec<String>>,
    /// This application.
    pub application: Option<String>,
    /// This site.
    pub site: Option<String>,
    /// Found in title, application or site, whatever the case.
    pub search: Option<String>,
}

/// What the time of a period went to.
#[derive(Clone, Debug, PartialEq)]
pub struct Activities {
    /// The period.
    pub range: TimeRange,
    /// Active time of what was asked for.
    pub active: Duration,
    /// By category, most first.
    pub categories: Vec<ActivityShare<Vec<String>>>,
    /// By application, most first.
    pub applications: Vec<ActivityShare<String>>,
    /// By site, most first; none where everything was asked for.
    pub sites: Vec<ActivityShare<String>>,
    /// By title, most first, at most 200; none where everything was asked for.
    pub titles: Vec<TitleShare>,
    /// How many more titles there are.
    pub titles_left_out: u64,
    /// Whether any of it is simulated.
    pub simulated: bool,
}

/// The time of one activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityShare<N> {
    /// Its name.
    pub name: N,
    /// Its active time.
    pub active: Duration,
}

/// The time of one window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TitleShare {
    /// Its title; may be empty.
    pub title: String,
    /// Its application.
    pub application: String,
    /// The site, in a browser.
    pub site: Option<String>,
    /// Its category.
    pub category: Vec<String>,
    /// Its active time.
    pub active: Duration,
    /// How often it came to the front.
    pub visits: u64,
}

impl ActivityFilter {
    /// Whether everything is asked for.
    #[must_use]
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }

    fn has(&self, span: &Span, search: Option<&str>) -> bool {
        let site = span.url_domain.as_deref();
        let found = |text: &str, search: &str| text.to_lowercase().contains(search);
        self.has_place(&span.category, &span.application)
            && self.site.as_deref().is_none_or(|wanted| site == Some(wanted))
            && search.is_none_or(|search| {
                found(&span.title, search)
                    || found(&span.application, search)
                    || site.is_some_and(|site| found(site, search))
            })
    }

    fn has_place(&self, category: &[String], application: &str) -> bool {
        self.category.as_ref().is_none_or(|wanted| category.starts_with(wanted))
            && self.application.as_ref().is_none_or(|wanted| wanted == application)
    }
}

impl Engine {
    /// What the time of a period went to. All of it is told from sums, without sites and titles;
    /// a part of it from the events of the hours that have any.
    ///
    /// # Errors
    /// [`ErrorCode::QueryTooExpensive`] for more windows than fit; [`Problem`] of the store.
    pub async fn activities(
        self: &Arc<Self>,
        person: PersonId,
        range: TimeRange,
        within: &ActivityFilter,
    ) -> Result<Activities, Problem> {
        let range = self.sensed(person, range).await?;
        if within.is_all() {
            let report = self.flow_report(person, range, &TimeZone::UTC, By::Month).await?;
            let category =
                |share: crate::flow::CategoryShare| ActivityShare { name: share.path, active: share.active };
            let application =
                |share: crate::flow::Share| ActivityShare { name: share.name, active: share.active };
            return Ok(Activities {
                range: report.range,
                active: report.active,
                categories: report.categories.into_iter().map(category).collect(),
                applications: report.applications.into_iter().map(application).collect(),
                sites: Vec::new(),
                titles: Vec::new(),
                titles_left_out: 0,
                simulated: report.simulated,
            });
        }
        let rules = self.category_rules(person);
        let permit = Arc::clone(&self.heavy).acquire_owned().await;
        let (engine, within) = (Arc::clone(self), within.clone());
        self.reading(move |store| {
            let _permit = permit;
            let hours = engine.hours_of(store, person, &rules, range, &within)?;
            let mut tally = Tally::new(&within);
            for part in parts(range, &hours)? {
                let buckets = store.buckets(person)?;
                tally.add(&flow_of(store, person, &buckets, &rules, part)?)?;
            }
            let simulated = store.buckets(person)?.iter().any(is_simulated);
            Ok(tally.finish(range, simulated))
        })
        .await
    }

    /// The hours with time in the category and application asked for.
    fn hours_of(
        &self,
        store: &dyn Store,
        person: PersonId,
        rules: &CategoryRules,
        range: TimeRange,
        within: &ActivityFilter,
    ) -> Result<BTreeSet<Hour>, Problem> {
        let rows = self.hour_sums(store, person, rules, range)?;
        let wanted = rows.into_iter().filter(|row| within.has_place(&row.category, &row.application));
        Ok(wanted.map(|row| row.hour).collect())
    }
}

/// The hours as stretches of time within `range`, each short enough to be read at once.
pub(crate) fn parts(range: TimeRange, hours: &BTreeSet<Hour>) -> Result<Vec<TimeRange>, Problem> {
    let hours: Vec<Hour> = hours.iter().copied().collect();
    let runs = hours.chunk_by(|a, b| a.0 + 1 == b.0).flat_map(|run| run.chunks(HOURS_AT_ONCE));
    let mut parts = Vec::new();
    for run in runs {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        let whole = TimeRange::new(first.range().start(), last.range().end())
            .map_err(|error| Problem::new(ErrorCode::Internal, error.to_string()))?;
        parts.extend(whole.intersection(range).filter(|part| !part.duration().is_zero()));
    }
    Ok(parts)
}

/// The most distinct windows told apart in one answer: bounds memory to some 100 MB.
pub(crate) const MAX_WINDOWS: usize = 250_000;

/// Refuses more windows than fit.
///
/// # Errors
/// [`ErrorCode::QueryTooExpensive`].
pub(crate) fn check_windows(count: usize) -> Result<(), Problem> {
    if count <= MAX_WINDOWS {
        return Ok(());
    }
    let detail = format!("the period has more than {MAX_WINDOWS} different windows");
    Err(Problem::new(ErrorCode::QueryTooExpensive, detail))
}

/// Titles listed.
const TITLES: usize = 200;

/// A window as it is told from others: application, title, site.
pub(crate) type WindowKey = (Arc<str>, Arc<str>, Option<Arc<str>>);

pub(crate) fn key(span: &Span) -> WindowKey {
    (Arc::clone(&span.application), Arc::clone(&span.title), span.url_domain.clone())
}

struct Tally<'a> {
    within: &'a ActivityFilter,
    search: Option<String>,
    windows: HashMap<WindowKey, (Arc<[String]>, Duration, u64)>,
}

impl<'a> Tally<'a> {
    fn new(within: &'a ActivityFilter) -> Self {
        Self {
            within,
            search: within.search.as_ref().map(|text| text.to_lowercase()),
            windows: HashMap::new(),
        }
    }

    fn add(&mut self, flow: &Flow) -> Result<(), Problem> {
        let mut last: Option<WindowKey> = None;
        for span in &flow.spans {
            let window = key(span);
            let is_visit = last.as_ref() != Some(&window);
            if self.within.has(span, self.search.as_deref()) {
                let entry = self.windows.entry(window.clone());
                let entry = entry.or_insert_with(|| (Arc::clone(&span.category), Duration::ZERO, 0));
                entry.1 = entry.1.saturating_add(span.range.duration());
                entry.2 += u64::from(is_visit);
            }
            last = Some(window);
        }
        check_windows(self.windows.len())
    }

    fn finish(self, range: TimeRange, simulated: bool) -> Activities {
        let mut categories = BTreeMap::new();
        let mut applications = BTreeMap::new();
        let mut sites = BTreeMap::new();
        let mut active = Duration::ZERO;
        let mut titles = Vec::with_capacity(self.windows.len());
        for ((application, title, site), (category, time, visits)) in self.windows {
            active = active.saturating_add(time);
            add(&mut categories, category.to_vec(), time);
            add(&mut applications, application.to_string(), time);
            if let Some(site) = &site {
                add(&mut sites, site.to_string(), time);
            }
            titles.push(TitleShare {
                title: title.to_string(),
                application: application.to_string(),
                site: site.map(|site| site.to_string()),
                category: category.to_vec(),
                active: time,
                visits,
            });
        }
        titles.sort_by(|a, b| {
            let name =
                |share: &TitleShare| (share.title.clone(), share.application.clone(), share.site.clone());
            b.active.cmp(&a.active).then_with(|| name(a).cmp(&name(b)))
        });
        let titles_left_out = titles.len().saturating_sub(TITLES) as u64;
        titles.truncate(TITLES);
        Activities {
            range,
            active,
            categories: most_first(categories),
            applications: most_first(applications),
            sites: most_first(sites),
            titles,
            titles_left_out,
            simulated,
        }
    }
}

fn add<N: Ord>(sums: &mut BTreeMap<N, Duration>, name: N, time: Duration) {
    let sum = sums.entry(name).or_default();
    *sum = sum.saturating_add(time);
}

fn most_first<N: Ord>(sums: BTreeMap<N, Duration>) -> Vec<ActivityShare<N>> {
    let mut shares: Vec<_> = sums.into_iter().map(|(name, active)| ActivityShare { name, active }).collect();
    // Stable: equal times stay by name.
    shares.sort_by_key(|share| std::cmp::Reverse(share.active));
    shares
}
