//! What came last? The order most inboxes have, and one to beat.

use attnd_core::time::NS_PER_S;

use super::{Ranker, RankerKind, Scored};
use crate::rank::moment::{Feature, Lead, Moment};
use crate::rank::score::{Explanation, Part, Scale};

/// In the list.
pub const KIND: RankerKind = RankerKind {
    name: "recency",
    about: "what came last or changed last comes first",
    make: || Box::new(Recency),
};

/// Days since something last happened to an ask, negative: the latest first.
#[derive(Clone, Copy, Debug, Default)]
pub struct Recency;

impl Ranker for Recency {
    fn scale(&self) -> Scale {
        Scale::Days
    }

    fn scores(&self, moment: &Moment<'_>, leads: &[Lead]) -> Vec<f64> {
        let now = moment.context().now.ns();
        leads.iter().map(|&lead| -days(now, moment.facts(lead).touched_ns)).collect()
    }

    fn explain(&self, moment: &Moment<'_>, scored: &Scored<'_>, places: &[usize]) -> Vec<Explanation> {
        let part = |&place: &usize| Part {
            phrase: moment.phrase(scored.leads[place], Feature::Touched),
            value: scored.scores[place],
        };
        places.iter().map(|place| Explanation::of(vec![part(place)])).collect()
    }
}

fn days(now_ns: i64, then_ns: i64) -> f64 {
    now_ns.saturating_sub(then_ns) as f64 / (86_400 * NS_PER_S) as f64
}
