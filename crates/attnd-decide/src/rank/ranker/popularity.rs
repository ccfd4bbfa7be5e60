//! What do others act on? What a crowd is doing now, whoever asks.

use super::{Ranker, RankerKind, Scored};
use crate::rank::moment::{Feature, Lead, Moment};
use crate::rank::score::{Explanation, Part, Scale};

/// In the list.
pub const KIND: RankerKind = RankerKind {
    name: "popularity",
    about: "what others acted on most comes first, old reactions counting less",
    make: || Box::new(Popularity),
};

/// How often others acted on an ask, fading as their memory fades.
#[derive(Clone, Copy, Debug, Default)]
pub struct Popularity;

impl Ranker for Popularity {
    fn scale(&self) -> Scale {
        Scale::Reactions
    }

    fn scores(&self, moment: &Moment<'_>, leads: &[Lead]) -> Vec<f64> {
        leads.iter().map(|&lead| moment.others_acted(lead)).collect()
    }

    fn explain(&self, moment: &Moment<'_>, scored: &Scored<'_>, places: &[usize]) -> Vec<Explanation> {
        let part = |&place: &usize| Part {
            phrase: moment.phrase(scored.leads[place], Feature::Popular),
            value: scored.scores[place],
        };
        places.iter().map(|place| Explanation::of(vec![part(place)])).collect()
    }
}
