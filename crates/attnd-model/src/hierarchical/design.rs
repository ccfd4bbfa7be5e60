//! How are rows held so that sums over them stay cheap? Dense numbers beside the few words that are on.

use nalgebra::{DMatrix, DVector};

use crate::estimator::ModelError;

/// Rows of inputs: `dense` numbers each and at most a few words, a word being a number that is 1 where it is on.
///
/// Words are kept as indices: of a hundred words two or three are on, and a matrix of zeros would make every sum over
/// the rows ten times as long.
#[derive(Clone, Debug, PartialEq)]
pub struct Design {
    /// `[row, dense]`.
    dense: DMatrix<f64>,
    /// `[row]`: the words that are on.
    words: Vec<Vec<usize>>,
    /// How many words there are.
    vocabulary: usize,
}

/// One row of a [`Design`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// The dense numbers.
    pub dense: Vec<f64>,
    /// The words that are on.
    pub words: Vec<usize>,
}

impl Design {
    /// Rows of `dense` numbers and words below `vocabulary`.
    ///
    /// # Errors
    /// [`ModelError::Columns`] when a row has another width or an unknown word.
    pub fn new(rows: &[Row], dense: usize, vocabulary: usize) -> Result<Self, ModelError> {
        for row in rows {
            if row.dense.len() != dense || row.words.iter().any(|word| *word >= vocabulary) {
                return Err(ModelError::Columns {
                    expected: format!("{dense} numbers and words below {vocabulary}"),
                    found: format!("{} numbers and the words {:?}", row.dense.len(), row.words),
                });
            }
        }
        Ok(Self {
            dense: DMatrix::from_fn(rows.len(), dense, |row, column| rows[row].dense[column]),
            words: rows.iter().map(|row| row.words.clone()).collect(),
            vocabulary,
        })
    }

    /// How many rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.words.len()
    }

    /// How many weights a row is multiplied with: the dense numbers, then the words.
    #[must_use]
    pub fn width(&self) -> usize {
        self.dense.ncols() + self.vocabulary
    }

    /// `X w`, one number a row.
    pub(super) fn times(&self, weights: &DVector<f64>) -> DVector<f64> {
        let dense = self.dense.ncols();
        let mut product = &self.dense * weights.rows(0, dense);
        for (value, words) in product.iter_mut().zip(&self.words) {
            *value += words.iter().map(|word| weights[dense + word]).sum::<f64>();
        }
        product
    }

    /// `Xᵀ v`, one number a weight.
    pub(super) fn transposed_times(&self, values: &DVector<f64>) -> DVector<f64> {
        let dense = self.dense.ncols();
        let mut product = DVector::zeros(self.width());
        product.rows_mut(0, dense).copy_from(&self.dense.tr_mul(values));
        for (value, words) in values.iter().zip(&self.words) {
            for word in words {
                product[dense + word] += value;
            }
        }
        product
    }

    /// `Xᵀ S X` for the diagonal `weights`, `[width, width]`.
    pub(super) fn gram(&self, weights: &DVector<f64>) -> DMatrix<f64> {
        let dense = self.dense.ncols();
        let mut scaled = self.dense.clone();
        for mut column in scaled.column_iter_mut() {
            column.component_mul_assign(weights);
        }
        // Words by row: summed into columns of a matrix of their own, so that each sum runs over neighbouring numbers.
        let rows = scaled.transpose();
        let mut cross = DMatrix::zeros(dense, self.vocabulary);
        let mut gram = DMatrix::zeros(self.width(), self.width());
        for (row, words) in self.words.iter().enumerate() {
            for word in words {
                cross.column_mut(*word).axpy(1.0, &rows.column(row), 1.0);
                for other in words {
                    gram[(dense + word, dense + other)] += weights[row];
                }
            }
        }
        gram.view_mut((0, 0), (dense, dense)).copy_from(&self.dense.tr_mul(&scaled));
        gram.view_mut((0, dense), (dense, self.vocabulary)).copy_from(&cross);
        gram.view_mut((dense, 0), (self.vocabulary, dense)).copy_from(&cross.transpose());
        gram
    }
}

impl Row {
    /// The row's product with weights: the dense ones first, then the words'.
    #[must_use]
    pub fn times(&self, weights: &[f64]) -> f64 {
        let (dense, words) = weights.split_at(self.dense.len().min(weights.len()));
        let numbers: f64 = self.dense.iter().zip(dense).map(|(value, weight)| value * weight).sum();
        numbers + self.words.iter().filter_map(|word| words.get(*word)).sum::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Row> {
        vec![
            Row { dense: vec![1.0, -2.0], words: vec![0, 2] },
            Row { dense: vec![0.5, 3.0], words: vec![] },
            Row { dense: vec![-1.5, 0.25], words: vec![2] },
        ]
    }

    fn spelt_out() -> DMatrix<f64> {
        DMatrix::from_row_slice(
            3,
            5,
            &[1.0, -2.0, 1.0, 0.0, 1.0, 0.5, 3.0, 0.0, 0.0, 0.0, -1.5, 0.25, 0.0, 0.0, 1.0],
        )
    }

    #[test]
    fn sums_are_those_of_the_matrix_with_all_zeros_spelt_out() {
        let design = Design::new(&rows(), 2, 3).unwrap();
        let whole = spelt_out();
        let weights = DVector::from_vec(vec![0.3, -0.1, 2.0, 5.0, -1.0]);
        let values = DVector::from_vec(vec![0.2, 0.7, 1.1]);
        assert!((design.times(&weights) - &whole * &weights).amax() < 1e-12);
        assert!((design.transposed_times(&values) - whole.tr_mul(&values)).amax() < 1e-12);
        let expected = whole.transpose() * DMatrix::from_diagonal(&values) * &whole;
        assert!((design.gram(&values) - expected).amax() < 1e-12);
        for (index, row) in rows().iter().enumerate() {
            assert!((row.times(weights.as_slice()) - design.times(&weights)[index]).abs() < 1e-12);
        }
    }

    #[test]
    fn a_row_of_another_width_is_refused() {
        assert!(Design::new(&[Row { dense: vec![1.0], words: vec![] }], 2, 3).is_err());
        assert!(Design::new(&[Row { dense: vec![1.0, 2.0], words: vec![3] }], 2, 3).is_err());
    }
}
