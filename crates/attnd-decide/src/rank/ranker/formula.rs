//! What does the plain formula say? Attention as α · softmax(self) + β · softmax(self + environment).

use serde::{Deserialize, Serialize};

use super::attention::{rule, softmax};
use super::{Example, Ranker, RankerKind, Scored};
use crate::rank::moment::{FEATURES, Feature, Lead, Moment};
use crate::rank::phrase::Phrase;
use crate::rank::score::{Explanation, Part, Scale};

/// In the list.
pub const KIND: RankerKind = RankerKind {
    name: "formula",
    about: "a = α·softmax(self) + β·softmax(self + environment), α + β = 1; its shares depend on how many asks wait",
    make: || Box::new(Formula::default()),
};

/// Attention as a share: `a = α · softmax(self / T₁) + β · softmax((self + environment) / T₂)`, `α + β = 1`.
///
/// *Self* is what an ask is by itself, its likeness to all that waits among it; *environment* what it is to the person's
/// surroundings and habits. α and both temperatures are learnt from choices, by gradient ascent on the logarithm of the share
/// of what was chosen. Kept for comparison: its shares depend on how many asks wait, so that no threshold fits them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Formula {
    /// ln(α / β), ln T₁, ln T₂.
    of: [f64; 3],
    /// Sums of squared gradients.
    squares: [f64; 3],
}

const STEP: f64 = 0.1;

/// Temperatures stay within e^±3: beyond, a softmax is flat or a maximum and its gradient is none.
const BOUND: f64 = 3.0;

impl Default for Formula {
    /// α = β, both temperatures one.
    fn default() -> Self {
        Self { of: [0.0; 3], squares: [0.0; 3] }
    }
}

/// Both sums of every ask and both shares.
struct Terms {
    sums: [Vec<f64>; 2],
    shares: [Vec<f64>; 2],
}

impl Formula {
    /// α, the weight of what asks are by themselves.
    #[must_use]
    pub fn alpha(&self) -> f64 {
        super::attention::logistic(self.of[0])
    }

    /// The temperatures of both terms.
    #[must_use]
    pub fn temperatures(&self) -> [f64; 2] {
        [self.of[1].exp(), self.of[2].exp()]
    }

    fn terms(&self, moment: &Moment<'_>, leads: &[Lead]) -> Terms {
        let mut sums = [Vec::with_capacity(leads.len()), Vec::with_capacity(leads.len())];
        for &lead in leads {
            let (mut own, mut environment) = (0.0, 0.0);
            for (feature, value) in FEATURES.into_iter().zip(moment.features(lead)) {
                match side(feature) {
                    Side::Own => own += weight(feature) * value,
                    Side::Environment => environment += weight(feature) * value,
                }
            }
            sums[0].push(own);
            sums[1].push(own + environment);
        }
        let mut shares = sums.clone();
        for (shares, temperature) in shares.iter_mut().zip(self.temperatures()) {
            softmax(shares, temperature);
        }
        Terms { sums, shares }
    }
}

enum Side {
    Own,
    Environment,
}

fn side(feature: Feature) -> Side {
    use Feature::{
        Collaborative, Kind, NearAnswered, NearCalendar, NearContext, NearTask, NearWindow, ReasonAnswered,
        Sender, Source, Thread, Topic,
    };
    match feature {
        NearTask | NearWindow | NearCalendar | NearAnswered | NearContext | Source | Sender | Thread
        | Kind | ReasonAnswered | Topic | Collaborative => Side::Environment,
        _ => Side::Own,
    }
}

/// The rules' weights, and the likeness among asks that the formula calls self-attention.
fn weight(feature: Feature) -> f64 {
    if feature == Feature::Central { 1.0 } else { rule(feature) }
}

impl Ranker for Formula {
    fn scale(&self) -> Scale {
        Scale::Share
    }

    fn scores(&self, moment: &Moment<'_>, leads: &[Lead]) -> Vec<f64> {
        let Terms { shares: [own, both], .. } = self.terms(moment, leads);
        let alpha = self.alpha();
        own.iter().zip(both).map(|(own, both)| alpha * own + (1.0 - alpha) * both).collect()
    }

    fn explain(&self, moment: &Moment<'_>, scored: &Scored<'_>, places: &[usize]) -> Vec<Explanation> {
        let Terms { shares: [own, both], .. } = self.terms(moment, scored.leads);
        let alpha = self.alpha();
        let parts = |&place: &usize| {
            Explanation::of(vec![
                Part { phrase: Phrase::FormulaSelf, value: alpha * own[place] },
                Part { phrase: Phrase::FormulaEnvironment, value: (1.0 - alpha) * both[place] },
            ])
        };
        places.iter().map(parts).collect()
    }

    fn learn(&mut self, moment: &Moment<'_>, example: &Example<'_>) {
        // What was done with one ask alone says nothing of shares.
        let Example::Chose { among, chosen } = *example else { return };
        let Terms { sums, shares } = self.terms(moment, among);
        let alpha = self.alpha();
        let parts = [alpha * shares[0][chosen], (1.0 - alpha) * shares[1][chosen]];
        let share = parts[0] + parts[1];
        if share <= 0.0 {
            return;
        }
        let mut gradient =
            [alpha * (1.0 - alpha) * (shares[0][chosen] - shares[1][chosen]) / share, 0.0, 0.0];
        for (term, temperature) in self.temperatures().into_iter().enumerate() {
            let mean: f64 = sums[term].iter().zip(&shares[term]).map(|(sum, share)| sum * share).sum();
            gradient[term + 1] = parts[term] / share * (mean - sums[term][chosen]) / temperature;
        }
        for ((of, square), gradient) in self.of.iter_mut().zip(&mut self.squares).zip(gradient) {
            *square += gradient * gradient;
            *of = (*of + STEP * gradient / (1.0 + *square).sqrt()).clamp(-BOUND, BOUND);
        }
    }
}
