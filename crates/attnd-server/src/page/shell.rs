//! What frames every page? Title, places, language, appearance, keys.

use jiff::civil::Date;

use crate::page::asset;
use crate::page::form;
use crate::page::text::{Language, ShellText};
use crate::page::visitor::{Theme, Visitor};

/// A place of the rail.
pub(crate) struct Place {
    /// Its address.
    pub(crate) path: &'static str,
    /// Its name.
    pub(crate) name: fn(ShellText) -> String,
}

/// The places there are; a page that does not exist yet is not in the rail.
pub(crate) const PLACES: &[Place] = &[
    Place { path: "/today", name: ShellText::today },
    Place { path: "/flow", name: ShellText::flow },
    Place { path: "/activities", name: ShellText::activities },
    Place { path: "/model", name: ShellText::model },
    Place { path: "/settings", name: ShellText::settings },
];

/// The frame of one page.
pub(crate) struct Shell<'a> {
    /// For whom.
    pub(crate) visitor: &'a Visitor,
    /// The window's title, without ours.
    pub(crate) title: String,
    /// The address to come back to when language or appearance change.
    pub(crate) address: String,
    /// The place it belongs to, if any.
    pub(crate) place: Option<&'static str>,
}

/// A link of a switch.
pub(crate) struct Choice {
    /// What it says.
    pub(crate) label: String,
    /// Where it leads.
    pub(crate) address: String,
    /// The language its label is in.
    pub(crate) tag: &'static str,
    /// Whether it is the present state.
    pub(crate) state: ChoiceState,
}

/// Whether a choice is the present one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChoiceState {
    /// It is.
    Chosen,
    /// It is not.
    Offered,
}

impl Choice {
    /// Whether to mark it as the present one.
    pub(crate) fn chosen(&self) -> bool {
        self.state == ChoiceState::Chosen
    }
}

impl ChoiceState {
    /// The state of a choice that is, or is not, equal to the present one.
    pub(crate) fn of<T: PartialEq>(choice: &T, present: &T) -> Self {
        if choice == present { Self::Chosen } else { Self::Offered }
    }
}

impl Shell<'_> {
    pub(crate) fn text(&self) -> ShellText {
        ShellText(self.visitor.language())
    }

    pub(crate) fn tag(&self) -> &'static str {
        self.visitor.language().tag()
    }

    pub(crate) fn theme(&self) -> &'static str {
        self.visitor.theme.code()
    }

    /// The zone times are written in, for the script that tells the browser's; empty if it has no
    /// name.
    pub(crate) fn zone(&self) -> &str {
        self.visitor.locale.zone.iana_name().unwrap_or_default()
    }

    #[expect(clippy::unused_self, reason = "templates reach assets through the frame")]
    pub(crate) fn asset(&self, name: &str) -> String {
        asset::address(name)
    }

    pub(crate) fn places(&self) -> Vec<Choice> {
        let here = self.place.unwrap_or_default();
        let choice = |place: &Place| Choice {
            label: (place.name)(self.text()),
            address: place.path.to_owned(),
            tag: self.tag(),
            state: ChoiceState::of(&place.path, &here),
        };
        PLACES.iter().map(choice).collect()
    }

    pub(crate) fn languages(&self) -> Vec<Choice> {
        let choice = |language: Language| Choice {
            label: language.own_name().to_owned(),
            address: self.address_with("lang", language.code()),
            tag: language.tag(),
            state: ChoiceState::of(&language, &self.visitor.language()),
        };
        Language::ALL.map(choice).into()
    }

    pub(crate) fn themes(&self) -> Vec<Choice> {
        let label = |theme| match theme {
            Theme::System => self.text().theme_system(),
            Theme::Light => self.text().theme_light(),
            Theme::Dark => self.text().theme_dark(),
        };
        let choice = |theme: Theme| Choice {
            label: label(theme),
            address: self.address_with("theme", theme.code()),
            tag: self.tag(),
            state: ChoiceState::of(&theme, &self.visitor.theme),
        };
        Theme::ALL.map(choice).into()
    }

    fn address_with(&self, name: &str, value: &str) -> String {
        let joint = if self.address.contains('?') { '&' } else { '?' };
        format!("{}{joint}{name}={value}", self.address)
    }
}

/// Where the report of the calendar's `period` around `date` is: a file in the visitor's language
/// and time zone.
pub(crate) fn report_address(period: &str, date: Date, visitor: &Visitor) -> String {
    let date = date.to_string();
    let mut pairs = vec![("period", period), ("date", date.as_str())];
    pairs.extend(visitor.locale.zone.iana_name().map(|zone| ("tz", zone)));
    pairs.push(("lang", visitor.language().code()));
    form::address("/api/v1/report", pairs)
}
