//! How strongly must thousands of weights be held back to be true of others? Ridge regression, as strong as
//! leaving out asks for.
//!
//! Weights are found in the space of the examples, of which there are fewer than columns: of the Gram matrix one
//! decomposition serves every strength. What would be predicted of a group of examples by the fit without
//! them follows from the fit with them: y − ŷ₋g = (I − H_gg)⁻¹ (y − ŷ)_g, with H the matrix that makes predictions of
//! targets (Allen 1974, doi 10.1080/00401706.1974.10489157, for groups of one; Cook and Weisberg 1982, §3.5, for more).

use nalgebra::{DMatrix, DVector, SymmetricEigen};

/// A fit and what leaving out says of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Ridge {
    /// The strength with the least [`Self::errors`].
    pub strength: f64,
    /// What is predicted where every column is nothing.
    pub intercept: f64,
    /// `[column]`.
    pub weights: Vec<f64>,
    /// `[example]`: what the fit without its group predicts of it, at that strength.
    pub left_out: Vec<f64>,
    /// `[strength]`: mean squared error of what is predicted so.
    pub errors: Vec<f64>,
}

impl Ridge {
    /// The least of [`Self::errors`].
    #[must_use]
    pub fn error(&self) -> f64 {
        self.errors.iter().copied().fold(f64::INFINITY, f64::min)
    }
}

/// Fits `rows` (`[example, column]`) to `targets`. Each of `groups` is left out as a whole: it lists examples, and every
/// example is in one. The intercept is free.
///
/// Costs examples² × columns + examples³.
///
/// There is at least one example and one strength, all strengths are above zero and all numbers finite.
#[must_use]
pub fn fit(rows: &DMatrix<f64>, targets: &[f64], groups: &[Vec<usize>], strengths: &[f64]) -> Ridge {
    let examples = targets.len();
    let means = rows.row_mean();
    let mut centred = rows.clone();
    for mut row in centred.row_iter_mut() {
        row -= &means;
    }
    let mean = targets.iter().sum::<f64>() / examples as f64;
    let away = DVector::from_iterator(examples, targets.iter().map(|target| target - mean));
    let spectrum = SymmetricEigen::new(&centred * centred.transpose());
    let turned = spectrum.eigenvectors.transpose() * &away;
    let tried: Vec<(f64, Vec<f64>)> = strengths
        .iter()
        .map(|strength| {
            let left_out = left_out(&spectrum, &turned, targets, mean, groups, *strength);
            let squares = left_out.iter().zip(targets).map(|(left_out, target)| (target - left_out).powi(2));
            (squares.sum::<f64>() / examples as f64, left_out)
        })
        .collect();
    let best = (0..tried.len()).min_by(|&one, &other| tried[one].0.total_cmp(&tried[other].0));
    let best = best.expect("invariant: there is a strength");
    let strength = strengths[best];
    let shrunk = DVector::from_fn(examples, |index, _| {
        turned[index] / (spectrum.eigenvalues[index].max(0.0) + strength)
    });
    let weights = centred.tr_mul(&(&spectrum.eigenvectors * shrunk));
    Ridge {
        strength,
        intercept: mean - (means * &weights)[0],
        weights: weights.as_slice().to_vec(),
        left_out: tried[best].1.clone(),
        errors: tried.into_iter().map(|(error, _)| error).collect(),
    }
}

/// What is predicted of each example by the fit without its group.
fn left_out(
    spectrum: &SymmetricEigen<f64, nalgebra::Dyn>,
    turned: &DVector<f64>,
    targets: &[f64],
    mean: f64,
    groups: &[Vec<usize>],
    strength: f64,
) -> Vec<f64> {
    let vectors = &spectrum.eigenvectors;
    let kept = spectrum.eigenvalues.map(|value| value.max(0.0) / (value.max(0.0) + strength));
    let fitted = vectors * kept.component_mul(turned);
    let mut left_out = vec![mean; targets.len()];
    for group in groups {
        let of_group = vectors.select_rows(group);
        let mut scaled = of_group.clone();
        for (mut column, kept) in scaled.column_iter_mut().zip(kept.iter()) {
            column *= *kept;
        }
        // The free intercept is the mean of all: it adds one share to every entry.
        let hat = (scaled * of_group.transpose()).add_scalar(1.0 / targets.len() as f64);
        let residual = DVector::from_fn(group.len(), |index, _| {
            let example = group[index];
            targets[example] - mean - fitted[example]
        });
        let without = DMatrix::identity(group.len(), group.len()) - hat;
        let Some(error) = without.lu().solve(&residual) else { continue };
        for (example, error) in group.iter().zip(error.iter()) {
            left_out[*example] = targets[*example] - error;
        }
    }
    left_out
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    /// What scikit-learn's `RidgeClassifierCV` makes of a small table; see `tests/parity/minirocket.py`.
    #[derive(Deserialize)]
    struct Table {
        rows: Vec<Vec<f64>>,
        yes: Vec<u8>,
        strengths: Vec<f64>,
        strength: f64,
        weights: Vec<f64>,
        intercept: f64,
        scores: Vec<f64>,
        left_out_errors: Vec<f64>,
    }

    fn tables() -> Vec<Table> {
        serde_json::from_str(include_str!("../../tests/parity/ridge.json")).unwrap()
    }

    fn matrix(rows: &[Vec<f64>]) -> DMatrix<f64> {
        DMatrix::from_fn(rows.len(), rows[0].len(), |row, column| rows[row][column])
    }

    fn targets(table: &Table) -> Vec<f64> {
        table.yes.iter().map(|yes| f64::from(*yes) * 2.0 - 1.0).collect()
    }

    fn close(ours: f64, theirs: f64) -> bool {
        (ours - theirs).abs() < 1e-8 * (1.0 + theirs.abs())
    }

    #[test]
    fn strength_weights_and_scores_equal_scikit_learn_s() {
        for table in tables() {
            let each: Vec<Vec<usize>> = (0..table.rows.len()).map(|example| vec![example]).collect();
            let ridge = fit(&matrix(&table.rows), &targets(&table), &each, &table.strengths);
            assert!(close(ridge.strength, table.strength), "{} {}", ridge.strength, table.strength);
            assert!(close(ridge.intercept, table.intercept));
            assert!(ridge.weights.iter().zip(&table.weights).all(|(a, b)| close(*a, *b)));
            assert!(ridge.errors.iter().zip(&table.left_out_errors).all(|(a, b)| close(*a, *b)));
            for (row, theirs) in table.rows.iter().zip(&table.scores) {
                let ours: f64 = row.iter().zip(&ridge.weights).map(|(value, weight)| value * weight).sum();
                assert!(close(ours + ridge.intercept, *theirs));
            }
        }
    }

    #[test]
    fn leaving_a_group_out_is_fitting_without_it() {
        for table in tables() {
            let targets = targets(&table);
            let groups: Vec<Vec<usize>> =
                (0..4).map(|group| (group..targets.len()).step_by(4).collect()).collect();
            let ridge = fit(&matrix(&table.rows), &targets, &groups, &[0.7]);
            for group in &groups {
                let others: Vec<usize> =
                    (0..targets.len()).filter(|example| !group.contains(example)).collect();
                let rows: Vec<Vec<f64>> = others.iter().map(|&other| table.rows[other].clone()).collect();
                let of_others: Vec<f64> = others.iter().map(|&other| targets[other]).collect();
                let without = fit(&matrix(&rows), &of_others, &[(0..others.len()).collect()], &[0.7]);
                for &example in group {
                    let row = table.rows[example].iter().zip(&without.weights);
                    let predicted =
                        row.map(|(value, weight)| value * weight).sum::<f64>() + without.intercept;
                    assert!(close(ridge.left_out[example], predicted), "{example}");
                }
            }
        }
    }

    #[test]
    fn columns_that_say_nothing_leave_the_mean() {
        let ridge = fit(&DMatrix::zeros(4, 3), &[1.0, 2.0, 3.0, 6.0], &[vec![0, 1], vec![2, 3]], &[1.0]);
        assert!(close(ridge.intercept, 3.0) && ridge.weights.iter().all(|weight| *weight == 0.0));
        assert!(close(ridge.left_out[0], 4.5) && close(ridge.left_out[3], 1.5));
    }
}
