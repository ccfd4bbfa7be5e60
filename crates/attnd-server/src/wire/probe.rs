//! How do questions, and when they may be asked, travel?

use attnd_core::{ErrorCode, Problem, Timestamp};
use attnd_engine::probe::{Asking, NotNow, Probe, ProbeDue, ProbeSettings, Snooze};
use jiff::civil::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::answer::InstrumentWord;
use crate::wire::scalar::whole;

/// What is with questions now.
#[derive(Serialize, ToSchema)]
#[schema(as = Probes)]
pub(crate) struct ProbesAnswer {
    /// The question that waits for an answer.
    #[schema(required)]
    due: Option<ProbeAnswer>,
    /// Why there is none; `null` where there is one.
    #[schema(required)]
    not_now: Option<NotNowWord>,
    /// Until when nothing is asked, where the person asked for quiet.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    quiet_until: Option<Timestamp>,
    /// When and what attnd may ask.
    settings: ProbeSettingsBody,
}

/// A question put to the person.
#[derive(Serialize, ToSchema)]
#[schema(as = Probe)]
pub(crate) struct ProbeAnswer {
    /// Its id.
    id: String,
    /// What is asked.
    question: InstrumentWord,
    /// The first moment it is about.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// The moment after the last.
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
    /// When it was put.
    #[schema(value_type = String, format = DateTime)]
    asked: Timestamp,
    /// When it goes away by itself.
    #[schema(value_type = String, format = DateTime)]
    expires: Timestamp,
}

/// What stands between now and a question.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = ProbeNotNow)]
pub(crate) enum NotNowWord {
    /// Questions are off.
    Off,
    /// Recording is paused.
    Paused,
    /// The person asked for quiet.
    Snoozed,
    /// Outside the hours they set.
    OutsideHours,
    /// As many as agreed were asked today.
    EnoughToday,
    /// The last was less than 45 minutes ago.
    TooSoon,
    /// Nobody is there.
    Away,
    /// They are in a meeting.
    InMeeting,
    /// They are in focus.
    InFocus,
    /// They are in the middle of something.
    NoBreakpoint,
    /// This breakpoint was not drawn.
    NotDrawn,
}

/// When and what attnd may ask.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProbeSettings)]
pub(crate) struct ProbeSettingsBody {
    /// Whether at all, at breakpoints between two things.
    asking: bool,
    /// At most so many a day.
    #[schema(minimum = 1, maximum = 6)]
    #[serde(deserialize_with = "whole")]
    most_a_day: u32,
    /// Not before, local time: `09:00`.
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    from: String,
    /// Not after, local time, later than `from`: `18:00`.
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    until: String,
    /// Which questions.
    #[schema(min_items = 1)]
    questions: Vec<InstrumentWord>,
}

/// Which question to put.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProbeWish)]
pub(crate) struct AskBody {
    /// This one.
    pub(crate) question: InstrumentWord,
}

/// How long not to ask.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProbeSnooze)]
pub(crate) struct SnoozeBody {
    /// So long.
    #[serde(rename = "for")]
    length: SnoozeWord,
}

/// A length of quiet.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = ProbeSnoozeLength)]
pub(crate) enum SnoozeWord {
    /// A quarter of an hour.
    Quarter,
    /// An hour.
    Hour,
    /// Until local midnight.
    Today,
}

/// Until when nothing is asked.
#[derive(Serialize, ToSchema)]
#[schema(as = ProbeQuiet)]
pub(crate) struct QuietAnswer {
    /// Until then.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) until: Timestamp,
}

impl SnoozeBody {
    /// The engine's word for it.
    pub(crate) const fn snooze(&self) -> Snooze {
        match self.length {
            SnoozeWord::Quarter => Snooze::Quarter,
            SnoozeWord::Hour => Snooze::Hour,
            SnoozeWord::Today => Snooze::Today,
        }
    }
}

impl ProbesAnswer {
    /// What is with questions now.
    pub(crate) fn new(due: ProbeDue, settings: ProbeSettings) -> Self {
        let settings = settings.into();
        match due {
            ProbeDue::Now(probe) => {
                Self { due: Some(probe.into()), not_now: None, quiet_until: None, settings }
            }
            ProbeDue::NotNow(reason) => Self {
                due: None,
                quiet_until: match reason {
                    NotNow::Snoozed { until } => Some(until),
                    _ => None,
                },
                not_now: Some(reason.into()),
                settings,
            },
        }
    }
}

impl From<Probe> for ProbeAnswer {
    fn from(probe: Probe) -> Self {
        let Probe { id, instrument, about, asked, expires, .. } = probe;
        Self { id, question: instrument.into(), from: about.start(), to: about.end(), asked, expires }
    }
}

impl From<NotNow> for NotNowWord {
    fn from(reason: NotNow) -> Self {
        match reason {
            NotNow::Off => Self::Off,
            NotNow::Paused => Self::Paused,
            NotNow::Snoozed { .. } => Self::Snoozed,
            NotNow::OutsideHours => Self::OutsideHours,
            NotNow::EnoughToday => Self::EnoughToday,
            NotNow::TooSoon => Self::TooSoon,
            NotNow::Away => Self::Away,
            NotNow::InMeeting => Self::InMeeting,
            NotNow::InFocus => Self::InFocus,
            NotNow::NoBreakpoint => Self::NoBreakpoint,
            NotNow::NotDrawn => Self::NotDrawn,
        }
    }
}

impl From<ProbeSettings> for ProbeSettingsBody {
    fn from(settings: ProbeSettings) -> Self {
        let clock = |time: Time| format!("{:02}:{:02}", time.hour(), time.minute());
        Self {
            asking: settings.asking == Asking::AtBreakpoints,
            most_a_day: settings.most_a_day.into(),
            from: clock(settings.from),
            until: clock(settings.until),
            questions: settings.instruments.into_iter().map(InstrumentWord::from).collect(),
        }
    }
}

impl TryFrom<ProbeSettingsBody> for ProbeSettings {
    type Error = Problem;

    fn try_from(body: ProbeSettingsBody) -> Result<Self, Problem> {
        let refused = |detail: &str| Problem::new(ErrorCode::InvalidBody, detail);
        let time = |text: &str| {
            let is_clock = text.len() == 5 && text.as_bytes().get(2) == Some(&b':');
            is_clock
                .then(|| text.parse::<Time>().ok())
                .flatten()
                .ok_or_else(|| refused("'from' and 'until' are local times such as 09:00"))
        };
        let mut instruments = Vec::new();
        for instrument in body.questions.into_iter().map(attnd_engine::understand::Instrument::from) {
            if !instruments.contains(&instrument) {
                instruments.push(instrument);
            }
        }
        let settings = Self {
            asking: if body.asking { Asking::AtBreakpoints } else { Asking::Off },
            most_a_day: u8::try_from(body.most_a_day).map_err(|_| refused("'most_a_day' is from 1 to 6"))?,
            from: time(&body.from)?,
            until: time(&body.until)?,
            instruments,
        };
        settings.check()?;
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(change: impl FnOnce(&mut ProbeSettingsBody)) -> Result<ProbeSettings, ErrorCode> {
        let mut body = ProbeSettingsBody::from(ProbeSettings::default());
        change(&mut body);
        ProbeSettings::try_from(body).map_err(|problem| problem.code)
    }

    #[test]
    fn settings_come_back_as_they_went() {
        assert_eq!(settings(|_| ()), Ok(ProbeSettings::default()));
        let twice = settings(|body| body.questions = vec![InstrumentWord::Focus, InstrumentWord::Focus]);
        assert_eq!(twice.map(|settings| settings.instruments.len()), Ok(1));
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(settings(|body| body.most_a_day = 7).is_err());
        assert!(settings(|body| body.most_a_day = 300).is_err());
        assert!(settings(|body| body.from = "9".into()).is_err());
        assert!(settings(|body| body.until = "25:00".into()).is_err());
        assert!(settings(|body| body.until = "07:00".into()).is_err(), "before it begins");
        assert!(settings(|body| body.questions.clear()).is_err());
    }
}
