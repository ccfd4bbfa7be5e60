//! Do the measures keep their laws, whatever the day was like?

use attnd_core::{Duration, TimeRange, Timestamp};
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::course::Course;
use super::example::{at, is_focus, span, start};
use super::run::category_runs;
use super::*;
use crate::flow::Flow;
use crate::track::Track;

/// A drawn part: a letter of [`super::example`] or `_`, and how long it lasts.
type Part = (char, u32);

fn parts() -> impl Strategy<Value = Vec<Part>> {
    let letter = proptest::sample::select("PPPpQTWDCcMNU_".chars().collect::<Vec<_>>());
    let seconds = prop_oneof![2 => 1..8_u32, 3 => 8..120_u32, 3 => 120..400_u32, 2 => 400..2_400_u32];
    proptest::collection::vec((letter, seconds), 0..40)
}

fn track(parts: &[Part]) -> Track {
    track_from(start(), parts, 1)
}

/// The track of parts that begin at `from` and last `scale` times as long.
fn track_from(from: Timestamp, parts: &[Part], scale: u32) -> Track {
    let mut now = from;
    let mut spans = Vec::new();
    for (letter, seconds) in parts {
        let range = TimeRange::from(now, Duration::from_s(seconds * scale));
        now = range.end();
        spans.extend((*letter != '_').then(|| span(*letter, range)));
    }
    Track::of_flow(&Flow { spans })
}

fn measured(track: &Track) -> Measures {
    measures(track, TimeRange::ALL, &is_focus, &MeasureConfig::default(), None)
}

fn states_of(track: &Track) -> Vec<StateRun> {
    states(track, TimeRange::ALL, &is_focus, &MeasureConfig::default())
}

fn sum(durations: impl IntoIterator<Item = Duration>) -> Duration {
    durations.into_iter().sum()
}

fn ordered_and_apart(ranges: &[TimeRange]) -> bool {
    ranges.iter().all(|range| !range.duration().is_zero())
        && ranges.windows(2).all(|pair| pair[0].end() <= pair[1].start())
}

fn interruption_range(one: &Interruption) -> TimeRange {
    TimeRange::new(one.left, one.resumed).unwrap()
}

/// Everything that does not tell moments, and the moments as time since `from`.
fn relative(track: &Track, from: Timestamp) -> String {
    let mut measures = measured(track);
    let shift = |moment: Timestamp| start().saturating_add(moment.since(from));
    let moved = |range: TimeRange| TimeRange::new(shift(range.start()), shift(range.end())).unwrap();
    measures.sessions.iter_mut().for_each(|one| one.range = moved(one.range));
    for one in &mut measures.interruptions {
        (one.left, one.resumed) = (shift(one.left), shift(one.resumed));
    }
    measures.breaks.iter_mut().for_each(|one| *one = moved(*one));
    measures.longest_unbroken = measures.longest_unbroken.map(moved);
    let states: Vec<_> = states_of(track).iter().map(|run| (moved(run.range), run.state)).collect();
    let moves = transitions(track, TimeRange::ALL, &MeasureConfig::default());
    format!("{measures:?} {states:?} {moves:?}")
}

/// What Rize's rule finds in these pieces of focus, looked for in the plainest way.
fn plainly_sessions(pieces: &[TimeRange]) -> Vec<TimeRange> {
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return Vec::new() };
    let range = TimeRange::new(first.start(), last.end()).unwrap();
    let pause = |index: usize| pieces[index + 1].start().since(pieces[index].end());
    let longest = (0..pieces.len() - 1).rev().max_by_key(|index| pause(*index));
    let focus = sum(pieces.iter().map(|piece| piece.duration()));
    let is_long = range.duration() >= Duration::from_s(15 * 60);
    let is_dense = 4 * focus.ns() >= 3 * range.duration().ns();
    let is_whole = longest.is_none_or(|index| pause(index) <= Duration::from_s(4 * 60));
    match longest {
        _ if !is_long => Vec::new(),
        _ if is_dense && is_whole => vec![range],
        Some(index) => {
            let mut found = plainly_sessions(&pieces[..=index]);
            found.extend(plainly_sessions(&pieces[index + 1..]));
            found
        }
        None => Vec::new(),
    }
}

fn focus_pieces(track: &Track) -> Vec<TimeRange> {
    let mut pieces: Vec<TimeRange> = Vec::new();
    for visit in track.visits().iter().filter(|visit| is_focus(track.category(visit))) {
        match pieces.last_mut() {
            Some(last) if last.end() == visit.range.start() => {
                *last = TimeRange::new(last.start(), visit.range.end()).unwrap();
            }
            _ => pieces.push(visit.range),
        }
    }
    pieces
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn scores_are_bounded_and_parts_are_less_than_the_whole(parts in parts()) {
        let measures = measured(&track(&parts));
        let scores = [
            Some(measures.longest_session), measures.fragmentation, measures.entropy, measures.transition_entropy,
        ];
        for score in scores.into_iter().flatten().chain(measures.deep_work) {
            prop_assert!((0.0..=1.0).contains(&score), "{score}");
        }
        prop_assert!(measures.deep_work.is_sorted_by(|more, less| more >= less));
        prop_assert!(measures.entropy_nats.is_none_or(|nats| nats >= 0.0 && nats.is_finite()));
        prop_assert!(measures.focus <= measures.active && measures.uncategorized <= measures.active);
        prop_assert!(measures.in_sessions <= measures.active);
        prop_assert_eq!(measures.fragmentation.is_none(), measures.active.is_zero());
        for level in &measures.levels {
            prop_assert!(level.switches_per_h.is_none_or(|rate| rate >= 0.0 && rate.is_finite()));
            prop_assert!(level.switches < level.dwell.as_ref().map_or(1, |dwell| dwell.count));
        }
        // What is a switch of category is one of window; a category is no finer than an application here.
        prop_assert!(measures.levels[0].switches >= measures.levels[1].switches);
        prop_assert!(measures.levels[0].switches >= measures.levels[2].switches);
    }

    #[test]
    fn runs_sum_to_the_active_time(parts in parts()) {
        let track = track(&parts);
        let course = Course::new(&track, TimeRange::ALL, &is_focus);
        let runs = category_runs(&course, MeasureConfig::default().run_gap);
        prop_assert_eq!(sum(runs.iter().map(|run| run.active)), measured(&track).active);
        prop_assert_eq!(runs.iter().map(|run| run.parts.len()).sum::<usize>(), track.visits().len());
        prop_assert!(ordered_and_apart(&runs.iter().map(|run| run.range).collect::<Vec<_>>()));
    }

    #[test]
    fn states_part_the_time_from_first_to_last(parts in parts()) {
        let track = track(&parts);
        let states = states_of(&track);
        prop_assert!(ordered_and_apart(&states.iter().map(|run| run.range).collect::<Vec<_>>()));
        let (away, active): (Vec<&StateRun>, Vec<_>) =
            states.iter().partition(|run| run.state == FlowState::Away);
        let length = |runs: Vec<&StateRun>| sum(runs.iter().map(|run| run.range.duration()));
        let active = length(active);
        prop_assert_eq!(active, measured(&track).active);
        // No drawing has an absence of eight hours.
        let extent = track.extent().map(TimeRange::duration).unwrap_or_default();
        prop_assert_eq!(active.saturating_add(length(away)), extent);
        let touching = |pair: &[StateRun]| pair[0].range.end() == pair[1].range.start();
        prop_assert!(states.windows(2).all(|pair| touching(pair) && pair[0].state != pair[1].state));
    }

    #[test]
    fn focus_and_interruption_are_where_the_measures_say(parts in parts()) {
        let track = track(&parts);
        let measures = measured(&track);
        for run in states_of(&track) {
            let within = |range: TimeRange| range.intersection(run.range) == Some(run.range);
            let in_interruption = measures.interruptions.iter().map(interruption_range).any(within);
            match run.state {
                FlowState::Focus => {
                    prop_assert!(measures.sessions.iter().any(|session| within(session.range)));
                    prop_assert!(!in_interruption);
                }
                FlowState::Interrupted => prop_assert!(in_interruption),
                FlowState::Shallow | FlowState::Switching => prop_assert!(!in_interruption),
                FlowState::Away => {}
            }
        }
    }

    #[test]
    fn bins_sum_to_the_states(parts in parts(), count in 1_usize..200, from in 0_u32..3_000, length in 0_u32..40_000) {
        let states = states_of(&track(&parts));
        let range = TimeRange::from(at(from), Duration::from_s(length));
        let bins = state_bins(&states, range, count);
        prop_assert_eq!(bins.len(), count);
        prop_assert_eq!(bins[0].range.start(), range.start());
        prop_assert_eq!(bins[count - 1].range.end(), range.end());
        prop_assert!(bins.windows(2).all(|pair| pair[0].range.end() == pair[1].range.start()));
        prop_assert!(bins.iter().all(|bin| sum(bin.time) <= bin.range.duration()));
        for state in FlowState::ALL {
            let binned = sum(bins.iter().map(|bin| bin.time[state as usize]));
            let parts = states.iter().filter(|run| run.state == state);
            let inside = sum(parts.filter_map(|run| Some(run.range.intersection(range)?.duration())));
            prop_assert_eq!(binned, inside);
        }
    }

    #[test]
    fn sessions_are_what_the_rule_says(parts in parts()) {
        let track = track(&parts);
        let sessions = measured(&track).sessions;
        let ranges: Vec<TimeRange> = sessions.iter().map(|session| session.range).collect();
        prop_assert_eq!(&ranges, &plainly_sessions(&focus_pieces(&track)));
        prop_assert!(ordered_and_apart(&ranges));
        for session in &sessions {
            let inside = track.visits_within(session.range).filter(|visit| is_focus(track.category(visit)));
            prop_assert_eq!(sum(inside.map(|visit| visit.range.duration())), session.focus);
        }
    }

    #[test]
    fn interruptions_are_apart_and_add_up(parts in parts()) {
        let measures = measured(&track(&parts));
        let ranges: Vec<TimeRange> = measures.interruptions.iter().map(interruption_range).collect();
        prop_assert!(ordered_and_apart(&ranges));
        for one in &measures.interruptions {
            let length = one.resumed.since(one.left);
            prop_assert_eq!(one.handling.saturating_add(one.resume_lag), length);
            prop_assert!(length < Duration::from_s(15 * 60) && length >= Duration::from_s(30));
            prop_assert!(is_focus(&one.suspended) && one.by != one.suspended);
        }
        let inside: u64 = measures.sessions.iter().map(|session| session.interruptions).sum();
        prop_assert!(inside <= measures.interruptions.len() as u64);
    }

    #[test]
    fn more_focus_in_a_session_never_lowers_deep_work(parts in parts(), which in any::<prop::sample::Index>()) {
        let measures = measured(&track(&parts));
        let mut starts = parts.iter().scan(0, |now, (_, seconds)| {
            let range = super::example::between(*now, *now + seconds);
            *now += seconds;
            Some(range)
        });
        let inside: Vec<usize> = starts.by_ref().enumerate()
            .filter(|(_, range)| measures.sessions.iter().any(|one| {
                one.range.start() < range.start() && range.end() < one.range.end()
            }))
            .map(|(index, _)| index)
            .collect();
        if !inside.is_empty() {
            let mut more = parts.clone();
            more[inside[which.index(inside.len())]].0 = 'P';
            let after = measured(&track(&more));
            // Focus in place of absence lengthens T as well: then the time, not the share, is kept.
            let time_s = |share: Share, measures: &Measures| share * measures.active.as_s_f64();
            for (share, more) in measures.deep_work.into_iter().zip(after.deep_work) {
                prop_assert!(time_s(more, &after) >= time_s(share, &measures) - 1e-6, "{share} {more}");
                prop_assert!(after.active > measures.active || more >= share - 1e-12, "{share} {more}");
            }
            prop_assert!(after.in_sessions >= measures.in_sessions);
        }
    }

    #[test]
    fn transitions_are_the_switches_between_categories(parts in parts()) {
        let track = track(&parts);
        let moves = transitions(&track, TimeRange::ALL, &MeasureConfig::default());
        let measures = measured(&track);
        prop_assert_eq!(moves.iter().map(|one| one.count).sum::<u64>(), measures.levels[2].switches);
        prop_assert!(moves.iter().all(|one| one.from != one.to && !one.active.is_zero()));
        prop_assert!(moves.is_sorted_by(|more, less| more.count >= less.count));
        prop_assert!(sum(moves.iter().map(|one| one.active)) <= measures.active);
    }

    #[test]
    fn another_cue_never_raises_the_share_of_own_switches(
        parts in parts(), cues in proptest::collection::vec(0_u32..20_000, 1..20),
    ) {
        let track = track(&parts);
        let share = |count: usize| {
            let cues: Vec<Timestamp> = cues[..count].iter().map(|second| at(*second)).collect();
            measures(&track, TimeRange::ALL, &is_focus, &MeasureConfig::default(), Some(&cues)).self_interruption
        };
        let (fewer, more) = (share(cues.len() - 1), share(cues.len()));
        prop_assert!(more <= fewer);
        prop_assert!(more.is_none_or(|share| (0.0..=1.0).contains(&share)));
    }

    #[test]
    fn hours_earlier_or_later_nothing_else_changes(parts in parts(), hours in 1_u32..100_000) {
        let later = start().saturating_add(Duration::from_s(hours * 3_600));
        let (now, then) = (track(&parts), track_from(later, &parts, 1));
        prop_assert_eq!(relative(&now, start()), relative(&then, later));
    }

    #[test]
    fn with_every_threshold_twice_as_long_days_can_be_too(parts in parts()) {
        let config = MeasureConfig::default();
        let twice = |duration: Duration| Duration::from_ns(2 * duration.ns());
        let doubled = MeasureConfig {
            session_min: twice(config.session_min),
            session_pause: twice(config.session_pause),
            interruption_max: twice(config.interruption_max),
            interrupted_min: twice(config.interrupted_min),
            break_min: twice(config.break_min),
            break_max: twice(config.break_max),
            switching_max: twice(config.switching_max),
            run_gap: twice(config.run_gap),
            glance_max: twice(config.glance_max),
            work_kept: twice(config.work_kept),
            sphere_gap: twice(config.sphere_gap),
            away_max: twice(config.away_max),
            cue_window: twice(config.cue_window),
            session_share: config.session_share,
        };
        let once = measured(&track(&parts));
        let longer = measures(&track_from(start(), &parts, 2), TimeRange::ALL, &is_focus, &doubled, None);
        prop_assert_eq!(twice(once.active), longer.active);
        prop_assert_eq!(twice(once.in_sessions), longer.in_sessions);
        prop_assert_eq!(once.fragmentation, longer.fragmentation);
        prop_assert_eq!(once.entropy, longer.entropy);
        prop_assert_eq!(once.transition_entropy, longer.transition_entropy);
        prop_assert_eq!(once.sessions.len(), longer.sessions.len());
        let lags = |measures: &Measures| measures.interruptions.iter().map(|one| one.resume_lag).collect::<Vec<_>>();
        prop_assert_eq!(lags(&once).into_iter().map(twice).collect::<Vec<_>>(), lags(&longer));
        let switches = |measures: &Measures| measures.levels.iter().map(|one| one.switches).collect::<Vec<_>>();
        prop_assert_eq!(switches(&once), switches(&longer));
    }

    #[test]
    fn a_range_is_the_track_cut_to_it(parts in parts(), from in 0_u32..10_000, length in 0_u32..10_000) {
        let track = track(&parts);
        let range = TimeRange::from(at(from), Duration::from_s(length));
        let config = MeasureConfig::default();
        prop_assert_eq!(
            measures(&track, range, &is_focus, &config, None),
            measured(&track.within(range))
        );
        prop_assert_eq!(states(&track, range, &is_focus, &config), states_of(&track.within(range)));
    }

    #[test]
    fn weeks_sum_to_the_active_time_in_every_zone(
        parts in parts(),
        zone in proptest::sample::select(&["Europe/Berlin", "Asia/Kolkata", "Pacific/Apia", "America/St_Johns", "Australia/Lord_Howe"][..]),
        // Around a change of clocks: Berlin, Samoa's missing day, St John's at 00:01, Lord Howe.
        near in proptest::sample::select(&[
            "2024-03-30T20:00:00Z", "2024-10-26T20:00:00Z", "2011-12-30T04:00:00Z", "2010-11-07T00:00:00Z",
            "2010-03-14T00:00:00Z", "2024-04-06T12:00:00Z", "2024-10-05T12:00:00Z",
        ][..]),
        scale in 1_u32..20,
    ) {
        let zone = TimeZone::get(zone).unwrap();
        let track = track_from(Timestamp::parse(near).unwrap(), &parts, scale);
        let measures = measured(&track);
        let table = week_table(&track, TimeRange::ALL, &is_focus, &zone);
        let cells = || table.iter().flatten();
        prop_assert_eq!(sum(cells().map(|cell| cell.active)), measures.active);
        prop_assert_eq!(sum(cells().map(|cell| cell.focus)), measures.focus);
        for cell in cells() {
            prop_assert!(cell.focus <= cell.active);
            prop_assert!(cell.active <= Duration::from_s(cell.hours * 3_600), "{cell:?}");
        }
    }

    #[test]
    fn local_days_sum_to_the_whole(parts in parts(), scale in 1_u32..20) {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let from = Timestamp::parse("2024-10-26T12:00:00Z").unwrap();
        let track = track_from(from, &parts, scale);
        let mut date = from.jiff().to_zoned(zone.clone()).date();
        let mut active = Duration::ZERO;
        let extent = track.extent();
        while let Some(range) = extent.map(|extent| {
            let midnight = |date: jiff::civil::Date| {
                Timestamp::from_jiff(date.to_zoned(zone.clone()).unwrap().timestamp()).unwrap()
            };
            (midnight(date), midnight(date.tomorrow().unwrap()), extent)
        }).and_then(|(start, end, extent)| (start < extent.end()).then(|| TimeRange::new(start, end).unwrap())) {
            let config = MeasureConfig::default();
            active = active.saturating_add(measures(&track, range, &is_focus, &config, None).active);
            date = date.tomorrow().unwrap();
        }
        prop_assert_eq!(active, measured(&track).active);
    }
}
