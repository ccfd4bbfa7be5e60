//! What would attnd ask about? The largest applications, sites and families of titles without category.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use attnd_core::{Data, Duration, PersonId, Problem, TimeRange};
use attnd_sense::category::{Category, CategoryRules, Rule, SITE, UNCATEGORIZED, steady_part};
use serde_json::{Map, Value};

use super::preview::matches;
use super::{RuleExample, RuleProposal, RuleSuggestion, rule_of};
use crate::Engine;
use crate::activity::{WindowKey, check_windows, key, parts};
use crate::hours::flow_of;

/// Suggestions made.
const MOST: usize = 20;
/// Less than this is not worth a question: a minute.
const LEAST: Duration = Duration::from_s(60);
/// From this share on, what else is known of a place says where the rest of it belongs.
const TELLING: f64 = 0.8;

type Path = Arc<[String]>;

/// An application, or a site whatever browser showed it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Place {
    Application(Arc<str>),
    Site(Arc<str>),
}

/// The time of one place.
#[derive(Default)]
struct Known {
    uncategorized: Duration,
    categories: BTreeMap<Path, Duration>,
    titles: Vec<(Arc<str>, Arc<str>, Duration)>,
}

impl Engine {
    /// What has no category and most time, with the rules that would give it one, most first.
    ///
    /// A category is guessed where windows of the same application or site have one already;
    /// where they have several, its titles are asked about one family at a time.
    ///
    /// # Errors
    /// [`ErrorCode::QueryTooExpensive`](attnd_core::ErrorCode::QueryTooExpensive) for more windows
    /// than fit; [`Problem`] of the store.
    pub async fn suggest_rules(
        self: &Arc<Self>,
        person: PersonId,
        range: TimeRange,
    ) -> Result<Vec<RuleSuggestion>, Problem> {
        let range = self.sensed(person, range).await?;
        let rules = self.category_rules(person);
        let permit = Arc::clone(&self.heavy).acquire_owned().await;
        let engine = Arc::clone(self);
        self.reading(move |store| {
            let _permit = permit;
            let buckets = store.buckets(person)?;
            let active = engine.hour_sums(store, person, &rules, range)?;
            let mut windows: HashMap<WindowKey, (Path, Duration)> = HashMap::new();
            for part in parts(range, &active.into_iter().map(|row| row.hour).collect())? {
                for span in &flow_of(store, person, &buckets, &rules, part)?.spans {
                    let first = || (Arc::clone(&span.category), Duration::ZERO);
                    let seen = windows.entry(key(span)).or_insert_with(first);
                    seen.1 = seen.1.saturating_add(span.range.duration());
                }
                check_windows(windows.len())?;
            }
            Ok(suggestions(&windows))
        })
        .await
    }
}

fn suggestions(windows: &HashMap<WindowKey, (Path, Duration)>) -> Vec<RuleSuggestion> {
    let mut places: BTreeMap<Place, Known> = BTreeMap::new();
    for ((application, title, site), (category, active)) in windows {
        let place = site.clone().map_or_else(|| Place::Application(Arc::clone(application)), Place::Site);
        let known = places.entry(place).or_default();
        if category[0] == UNCATEGORIZED {
            known.uncategorized = known.uncategorized.saturating_add(*active);
            known.titles.push((Arc::clone(application), Arc::clone(title), *active));
        } else {
            let sum = known.categories.entry(Arc::clone(category)).or_default();
            *sum = sum.saturating_add(*active);
        }
    }
    places.retain(|_, known| known.uncategorized >= LEAST);
    let asked = places.iter().flat_map(|(place, known)| known.asked(place));
    let mut asked: Vec<(RuleExample, Vec<String>, Duration)> = asked.collect();
    asked.sort_by_key(|(_, _, active)| std::cmp::Reverse(*active));
    // Each window is written down once, however many rules are tried on it.
    let nameless = windows.iter().filter(|(_, (path, _))| path[0] == UNCATEGORIZED);
    let nameless: Vec<_> = nameless.map(|(window, (_, active))| (data(window), *active)).collect();
    let mut suggestions: Vec<_> =
        asked.into_iter().take(MOST).filter_map(|asked| suggestion(asked, &nameless)).collect();
    suggestions.sort_by_key(|suggestion| std::cmp::Reverse(suggestion.active));
    suggestions
}

impl Known {
    /// What is to be asked about a place: of one kind all at once, of several kinds title by title.
    fn asked(&self, place: &Place) -> Vec<(RuleExample, Vec<String>, Duration)> {
        let categorized: Duration = self.categories.values().copied().sum();
        let most = self.categories.iter().max_by_key(|(_, active)| **active);
        let is_named = match place {
            Place::Application(name) => &**name != "unknown" && !name.is_empty(),
            Place::Site(_) => true,
        };
        let guess = match most {
            None => Some(Vec::new()),
            Some((path, active)) if active.as_s_f64() >= TELLING * categorized.as_s_f64() => {
                Some(path.to_vec())
            }
            Some(_) => None,
        };
        match guess.filter(|_| is_named) {
            Some(guess) => vec![(place.example(), guess, self.uncategorized)],
            None => self.families(place),
        }
    }

    /// The titles of a place by their steady part, told by the title with most time.
    fn families(&self, place: &Place) -> Vec<(RuleExample, Vec<String>, Duration)> {
        let mut families: BTreeMap<&str, (Duration, Duration, &str)> = BTreeMap::new();
        let mut titles: Vec<_> = self.titles.iter().collect();
        titles.sort();
        for (application, title, active) in titles {
            let family = families.entry(steady_part(title, application)).or_default();
            family.0 = family.0.saturating_add(*active);
            if *active > family.1 {
                (family.1, family.2) = (*active, title);
            }
        }
        let families = families.into_values().filter(|(sum, ..)| *sum >= LEAST);
        families
            .map(|(sum, _, title)| {
                (RuleExample { title: Some(title.to_owned()), ..place.example() }, Vec::new(), sum)
            })
            .collect()
    }
}

impl Place {
    fn example(&self) -> RuleExample {
        match self {
            Self::Application(name) => {
                RuleExample { application: Some(name.to_string()), ..RuleExample::default() }
            }
            Self::Site(name) => RuleExample { site: Some(name.to_string()), ..RuleExample::default() },
        }
    }
}

/// What category rules look at in a window.
fn data((application, title, site): &WindowKey) -> Data {
    let mut data = Data::from([("app", Value::from(&**application)), ("title", Value::from(&**title))]);
    if let Some(site) = site {
        data.fields_mut().insert(SITE.to_owned(), Value::from(&**site));
    }
    data
}

/// The rule of an example, and all the time without category it matches.
fn suggestion(
    (example, category, _): (RuleExample, Vec<String>, Duration),
    nameless: &[(Data, Duration)],
) -> Option<RuleSuggestion> {
    let rule = Rule::Regex(rule_of(&example).ok()?);
    let alone = Category { id: None, name: vec!["it".to_owned()], rule: rule.clone(), data: Map::new() };
    let rules = CategoryRules::new(vec![alone]);
    let named = nameless.iter().filter(|(window, _)| matches(&rules, window));
    let active = named.map(|(_, active)| *active).sum();
    Some(RuleSuggestion { example, proposal: RuleProposal { category, rule }, active })
}
