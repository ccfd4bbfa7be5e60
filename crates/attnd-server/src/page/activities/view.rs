//! What do the activities show? From what the engine says the time went to, to the page's HTML.

use std::collections::BTreeMap;

use askama::Template;
use attnd_core::Duration;
use attnd_engine::CategoryRules;
use attnd_engine::activity::{Activities, ActivityShare, TitleShare};
use attnd_engine::rules::RuleSuggestion;
use jiff::civil::Date;

use crate::page::activities::ask_address;
use crate::page::activities::asked::{Asked, BadDays, Period, Titles, Within};
use crate::page::change::Change;
use crate::page::locale::{Locale, percent_of};
use crate::page::sentence::shortened;
use crate::page::settings::{change_words, is_uncategorised, named_path};
use crate::page::shell::{Choice, ChoiceState, Shell};
use crate::page::text::{ActivitiesText, SettingsText};
use crate::page::visitor::Visitor;

/// Everything the page is made from.
pub(super) struct View<'a> {
    /// For whom.
    pub(super) visitor: &'a Visitor,
    /// The day it is.
    pub(super) today: Date,
    /// What the address asks for.
    pub(super) asked: &'a Asked,
    /// Whether its days made no sense.
    pub(super) bad_days: Option<BadDays>,
    /// What the time went to.
    pub(super) activities: &'a Activities,
    /// What has no category, when it is worth asking about, and nothing else is asked for.
    pub(super) suggestions: &'a [RuleSuggestion],
    /// What categories are called.
    pub(super) rules: &'a CategoryRules,
    /// What was just changed here.
    pub(super) change: Option<&'a Change>,
}

#[derive(Template)]
#[template(path = "activities.html")]
struct ActivitiesPage<'a> {
    shell: Shell<'a>,
    text: ActivitiesText,
    settings: SettingsText,
    heading: String,
    earlier: Option<String>,
    later: Option<String>,
    periods: Vec<Choice>,
    asked: &'a Asked,
    fault: Option<String>,
    simulated: bool,
    headline: String,
    why: Option<String>,
    crumbs: Vec<Choice>,
    said: Option<String>,
    undo: Option<&'a str>,
    unsearched: Option<String>,
    without: Option<String>,
    suggestions: Vec<Row>,
    tables: Vec<Table>,
    titles: Vec<TitleRow>,
    other_titles: Option<(String, Option<String>)>,
}

/// A table of shares.
struct Table {
    heading: String,
    column: String,
    rows: Vec<Row>,
}

impl Table {
    const fn of(heading: String, column: String, rows: Vec<Row>) -> Self {
        Self { heading, column, rows }
    }

    fn assigns(&self) -> bool {
        self.rows.iter().any(|row| row.assign.is_some())
    }
}

/// A row of it.
struct Row {
    name: String,
    /// Where it leads; nowhere for what is summed up.
    address: Option<String>,
    time: String,
    share: String,
    /// Length of its bar in percent.
    bar: String,
    /// Where a category is assigned by it.
    assign: Option<String>,
    /// What that link does, for who cannot see its row.
    assign_label: String,
}

struct TitleRow {
    title: String,
    place: String,
    category: String,
    assign: String,
    assign_label: String,
    time: String,
    share: String,
}

/// Rows of a table beyond these are summed up.
const ROWS: usize = 12;
/// Titles listed at first.
const TITLES: usize = 25;
/// Time without a category is worth asking about from this part of all time, in percent.
const WORTH_ASKING_PERCENT: f64 = 5.0;

/// Time without a category.
fn uncategorised(activities: &Activities) -> Duration {
    let without = activities.categories.iter().filter(|share| is_uncategorised(&share.name));
    without.map(|share| share.active).sum()
}

/// Whether time without a category is worth asking about.
pub(super) fn is_worth_asking(activities: &Activities) -> bool {
    percent_of(uncategorised(activities), activities.active) >= WORTH_ASKING_PERCENT
}

impl View<'_> {
    /// The page.
    ///
    /// # Errors
    /// As every template, when it cannot be written.
    pub(super) fn html(&self) -> askama::Result<String> {
        let text = self.text();
        let within = &self.asked.within;
        let has_time = !self.activities.active.is_zero();
        let page = ActivitiesPage {
            shell: Shell {
                visitor: self.visitor,
                title: text.title(),
                address: self.asked.address(),
                place: Some("/activities"),
            },
            text,
            settings: SettingsText(self.visitor.language()),
            heading: self.asked.heading(self.locale()),
            earlier: self.asked.earlier().map(|asked| asked.address()),
            later: self.asked.later(self.today).map(|asked| asked.address()),
            periods: self.periods(),
            asked: self.asked,
            fault: self.bad_days.map(|BadDays| text.bad_days()),
            simulated: self.activities.simulated,
            headline: self.headline(),
            why: (!has_time).then(|| match within.search {
                Some(_) => text.nothing_found_why(),
                None => text.nothing_why(),
            }),
            crumbs: self.crumbs(),
            said: self.change.map(|change| change_words(change, self.rules, self.locale())),
            undo: self.change.filter(|change| change.before.is_some()).map(|change| change.id.as_str()),
            unsearched: within
                .search
                .is_some()
                .then(|| self.asked.with(Within { search: None, ..within.clone() }).address()),
            without: self.without(),
            suggestions: self.suggestions(),
            tables: if has_time { self.tables() } else { Vec::new() },
            titles: self.titles(),
            other_titles: self.other_titles(),
        };
        page.render()
    }

    fn text(&self) -> ActivitiesText {
        ActivitiesText(self.visitor.language())
    }

    const fn locale(&self) -> &Locale {
        &self.visitor.locale
    }

    fn periods(&self) -> Vec<Choice> {
        let text = self.text();
        let label = |period| match period {
            Period::Day => text.day(),
            Period::Week => text.week(),
            Period::Month => text.month_name(),
            Period::Year => text.year_name(),
            Period::Days => text.other_days(),
        };
        Period::ALL
            .map(|period| Choice {
                label: label(period),
                address: self.asked.turned(period, self.today).address(),
                tag: self.visitor.language().tag(),
                state: ChoiceState::of(&period, &self.asked.period()),
            })
            .into()
    }

    /// What the time went to, in one sentence.
    fn headline(&self) -> String {
        let text = self.text();
        let when = self.asked.when(self.locale(), self.today);
        let within = &self.asked.within;
        let time =
            || self.locale().length_spoken(self.activities.active).unwrap_or_else(|| text.less_than_minute());
        let name = self.name_of_part();
        match (&within.search, &name, self.activities.active.is_zero()) {
            (Some(words), _, true) => text.nothing_found(&shortened(words), &when),
            (Some(words), _, false) => text.headline_search(&shortened(words), &time(), &when),
            (None, Some(name), true) => text.nothing_of(name, &when),
            (None, Some(name), false) => text.headline_of(name, &time(), &when),
            (None, None, true) => text.nothing(&when),
            (None, None, false) => match &self.grouped(&[])[..] {
                [(only, ..)] => text.headline_all(&time(), &when, &self.category_said(only)),
                groups => text.headline(&time(), &when, &self.mostly(groups)),
            },
        }
    }

    /// The two categories with most time.
    fn mostly(&self, groups: &[(Vec<String>, Duration)]) -> String {
        let text = self.text();
        let named = |(path, active): &(Vec<String>, Duration)| {
            let (name, time) = (self.category_said(path), self.locale().length(*active));
            text.with_time(&shortened(&name), &time).replace(' ', "\u{a0}")
        };
        let names = groups.iter().take(2).map(named);
        names.reduce(|first, second| text.and(&first, &second)).unwrap_or_default()
    }

    /// What the part of the time that is asked for is called; none for all of it.
    fn name_of_part(&self) -> Option<String> {
        let within = &self.asked.within;
        let site = within.site.as_deref();
        let application = within.application.as_deref().map(|name| self.application_name(name));
        let category = (!within.category.is_empty()).then(|| self.category_name(&within.category));
        site.map(str::to_owned).or(application).or(category).map(|name| shortened(&name))
    }

    /// A category within a sentence.
    fn category_said(&self, path: &[String]) -> String {
        if is_uncategorised(path) { self.text().what_has_none() } else { self.category_name(path) }
    }

    fn category_name(&self, path: &[String]) -> String {
        named_path(self.rules, self.locale(), path)
    }

    fn application_name(&self, name: &str) -> String {
        if name.is_empty() { self.text().unnamed() } else { name.to_owned() }
    }

    /// From everything to what is shown.
    fn crumbs(&self) -> Vec<Choice> {
        let within = &self.asked.within;
        let mut steps: Vec<(String, Within)> = Vec::new();
        for depth in 1..=within.category.len() {
            let path = within.category[..depth].to_vec();
            let label = self.rules.labels(&path, self.locale().language.code());
            let name = if is_uncategorised(&path) {
                self.category_name(&path)
            } else {
                label.last().copied().unwrap_or_default().to_owned()
            };
            steps.push((name, Within { category: path, ..Within::default() }));
        }
        let category = within.category.clone();
        if let Some(application) = &within.application {
            let step = Within { category, application: within.application.clone(), ..Within::default() };
            steps.push((self.application_name(application), step));
        }
        if let Some(site) = &within.site {
            steps.push((site.clone(), Within { search: None, ..within.clone() }));
        }
        if steps.is_empty() {
            return Vec::new();
        }
        steps.insert(0, (self.text().all(), Within::default()));
        let last = steps.len() - 1;
        let crumb = |(index, (label, within)): (usize, (String, Within))| Choice {
            label,
            address: self.asked.with(within).address(),
            tag: self.visitor.language().tag(),
            state: ChoiceState::of(&index, &last),
        };
        steps.into_iter().enumerate().map(crumb).collect()
    }

    /// How much has no category, where that is worth a word.
    fn without(&self) -> Option<String> {
        if !self.asked.within.is_all() || !is_worth_asking(self.activities) {
            return None;
        }
        let time = uncategorised(self.activities);
        let share = self.locale().percent(time, self.activities.active);
        Some(self.text().without_why(&self.locale().length(time), &share))
    }

    fn suggestions(&self) -> Vec<Row> {
        if self.without().is_none() {
            return Vec::new();
        }
        let row = |suggestion: &RuleSuggestion| {
            let example = &suggestion.example;
            let name = [&example.site, &example.application, &example.title];
            let name = name.into_iter().flatten().next().cloned().unwrap_or_default();
            let example = [
                ("application", example.application.as_deref()),
                ("site", example.site.as_deref()),
                ("title", example.title.as_deref()),
            ];
            let name = self.application_name(&name);
            Row { assign: Some(self.assign(example)), ..self.row(name, None, suggestion.active) }
        };
        self.suggestions.iter().map(row).collect()
    }

    /// The tables for the part of the time that is asked for: what it is made of, one step down.
    fn tables(&self) -> Vec<Table> {
        let text = self.text();
        let within = &self.asked.within;
        let mut tables = Vec::new();
        let categories = self.category_rows();
        if within.application.is_none() && categories.len() > usize::from(!within.is_all()) {
            tables.push(Table::of(text.categories(), text.category(), categories));
        }
        if within.application.is_none() && within.site.is_none() {
            let step = |name: &String| Within { application: Some(name.clone()), ..within.clone() };
            let rows = self.rows(&self.activities.applications, "application", step);
            tables.push(Table::of(text.applications(), text.application(), rows));
        }
        if within.site.is_none() && !self.activities.sites.is_empty() && !within.is_all() {
            let step = |name: &String| Within { site: Some(name.clone()), ..within.clone() };
            let rows = self.rows(&self.activities.sites, "site", step);
            tables.push(Table::of(text.sites(), text.site(), rows));
        }
        tables
    }

    /// Time by the categories directly in `parent`; what lies in `parent` itself under its own name.
    fn grouped(&self, parent: &[String]) -> Vec<(Vec<String>, Duration)> {
        let mut sums: BTreeMap<Vec<String>, Duration> = BTreeMap::new();
        for share in &self.activities.categories {
            let depth = share.name.len().min(parent.len() + 1);
            let sum = sums.entry(share.name[..depth].to_vec()).or_default();
            *sum = sum.saturating_add(share.active);
        }
        let mut groups: Vec<_> = sums.into_iter().collect();
        groups.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        groups
    }

    fn category_rows(&self) -> Vec<Row> {
        let within = &self.asked.within;
        let row = |(path, active): (Vec<String>, Duration)| {
            if path == within.category {
                return self.row(self.text().directly(&self.category_name(&path)), None, active);
            }
            let labels = self.rules.labels(&path, self.locale().language.code());
            let name = match is_uncategorised(&path) {
                true => self.category_name(&path),
                false => labels.last().copied().unwrap_or_default().to_owned(),
            };
            let address = self.asked.with(Within { category: path, ..within.clone() }).address();
            self.row(name, Some(address), active)
        };
        self.folded(self.grouped(&within.category)).into_iter().map(|part| part.either(row, self)).collect()
    }

    fn rows(
        &self,
        shares: &[ActivityShare<String>],
        field: &'static str,
        step: impl Fn(&String) -> Within,
    ) -> Vec<Row> {
        let shares = shares.iter().map(|share| (share.name.clone(), share.active)).collect();
        let row = |(name, active): (String, Duration)| {
            let address = self.asked.with(step(&name)).address();
            let label = self.application_name(&name);
            let assign = (!name.is_empty()).then(|| self.assign([(field, Some(name.as_str()))]));
            Row { assign, ..self.row(label, Some(address), active) }
        };
        self.folded(shares).into_iter().map(|part| part.either(row, self)).collect()
    }

    /// The first rows, and the others as one.
    fn folded<T>(&self, mut shares: Vec<(T, Duration)>) -> Vec<Folded<T>> {
        let others = if shares.len() > ROWS + 1 { shares.split_off(ROWS) } else { Vec::new() };
        let mut rows: Vec<_> = shares.into_iter().map(Folded::One).collect();
        if !others.is_empty() {
            rows.push(Folded::Others(others.len(), others.into_iter().map(|(_, active)| active).sum()));
        }
        rows
    }

    fn row(&self, name: String, address: Option<String>, active: Duration) -> Row {
        let whole = self.activities.active;
        Row {
            assign_label: self.text().belongs_named(&name),
            name,
            address,
            time: self.locale().length(active),
            share: self.locale().percent(active, whole),
            bar: format!("{:.2}", percent_of(active, whole).min(100.0)),
            assign: None,
        }
    }

    /// Where a category is assigned by this example; it leads back to here.
    fn assign<const N: usize>(&self, example: [(&str, Option<&str>); N]) -> String {
        let back = self.asked.address();
        ask_address(example.into_iter().filter_map(|(name, value)| Some((name, value?))), &back)
    }

    /// Titles are listed once something narrower than all of the time is asked for.
    fn listed(&self) -> &[TitleShare] {
        let titles = &self.activities.titles;
        match (self.asked.within.is_all(), self.asked.titles) {
            (true, _) => &[],
            (false, Titles::First) => &titles[..titles.len().min(TITLES)],
            (false, Titles::More) => titles,
        }
    }

    fn titles(&self) -> Vec<TitleRow> {
        let text = self.text();
        let row = |share: &TitleShare| {
            let title = if share.title.is_empty() { text.untitled() } else { share.title.clone() };
            let application = self.application_name(&share.application);
            let place = [Some(application.as_str()), share.site.as_deref()];
            let category = self.category_name(&share.category);
            TitleRow {
                place: place.into_iter().flatten().collect::<Vec<_>>().join(" · "),
                assign: self.assign([
                    ("application", Some(share.application.as_str())),
                    ("site", share.site.as_deref()),
                    ("title", Some(share.title.as_str())),
                ]),
                assign_label: text.belongs_to(&title, &category),
                title,
                category,
                time: self.locale().length(share.active),
                share: self.locale().percent(share.active, self.activities.active),
            }
        };
        self.listed().iter().map(row).collect()
    }

    /// What is not listed, and the way to it if there is one.
    fn other_titles(&self) -> Option<(String, Option<String>)> {
        let listed = self.listed();
        let left_out = usize::try_from(self.activities.titles_left_out).unwrap_or(usize::MAX);
        let count = (self.activities.titles.len() - listed.len()).saturating_add(left_out);
        if listed.is_empty() || count == 0 {
            return None;
        }
        let seen: Duration = listed.iter().map(|share| share.active).sum();
        let rest = Duration::from_ns(self.activities.active.ns().saturating_sub(seen.ns()).max(0));
        let (number, time) = (self.locale().count(count), self.locale().length(rest));
        let text = self.text();
        if listed.len() == self.activities.titles.len() {
            return Some((text.beyond(&number, &time), None));
        }
        let words = if count == 1 { text.one_other_title(&time) } else { text.other_titles(&number, &time) };
        let more = Asked { titles: Titles::More, ..self.asked.clone() };
        Some((words, Some(format!("{}#titles", more.address()))))
    }
}

/// A row, or all that have none.
enum Folded<T> {
    One((T, Duration)),
    Others(usize, Duration),
}

impl<T> Folded<T> {
    fn either(self, row: impl Fn((T, Duration)) -> Row, view: &View<'_>) -> Row {
        match self {
            Self::One(share) => row(share),
            Self::Others(count, active) => {
                view.row(view.text().other_rows(&view.locale().count(count)), None, active)
            }
        }
    }
}
