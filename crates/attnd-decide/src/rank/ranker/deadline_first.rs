//! What is due first? The order of a list of deadlines.

use attnd_core::time::NS_PER_S;

use super::{Ranker, RankerKind, Scored};
use crate::rank::moment::{Feature, Lead, Moment};
use crate::rank::score::{Explanation, Part, Scale};

/// In the list.
pub const KIND: RankerKind = RankerKind {
    name: "deadline-first",
    about: "what is due first comes first; what is never due comes last, the oldest first",
    make: || Box::new(DeadlineFirst),
};

/// Days an ask is due by, negative and overdue positive; what has no deadline is due a thousand years after it came.
///
/// Earliest due date first is the order that makes the greatest lateness smallest (Jackson 1955).
#[derive(Clone, Copy, Debug, Default)]
pub struct DeadlineFirst;

/// Behind every deadline a [`attnd_core::Timestamp`] can hold.
const NEVER_DAYS: f64 = 365_250.0;

impl Ranker for DeadlineFirst {
    fn scale(&self) -> Scale {
        Scale::Days
    }

    fn scores(&self, moment: &Moment<'_>, leads: &[Lead]) -> Vec<f64> {
        let now = moment.context().now.ns();
        let days = |ns: i64| now.saturating_sub(ns) as f64 / (86_400 * NS_PER_S) as f64;
        let score = |&lead: &Lead| match moment.facts(lead) {
            facts if facts.deadline_ns == i64::MAX => days(facts.created_ns) - NEVER_DAYS,
            facts => days(facts.deadline_ns),
        };
        leads.iter().map(score).collect()
    }

    fn explain(&self, moment: &Moment<'_>, scored: &Scored<'_>, places: &[usize]) -> Vec<Explanation> {
        let part = |&place: &usize| {
            let lead = scored.leads[place];
            let feature = match moment.facts(lead).deadline_ns {
                i64::MAX => Feature::Age,
                deadline if deadline < moment.context().now.ns() => Feature::Overdue,
                _ => Feature::Due,
            };
            Part { phrase: moment.phrase(lead, feature), value: scored.scores[place] }
        };
        places.iter().map(|place| Explanation::of(vec![part(place)])).collect()
    }
}
