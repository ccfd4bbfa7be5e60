//! What does Today show? From the day as the engine tells it to the page's HTML; nothing here
//! reads a clock or a store.

use askama::Template;
use attnd_core::{BucketType, Duration, TimeRange, Timestamp};
use attnd_engine::CategoryRules;
use attnd_engine::flow::{Day, DaySpan};
use attnd_engine::pairing::{Pairing, PairingState};
use attnd_engine::probe::Probe;
use attnd_engine::understand::Estimate;
use jiff::ToSpan;
use jiff::civil::Date;

use crate::page::change::Change;
use crate::page::graph::{dots, likelihood};
use crate::page::locale::{Locale, percent_of};
use crate::page::sentence::{DayFacts, DaySentence, Told, day_sentence};
use crate::page::settings::change_words;
use crate::page::shell::{Choice, ChoiceState, Shell, report_address};
use crate::page::text::{Language, ModelText, QuestionText, TodayText};
use crate::page::today::attention::{Figure as Measured, Interruptions, LevelRow, SessionRow};
use crate::page::today::figure::{self, Figure};
use crate::page::today::headline::{self, Facts};
use crate::page::today::question::{Question, question};
use crate::page::today::state_figure::{self, StateFigure, state_figure};
use crate::page::today::strip::Drawn;
use crate::page::visitor::Visitor;

/// Everything the page is made from.
pub(crate) struct Today<'a> {
    /// For whom.
    pub(crate) visitor: &'a Visitor,
    /// The day to show.
    pub(crate) day: &'a Day,
    /// Its active minutes, estimated.
    pub(crate) estimates: &'a [Estimate],
    /// What attnd asks just now.
    pub(crate) question: Option<&'a Probe>,
    /// What was just done.
    pub(crate) change: Option<&'a Change>,
    /// What categories are called in the visitor's language.
    pub(crate) categories: &'a CategoryRules,
    /// The present moment.
    pub(crate) now: Timestamp,
    /// What the lanes of the timeline are.
    pub(crate) lanes: Lanes,
    /// When recording goes on, if it is paused.
    pub(crate) paused_until: Option<Timestamp>,
    /// Extensions that asked, in every state.
    pub(crate) pairings: &'a [Pairing],
}

/// What the lanes of the timeline are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Lanes {
    /// One for each state of attention.
    #[default]
    States,
    /// One for each application.
    Applications,
    /// One for each category.
    Categories,
}

#[derive(Template)]
#[template(path = "today.html")]
struct TodayPage<'a> {
    shell: Shell<'a>,
    text: TodayText,
    ask: QuestionText,
    model: ModelText,
    said: Option<(String, Option<String>)>,
    question: Option<Question>,
    date: String,
    iso_date: String,
    previous: Option<String>,
    next: Option<String>,
    which: Which,
    headline: String,
    perhaps: Option<String>,
    untold: Option<Link>,
    at_computer: Option<String>,
    simulated: Simulated,
    now: Option<InFront>,
    paused: Option<Moment>,
    pairings: Vec<Asking>,
    states: Option<StateFigure>,
    figure: Option<Figure>,
    sessions: Vec<SessionRow>,
    interruptions: Option<Interruptions>,
    lag_ticks: Vec<(String, String)>,
    levels: Vec<LevelRow>,
    figures: Vec<Measured>,
    lanes: Vec<Choice>,
    applications: Vec<Row>,
    categories: Vec<Row>,
    sources: Vec<Source>,
    start: bool,
    report: Option<String>,
    explain_nothing: Option<String>,
    last_day: Option<Link>,
}

/// Whether the day is the present one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    Present,
    Other,
}

/// Whether what is shown was made up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Simulated {
    Yes,
    No,
}

/// A moment: short, exact, and for machines.
struct Moment {
    short: String,
    exact: String,
    machine: String,
}

/// What is in front.
struct InFront {
    name: String,
    title: String,
    lasting: String,
    since: Option<Moment>,
}

/// A link in a sentence.
struct Link {
    label: String,
    address: String,
}

/// A row of a table of shares.
struct Row {
    name: String,
    address: Option<String>,
    time: String,
    share: String,
    /// Length of its bar in percent of the whole.
    bar: String,
}

struct Asking {
    id: String,
    sentence: String,
}

struct Source {
    name: String,
    senses: String,
    seen: Option<Moment>,
}

/// Rows beyond these are summed up in the last.
const ROWS: usize = 12;

impl Lanes {
    /// The word in the address.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::States => "state",
            Self::Applications => "application",
            Self::Categories => "category",
        }
    }

    /// What the address asks for.
    pub(crate) fn of_query(query: &str) -> Self {
        let asked = query.split('&').find_map(|pair| pair.strip_prefix("by="));
        let known = [Self::States, Self::Applications, Self::Categories];
        known.into_iter().find(|lanes| asked == Some(lanes.code())).unwrap_or_default()
    }
}

impl Today<'_> {
    /// The page.
    ///
    /// # Errors
    /// As every template, when it cannot be written.
    pub(crate) fn html(&self) -> askama::Result<String> {
        let text = self.text();
        let today = self.locale().day_of(self.now);
        let is_today = self.day.date == today;
        let date = self.locale().date(self.day.date);
        let applications = self.applications();
        let facts = Facts {
            locale: self.locale(),
            date: self.day.date,
            today,
            active: self.day.active,
            applications: &applications,
        };
        let start = self.day.sources.is_empty() && applications.is_empty() && is_today;
        let sentence = self.sentence(today);
        let headline = match &sentence {
            Some(sentence) => sentence.said.clone(),
            None if start => text.nothing_at_all(),
            None => headline::headline(&facts),
        };
        let untold = sentence.as_ref().is_some_and(|sentence| sentence.focus == Told::NotYet);
        let measured = sentence.is_some();
        let title = if is_today { self.shell_title() } else { date.clone() };
        let page = TodayPage {
            shell: Shell {
                visitor: self.visitor,
                title,
                address: self.address(self.lanes),
                place: Some("/today"),
            },
            text,
            ask: QuestionText(self.visitor.language()),
            model: ModelText(self.visitor.language()),
            said: self.said(),
            question: self.question.map(|probe| question(self.locale(), probe)),
            date,
            iso_date: self.day.date.to_string(),
            previous: if start { None } else { self.previous() },
            next: self.next(today),
            which: if is_today { Which::Present } else { Which::Other },
            headline,
            perhaps: sentence.and_then(|sentence| sentence.perhaps),
            untold: self
                .activities(&[])
                .filter(|_| untold)
                .map(|address| Link { label: text.tell_focus(), address }),
            at_computer: measured
                .then(|| headline::headline(&facts))
                .into_iter()
                .chain(self.between())
                .reduce(|said, between| self.joined(&said, &between)),
            simulated: if self.day.simulated { Simulated::Yes } else { Simulated::No },
            now: (is_today && !start).then(|| self.in_front()),
            paused: self.paused_until.map(|until| self.clock(until)),
            pairings: self.asking(),
            states: (self.lanes == Lanes::States).then(|| state_figure(self)).flatten(),
            figure: (self.lanes != Lanes::States).then(|| figure::figure(self)).flatten(),
            sessions: self.session_rows(),
            interruptions: self.interruptions(),
            lag_ticks: self.lag_ticks(),
            levels: if measured { self.level_rows() } else { Vec::new() },
            figures: if measured { self.figures() } else { Vec::new() },
            lanes: self.lane_choices(),
            applications: self.rows(applications),
            categories: self.category_rows(),
            sources: self.sources(),
            start,
            report: measured.then(|| report_address("day", self.day.date, self.visitor)),
            explain_nothing: self.explain_nothing(today, start),
            last_day: self.last_day(today),
        };
        page.render()
    }

    fn said(&self) -> Option<(String, Option<String>)> {
        let change = self.change?;
        let undo = change.before.is_some().then(|| change.id.clone());
        Some((change_words(change, self.categories, self.locale()), undo))
    }

    /// How attention went, on a day with any.
    fn sentence(&self, today: Date) -> Option<DaySentence> {
        let facts = DayFacts {
            locale: self.locale(),
            categories: self.categories,
            date: self.day.date,
            today,
            measures: &self.day.measures,
        };
        (!self.day.measures.active.is_zero()).then(|| day_sentence(&facts))
    }

    /// The day, where it is not the present one.
    pub(super) fn other_date(&self) -> Option<Date> {
        (self.day.date != self.locale().day_of(self.now)).then_some(self.day.date)
    }

    pub(super) fn joined(&self, first: &str, second: &str) -> String {
        match self.visitor.language() {
            Language::En => format!("{first} {second}"),
            Language::Zh => format!("{first}{second}"),
        }
    }

    pub(super) fn text(&self) -> TodayText {
        TodayText(self.visitor.language())
    }

    pub(super) const fn locale(&self) -> &Locale {
        &self.visitor.locale
    }

    fn shell_title(&self) -> String {
        crate::page::text::ShellText(self.visitor.language()).today()
    }

    /// The present day keeps its short address: a link kept today means today tomorrow.
    fn address(&self, lanes: Lanes) -> String {
        let path = if self.day.date == self.locale().day_of(self.now) {
            "/today".to_owned()
        } else {
            format!("/today/{}", self.day.date)
        };
        match lanes {
            Lanes::States => path,
            Lanes::Applications | Lanes::Categories => format!("{path}?by={}", lanes.code()),
        }
    }

    fn previous(&self) -> Option<String> {
        self.day.date.yesterday().ok().map(|date| format!("/today/{date}"))
    }

    fn next(&self, today: Date) -> Option<String> {
        let next = self.day.date.checked_add(1.day()).ok()?;
        match next.cmp(&today) {
            std::cmp::Ordering::Less => Some(format!("/today/{next}")),
            std::cmp::Ordering::Equal => Some("/today".to_owned()),
            std::cmp::Ordering::Greater => None,
        }
    }

    fn lane_choices(&self) -> Vec<Choice> {
        let text = self.text();
        [
            (Lanes::States, text.by_state()),
            (Lanes::Applications, text.by_application()),
            (Lanes::Categories, text.by_category()),
        ]
        .map(|(lanes, label)| Choice {
            label,
            address: self.address(lanes),
            tag: self.visitor.language().tag(),
            state: ChoiceState::of(&lanes, &self.lanes),
        })
        .into()
    }

    /// From the first to the last moment something was in front, and what lies between.
    pub(super) fn extent(&self) -> Option<TimeRange> {
        let start = self.day.spans.iter().map(|span| span.range.start()).min()?;
        let end = self.day.spans.iter().map(|span| span.range.end()).max()?;
        TimeRange::new(start, end).ok()
    }

    fn between(&self) -> Option<String> {
        const WORTH_SAYING: Duration = Duration::from_s(60);
        let extent = self.extent()?;
        let (from, to) = (self.locale().clock(extent.start()), self.locale().clock(extent.end()));
        let gap = Duration::from_ns(extent.duration().ns() - self.day.active.ns());
        Some(if gap < WORTH_SAYING {
            self.text().between_whole(&from, &to)
        } else {
            self.text().between(&from, &to, &self.locale().length(gap))
        })
    }

    fn explain_nothing(&self, today: Date, start: bool) -> Option<String> {
        if start || !self.day.applications.is_empty() {
            return None;
        }
        match self.day.date.cmp(&today) {
            std::cmp::Ordering::Less => Some(self.text().nothing_past_why()),
            std::cmp::Ordering::Equal => Some(self.text().nothing_today_why()),
            std::cmp::Ordering::Greater => None,
        }
    }

    /// On a day without records, the way to the last one with any.
    fn last_day(&self, today: Date) -> Option<Link> {
        if !self.day.applications.is_empty() {
            return None;
        }
        let seen = self.day.sources.iter().filter_map(|source| source.last_seen).max()?;
        // A source may end at the stroke of midnight, or say a time to come.
        let last = self.locale().day_of(seen.saturating_sub(Duration::from_s(1))).min(today);
        (last != self.day.date && last != today).then(|| Link {
            label: self.text().last_day(&self.locale().date(last)),
            address: format!("/today/{last}"),
        })
    }

    fn in_front(&self) -> InFront {
        let text = self.text();
        let Some(span) = &self.day.now else {
            let why = if self.paused_until.is_some() { text.now_none_paused() } else { text.now_none_why() };
            return InFront { name: text.now_none(), title: String::new(), lasting: why, since: None };
        };
        let since = self.clock(span.range.start());
        let lasting = text.now_for(&self.locale().length(self.now.since(span.range.start())), &since.short);
        InFront { name: self.name_of(span), title: span.title.clone(), lasting, since: Some(since) }
    }

    pub(super) fn name_of(&self, span: &DaySpan) -> String {
        self.named(&span.application)
    }

    pub(super) fn named(&self, application: &str) -> String {
        if application.is_empty() { self.text().unnamed() } else { application.to_owned() }
    }

    pub(super) fn category_of(&self, path: &[String]) -> String {
        match path {
            [] => self.text().uncategorised(),
            [only] if only == "Uncategorized" => self.text().uncategorised(),
            path => self.categories.labels(path, self.locale().language.code()).join(" › "),
        }
    }

    fn applications(&self) -> Vec<(String, Duration)> {
        self.day.applications.iter().map(|share| (self.named(&share.name), share.active)).collect()
    }

    fn rows(&self, mut shares: Vec<(String, Duration)>) -> Vec<Row> {
        if shares.len() > ROWS + 1 {
            let others = shares.split_off(ROWS);
            let count = self.locale().count(others.len());
            shares.push((self.text().other(&count), others.into_iter().map(|(_, time)| time).sum()));
        }
        let row = |(name, time)| Row {
            address: None,
            name,
            time: self.locale().length(time),
            share: self.locale().percent(time, self.day.active),
            bar: format!("{:.2}", percent_of(time, self.day.active).min(100.0)),
        };
        shares.into_iter().map(row).collect()
    }

    /// No rows when nothing has a category: a table of one row that says so teaches nothing.
    fn category_rows(&self) -> Vec<Row> {
        let shares: Vec<_> =
            self.day.categories.iter().map(|share| (self.category_of(&share.path), share.active)).collect();
        if let [(only, _)] = &shares[..]
            && *only == self.text().uncategorised()
        {
            return Vec::new();
        }
        let mut rows = self.rows(shares);
        for (row, share) in rows.iter_mut().zip(&self.day.categories).take(ROWS) {
            row.address = self.activities(&share.path);
        }
        rows
    }

    fn asking(&self) -> Vec<Asking> {
        let pending = self.pairings.iter().filter(|pairing| pairing.state == PairingState::Pending);
        pending
            .map(|pairing| Asking {
                id: pairing.id.clone(),
                sentence: pairing.bucket.as_ref().map_or_else(
                    || self.text().pairing_asks(&pairing.origin),
                    |bucket| self.text().pairing_into(&pairing.origin, bucket.as_str()),
                ),
            })
            .collect()
    }

    fn sources(&self) -> Vec<Source> {
        let text = self.text();
        let senses = |kind: &str| match kind {
            BucketType::WINDOW => text.kind_window(),
            BucketType::AFK => text.kind_away(),
            BucketType::WEB => text.kind_web(),
            BucketType::EDITOR => text.kind_editor(),
            BucketType::INPUT => text.kind_input(),
            other => other.to_owned(),
        };
        let source = |source: &attnd_engine::flow::SourceSeen| Source {
            name: source.bucket.to_string(),
            senses: senses(source.kind.as_str()),
            seen: source.last_seen.map(|seen| self.ago(seen)),
        };
        self.day.sources.iter().map(source).collect()
    }

    fn clock(&self, moment: Timestamp) -> Moment {
        Moment {
            short: self.locale().clock(moment),
            exact: self.locale().moment(moment),
            machine: moment.to_string(),
        }
    }

    fn ago(&self, moment: Timestamp) -> Moment {
        Moment { short: self.locale().ago(moment, self.now), ..self.clock(moment) }
    }
}
