//! What is to be allocated? Units of work, the hands or minds there are, and what is wanted of them.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Units and who may do them. Fields that are absent are not constraints.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    /// The regime by name, where the instance shall not be looked at to find it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What is wanted; each regime has its usual goal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<Goal>,
    /// How many alike hands there are, where nobody is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hands: Option<u64>,
    /// Whether hands stay where they are put.
    #[serde(default, skip_serializing_if = "Staffing::is_fixed")]
    pub staffing: Staffing,
    /// What may be spent at most, in the unit of the costs; where only answers are counted, how many answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<f64>,
    /// The work.
    pub units: Vec<Unit>,
    /// Who can be given work, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub minds: Vec<Mind>,
    /// What holds for one mind on one unit.
    #[serde(default, skip_serializing_if = "Pairs::is_empty")]
    pub pairs: Pairs,
}

/// What an allocation is to make best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// The last unit is finished as early as possible, in hours.
    Makespan,
    /// The sum of weight × hour of finishing is least.
    Completion,
    /// The expected weight of units decided rightly is greatest.
    Correct,
    /// The cost is least.
    Cost,
    /// The profit is greatest: `pairs.cost` is then what is earned.
    Profit,
}

impl Goal {
    /// Whether more is better.
    #[must_use]
    pub fn maximises(self) -> bool {
        matches!(self, Self::Correct | Self::Profit)
    }
}

/// Whether hands stay where they are put.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Staffing {
    /// A hand stays with its unit until it is done.
    #[default]
    Fixed,
    /// Hands move to another unit at any time.
    Moving,
}

impl Staffing {
    fn is_fixed(&self) -> bool {
        *self == Self::Fixed
    }
}

/// A piece of work, or several alike.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// Its name.
    pub id: String,
    /// How many alike this stands for.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u64,
    /// Whether it is done already; nothing is given to it then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub done: bool,
    /// Work that remains, in hours of one hand of speed 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work_h: Option<f64>,
    /// How much it matters; one where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<f64>,
    /// How many hands can work on it at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_hands: Option<u64>,
    /// How many answers of different minds it needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<u32>,
    /// Probability that one answer to it is right, whoever gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<f64>,
    /// What one answer to it costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_cost: Option<f64>,
    /// The skill a mind needs for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skill: Option<String>,
    /// Probability with which it must be right once answered: in (0.5, 1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<f64>,
    /// What leaving it undone costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unmet_cost: Option<f64>,
    /// Units that must be finished before it begins, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
}

impl Unit {
    /// One unit of that name of which nothing is known.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            count: 1,
            done: false,
            work_h: None,
            weight: None,
            most_hands: None,
            answers: None,
            accuracy: None,
            answer_cost: None,
            skill: None,
            quality: None,
            unmet_cost: None,
            after: Vec::new(),
        }
    }

    /// The same with so many hours of work.
    #[must_use]
    pub fn with_work_h(mut self, work_h: f64) -> Self {
        self.work_h = Some(work_h);
        self
    }

    /// Hours of work, one where none is stated.
    #[must_use]
    pub fn hours(&self) -> f64 {
        self.work_h.unwrap_or(1.0)
    }

    /// Its weight, one where none is stated.
    #[must_use]
    pub fn importance(&self) -> f64 {
        self.weight.unwrap_or(1.0)
    }
}

/// Somebody who can be given work, or several alike.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mind {
    /// Its name.
    pub id: String,
    /// How many alike this stands for.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u64,
    /// Hours it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity_h: Option<f64>,
    /// Answers it can give.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity_answers: Option<u64>,
    /// What an hour of it costs, the price of interrupting it included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wage_per_h: Option<f64>,
    /// What an answer of it costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_cost: Option<f64>,
    /// Probability that an answer of it is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<f64>,
    /// Hours of work done in one hour; one where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed: Option<f64>,
    /// The skills it has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
}

impl Mind {
    /// One mind of that name of which nothing is known.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            count: 1,
            capacity_h: None,
            capacity_answers: None,
            wage_per_h: None,
            answer_cost: None,
            accuracy: None,
            speed: None,
            skills: Vec::new(),
        }
    }
}

/// What holds for one mind on one unit: tables `[unit, mind]`, each with a row for every unit and in it a cell for every
/// mind. An empty cell (`null`) says that this mind cannot do this unit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pairs {
    /// Cost, or profit where the goal is profit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Table>,
    /// Hours this mind takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work_h: Option<Table>,
    /// Probability that its answer is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<Table>,
}

/// Rows of units, cells of minds.
pub type Table = Vec<Vec<Option<f64>>>;

impl Pairs {
    fn is_empty(&self) -> bool {
        self.tables().all(|(_, table)| table.is_none())
    }

    fn tables(&self) -> impl Iterator<Item = (&'static str, Option<&Table>)> {
        [("cost", &self.cost), ("work_h", &self.work_h), ("accuracy", &self.accuracy)]
            .into_iter()
            .map(|(name, table)| (name, table.as_ref()))
    }
}

fn one() -> u64 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_one(count: &u64) -> bool {
    *count == 1
}

/// Why an instance cannot be allocated, and what to change.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum AssignError {
    /// There is no unit.
    #[error("the instance has no units; list the work in 'units'")]
    NoUnits,
    /// There is nobody to do them.
    #[error("nobody is there to do the work; give 'hands', 'minds' or a 'budget' of answers")]
    Nobody,
    /// Two have one name.
    #[error("two of the {place} are called '{id}'; give each a name of its own, or one entry with a 'count'")]
    Repeated {
        /// `units` or `minds`.
        place: &'static str,
        /// The name.
        id: String,
    },
    /// A number is out of its range.
    #[error("{place} '{id}': {field} is {found}, and must be {wanted}")]
    Range {
        /// `unit` or `mind` or `instance`.
        place: &'static str,
        /// Its name.
        id: String,
        /// The field.
        field: &'static str,
        /// What it is.
        found: f64,
        /// What it may be.
        wanted: &'static str,
    },
    /// A table does not have a cell for each pair.
    #[error(
        "pairs.{table} has {rows} rows of {cells} cells where row {row} begins; it needs {units} rows (units) of {minds} cells (minds)"
    )]
    Shape {
        /// The table.
        table: &'static str,
        /// Its rows.
        rows: usize,
        /// The first row that is wrong, from 0.
        row: usize,
        /// Its cells.
        cells: usize,
        /// How many rows are needed.
        units: usize,
        /// How many cells a row needs.
        minds: usize,
    },
    /// A unit waits for one that is not there.
    #[error("unit '{id}' is after '{missing}', and there is no unit of that name")]
    UnknownUnit {
        /// The unit that waits.
        id: String,
        /// What it waits for.
        missing: String,
    },
    /// Units wait for each other.
    #[error("unit '{id}' comes after itself through its 'after'; take one of the circle's links away")]
    Circle {
        /// One of the circle.
        id: String,
    },
    /// There is no regime of that name.
    #[error("there is no kind '{kind}'; the kinds are {known}, or leave 'kind' out")]
    UnknownKind {
        /// The name.
        kind: String,
        /// Those there are.
        known: String,
    },
    /// The regime cannot do that.
    #[error("kind '{kind}' {problem}; {instead}")]
    Unsuited {
        /// The regime.
        kind: &'static str,
        /// What it cannot do.
        problem: &'static str,
        /// What to do.
        instead: &'static str,
    },
    /// The regime has no such goal.
    #[error("kind '{kind}' knows the goals {known}; change 'goal' or leave it out")]
    UnknownGoal {
        /// The regime.
        kind: &'static str,
        /// Its goals.
        known: &'static str,
    },
}

impl Instance {
    /// Whether every number is in its range, every name is there once and every table has a cell for each pair.
    ///
    /// # Errors
    /// The first thing that is wrong and what to do about it.
    pub fn check(&self) -> Result<(), AssignError> {
        if self.units.is_empty() {
            return Err(AssignError::NoUnits);
        }
        if self.hands.is_none() && self.minds.is_empty() && self.budget.is_none() {
            return Err(AssignError::Nobody);
        }
        if let Some(budget) = self.budget {
            range("instance", "", "budget", budget, budget >= 0.0, "zero or more")?;
        }
        if let Some(hands) = self.hands {
            range("instance", "", "hands", hands as f64, (1..=MOST_COUNT).contains(&hands), WANTED_COUNT)?;
        }
        self.units.iter().try_for_each(check_unit)?;
        self.minds.iter().try_for_each(check_mind)?;
        unique("units", self.units.iter().map(|unit| &unit.id))?;
        unique("minds", self.minds.iter().map(|mind| &mind.id))?;
        self.pairs.tables().try_for_each(|(name, table)| self.check_table(name, table))
    }

    fn check_table(&self, name: &'static str, table: Option<&Table>) -> Result<(), AssignError> {
        let Some(table) = table else { return Ok(()) };
        let (units, minds) = (self.units.len(), self.minds.len());
        let wrong = |row: usize, cells: usize| AssignError::Shape {
            table: name,
            rows: table.len(),
            row,
            cells,
            units,
            minds,
        };
        if let Some((row, cells)) = table.iter().enumerate().find(|(_, row)| row.len() != minds) {
            return Err(wrong(row, cells.len()));
        }
        if table.len() != units {
            return Err(wrong(0, table.first().map_or(0, Vec::len)));
        }
        for (unit, row) in self.units.iter().zip(table) {
            for &cell in row.iter().flatten() {
                let (good, wanted) = match name {
                    "accuracy" => (cell > 0.0 && cell < 1.0, "above 0 and below 1"),
                    "work_h" => (cell > 0.0 && cell.is_finite(), "hours above zero"),
                    _ => (cell.is_finite(), "a number"),
                };
                range("pairs of unit", &unit.id, name, cell, good, wanted)?;
            }
        }
        Ok(())
    }

    /// The place of each unit by its name.
    #[must_use]
    pub fn places(&self) -> HashMap<&str, usize> {
        self.units.iter().enumerate().map(|(place, unit)| (unit.id.as_str(), place)).collect()
    }
}

/// Counts above this would not be exact in sums of floating-point numbers.
const MOST_COUNT: u64 = 1 << 32;
const WANTED_COUNT: &str = "a whole number from 1 to 2^32";

fn check_unit(unit: &Unit) -> Result<(), AssignError> {
    let check = |field, value: Option<f64>, good: fn(f64) -> bool, wanted| match value {
        Some(value) => range("unit", &unit.id, field, value, good(value), wanted),
        None => Ok(()),
    };
    let whole = |value: f64| (1.0..=MOST_COUNT as f64).contains(&value);
    check("count", Some(unit.count as f64), whole, WANTED_COUNT)?;
    check(
        "work_h",
        unit.work_h,
        |hours| hours > 0.0 && hours.is_finite(),
        "hours above zero; say 'done': true of what is done",
    )?;
    check("weight", unit.weight, |weight| weight > 0.0 && weight.is_finite(), "above zero")?;
    check("most_hands", unit.most_hands.map(|most| most as f64), whole, WANTED_COUNT)?;
    check(
        "answers",
        unit.answers.map(f64::from),
        |answers| (1.0..=1e6).contains(&answers),
        "from 1 to a million",
    )?;
    check("accuracy", unit.accuracy, |accuracy| accuracy > 0.0 && accuracy < 1.0, "above 0 and below 1")?;
    check("answer_cost", unit.answer_cost, |cost| cost > 0.0 && cost.is_finite(), "above zero")?;
    check("quality", unit.quality, |quality| quality > 0.5 && quality < 1.0, "above 0.5 and below 1")?;
    check("unmet_cost", unit.unmet_cost, |cost| cost >= 0.0 && cost.is_finite(), "zero or more")
}

fn check_mind(mind: &Mind) -> Result<(), AssignError> {
    let check = |field, value: Option<f64>, good: fn(f64) -> bool, wanted| match value {
        Some(value) => range("mind", &mind.id, field, value, good(value), wanted),
        None => Ok(()),
    };
    check(
        "count",
        Some(mind.count as f64),
        |count| (1.0..=MOST_COUNT as f64).contains(&count),
        WANTED_COUNT,
    )?;
    check("capacity_h", mind.capacity_h, |hours| hours >= 0.0 && hours.is_finite(), "zero or more hours")?;
    check(
        "capacity_answers",
        mind.capacity_answers.map(|count| count as f64),
        |count| count <= MOST_COUNT as f64,
        "at most 2^32",
    )?;
    check("wage_per_h", mind.wage_per_h, |wage| wage >= 0.0 && wage.is_finite(), "zero or more")?;
    check("answer_cost", mind.answer_cost, |cost| cost >= 0.0 && cost.is_finite(), "zero or more")?;
    check("accuracy", mind.accuracy, |accuracy| accuracy > 0.0 && accuracy < 1.0, "above 0 and below 1")?;
    check("speed", mind.speed, |speed| speed > 0.0 && speed.is_finite(), "above zero")
}

fn range(
    place: &'static str,
    id: &str,
    field: &'static str,
    found: f64,
    good: bool,
    wanted: &'static str,
) -> Result<(), AssignError> {
    if good { Ok(()) } else { Err(AssignError::Range { place, id: id.to_owned(), field, found, wanted }) }
}

fn unique<'a>(
    place: &'static str,
    ids: impl ExactSizeIterator<Item = &'a String>,
) -> Result<(), AssignError> {
    let mut seen = std::collections::HashSet::with_capacity(ids.len());
    for id in ids {
        if !seen.insert(id.as_str()) {
            return Err(AssignError::Repeated { place, id: id.clone() });
        }
    }
    Ok(())
}
