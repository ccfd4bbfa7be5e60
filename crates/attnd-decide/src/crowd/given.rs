//! Who gave what, where an answer is no label? Texts, numbers, boxes, masks: any answers laid out by unit.

use super::aggregator::CrowdError;
use super::answers::{Interner, Names};

/// Answers of any kind, those of one unit beside each other in the order they were given.
#[derive(Clone, Debug, PartialEq)]
pub struct Given<T> {
    units: Names,
    minds: Names,
    starts: Vec<usize>,
    of: Vec<(u32, T)>,
}

impl<T> Given<T> {
    /// Names of the units.
    #[must_use]
    pub fn units(&self) -> &Names {
        &self.units
    }

    /// Names of the minds.
    #[must_use]
    pub fn minds(&self) -> &Names {
        &self.minds
    }

    /// How many answers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.of.len()
    }

    /// Whether there are none. A built set never is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// The answers to one unit: index of the mind and what it gave.
    #[must_use]
    pub fn of(&self, unit: usize) -> &[(u32, T)] {
        &self.of[self.starts[unit]..self.starts[unit + 1]]
    }

    /// The answers unit by unit.
    pub fn by_unit(&self) -> impl ExactSizeIterator<Item = &[(u32, T)]> {
        self.starts.windows(2).map(|bounds| &self.of[bounds[0]..bounds[1]])
    }
}

/// Takes answers of any kind in any order and lays them out by unit. All answers of a mind to a unit count: it may
/// draw several boxes.
#[derive(Debug)]
pub struct GivenBuilder<T> {
    units: Interner,
    minds: Interner,
    rows: Vec<(u32, u32, T)>,
}

impl<T> Default for GivenBuilder<T> {
    fn default() -> Self {
        Self { units: Interner::default(), minds: Interner::default(), rows: Vec::new() }
    }
}

impl<T> GivenBuilder<T> {
    /// Adds one answer.
    ///
    /// # Errors
    /// [`CrowdError::TooManyNames`] past four thousand million units or minds.
    pub fn answer(&mut self, unit: &str, mind: &str, given: T) -> Result<(), CrowdError> {
        self.rows.push((self.units.index(unit)?, self.minds.index(mind)?, given));
        Ok(())
    }

    /// Lays the answers out by unit.
    ///
    /// # Errors
    /// [`CrowdError::NoAnswers`] where there is none.
    pub fn build(mut self) -> Result<Given<T>, CrowdError> {
        if self.rows.is_empty() {
            return Err(CrowdError::NoAnswers);
        }
        // Stable: the answers of a unit stay in the order they were given.
        self.rows.sort_by_key(|(unit, ..)| *unit);
        let mut starts = vec![0_usize; self.units.names.len() + 1];
        for (unit, ..) in &self.rows {
            starts[*unit as usize + 1] += 1;
        }
        for unit in 1..starts.len() {
            starts[unit] += starts[unit - 1];
        }
        let of = self.rows.into_iter().map(|(_, mind, given)| (mind, given)).collect();
        Ok(Given { units: self.units.names, minds: self.minds.names, starts, of })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_a_unit_lie_together_in_their_order() {
        let mut builder = GivenBuilder::default();
        for (unit, mind, given) in [("u", "a", 1.5), ("v", "a", 2.5), ("u", "b", 3.5), ("u", "a", 4.5)] {
            builder.answer(unit, mind, given).unwrap();
        }
        let given = builder.build().unwrap();
        assert_eq!(given.of(0), [(0, 1.5), (1, 3.5), (0, 4.5)]);
        assert_eq!((given.of(1), given.units().get(1)), (&[(0, 2.5)][..], "v"));
        assert_eq!(GivenBuilder::<f64>::default().build(), Err(CrowdError::NoAnswers));
    }
}
