//! What did the person really do that day? Tasks, what interrupted them, meetings and breaks.
//!
//! ```text
//! 09:00 [mail][task A     ][chat][news][task A  ][break][task B ][meeting][lunch   ][task A …
//!                        ^ ^     ^     ^back
//!                      cue left  on the way back, something else
//! ```
//!
//! The proportions follow observation: about eleven minutes in a working sphere before a switch, and
//! return to most of what was interrupted (Mark, González and Harris 2005,
//! doi 10.1145/1054972.1055017); on the way back from an alert people often look at other things
//! first (Iqbal and Horvitz 2007, doi 10.1145/1240624.1240730).

use serde::Serialize;

use super::content::{PROJECTS, Project};
use super::random::Random;

/// One day, as stints in order that touch or leave gaps.
#[derive(Clone, Debug)]
pub(super) struct DayPlan {
    pub(super) stints: Vec<Stint>,
    /// Chat messages and mails that announced themselves during work, in order.
    pub(super) cues: Vec<Cue>,
}

/// Something from outside that asks for attention.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cue {
    /// Seconds after the day's morning.
    pub(super) at_s: f64,
    pub(super) source: CueSource,
    pub(super) response: Response,
}

/// Where a cue comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CueSource {
    /// A message in the chat.
    Chat,
    /// A mail.
    Mail,
}

/// What the person does about a cue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Response {
    /// Leaves the work for it.
    Followed,
    /// Works on.
    Ignored,
}

/// One thing done for a while.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stint {
    pub(super) activity: Activity,
    /// Seconds after the day's morning.
    pub(super) start_s: f64,
    pub(super) end_s: f64,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Activity {
    /// Work on a task.
    Task(ProjectTask),
    /// Something else gets in between; `of` is what it interrupts, and where the person may return.
    Interruption { cause: Cause, of: ProjectTask },
    /// Something else yet, on the way back from an interruption.
    Diversion { to: DiversionTo, of: ProjectTask },
    /// Going through mail and messages, by intention.
    Triage,
    /// A call with others.
    Meeting { title: &'static str },
    /// For oneself: news, videos, shopping.
    Leisure,
    /// Away from the machine, which shows the last window.
    Break,
    /// Away, with the screen locked.
    Away,
}

/// A piece of work.
#[derive(Clone, Copy, Debug)]
pub(super) struct ProjectTask {
    pub(super) project: &'static Project,
    /// Which of the project's files, documents and sites it is about.
    pub(super) topic: usize,
}

impl ProjectTask {
    /// Whether it is the same piece of work.
    pub(super) fn is(self, other: Self) -> bool {
        self.topic == other.topic && std::ptr::eq(self.project, other.project)
    }
}

/// What got in between.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cause {
    /// A message or mail that came at `cue_s`, shortly before.
    Outside { source: CueSource, cue_s: f64 },
    /// The person's own wandering.
    Oneself,
}

/// Where people drift to on the way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DiversionTo {
    /// The inbox, once one has left the work anyway.
    Mail,
    /// News and the like.
    News,
    /// Looking at things to buy.
    Shopping,
}

const MINUTE_S: f64 = 60.0;
const HOUR_S: f64 = 3_600.0;
/// 05:00 local is second zero.
const MORNING_S: f64 = super::MORNING_H as f64 * HOUR_S;
/// Nothing begins after 23:30, so that days never overlap.
const NIGHT_S: f64 = 23.5 * HOUR_S - MORNING_S;

const MEETINGS: [&str; 6] =
    ["Weekly planning", "Design review", "1:1", "项目周会", "Customer call", "Retrospective"];

impl DayPlan {
    /// A day; `themes` decides what the weeks around it are about.
    pub(super) fn draw(random: &mut Random, themes: &mut Random, is_weekend: bool) -> Self {
        let main = themes.pick(&PROJECTS);
        let second = themes.pick(&PROJECTS);
        let mut draft = Draft { stints: Vec::new(), cues: Vec::new(), now_s: 0.0, main, second };
        let works = if is_weekend { random.chance(0.12) } else { !random.chance(0.06) };
        if works && !is_weekend {
            draft.working_day(random);
        } else if works {
            draft.now_s = clock(random.between(9.5, 14.0));
            let until_s = draft.now_s + random.between(1.0, 3.0) * HOUR_S;
            draft.work_until(until_s, random);
        }
        let evening = if is_weekend { 0.75 } else { 0.4 };
        if random.chance(evening) {
            let begin_s = clock(random.between(19.0, 21.0)).max(draft.now_s + 0.5 * HOUR_S);
            draft.leisure(begin_s, random.log_normal(50.0 * MINUTE_S, 0.5), random);
        }
        draft.cues.sort_by(|a, b| a.at_s.total_cmp(&b.at_s));
        Self { stints: draft.stints, cues: draft.cues }
    }
}

/// Seconds of the plan at a local hour.
fn clock(hour: f64) -> f64 {
    hour * HOUR_S - MORNING_S
}

/// A plan being drawn.
struct Draft {
    stints: Vec<Stint>,
    cues: Vec<Cue>,
    now_s: f64,
    main: &'static Project,
    second: &'static Project,
}

impl Draft {
    fn working_day(&mut self, random: &mut Random) {
        self.now_s = clock(random.between(8.2, 9.6));
        let end_s = clock(random.between(17.2, 18.8));
        let lunch_s = clock(random.between(11.9, 12.8));
        let standup_s = clock(9.75 + 0.25 * random.between(0.0, 3.0).floor());
        self.add(Activity::Triage, random.between(8.0, 20.0) * MINUTE_S);
        self.work_until(standup_s, random);
        self.add(Activity::Meeting { title: "Stand-up 站会" }, random.between(10.0, 18.0) * MINUTE_S);
        self.work_until(lunch_s, random);
        self.add(Activity::Away, random.between(35.0, 65.0) * MINUTE_S);
        if random.chance(0.6) {
            self.add(Activity::Triage, random.between(4.0, 12.0) * MINUTE_S);
        }
        if random.chance(0.55) {
            let meeting_s = clock(13.5 + 0.5 * random.between(0.0, 6.0).floor());
            self.work_until(meeting_s, random);
            let title = random.pick(&MEETINGS);
            self.add(Activity::Meeting { title }, random.between(25.0, 58.0) * MINUTE_S);
        }
        self.work_until(end_s, random);
        if random.chance(0.5) {
            self.add(Activity::Triage, random.between(3.0, 10.0) * MINUTE_S);
        }
    }

    /// Blocks of work with breaks between them.
    fn work_until(&mut self, end_s: f64, random: &mut Random) {
        while self.now_s < end_s - MINUTE_S {
            let project = if random.chance(0.7) { self.main } else { self.second };
            let task = ProjectTask { project, topic: (random.fraction() * 6.0) as usize };
            let block_s = random.log_normal(38.0 * MINUTE_S, 0.5).clamp(6.0 * MINUTE_S, 150.0 * MINUTE_S);
            self.block(task, (self.now_s + block_s).min(end_s), random);
            let break_s = random.log_normal(6.5 * MINUTE_S, 0.5).clamp(3.2 * MINUTE_S, 25.0 * MINUTE_S);
            if random.chance(0.65) && self.now_s + break_s < end_s {
                self.add(Activity::Break, break_s);
            }
        }
    }

    /// One task, interrupted now and then; mostly the person comes back to it.
    fn block(&mut self, task: ProjectTask, end_s: f64, random: &mut Random) {
        while self.now_s < end_s {
            let sphere_s = random.exponential(11.0 * MINUTE_S).max(MINUTE_S);
            let sphere_s = sphere_s.min(end_s - self.now_s);
            self.ignored_cues(sphere_s, random);
            self.add(Activity::Task(task), sphere_s);
            if self.now_s >= end_s {
                return;
            }
            let cause = self.cause(random);
            let handling_s = random.log_normal(2.3 * MINUTE_S, 0.8).clamp(15.0, 20.0 * MINUTE_S);
            let handling_s = handling_s.min(end_s - self.now_s);
            self.add(Activity::Interruption { cause, of: task }, handling_s);
            if random.chance(0.18) {
                // Not back: the interruption became something else.
                return;
            }
            self.diversion(task, end_s, random);
        }
    }

    /// What interrupts the work now; if it came from outside, its cue was a little earlier.
    fn cause(&mut self, random: &mut Random) -> Cause {
        let source =
            random.pick_weighted(&[(Some(CueSource::Chat), 5.0), (Some(CueSource::Mail), 2.0), (None, 4.0)]);
        let Some(source) = source else { return Cause::Oneself };
        let cue_s = self.now_s - random.between(2.0, 20.0);
        self.cues.push(Cue { at_s: cue_s, source, response: Response::Followed });
        Cause::Outside { source, cue_s }
    }

    /// Cues of the next `sphere_s` that the person works on through, one in 25 minutes.
    fn ignored_cues(&mut self, sphere_s: f64, random: &mut Random) {
        let mut at_s = self.now_s + random.exponential(25.0 * MINUTE_S);
        while at_s < self.now_s + sphere_s {
            let source = random.pick_weighted(&[(CueSource::Chat, 2.0), (CueSource::Mail, 3.0)]);
            self.cues.push(Cue { at_s, source, response: Response::Ignored });
            at_s += random.exponential(25.0 * MINUTE_S);
        }
    }

    /// Straight back more often than not; else by way of something else, mostly for less than a
    /// minute and a half, now and then for many.
    fn diversion(&mut self, task: ProjectTask, end_s: f64, random: &mut Random) {
        if random.chance(0.55) {
            return;
        }
        let to = random.pick_weighted(&[
            (DiversionTo::Mail, 5.0),
            (DiversionTo::News, 4.0),
            (DiversionTo::Shopping, 1.0),
        ]);
        let length_s = random.log_normal(45.0, 1.1).clamp(5.0, 12.0 * MINUTE_S);
        // Whoever would be back too late for this block goes on to the next.
        if self.now_s + length_s < end_s {
            self.add(Activity::Diversion { to, of: task }, length_s);
        }
    }

    fn leisure(&mut self, begin_s: f64, length_s: f64, random: &mut Random) {
        self.now_s = begin_s;
        // Later than the night nothing is added, and the loop would not end.
        let end_s = (begin_s + length_s).min(NIGHT_S);
        while self.now_s < end_s {
            self.add(Activity::Leisure, random.between(10.0, 40.0) * MINUTE_S);
            if self.now_s < end_s && random.chance(0.4) {
                self.add(Activity::Break, random.between(4.0, 15.0) * MINUTE_S);
            }
        }
    }

    fn add(&mut self, activity: Activity, length_s: f64) {
        let end_s = (self.now_s + length_s).min(NIGHT_S);
        if end_s > self.now_s {
            self.stints.push(Stint { activity, start_s: self.now_s, end_s });
            self.now_s = end_s;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stints_follow_each_other_within_the_day() {
        for day in 0..3_000 {
            let plan = DayPlan::draw(&mut Random::of(1, day), &mut Random::of(2, day / 14), day % 7 > 4);
            let mut end_s = 0.0;
            for stint in &plan.stints {
                assert!(stint.start_s >= end_s && stint.end_s > stint.start_s && stint.end_s <= NIGHT_S);
                end_s = stint.end_s;
            }
        }
    }

    fn working_days(count: u64) -> impl Iterator<Item = DayPlan> {
        (0..count).map(|day| DayPlan::draw(&mut Random::of(1, day), &mut Random::of(2, 0), false))
    }

    #[test]
    fn most_interruptions_are_returned_from() {
        let (mut interruptions, mut returns, mut diversions) = (0, 0, 0);
        for plan in working_days(50) {
            for (index, stint) in plan.stints.iter().enumerate() {
                let Activity::Interruption { of, .. } = stint.activity else { continue };
                interruptions += 1;
                let mut next = plan.stints[index + 1..].iter().map(|stint| stint.activity).peekable();
                if next.next_if(|activity| matches!(activity, Activity::Diversion { .. })).is_some() {
                    diversions += 1;
                }
                returns += u32::from(matches!(next.next(), Some(Activity::Task(task)) if task.is(of)));
            }
        }
        assert!(interruptions > 500, "{interruptions}");
        let share = |count: u32| f64::from(count) / f64::from(interruptions);
        assert!((0.6..0.95).contains(&share(returns)), "{}", share(returns));
        assert!((0.2..0.5).contains(&share(diversions)), "{}", share(diversions));
    }

    #[test]
    fn cues_come_shortly_before_what_follows_them_and_no_one_needs_any_to_wander() {
        let (mut followed, mut ignored) = (0, 0);
        for plan in working_days(50) {
            assert!(plan.cues.is_sorted_by(|a, b| a.at_s <= b.at_s));
            ignored += plan.cues.iter().filter(|cue| cue.response == Response::Ignored).count();
            for stint in &plan.stints {
                if let Activity::Interruption { cause: Cause::Outside { source, cue_s }, .. } = stint.activity
                {
                    assert!((2.0..20.0).contains(&(stint.start_s - cue_s)));
                    let cue = Cue { at_s: cue_s, source, response: Response::Followed };
                    assert!(plan.cues.contains(&cue));
                    followed += 1;
                }
            }
        }
        assert!(followed > 300 && ignored > 300, "{followed} {ignored}");
    }
}
