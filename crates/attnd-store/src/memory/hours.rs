//! Which sums are up to date? Generations of hours, and the sums and tracks computed from them.

use std::collections::BTreeMap;

use attnd_core::rollup::{Generation, Hour, HourRollup, RollupPage, RollupRow, RulesVersion, StaleHour};
use attnd_core::store::TrackSink;
use attnd_core::{Duration, TimeRange};

use crate::touched::HourSpan;

/// One person's hours.
#[derive(Default)]
pub(super) struct Hours {
    generations: BTreeMap<Hour, Generation>,
    long: Vec<(HourSpan, Generation)>,
    sums: BTreeMap<Hour, Sums>,
}

struct Sums {
    version: RulesVersion,
    generation: Generation,
    rows: BTreeMap<(Vec<String>, String), Duration>,
    track: Vec<u8>,
}

impl Hours {
    /// Gives the hours of `span` a new generation.
    pub(super) fn touch(&mut self, span: HourSpan, generation: Generation) {
        if span.is_long() {
            self.long.push((span, generation));
        } else {
            self.generations.extend(span.hours().map(|hour| (hour, generation)));
        }
    }

    /// Drops sums that tell of deleted events.
    pub(super) fn drop_sums(&mut self, span: HourSpan) {
        self.sums.retain(|hour, _| *hour < span.first || *hour > span.last);
    }

    pub(super) fn put(&mut self, version: RulesVersion, hour: HourRollup) {
        self.sums.remove(&hour.hour);
        if self.generation(hour.hour) != Some(hour.generation) {
            return;
        }
        let mut rows = BTreeMap::new();
        for row in hour.rows {
            let active: &mut Duration = rows.entry((row.category, row.application)).or_default();
            *active = active.saturating_add(row.active);
        }
        let sums = Sums { version, generation: hour.generation, rows, track: hour.track };
        self.sums.insert(hour.hour, sums);
    }

    pub(super) fn page(&self, version: RulesVersion, range: TimeRange) -> RollupPage {
        let wanted = HourSpan::of(range);
        let mut page = RollupPage::default();
        for (hour, generation) in self.touched_in(wanted) {
            match self.fresh(hour, generation, version) {
                Some(sums) => {
                    page.rows.extend(sums.rows.iter().map(|((category, application), active)| RollupRow {
                        hour,
                        category: category.clone(),
                        application: application.clone(),
                        active: *active,
                    }));
                }
                None => page.stale.push(StaleHour { hour, generation }),
            }
        }
        page
    }

    pub(super) fn tracks(
        &self,
        version: RulesVersion,
        range: TimeRange,
        sink: &mut TrackSink<'_>,
    ) -> Vec<StaleHour> {
        let mut stale = Vec::new();
        for (hour, generation) in self.touched_in(HourSpan::of(range)) {
            match self.fresh(hour, generation, version) {
                Some(sums) if sums.track.is_empty() => {}
                Some(sums) => sink(hour, &sums.track),
                None => stale.push(StaleHour { hour, generation }),
            }
        }
        stale
    }

    fn fresh(&self, hour: Hour, generation: Generation, version: RulesVersion) -> Option<&Sums> {
        self.sums.get(&hour).filter(|sums| sums.version == version && sums.generation == generation)
    }

    fn generation(&self, hour: Hour) -> Option<Generation> {
        self.touched_in(HourSpan { first: hour, last: hour }).remove(&hour)
    }

    fn touched_in(&self, wanted: HourSpan) -> BTreeMap<Hour, Generation> {
        let mut touched: BTreeMap<Hour, Generation> =
            self.generations.range(wanted.first..=wanted.last).map(|(h, g)| (*h, *g)).collect();
        for (span, generation) in &self.long {
            for hour in span.intersection(wanted).into_iter().flat_map(HourSpan::hours) {
                let newest = touched.entry(hour).or_insert(*generation);
                *newest = (*newest).max(*generation);
            }
        }
        touched
    }
}
