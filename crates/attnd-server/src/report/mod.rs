//! What does a report say? A day, a week or a month of attention, in one file to read and to send.
//!
//! ```text
//! measures, states, shares ─▶ Document: words, numbers, places ─▶ HTML, to look at and print
//!                                                              └▶ Markdown, to paste and edit
//! ```
//!
//! A report leaves the machine, so it names no more than it was asked to: by default categories
//! alone; applications where the person wants them; sites, titles and files never. They are not
//! left out of the writing but of the values: what a [`Report`] does not hold cannot slip into it.

mod chart;
mod document;
mod html;
mod markdown;
mod measure;
mod section;
mod sentence;
mod style;

#[cfg(test)]
mod tests;

use attnd_core::{TimeRange, Timestamp};
use attnd_engine::CategoryRules;
use attnd_engine::flow::{CategoryShare, Share};
use attnd_engine::insight::InsightStep;
use attnd_engine::measure::{Measures, StateBin, StateRun, WeekTable};
use jiff::civil::Date;

use crate::page::locale::Locale;
use crate::page::sentence::is_uncategorized;
use crate::page::text::{Language, ReportText};

pub(crate) use html::html;
pub(crate) use markdown::markdown;

/// Everything a report is made from. Nothing here reads a clock or a store.
pub(crate) struct Report<'a> {
    /// In which language and time zone.
    pub(crate) locale: &'a Locale,
    /// Which calendar period.
    pub(crate) period: Period,
    /// The same in moments.
    pub(crate) range: TimeRange,
    /// When the report is made.
    pub(crate) generated: Timestamp,
    /// What it may name.
    pub(crate) names: Names,
    /// How attention went.
    pub(crate) measures: &'a Measures,
    /// How the time went, as states.
    pub(crate) picture: Picture<'a>,
    /// The days of a week or month; empty for a day.
    pub(crate) steps: &'a [InsightStep],
    /// Hour × weekday of a month.
    pub(crate) habits: Option<&'a WeekTable>,
    /// What the time went to, most first.
    pub(crate) categories: &'a [CategoryShare],
    /// By application, most first; not looked at where [`Names::Categories`] forbids it.
    pub(crate) applications: &'a [Share],
    /// What categories are called in the reader's language.
    pub(crate) rules: &'a CategoryRules,
    /// Days on which anything was recorded.
    pub(crate) days: u32,
    /// Whether any of it is simulated.
    pub(crate) simulated: Origin,
}

/// A calendar period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Period {
    /// A day.
    Day(Date),
    /// Monday to Sunday; the Monday.
    Week(Date),
    /// A calendar month; its first day.
    Month(Date),
}

/// How the time went, as finely as it is known.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Picture<'a> {
    /// Exactly, for a day.
    Runs(&'a [StateRun]),
    /// In steps, for more.
    Bins(&'a [StateBin]),
}

/// What a report may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    /// Categories, which the person has named for such use.
    Categories,
    /// Applications too.
    Applications,
}

/// Where what a report tells of comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A person's days.
    Recorded,
    /// Days made up for a demonstration.
    Simulated,
}

impl Period {
    /// The word in addresses and on the command line.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Day(_) => "day",
            Self::Week(_) => "week",
            Self::Month(_) => "month",
        }
    }

    /// Its first day.
    pub(crate) const fn first(self) -> Date {
        match self {
            Self::Day(date) | Self::Week(date) | Self::Month(date) => date,
        }
    }
}

impl Report<'_> {
    fn text(&self) -> ReportText {
        ReportText(self.locale.language)
    }

    /// What a category is called, parents first.
    fn category(&self, path: &[String]) -> String {
        if is_uncategorized(path) {
            return self.text().uncategorized();
        }
        self.rules.labels(path, self.locale.language.code()).join(" › ")
    }

    /// A day of the period, briefly: `Mon 16`.
    fn day(&self, date: Date) -> String {
        let weekday = self.locale.weekday(date);
        match self.locale.language {
            Language::En => format!("{} {}", &weekday[..3], date.day()),
            Language::Zh => format!("{}日{}", date.day(), weekday.replace("星期", "周")),
        }
    }

    /// What an application is called.
    fn application(&self, name: &str) -> String {
        if name.trim().is_empty() { self.text().unnamed() } else { name.to_owned() }
    }
}
