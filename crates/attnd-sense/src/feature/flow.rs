//! How did attention flow just before a moment? Windows of 1 to 60 min over visits, input and absence.
//!
//! ```text
//! visits   [Code   ][Mail][Code        ]        [Code    ][…            not known yet
//! input    |5|5|5|0|0|2|1|5|5|5|5|5|5|5|        |5|5|5|5|5|…
//! moment                                                   ^
//! windows                                              [ 1 )
//!                                   [                   15 )   absence is missing time, not zero
//! ```
//!
//! The same names serve rules, models and explanations. At a moment a visit counts as far as it has gone, and
//! an input event once it is over.

mod input;
mod place;

use attnd_core::{Duration, TimeRange, Timestamp};
use jiff::tz::TimeZone;

pub use input::{InputCount, KeyGaps};

use self::input::InputSums;
use self::place::Places;
use super::{FeatureDescription, context};
use crate::category::Bearing;
use crate::track::Track;

/// The windows, in minutes.
pub const WINDOWS_MIN: [u32; 4] = [1, 5, 15, 60];

/// A day starts at this hour: who works past midnight is still in the day before.
const DAY_START_H: i64 = 4;

/// What windows of visits say; each name goes before `_{minutes}min`.
const OF_VISITS: [(&str, &str); 9] = [
    // The share of the window somebody was there.
    ("share_present", "1"),
    // Of the time there: in focus categories; in categories that are something else.
    ("share_focus", "1"),
    ("share_other", "1"),
    // Switches per hour of active time, as `measure::LevelMeasures` counts them, at each level. Work lacks the
    // two minutes of other things a piece of work lasts on through: whether it goes on is not known yet.
    ("window_switches_per_h", "1/h"),
    ("switches_per_h", "1/h"),
    ("category_switches_per_h", "1/h"),
    ("work_switches_per_h", "1/h"),
    // The median of the active times of runs on one application, cut to the window.
    ("dwell_median", "s"),
    // −Σ pₖ ln pₖ over the shares of applications.
    ("entropy", "nat"),
];

/// What windows of input say.
const OF_INPUT: [(&str, &str); 10] = [
    // The share of the window no watcher looked at the keys.
    ("input_missing", "1"),
    // Per minute watched.
    ("keys_per_min", "1/min"),
    ("clicks_per_min", "1/min"),
    ("pointer_per_min", "1/min"),
    ("scroll_per_min", "1/min"),
    // The share of watched time in events without any input.
    ("still", "1"),
    // Of the gaps between events with keys: Goh and Barabási 2008, doi 10.1209/0295-5075/81/48002.
    ("key_burstiness", "1"),
    // Gaps of at least half a minute between events with keys, per hour watched.
    ("key_pauses_per_h", "1/h"),
    // Mean and standard deviation of the times between neighbouring keys, each event by its presses, where the watcher
    // tells them.
    ("key_gap_mean", "s"),
    ("key_gap_sd", "s"),
];

/// What is so at the moment.
const OF_NOW: [(&str, &str); 8] = [
    // Since the last absence of three minutes or more; the whole time, and that somebody was there.
    ("since_break", "min"),
    ("unbroken", "min"),
    // Since the last switch of application and of category.
    ("since_switch", "s"),
    ("since_category_switch", "s"),
    // 1 in a focus category, 0 in another, ½ in one that may serve either.
    ("in_focus", "1"),
    // Times in the last hour that focus of a minute or more was left for half a minute or longer.
    ("left_focus_60min", "1"),
    // Since the first visit of the day, which starts at four; and active time in it.
    ("since_day_start", "min"),
    ("active_today", "min"),
];

/// The features of any moment of a track, made ready once.
pub struct FlowWindows<'a> {
    places: Places<'a>,
    input: InputSums,
    zone: &'a TimeZone,
}

/// The columns of [`FlowWindows::at`].
#[must_use]
pub fn columns() -> Vec<FeatureDescription> {
    let describe = |name: String, unit: &str| FeatureDescription { name, unit: unit.to_owned() };
    let mut columns = Vec::new();
    for minutes in WINDOWS_MIN {
        let of_window = OF_VISITS.iter().chain(&OF_INPUT);
        columns.extend(of_window.map(|(name, unit)| describe(format!("{name}_{minutes}min"), unit)));
    }
    columns.extend(OF_NOW.iter().map(|(name, unit)| describe((*name).to_owned(), unit)));
    columns.extend(context::NAMES.iter().map(|name| describe((*name).to_owned(), "1")));
    columns
}

/// The features of one moment; where several of a day are asked for, [`FlowWindows`] costs less.
#[must_use]
pub fn at<B: Into<Bearing>>(
    moment: Timestamp,
    track: &Track,
    input: &[InputCount],
    bearing: &dyn Fn(&[String]) -> B,
    zone: &TimeZone,
) -> Vec<f64> {
    FlowWindows::new(track, input, bearing, zone).at(moment)
}

impl<'a> FlowWindows<'a> {
    /// Of a track, which should reach back to the morning or at least an hour; of input events in any order and of several
    /// watchers, the later of overlapping ones cut; of what a category is to focus; of the zone the person
    /// lives in. Costs `n log n`.
    #[must_use]
    pub fn new<B: Into<Bearing>>(
        track: &'a Track,
        input: &[InputCount],
        bearing: &dyn Fn(&[String]) -> B,
        zone: &'a TimeZone,
    ) -> Self {
        Self { places: Places::new(track, bearing), input: InputSums::new(input), zone }
    }

    /// The features of a moment, as [`columns`] describes them; NaN where nothing was sensed. Costs the visits
    /// of the last hour.
    #[must_use]
    pub fn at(&self, moment: Timestamp) -> Vec<f64> {
        let mut values = Vec::with_capacity(WINDOWS_MIN.len() * (OF_VISITS.len() + OF_INPUT.len()) + 12);
        for minutes in WINDOWS_MIN {
            let length = Duration::from_s(minutes * 60);
            let window = TimeRange::from(moment.saturating_sub(length), length);
            values.extend(self.places.window(window));
            values.extend(self.input.window(window));
        }
        values.extend(self.places.now(moment, self.day_start(moment)));
        values.extend(context::day_and_hour(moment, self.zone));
        values
    }

    /// When the day of `moment` started, at four in the morning.
    fn day_start(&self, moment: Timestamp) -> Timestamp {
        let local = moment.jiff().to_zoned(self.zone.clone());
        let date = local.datetime().checked_sub(jiff::Span::new().hours(DAY_START_H)).map(|time| time.date());
        let start = date.ok().and_then(|date| {
            let time = jiff::civil::time(4, 0, 0, 0);
            date.to_datetime(time).to_zoned(self.zone.clone()).ok()
        });
        start
            .and_then(|start| Timestamp::from_jiff(start.timestamp()).ok())
            .unwrap_or(Timestamp::MIN)
            .min(moment)
    }
}

#[cfg(test)]
mod tests;
