//! Whom and what does the person act on? Fading counts of their own reactions by source and sender.

use super::{Ranker, RankerKind, Scored};
use crate::rank::moment::{Feature, Lead, Moment};
use crate::rank::score::{Explanation, Part, Scale};

/// In the list.
pub const KIND: RankerKind = RankerKind {
    name: "affinity",
    about: "what comes from the sources and senders the person acts on most comes first",
    make: || Box::new(Affinity),
};

/// Reactions of the person to the ask's source and to its sender, old ones counting less.
#[derive(Clone, Copy, Debug, Default)]
pub struct Affinity;

impl Ranker for Affinity {
    fn scale(&self) -> Scale {
        Scale::Reactions
    }

    fn scores(&self, moment: &Moment<'_>, leads: &[Lead]) -> Vec<f64> {
        leads.iter().map(|&lead| moment.acted(lead).iter().sum()).collect()
    }

    fn explain(&self, moment: &Moment<'_>, scored: &Scored<'_>, places: &[usize]) -> Vec<Explanation> {
        let parts = |&place: &usize| {
            let lead = scored.leads[place];
            let counts = [Feature::Source, Feature::Sender].into_iter().zip(moment.acted(lead));
            counts.map(|(feature, value)| Part { phrase: moment.phrase(lead, feature), value }).collect()
        };
        places.iter().map(|place| Explanation::of(parts(place))).collect()
    }
}
