//! Which answers remain possible, so that the truth is among them as often as promised? Conformal sets, and "unknown" where
//! both answers remain.
//!
//! ```text
//! how surprising an answer is = 1 − its probability        set = answers no more surprising than q
//! q = the (n + 1) · promised smallest of the surprises that came
//! ```
//!
//! With few surprises seen q is above one: both answers remain. Where a model is so often right that q is below one half, a
//! moment of which it is unsure has no answer left: [`AnswerSet::Neither`], as unknown as both.

mod adaptive;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use adaptive::{Adaptive, STEPS, choose_step};

use crate::calibrate::OWN_FROM;
use crate::metric::{AnswerSet, Coverage, PersonScored, Scored, SetScored, number};

/// Surprises that came, for sets that are right as often as promised for whoever is exchangeable with them (split conformal
/// prediction: Papadopoulos et al. 2002, doi:10.1007/3-540-36755-1_29; Angelopoulos and Bates 2021, arXiv:2107.07511).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Surprises {
    /// Lowest first, each between 0 and 1.
    sorted: Vec<f64>,
}

/// Sets of each person's own surprises where they answered [`OWN_FROM`] times, otherwise of everybody's (Mondrian: Vovk et al.
/// 2003, doi:10.1007/978-3-540-39624-6_31): a promise kept over all people can be broken for each of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OwnOrGroup {
    group: Surprises,
    own: BTreeMap<String, Surprises>,
}

/// Which sets.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sets {
    /// Everybody's earlier surprises.
    Group,
    /// The person's own earlier ones, or everybody's.
    OwnOrGroup,
    /// As every answer moves them.
    Adaptive {
        /// How quickly, see [`Adaptive`].
        step: f64,
    },
}

impl Surprises {
    /// Those of these predictions, which must be of answers the model was not fitted to.
    #[must_use]
    pub fn of<'a>(scored: impl IntoIterator<Item = &'a Scored>) -> Self {
        let mut sorted: Vec<f64> = scored.into_iter().map(Scored::surprise).collect();
        sorted.sort_by(f64::total_cmp);
        Self { sorted }
    }

    /// What is left of yes and no when the truth shall be in it with probability `promised`: for this many surprises n and one
    /// more, exchangeable with them, it is with at least that, and at most 1/(n + 1) more where no two are equal.
    #[must_use]
    pub fn set(&self, promised: f64, yes: f64) -> AnswerSet {
        AnswerSet::up_to(self.quantile(promised), yes)
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.sorted.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    fn add(&mut self, surprise: f64) {
        let place = self.sorted.partition_point(|other| *other < surprise);
        self.sorted.insert(place, surprise);
    }

    fn remove(&mut self, surprise: f64) {
        let place = self.sorted.partition_point(|other| *other < surprise);
        if place < self.sorted.len() {
            self.sorted.remove(place);
        }
    }

    /// The `⌈(n + 1) · promised⌉`-th smallest: nothing is so surprising below the first, anything may be beyond the last.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be between 1 and n"
    )]
    fn quantile(&self, promised: f64) -> f64 {
        // Products such as 10 · 0.9 are a little above the number that is meant.
        let rank = (number(self.len() + 1) * promised - 1e-9).ceil();
        if rank <= 0.0 {
            return f64::NEG_INFINITY;
        }
        if rank > number(self.len()) {
            return f64::INFINITY;
        }
        self.sorted[rank as usize - 1]
    }
}

impl OwnOrGroup {
    /// Of everybody's earlier predictions and answers.
    #[must_use]
    pub fn of(people: &[PersonScored]) -> Self {
        let often = people.iter().filter(|person| person.scored.len() >= OWN_FROM);
        let own = often.map(|person| (person.person.clone(), Surprises::of(&person.scored)));
        Self { group: Surprises::of(people.iter().flat_map(|person| &person.scored)), own: own.collect() }
    }

    /// What the sets of this person are made of.
    #[must_use]
    pub fn surprises(&self, person: &str) -> &Surprises {
        self.own.get(person).unwrap_or(&self.group)
    }
}

impl Scored {
    /// How surprising the answer was: one less its probability.
    #[must_use]
    pub fn surprise(&self) -> f64 {
        if self.yes { 1.0 - self.probability } else { self.probability }
    }
}

/// How often sets made of `earlier` answers, and of held ones as they come where they are adaptive, hold the `held` answers.
/// `None` without held answers.
#[must_use]
pub fn over(sets: Sets, earlier: &[PersonScored], held: &[PersonScored], promised: f64) -> Option<Coverage> {
    let of_own = OwnOrGroup::of(earlier);
    let scored: Vec<(&str, Vec<SetScored>)> = held
        .iter()
        .map(|person| {
            let set = |one: &Scored, set| SetScored { set, yes: one.yes };
            let with = |surprises: &Surprises| -> Vec<SetScored> {
                person.scored.iter().map(|one| set(one, surprises.set(promised, one.probability))).collect()
            };
            let sets = match sets {
                Sets::Group => with(&of_own.group),
                Sets::OwnOrGroup => with(of_own.surprises(&person.person)),
                Sets::Adaptive { step } => {
                    let own = earlier.iter().find(|other| other.person == person.person);
                    let own = own.map_or(&[][..], |own| &own.scored);
                    let mut adaptive = Adaptive::new(of_own.group.clone(), promised, step);
                    own.iter().for_each(|one| adaptive.learn(one));
                    person.scored.iter().map(|one| set(one, adaptive.set_then_answer(one))).collect()
                }
            };
            (person.person.as_str(), sets)
        })
        .collect();
    Coverage::of(promised, scored.iter().map(|(person, sets)| (*person, &sets[..])))
}

#[cfg(test)]
mod tests;
