//! Which step is best next? Steps in a heap: the greatest gain first, of equal gains the unit that comes first.

use std::cmp::{Ordering, Reverse};

/// A further step of a unit and what it is worth.
#[derive(Debug)]
pub(super) struct Next {
    pub(super) gain: f64,
    unit: Reverse<usize>,
}

impl Next {
    pub(super) fn new(gain: f64, unit: usize) -> Self {
        Self { gain, unit: Reverse(unit) }
    }

    pub(super) fn unit(&self) -> usize {
        self.unit.0
    }
}

impl PartialEq for Next {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Next {}

impl PartialOrd for Next {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Next {
    fn cmp(&self, other: &Self) -> Ordering {
        self.gain.total_cmp(&other.gain).then(self.unit.cmp(&other.unit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_gain_comes_first_and_of_equals_the_first_unit() {
        let mut heap: std::collections::BinaryHeap<Next> =
            [(1.0, 0), (2.0, 3), (2.0, 1)].map(|(gain, unit)| Next::new(gain, unit)).into();
        let order: Vec<usize> = std::iter::from_fn(|| heap.pop()).map(|next| next.unit()).collect();
        assert_eq!(order, [1, 3, 0]);
    }
}
