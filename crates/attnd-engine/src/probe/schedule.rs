//! Is this a good moment for a question? Breakpoints of the day so far, what forbids them, and the draw among them.
//!
//! Nothing is asked in focus, also not in what only later turns out to have been focus: a focus session holds no more than
//! four minutes of anything else, so it is over, or has not begun, when the last four minutes hold none. Only just back
//! from a break, within the first minute, focus has not begun (what is no interruption by [`MeasureConfig`] either).

use attnd_core::{Duration, PersonId, TimeRange, Timestamp};
use attnd_sense::category::Bearing;
use attnd_sense::measure::{MeasureConfig, Period};
use attnd_sense::track::{Track, Visit};
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};

use super::{Asking, Breakpoint, NotNow, Probe, ProbeOutcome, ProbeSettings};
use crate::flow::local_day;
use crate::understand::Instrument;

/// Between two questions.
const APART: Duration = Duration::from_s(45 * 60);
/// Nothing sensed for longer means that nobody is there.
const PRESENT: Duration = Duration::from_s(120);
/// A switch or return longer ago is no breakpoint any more.
const FRESH: Duration = Duration::from_s(120);
/// A session's end longer ago is none either.
const SESSION_FRESH: Duration = Duration::from_s(600);
/// A stretch on one category must have been so long for leaving it to be a breakpoint.
const UNBROKEN: Duration = Duration::from_s(600);
/// A meeting is left for notes and comes back: so long after its window was in front it still goes on.
const MEETING: Duration = Duration::from_s(300);
/// Names of categories of meetings, in the rules that come with attnd and as people call them.
const MEETINGS: [&str; 4] = ["Meetings", "Meeting", "Calls", "会议"];
/// A question is about so much of what was before the breakpoint, at most.
const ABOUT: Duration = Duration::from_s(15 * 60);
/// However few or many breakpoints are left, each is drawn with at least and at most this probability.
const DRAWN: (f64, f64) = (0.25, 0.9);
/// Long questions come at most so often.
const LONG_APART: Duration = Duration::from_s(20 * 3_600);

/// What is known when it is asked whether to ask.
pub(crate) struct Situation<'a> {
    pub(crate) person: PersonId,
    pub(crate) now: Timestamp,
    pub(crate) zone: &'a TimeZone,
    pub(crate) settings: &'a ProbeSettings,
    /// Every probe so far, oldest first.
    pub(crate) probes: &'a [Probe],
    /// Today until now.
    pub(crate) track: &'a Track,
    pub(crate) bearing: &'a dyn Fn(&[String]) -> Bearing,
}

/// A question to put.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Chosen {
    pub(crate) breakpoint: Breakpoint,
    pub(crate) instrument: Instrument,
    pub(crate) about: TimeRange,
    pub(crate) probability: f64,
}

/// A breakpoint found.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Found {
    breakpoint: Breakpoint,
    /// When the breakpoint was.
    at: Timestamp,
    /// What it ended.
    about: TimeRange,
}

impl Situation<'_> {
    /// The question to put now.
    ///
    /// # Errors
    /// Why there is none.
    pub(crate) fn choose(&self) -> Result<Chosen, NotNow> {
        self.allowed()?;
        let found = self.breakpoint()?;
        let probability = self.probability(found.at);
        let (draw, pick) = self.draws(&found);
        if draw >= probability {
            return Err(NotNow::NotDrawn);
        }
        let instrument = self.instrument(pick).ok_or(NotNow::NoBreakpoint)?;
        Ok(Chosen { breakpoint: found.breakpoint, instrument, about: found.about, probability })
    }

    /// Passes where nothing but the moment itself stands against it.
    ///
    /// # Errors
    /// What does.
    pub(crate) fn allowed(&self) -> Result<(), NotNow> {
        if self.settings.asking == Asking::Off {
            return Err(NotNow::Off);
        }
        if let Some(until) = self.snoozed_until() {
            return Err(NotNow::Snoozed { until });
        }
        let local = self.now.jiff().to_zoned(self.zone.clone()).time();
        if local < self.settings.from || local >= self.settings.until {
            return Err(NotNow::OutsideHours);
        }
        if self.left_today() == 0 {
            return Err(NotNow::EnoughToday);
        }
        if self.probes.last().is_some_and(|probe| self.now.since(probe.asked) < APART) {
            return Err(NotNow::TooSoon);
        }
        Ok(())
    }

    fn snoozed_until(&self) -> Option<Timestamp> {
        let until = |probe: &Probe| match probe.outcome {
            ProbeOutcome::Snoozed { until } if until > self.now => Some(until),
            _ => None,
        };
        self.probes.iter().filter_map(until).max()
    }

    /// How many questions may still be asked today; those the person asked for do not count.
    fn left_today(&self) -> usize {
        let date = self.now.jiff().to_zoned(self.zone.clone()).date();
        let Ok(today) = local_day(date, self.zone) else { return 0 };
        let asked =
            self.probes.iter().filter(|probe| probe.breakpoint.is_some() && today.contains(probe.asked));
        usize::from(self.settings.most_a_day).saturating_sub(asked.count())
    }

    fn breakpoint(&self) -> Result<Found, NotNow> {
        let visits = self.visits();
        let Some(last) = visits.last().filter(|visit| self.now.since(visit.range.end()) <= PRESENT) else {
            return Err(NotNow::Away);
        };
        let in_meeting = |visit: &&Visit| {
            self.now.since(visit.range.end()) <= MEETING
                && self.track.category(visit).iter().any(|part| MEETINGS.contains(&part.as_str()))
        };
        if visits.iter().rev().any(|visit| in_meeting(&visit)) {
            return Err(NotNow::InMeeting);
        }
        let config = MeasureConfig::default();
        if self.in_focus(&visits, &config) {
            return Err(NotNow::InFocus);
        }
        let found = [self.session_end(&config), back(&visits, self.now, &config), self.switch(&visits, last)];
        found.into_iter().flatten().next().ok_or(NotNow::NoBreakpoint)
    }

    fn visits(&self) -> Vec<Visit> {
        let until_now = TimeRange::new(Timestamp::MIN, self.now).unwrap_or(TimeRange::ALL);
        self.track.visits_within(until_now).collect()
    }

    /// Whether focus has gone on for more than a minute and been there within the last four.
    fn in_focus(&self, visits: &[Visit], config: &MeasureConfig) -> bool {
        let mut begun: Option<Timestamp> = None;
        for visit in visits.iter().rev() {
            let later = begun.unwrap_or(self.now);
            if later.since(visit.range.end()) > config.session_pause {
                break;
            }
            if (self.bearing)(self.track.category(visit)) == Bearing::Focus {
                begun = Some(visit.range.start());
            }
        }
        begun.is_some_and(|begun| self.now.since(begun) > config.interrupted_min)
    }

    /// A session that ended so long ago that it is over for certain.
    fn session_end(&self, config: &MeasureConfig) -> Option<Found> {
        let extent = self.track.extent()?;
        let until_now = TimeRange::new(extent.start(), self.now).ok()?;
        let sessions = Period::new(self.track, until_now, &self.bearing, config).measures(None).sessions;
        let range = sessions.last()?.range;
        let at = range.end();
        let ago = self.now.since(at);
        (ago > config.session_pause && ago <= SESSION_FRESH).then(|| Found {
            breakpoint: Breakpoint::SessionEnd,
            at,
            about: end_of(range),
        })
    }

    /// Another category since at most two minutes, after ten minutes on one.
    fn switch(&self, visits: &[Visit], last: &Visit) -> Option<Found> {
        let category = |visit: &Visit| self.track.window(visit).category;
        let current = visits.iter().rposition(|visit| category(visit) != category(last))?;
        let before = &visits[current];
        let at = visits.get(current + 1)?.range.start();
        let touches = |earlier: &Visit, later: Timestamp| later.since(earlier.range.end()) <= config_gap();
        if self.now.since(at) > FRESH || !touches(before, at) {
            return None;
        }
        let mut start = before.range.end();
        for visit in visits[..=current].iter().rev() {
            if category(visit) != category(before) || !touches(visit, start) {
                break;
            }
            start = visit.range.start();
        }
        let range = TimeRange::new(start, before.range.end()).ok()?;
        let found = Found { breakpoint: Breakpoint::Switch, at, about: end_of(range) };
        (range.duration() >= UNBROKEN).then_some(found)
    }

    /// How likely this breakpoint is drawn: questions left over the times that are left for one.
    fn probability(&self, at: Timestamp) -> f64 {
        let local = at.jiff().to_zoned(self.zone.clone()).time();
        let left_s = local.duration_until(self.settings.until).as_secs_f64().max(0.0);
        let chances = (left_s / APART.as_s_f64()).max(1.0);
        (self.left_today() as f64 / chances).clamp(DRAWN.0, DRAWN.1)
    }

    /// Two numbers in [0, 1) that depend on the person and the breakpoint alone: asked again, the draw is the same.
    fn draws(&self, found: &Found) -> (f64, f64) {
        let mut digest = Sha256::new();
        digest.update(self.person.to_string());
        digest.update([found.breakpoint as u8]);
        digest.update(found.at.ns().to_le_bytes());
        let bytes = digest.finalize();
        let number = |from: usize| {
            let eight: [u8; 8] = std::array::from_fn(|index| bytes[from + index]);
            (u64::from_le_bytes(eight) >> 11) as f64 / (1_u64 << 53) as f64
        };
        (number(0), number(8))
    }

    /// The question asked least often of late; of several the one drawn.
    fn instrument(&self, pick: f64) -> Option<Instrument> {
        let asked = |instrument: Instrument| {
            self.probes.iter().rev().filter(move |probe| probe.instrument == instrument)
        };
        let may = |instrument: &&Instrument| {
            let is_long = instrument.values() > 1 || **instrument == Instrument::Sleepiness;
            !is_long
                || asked(**instrument).next().is_none_or(|probe| self.now.since(probe.asked) >= LONG_APART)
        };
        let week = Duration::from_s(7 * 86_400);
        let lately = |instrument: Instrument| {
            asked(instrument).take_while(|probe| self.now.since(probe.asked) < week).count()
        };
        let allowed: Vec<Instrument> = self.settings.instruments.iter().filter(may).copied().collect();
        let least = allowed.iter().map(|instrument| lately(*instrument)).min()?;
        let among: Vec<Instrument> =
            allowed.into_iter().filter(|instrument| lately(*instrument) == least).collect();
        among.get((pick * among.len() as f64) as usize).copied()
    }
}

/// A visit up to this much later goes on: [`MeasureConfig::run_gap`].
fn config_gap() -> Duration {
    MeasureConfig::default().run_gap
}

/// Back from a break since at most two minutes.
fn back(visits: &[Visit], now: Timestamp, config: &MeasureConfig) -> Option<Found> {
    let (before, at, gap) = visits.windows(2).rev().find_map(|pair| {
        let gap = pair[1].range.start().since(pair[0].range.end());
        (gap >= config.break_min).then_some((pair[0], pair[1].range.start(), gap))
    })?;
    let found = Found { breakpoint: Breakpoint::Return, at, about: until_end_of(&before, visits) };
    (gap <= config.break_max && now.since(at) <= FRESH).then_some(found)
}

/// A quarter of an hour until the end of `last`, as far as anybody was there.
fn until_end_of(last: &Visit, visits: &[Visit]) -> TimeRange {
    let end = last.range.end();
    let earliest = end.saturating_sub(ABOUT);
    let first = visits.iter().find(|visit| visit.range.end() > earliest).unwrap_or(last);
    let start = first.range.start().max(earliest);
    TimeRange::from(start, end.since(start))
}

/// The last quarter of an hour of a stretch.
fn end_of(range: TimeRange) -> TimeRange {
    let start = range.start().max(range.end().saturating_sub(ABOUT));
    TimeRange::from(start, range.end().since(start))
}
