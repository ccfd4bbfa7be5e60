//! How did attention go over a day, a month, a year? Measures and pictures from kept tracks.

use std::sync::Arc;

use attnd_core::{Duration, ErrorCode, PersonId, Problem, TimeRange};
use attnd_sense::category::CategoryRules;
use attnd_sense::measure::{
    MeasureConfig, Measures, Period, Share, StateBin, Transition, WeekTable, state_bins,
};
use attnd_sense::track::Track;
use jiff::tz::TimeZone;

use crate::Engine;
use crate::flow::is_simulated;
use crate::period::{By, MOST_STEPS, local_day, steps};

/// What to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InsightOptions {
    /// The steps of the trends.
    pub by: By,
    /// Into how many equal bins the timeline is cut; 0 for none.
    pub bins: usize,
}

/// A period, measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Insight {
    /// The period.
    pub range: TimeRange,
    /// Of the whole period.
    pub measures: Measures,
    /// Trends, in order; steps with nothing in them too.
    pub steps: Vec<InsightStep>,
    /// The timeline, by resolution.
    pub bins: Vec<StateBin>,
    /// Hour × weekday.
    pub week: WeekTable,
    /// Moves between categories, most frequent first.
    pub transitions: Vec<Transition>,
    /// Days on which anything was sensed.
    pub days: u32,
    /// Whether any of it is simulated.
    pub simulated: bool,
}

/// What a trend shows of one step.
#[derive(Clone, Debug, PartialEq)]
pub struct InsightStep {
    /// When.
    pub range: TimeRange,
    /// Active time.
    pub active: Duration,
    /// Time in focus categories.
    pub focus: Duration,
    /// Time in no category.
    pub uncategorized: Duration,
    /// How many focus sessions.
    pub sessions: u32,
    /// The longest of them.
    pub longest_session: Duration,
    /// Σ(sessions ≥ 25 min) / active time.
    pub deep_work: Share,
    /// Category switches per hour; `None` without active time.
    pub switches_per_h: Option<f64>,
    /// Interruptions.
    pub interruptions: u32,
    /// Their median resume lag.
    pub resume_lag: Option<Duration>,
    /// 1 − Σ(bⱼ/T)².
    pub fragmentation: Option<Share>,
}

impl Engine {
    /// A period of any length, measured: from the tracks kept of its hours.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidTime`] for more than ten thousand steps or bins; [`Problem`] of the store.
    pub async fn insight(
        self: &Arc<Self>,
        person: PersonId,
        range: TimeRange,
        zone: &TimeZone,
        options: InsightOptions,
    ) -> Result<Insight, Problem> {
        if options.bins > MOST_STEPS {
            let detail = format!("a timeline has at most {MOST_STEPS} bins");
            return Err(Problem::new(ErrorCode::InvalidTime, detail));
        }
        let range = self.sensed(person, range).await?;
        let steps = steps(range, zone, options.by)?;
        let (engine, zone) = (Arc::clone(self), zone.clone());
        self.reading(move |store| {
            let rules = engine.category_rules(person);
            let simulated = store.buckets(person)?.iter().any(is_simulated);
            let track = engine.track(store, person, &rules, range)?;
            let view = View { track: &track, rules: &rules, zone: &zone };
            Ok(view.insight(range, &steps, options.bins, simulated))
        })
        .await
    }
}

/// What a period is measured on.
struct View<'a> {
    track: &'a Track,
    rules: &'a CategoryRules,
    zone: &'a TimeZone,
}

impl View<'_> {
    fn insight(&self, range: TimeRange, steps: &[TimeRange], bins: usize, simulated: bool) -> Insight {
        let config = MeasureConfig::default();
        // The steps are the same work again as the whole: another core may do it meanwhile.
        std::thread::scope(|scope| {
            let steps = scope.spawn(|| steps.iter().map(|step| self.step(*step, &config)).collect());
            let mut insight = self.whole(range, bins, &config);
            insight.steps = steps.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            insight.simulated = simulated;
            insight
        })
    }

    /// All but the steps, and whether any of it is simulated.
    fn whole(&self, range: TimeRange, bins: usize, config: &MeasureConfig) -> Insight {
        let period = self.period(range, config);
        let bins = match bins {
            0 => Vec::new(),
            count => state_bins(&period.states(), range, count),
        };
        Insight {
            range,
            bins,
            week: period.week_table(self.zone),
            transitions: period.transitions(),
            measures: period.measures(None),
            steps: Vec::new(),
            days: self.days(range),
            simulated: false,
        }
    }

    fn step(&self, range: TimeRange, config: &MeasureConfig) -> InsightStep {
        let of = self.period(range, config).outline();
        InsightStep {
            range,
            active: of.active,
            focus: of.focus,
            uncategorized: of.uncategorized,
            sessions: number(of.sessions),
            longest_session: of.longest_session,
            deep_work: of.deep_work,
            switches_per_h: of.switches_per_h,
            interruptions: number(of.interruptions),
            resume_lag: of.resume_lag,
            fragmentation: of.fragmentation,
        }
    }

    fn period<'a>(&'a self, range: TimeRange, config: &'a MeasureConfig) -> Period<'a> {
        Period::new(self.track, range, &|path| self.rules.bearing(path), config)
    }

    /// On how many local days anything was sensed. A visit over midnight is of both.
    fn days(&self, range: TimeRange) -> u32 {
        let mut days = 0;
        let mut from = range.start();
        while let Some(visit) =
            TimeRange::new(from, range.end()).ok().and_then(|rest| self.track.visits_within(rest).next())
        {
            days += 1;
            let date = visit.range.start().jiff().to_zoned(self.zone.clone()).date();
            match local_day(date, self.zone) {
                Ok(day) if day.end() > from => from = day.end(),
                // The last day that attnd's years have.
                _ => break,
            }
        }
        days
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
