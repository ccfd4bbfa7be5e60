//! Does the truth say what was acted out? Compared with the events that came of it.

use attnd_core::{Duration, TimeRange};

use super::simulation;
use crate::simulate::{Response, SimulatedDay, TrueCause};

fn days() -> Vec<SimulatedDay> {
    [1, 2, 3].into_iter().flat_map(|seed| simulation(28, seed).days().collect::<Vec<_>>()).collect()
}

/// Time of the window events within `range` that are of such an application.
fn seen(day: &SimulatedDay, range: TimeRange, is_one: impl Fn(&str) -> bool) -> Duration {
    day.buckets[0]
        .1
        .iter()
        .filter(|event| is_one(event.data.text("app").unwrap()))
        .filter_map(|event| TimeRange::from(event.timestamp, event.duration).intersection(range))
        .map(TimeRange::duration)
        .sum()
}

#[test]
fn stints_do_not_overlap_and_make_up_the_time_at_the_machine() {
    for day in days() {
        let truth = &day.truth;
        let mut all: Vec<TimeRange> = truth.tasks.iter().map(|stint| stint.when.range()).collect();
        all.extend(truth.meetings.iter().map(|meeting| meeting.when.range()));
        all.extend(truth.triage.iter().chain(&truth.leisure).map(|stretch| stretch.range()));
        for interruption in &truth.interruptions {
            let ended = interruption.diversion.map_or(interruption.handling_ended, |diverted| diverted.ended);
            all.push(TimeRange::from(interruption.left, ended.since(interruption.left)));
        }
        let there: Duration = all.iter().map(|range| range.duration()).sum();
        all.extend(truth.breaks.iter().chain(&truth.away).map(|stretch| stretch.range()));
        all.sort_by_key(|range| range.start());
        assert!(all.windows(2).all(|pair| pair[0].end() <= pair[1].start()), "{}", day.date);
        let sensed: Duration = (day.buckets[1].1.iter())
            .filter(|event| event.data.text("status") == Some("not-afk"))
            .map(|event| event.duration)
            .sum();
        // Stints shorter than a look are with the watchers, not with the truth.
        let difference_s = (sensed.as_s_f64() - there.as_s_f64()).abs();
        assert!(difference_s < 5.0, "{}: {difference_s} s", day.date);
    }
}

#[test]
fn an_interruption_shows_the_windows_of_its_cause() {
    let (mut chats, mut mails) = (0, 0);
    for day in days() {
        for interruption in &day.truth.interruptions {
            let length = interruption.handling_ended.since(interruption.left);
            let handling = TimeRange::from(interruption.left, length);
            let (application, count) = match interruption.cause {
                TrueCause::Chat => ("Slack", &mut chats),
                TrueCause::Mail => ("thunderbird", &mut mails),
                TrueCause::Oneself => continue,
            };
            // A short one may have its one look elsewhere.
            if length >= Duration::from_s(120) {
                *count += 1;
                assert!(!seen(&day, handling, |app| app == application).is_zero(), "{interruption:?}");
            }
        }
    }
    assert!(chats > 50 && mails > 20, "{chats} {mails}");
}

#[test]
fn interruptions_are_in_order_and_cues_precede_those_from_outside() {
    let mut resumed_later = 0;
    for day in days() {
        let truth = &day.truth;
        for interruption in &truth.interruptions {
            let oneself = interruption.cause == TrueCause::Oneself;
            assert_eq!(interruption.cue.is_none(), oneself);
            if let Some(cue) = interruption.cue {
                let ahead_s = interruption.left.since(cue).as_s_f64();
                assert!((1.99..20.01).contains(&ahead_s), "{ahead_s}");
                let told = truth.cues.iter().find(|told| told.at == cue).unwrap();
                assert_eq!(told.response, Response::Followed);
            }
            assert!(interruption.left < interruption.handling_ended);
            let done = interruption.diversion.map_or(interruption.handling_ended, |diverted| diverted.ended);
            assert!(interruption.resumed.is_none_or(|resumed| resumed >= done));
            resumed_later += usize::from(interruption.resumed.is_some_and(|resumed| resumed > done));
        }
        let followed = truth.cues.iter().filter(|cue| cue.response == Response::Followed).count();
        let from_outside = truth.interruptions.iter().filter(|found| found.cue.is_some()).count();
        assert!(followed >= from_outside, "{followed} {from_outside}");
    }
    assert!(resumed_later > 10, "some come back only after other work: {resumed_later}");
}

#[test]
fn every_return_is_to_the_task_that_was_left() {
    for day in days() {
        let truth = &day.truth;
        for resumption in &truth.resumptions {
            let interruption = &truth.interruptions[resumption.interruption];
            assert_eq!(resumption.at.since(interruption.handling_ended), resumption.lag);
            let begun = truth.tasks.iter().find(|stint| stint.when.from == resumption.at).unwrap();
            assert_eq!((begun.task, resumption.task), (interruption.suspended, interruption.suspended));
        }
        let resumed = truth.interruptions.iter().filter(|found| found.resumed.is_some()).count();
        assert_eq!(resumed, truth.resumptions.len());
    }
}

#[test]
fn focus_blocks_hold_the_work_and_nothing_but_what_was_returned_from() {
    for day in days() {
        let truth = &day.truth;
        let on_task: Duration = truth.focus_blocks.iter().map(|block| block.on_task).sum();
        assert_eq!(on_task, truth.tasks.iter().map(|stint| stint.when.range().duration()).sum());
        let rests: Vec<_> = truth.breaks.iter().chain(&truth.away).chain(&truth.triage).collect();
        for block in &truth.focus_blocks {
            let range = block.when.range();
            assert!(rests.iter().all(|rest| !range.contains(rest.from)), "{}", day.date);
            let within = truth.interruptions.iter().filter(|found| range.contains(found.left)).count();
            assert_eq!(within, block.interruptions);
        }
    }
}

#[test]
fn glances_are_seen_where_the_truth_has_them() {
    let mut glances = 0;
    for day in days() {
        for glance in &day.truth.glances {
            glances += 1;
            let range = glance.when.range();
            let whole: Duration = seen(&day, range, |_| true);
            assert!(!whole.is_zero(), "{glance:?}");
            assert_eq!(seen(&day, range, |app| ["Slack", "Spotify"].contains(&app)), whole, "{glance:?}");
        }
    }
    assert!(glances > 500, "{glances}");
}
