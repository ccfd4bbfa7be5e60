//! Who preferred what to what? Comparisons of two things, as they were shown.

use crate::crowd::aggregator::CrowdError;
use crate::crowd::answers::{Interner, Names};

/// What was preferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The one shown left or first.
    Left,
    /// The one shown right or second.
    Right,
    /// Neither.
    Tie,
}

/// One comparison, by indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Who compared, in [`Comparisons::minds`].
    pub mind: u32,
    /// What was shown left or first, in [`Comparisons::things`].
    pub left: u32,
    /// What was shown right or second.
    pub right: u32,
    /// What was preferred.
    pub outcome: Outcome,
}

/// All comparisons in the order they came.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparisons {
    things: Names,
    minds: Names,
    rows: Vec<Comparison>,
}

impl Comparisons {
    /// Names of what was compared.
    #[must_use]
    pub fn things(&self) -> &Names {
        &self.things
    }

    /// Names of who compared.
    #[must_use]
    pub fn minds(&self) -> &Names {
        &self.minds
    }

    /// The comparisons.
    #[must_use]
    pub fn rows(&self) -> &[Comparison] {
        &self.rows
    }
}

/// Takes comparisons one by one.
#[derive(Debug, Default)]
pub struct ComparisonsBuilder {
    things: Interner,
    minds: Interner,
    rows: Vec<Comparison>,
}

impl ComparisonsBuilder {
    /// Adds one comparison. One of a thing with itself tells nothing of strengths, but of habits of position.
    ///
    /// # Errors
    /// [`CrowdError::TooManyNames`] past four thousand million things or minds.
    pub fn compare(
        &mut self,
        mind: &str,
        left: &str,
        right: &str,
        outcome: Outcome,
    ) -> Result<(), CrowdError> {
        let mind = self.minds.index(mind)?;
        let (left, right) = (self.things.index(left)?, self.things.index(right)?);
        self.rows.push(Comparison { mind, left, right, outcome });
        Ok(())
    }

    /// All of them.
    ///
    /// # Errors
    /// [`CrowdError::NoAnswers`] where there is none.
    pub fn build(self) -> Result<Comparisons, CrowdError> {
        if self.rows.is_empty() {
            return Err(CrowdError::NoAnswers);
        }
        Ok(Comparisons { things: self.things.names, minds: self.minds.names, rows: self.rows })
    }
}
