//! What is kept of an array? All of it, its whole numbers, or only those that are not zero and where they are.
//!
//! ```text
//! numbers   0 7 0 0 0 0 −3 0      where, one bit each   0100 0010      kept   7 −3
//! ```

use super::quantise::{Grouping, expand, quantise};

/// An array as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Packed {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
    pub(super) numbers: Numbers,
}

/// Its numbers.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Numbers {
    /// As they are.
    Whole(Vec<f32>),
    /// Every one, in eight bits.
    Dense { scales: Vec<f32>, values: Vec<i8> },
    /// Those that are not zero, in eight bits, and a bit for each place, lowest first.
    Sparse { scales: Vec<f32>, places: Vec<u8>, values: Vec<i8> },
}

impl Packed {
    /// The array with its smallest numbers left out, as small as can be. Only weights are changed: matrices, and lists of that
    /// name.
    pub(super) fn of((name, shape, values): &(String, Vec<usize>, Vec<f32>), pruned: f64) -> Self {
        let is_weights = shape.len() > 1 || name == "weights";
        let finite = values.iter().all(|value| value.is_finite());
        let numbers = if is_weights && finite {
            Numbers::small(&prune(values, pruned), Grouping::of(shape))
        } else {
            Numbers::Whole(values.clone())
        };
        Self { name: name.clone(), shape: shape.clone(), numbers }
    }

    /// The array again.
    pub(super) fn expand(&self) -> (String, Vec<usize>, Vec<f32>) {
        let grouping = Grouping::of(&self.shape);
        let values = match &self.numbers {
            Numbers::Whole(values) => values.clone(),
            Numbers::Dense { scales, values } => expand(scales, values, grouping),
            Numbers::Sparse { scales, places, values } => {
                let mut values = values.iter().copied();
                let count = self.shape.iter().product();
                let is_there = |index: usize| places[index / 8] >> (index % 8) & 1 == 1;
                let whole = |index| if is_there(index) { values.next().unwrap_or(0) } else { 0 };
                expand(scales, &(0..count).map(whole).collect::<Vec<i8>>(), grouping)
            }
        };
        (self.name.clone(), self.shape.clone(), values)
    }

    /// Whether the lists are as long as the shape says: a file may claim anything.
    pub(super) fn fits(&self) -> bool {
        let Some(count) = self.shape.iter().try_fold(1_usize, |count, side| count.checked_mul(*side)) else {
            return false;
        };
        let scales_fit = |scales: &[f32]| {
            scales.len() == Grouping::of(&self.shape).scales(count)
                && scales.iter().all(|scale| scale.is_finite())
        };
        match &self.numbers {
            Numbers::Whole(values) => values.len() == count,
            Numbers::Dense { scales, values } => values.len() == count && scales_fit(scales),
            Numbers::Sparse { scales, places, values } => {
                let there: u32 = places.iter().map(|byte| byte.count_ones()).sum();
                places.len() == count.div_ceil(8) && there as usize == values.len() && scales_fit(scales)
            }
        }
    }
}

impl Numbers {
    fn small(values: &[f32], grouping: Grouping) -> Self {
        let (scales, whole) = quantise(values, grouping);
        let there = whole.iter().filter(|value| **value != 0).count();
        if there + whole.len().div_ceil(8) >= whole.len() {
            return Self::Dense { scales, values: whole };
        }
        let mut places = vec![0_u8; whole.len().div_ceil(8)];
        for (index, _) in whole.iter().enumerate().filter(|(_, value)| **value != 0) {
            places[index / 8] |= 1 << (index % 8);
        }
        Self::Sparse { scales, places, values: whole.into_iter().filter(|value| *value != 0).collect() }
    }
}

/// `values` with the smallest `share` of them zero.
fn prune(values: &[f32], share: f64) -> Vec<f32> {
    let count = ((values.len() as f64) * share.clamp(0.0, 1.0)) as usize;
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|one, other| values[*one].abs().total_cmp(&values[*other].abs()));
    let mut pruned = values.to_vec();
    order.iter().take(count).for_each(|index| pruned[*index] = 0.0);
    pruned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_go_and_the_rest_stays_where_it_was() {
        assert_eq!(prune(&[0.1, -3.0, 0.0, 2.0, -0.2], 0.6), [0.0, -3.0, 0.0, 2.0, 0.0]);
        let values: Vec<f32> = (0..200).map(|index| if index % 7 == 3 { 127.0 } else { 0.4 }).collect();
        let packed = Packed::of(&("w".to_owned(), vec![100, 2], values), 0.8);
        assert!(matches!(packed.numbers, Numbers::Sparse { .. }) && packed.fits());
        let (_, _, back) = packed.expand();
        let places: Vec<usize> = (0..200).filter(|index| back[*index] != 0.0).collect();
        assert_eq!(places, (0..200).filter(|index| index % 7 == 3).collect::<Vec<_>>());
        assert!((back[3] - 127.0).abs() < 1e-4);
    }

    #[test]
    fn what_is_no_weight_stays_as_it_is() {
        let means = ("usual".to_owned(), vec![3], vec![1e-7, 5.0, 123_456.78]);
        assert_eq!(Packed::of(&means, 0.9).expand(), means);
        let odd = ("w".to_owned(), vec![1, 2], vec![f32::NAN, 1.0]);
        assert!(matches!(Packed::of(&odd, 0.9).numbers, Numbers::Whole(_)));
    }
}
