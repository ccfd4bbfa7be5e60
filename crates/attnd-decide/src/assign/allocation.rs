//! Who does what, how good is it, and what could not be done? What allocating gives back.

use super::instance::{AssignError, Goal};

/// An allocation and how good it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Allocation {
    /// What was made best.
    pub goal: Goal,
    /// Who does what.
    pub given: Given,
    /// What the goal comes to, in its unit (hours, weighted hours, expected weight, cost).
    pub value: f64,
    /// What no allocation can beat: below `value` where less is better, above it where more is.
    pub bound: f64,
    /// Units that get less than they need.
    pub unmet: Vec<Unmet>,
}

impl Allocation {
    /// How far the value is from its bound, as a share of the value's size; zero is proof that nothing is better.
    #[must_use]
    pub fn gap(&self) -> f64 {
        let distance = (self.value - self.bound).abs();
        if distance == 0.0 { 0.0 } else { distance / self.value.abs().max(self.bound.abs()) }
    }

    /// Nothing to do: every unit is done.
    #[must_use]
    pub fn nothing(goal: Goal, given: Given) -> Self {
        Self { goal, given, value: 0.0, bound: 0.0, unmet: Vec::new() }
    }
}

/// Who does what. Units and minds are places in the instance.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// So many hands stay with each unit.
    Hands(Vec<u64>),
    /// So many answers are asked for each unit.
    Answers(Vec<u64>),
    /// Which mind does which unit, by unit and then mind.
    Pairs(Vec<Pair>),
    /// Which hand works on what, when; by hand and then time.
    Spans(Vec<Span>),
}

/// A mind does a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    /// The unit.
    pub unit: usize,
    /// The mind.
    pub mind: usize,
    /// How often, where the unit or the mind stands for several alike.
    pub count: u64,
}

/// A hand works on a unit without a break.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// Which hand, from 0.
    pub hand: u64,
    /// The unit.
    pub unit: usize,
    /// Hour it begins.
    pub start_h: f64,
    /// Hour it ends.
    pub end_h: f64,
}

/// A unit that gets less than it needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unmet {
    /// The unit.
    pub unit: usize,
    /// How many of its alike.
    pub count: u64,
    /// Why.
    pub why: WhyUnmet,
}

/// Why a unit gets less than it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyUnmet {
    /// Nobody there has the skill, or every cell of its row is empty.
    NobodyCan,
    /// All who can together are too few or too unsure for it.
    TooFewCan,
    /// Those who can have no capacity left that another unit does not need more.
    NoCapacity,
    /// It would cost more than is left or than leaving it costs.
    TooDear,
    /// One answer is no better than a guess, so more of them do not help.
    AnswersDoNotHelp,
}

impl WhyUnmet {
    /// In words, with what would change it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::NobodyCan => "no mind can do it: nobody has the skill, or its row of pairs is empty",
            Self::TooFewCan => {
                "all minds that can do it together do not suffice: add minds or lower what is asked"
            }
            Self::NoCapacity => "the minds that can do it have no capacity left: add capacity or minds",
            Self::TooDear => "it costs more than the budget leaves or than leaving it undone costs",
            Self::AnswersDoNotHelp => {
                "an answer to it is no better than a guess, so more answers do not help"
            }
        }
    }
}

/// Refuses goals the regime does not have; the first is the usual one.
///
/// # Errors
/// [`AssignError::UnknownGoal`].
pub(crate) fn goal_of(
    kind: &'static str,
    wanted: Option<Goal>,
    goals: &[Goal],
    known: &'static str,
) -> Result<Goal, AssignError> {
    match wanted {
        None => Ok(goals[0]),
        Some(goal) if goals.contains(&goal) => Ok(goal),
        Some(_) => Err(AssignError::UnknownGoal { kind, known }),
    }
}
