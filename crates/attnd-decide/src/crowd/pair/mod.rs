//! Which is better, given who preferred what to what? Scores from comparisons of two.
//!
//! | model | file | knows |
//! |---|---|---|
//! | Bradley-Terry | [`bradley_terry`] | how strong each thing is |
//! | noisy Bradley-Terry | [`noisy`] | also who chooses carelessly, and by position |

pub mod bradley_terry;
pub mod comparisons;
pub mod noisy;

pub use bradley_terry::BradleyTerry;
pub use comparisons::{Comparison, Comparisons, ComparisonsBuilder, Outcome};
pub use noisy::{NoisyBradleyTerry, NoisyScores};

/// What was learned of the things compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    /// `[thing]`: natural logarithm of its strength, mean 0: the odds that one is preferred to another are the
    /// exponential of their difference.
    pub of: Vec<f64>,
    /// What is maximised, after each round; it never falls.
    pub objective: Vec<f64>,
}

impl Scores {
    /// The places of the things from best to worst; of equals the one seen first.
    #[must_use]
    pub fn ranking(&self) -> Vec<usize> {
        let mut ranking: Vec<usize> = (0..self.of.len()).collect();
        ranking.sort_by(|&one, &other| self.of[other].total_cmp(&self.of[one]).then(one.cmp(&other)));
        ranking
    }
}
