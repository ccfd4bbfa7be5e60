//! What did a person do before? Reactions counted by source, sender, conversation …, old ones fading.

use std::collections::BTreeMap;

use attnd_core::Timestamp;
use attnd_core::time::NS_PER_S;
use serde::{Deserialize, Serialize};

use super::ask::Ask;
use super::feedback::{Feedback, FeedbackKind};
use super::phrase::Pace;
use super::subject::{Subject, subjects};

/// Reactions of one person, or of everybody of a team, fading with time.
///
/// What is counted is forgotten by half every half-life: teams and interests change, and what does not forget loses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Memory {
    half_life_s: f64,
    counts: BTreeMap<Subject, Count>,
}

/// How often asks of one subject were acted on, of those seen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Count {
    acted: f64,
    seen: f64,
    /// Sum of the natural logarithms of how many seconds answers took, and how many answers that is.
    log_seconds: f64,
    answers: f64,
    at: Timestamp,
}

/// Half of what was learnt is forgotten after so many days.
const HALF_LIFE_DAYS: f64 = 60.0;

/// How many asks' worth of the person's overall rate every subject begins with.
const PRIOR_ASKS: f64 = 4.0;

/// The overall rate where nothing is known, and its bounds: odds of a rate beyond them would drown everything else.
const RATE: f64 = 0.2;
const RATE_BOUNDS: (f64, f64) = (0.02, 0.5);

impl Default for Memory {
    fn default() -> Self {
        Self::fading(HALF_LIFE_DAYS)
    }
}

impl Memory {
    /// An empty memory that loses half of what it holds in so many days.
    #[must_use]
    pub fn fading(half_life_days: f64) -> Self {
        Self { half_life_s: half_life_days.max(1e-3) * 86_400.0, counts: BTreeMap::new() }
    }

    /// Takes in what a person did with an ask. Marking many as read says nothing and changes nothing.
    pub fn learn(&mut self, ask: &Ask, feedback: &Feedback) {
        let Some(lesson) = feedback.lesson() else { return };
        let log_seconds = (feedback.kind == FeedbackKind::Answered).then(|| {
            let ns = feedback.at.ns().saturating_sub(ask.created.ns()).max(NS_PER_S);
            (ns as f64 / NS_PER_S as f64).ln()
        });
        for subject in subjects(ask).into_iter().flatten().chain([Subject::ALL]) {
            let count = self.counts.entry(subject).or_insert(Count {
                acted: 0.0,
                seen: 0.0,
                log_seconds: 0.0,
                answers: 0.0,
                at: feedback.at,
            });
            // Feedback may come late: then it is the new one that has faded.
            let weight = if feedback.at >= count.at {
                count.fade(fading(self.half_life_s, count.at, feedback.at));
                count.at = feedback.at;
                lesson.weight
            } else {
                lesson.weight * fading(self.half_life_s, feedback.at, count.at)
            };
            count.seen += weight;
            count.acted += weight * lesson.worth;
            if let Some(log_seconds) = log_seconds {
                count.answers += weight;
                count.log_seconds += weight * log_seconds;
            }
        }
    }

    /// Forgets what has faded to less than a hundredth of a reaction.
    pub fn tidy(&mut self, now: Timestamp) {
        let half_life_s = self.half_life_s;
        self.counts.retain(|_, count| count.seen * fading(half_life_s, count.at, now) >= 0.01);
    }

    /// How many reactions it holds, faded ones counting less.
    #[must_use]
    pub fn lessons(&self, now: Timestamp) -> f64 {
        self.counts
            .get(&Subject::ALL)
            .map_or(0.0, |count| count.seen * fading(self.half_life_s, count.at, now))
    }

    /// How often the person acts on what they see.
    pub(super) fn rate(&self, now: Timestamp) -> f64 {
        let Some(all) = self.counts.get(&Subject::ALL) else { return RATE };
        let keep = fading(self.half_life_s, all.at, now);
        let rate = all.acted.mul_add(keep, PRIOR_ASKS * RATE) / all.seen.mul_add(keep, PRIOR_ASKS);
        rate.clamp(RATE_BOUNDS.0, RATE_BOUNDS.1)
    }

    /// Every subject with how much more often than others it is acted on, in log-odds, and how many reactions that is.
    pub(super) fn habits(&self, now: Timestamp) -> impl Iterator<Item = (Subject, Habit)> {
        let rate = self.rate(now);
        let usual = (rate / (1.0 - rate)).ln();
        self.counts.iter().map(move |(&subject, count)| {
            let keep = fading(self.half_life_s, count.at, now);
            let (acted, left) = (count.acted * keep, (count.seen - count.acted).max(0.0) * keep);
            let odds = PRIOR_ASKS.mul_add(rate, acted) / PRIOR_ASKS.mul_add(1.0 - rate, left);
            (subject, Habit { lift: odds.ln() - usual, acted })
        })
    }

    /// How soon they answer that sender.
    pub(super) fn pace(&self, sender: &str) -> Pace {
        let count = self.counts.get(&Subject::sender(sender)).filter(|count| count.answers > 0.0);
        count.map_or(Pace::Unknown, |count| Pace::of_median_s((count.log_seconds / count.answers).exp()))
    }
}

/// What is known of one subject now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Habit {
    /// How much more often than others it is acted on, in log-odds.
    pub(super) lift: f64,
    /// How often it was acted on, old reactions counting less.
    pub(super) acted: f64,
}

impl Count {
    fn fade(&mut self, keep: f64) {
        self.acted *= keep;
        self.seen *= keep;
        self.log_seconds *= keep;
        self.answers *= keep;
    }
}

/// What is left after the time between two moments.
fn fading(half_life_s: f64, from: Timestamp, to: Timestamp) -> f64 {
    let seconds = to.ns().saturating_sub(from.ns()).max(0) as f64 / NS_PER_S as f64;
    (-seconds / half_life_s).exp2()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(days: i64) -> Timestamp {
        Timestamp::from_ns_saturating(days * 86_400 * NS_PER_S)
    }

    fn mail(sender: &str) -> Ask {
        Ask { sender: Some(sender.to_owned()), ..Ask::new("1", "mail", day(0)) }
    }

    fn lift(memory: &Memory, sender: &str, now: Timestamp) -> f64 {
        let of = Subject::sender(sender);
        memory.habits(now).find(|(subject, _)| *subject == of).map_or(0.0, |(_, habit)| habit.lift)
    }

    #[test]
    fn one_reaction_counts_at_once_and_fades() {
        let mut memory = Memory::fading(10.0);
        memory.learn(&mail("ann"), &Feedback::new("1", FeedbackKind::Answered, day(1)));
        memory.learn(&mail("ben"), &Feedback::new("1", FeedbackKind::Dismissed, day(1)));
        let (fresh, stale) = (lift(&memory, "ann", day(1)), lift(&memory, "ann", day(101)));
        assert!(fresh > 0.5 && stale > 0.0 && stale < 0.02, "{fresh} {stale}");
        assert!(lift(&memory, "ben", day(1)) < -0.1);
        // Ten days are one half-life: of two reactions one is left.
        assert!((memory.lessons(day(11)) - 1.0).abs() < 1e-9);
        memory.tidy(day(200));
        assert_eq!(memory, Memory::fading(10.0));
    }

    #[test]
    fn the_pace_is_that_of_answers() {
        let mut memory = Memory::default();
        assert_eq!(memory.pace("ann"), Pace::Unknown);
        let soon = Timestamp::from_ns_saturating(1_200 * NS_PER_S);
        memory.learn(&mail("ann"), &Feedback::new("1", FeedbackKind::Answered, soon));
        assert_eq!(memory.pace("ann"), Pace::Hour);
    }

    #[test]
    fn many_marked_as_read_change_nothing() {
        let mut memory = Memory::default();
        memory.learn(&mail("ann"), &Feedback::new("1", FeedbackKind::BulkRead, day(1)));
        assert_eq!(memory, Memory::default());
    }

    proptest! {
        #[test]
        fn late_feedback_counts_as_if_it_had_come_in_order(mut days in prop::collection::vec(0_i64..400, 1..12)) {
            let learnt = |days: &[i64]| {
                let mut memory = Memory::default();
                for &at in days {
                    memory.learn(&mail("ann"), &Feedback::new("1", FeedbackKind::Opened, day(at)));
                }
                lift(&memory, "ann", day(400))
            };
            let shuffled = learnt(&days);
            days.sort_unstable();
            prop_assert!((shuffled - learnt(&days)).abs() < 1e-9);
        }
    }
}
