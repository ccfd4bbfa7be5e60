//! Which boxes mean the same thing, and where is it? Boxes of several minds into one each.
//!
//! Boxes are put together from the most overlapping pair on, never two of one mind; each side is then the weighted
//! median of its boxes' sides, which one careless box does not move. Overlap is intersection over union
//! (Jaccard 1912; as detectors are judged by: Everingham and others 2010, doi:10.1007/s11263-009-0275-4).

use thiserror::Error;

/// A box with sides along the axes, in any unit of length; `right` and `bottom` are the larger.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rectangle {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

/// Why a box is none.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum ShapeError {
    /// No area.
    #[error("a box must have its left before its right, its top before its bottom, and only finite sides")]
    NoArea,
}

impl Rectangle {
    /// A box of those sides.
    ///
    /// # Errors
    /// [`ShapeError::NoArea`] where it would have none.
    pub fn new(left: f64, top: f64, right: f64, bottom: f64) -> Result<Self, ShapeError> {
        let finite = [left, top, right, bottom].iter().all(|side| side.is_finite());
        if finite && left < right && top < bottom {
            Ok(Self { left, top, right, bottom })
        } else {
            Err(ShapeError::NoArea)
        }
    }

    /// Left, top, right, bottom.
    #[must_use]
    pub fn sides(&self) -> [f64; 4] {
        [self.left, self.top, self.right, self.bottom]
    }

    /// Its area.
    #[must_use]
    pub fn area(&self) -> f64 {
        (self.right - self.left) * (self.bottom - self.top)
    }

    /// Intersection over union with another: 0 apart, 1 the same.
    #[must_use]
    pub fn overlap(&self, other: &Self) -> f64 {
        let wide = self.right.min(other.right) - self.left.max(other.left);
        let high = self.bottom.min(other.bottom) - self.top.max(other.top);
        if wide <= 0.0 || high <= 0.0 {
            return 0.0;
        }
        let both = wide * high;
        both / (self.area() + other.area() - both)
    }
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Where.
    pub rectangle: Rectangle,
    /// Places of its boxes among those given.
    pub boxes: Vec<usize>,
    /// Share of the minds' weight that found it.
    pub support: f64,
    /// Mean overlap of its boxes with where it is.
    pub tightness: f64,
}

/// The things that the boxes of one unit mean. `boxes` are the minds' indices and what they drew; `weights` is how much each
/// mind counts, `[mind]`; `minds` are all who looked at the unit, also those who drew nothing. Boxes mean the same
/// where they overlap by `least_overlap` on average (.5 as detectors are judged); most supported first.
///
/// O(boxes² log boxes + boxes³) for the boxes of one unit.
#[must_use]
pub fn found(boxes: &[(u32, Rectangle)], minds: &[u32], weights: &[f64], least_overlap: f64) -> Vec<Found> {
    let weight = |mind: u32| weights.get(mind as usize).copied().unwrap_or(1.0);
    let all: f64 = minds.iter().map(|&mind| weight(mind)).sum();
    let found = |boxes_of: Vec<usize>| {
        let side = |side: usize| {
            let mut sides: Vec<(f64, f64)> =
                boxes_of.iter().map(|&at| (boxes[at].1.sides()[side], weight(boxes[at].0))).collect();
            weighted_median(&mut sides)
        };
        // Medians of lefts stay before those of rights: each box has its own left before its right.
        let rectangle = Rectangle { left: side(0), top: side(1), right: side(2), bottom: side(3) };
        let overlaps: f64 = boxes_of.iter().map(|&at| rectangle.overlap(&boxes[at].1)).sum();
        let supporting: f64 = boxes_of.iter().map(|&at| weight(boxes[at].0)).sum();
        let support = if all > 0.0 { (supporting / all).min(1.0) } else { 0.0 };
        Found { rectangle, tightness: overlaps / boxes_of.len() as f64, support, boxes: boxes_of }
    };
    let mut things: Vec<Found> = clusters(boxes, least_overlap).into_iter().map(found).collect();
    let order = |of: &Found| of.rectangle.sides();
    things.sort_by(|one, other| {
        let sides = order(one).into_iter().zip(order(other)).map(|(one, other)| one.total_cmp(&other));
        other
            .support
            .total_cmp(&one.support)
            .then_with(|| sides.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then))
    });
    things
}

/// Puts together, from the most overlapping pair on, groups whose boxes overlap enough on average and are of different minds.
fn clusters(boxes: &[(u32, Rectangle)], least_overlap: f64) -> Vec<Vec<usize>> {
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for one in 0..boxes.len() {
        for other in one + 1..boxes.len() {
            let overlap = boxes[one].1.overlap(&boxes[other].1);
            if boxes[one].0 != boxes[other].0 && overlap >= least_overlap {
                pairs.push((overlap, one, other));
            }
        }
    }
    // Equal overlaps in the order of the sides, so that the order of the boxes does not matter.
    let key = |at: usize| boxes[at].1.sides().map(f64::to_bits);
    pairs.sort_by(|one, other| {
        let keys = |pair: &(f64, usize, usize)| (key(pair.1).min(key(pair.2)), key(pair.1).max(key(pair.2)));
        other.0.total_cmp(&one.0).then_with(|| keys(one).cmp(&keys(other)))
    });
    let mut group: Vec<usize> = (0..boxes.len()).collect();
    let mut members: Vec<Vec<usize>> = (0..boxes.len()).map(|at| vec![at]).collect();
    for (_, one, other) in pairs {
        let (into, from) = (group[one], group[other]);
        if into == from || !may_join(boxes, &members[into], &members[from], least_overlap) {
            continue;
        }
        let moved = std::mem::take(&mut members[from]);
        moved.iter().for_each(|&at| group[at] = into);
        members[into].extend(moved);
    }
    members.retain(|members| !members.is_empty());
    members.iter_mut().for_each(|members| members.sort_unstable());
    members
}

fn may_join(boxes: &[(u32, Rectangle)], one: &[usize], other: &[usize], least_overlap: f64) -> bool {
    let mut sum = 0.0;
    for &one in one {
        for &other in other {
            if boxes[one].0 == boxes[other].0 {
                return false;
            }
            sum += boxes[one].1.overlap(&boxes[other].1);
        }
    }
    sum >= least_overlap * (one.len() * other.len()) as f64
}

/// The value with half of the weight below it; between two such, their middle.
pub(crate) fn weighted_median(values: &mut [(f64, f64)]) -> f64 {
    values.sort_by(|one, other| one.0.total_cmp(&other.0));
    let half = values.iter().map(|(_, weight)| weight).sum::<f64>() / 2.0;
    let mut below = 0.0;
    for (at, (value, weight)) in values.iter().enumerate() {
        below += weight;
        // Weights that sum to a half up to rounding: the middle of this value and the next.
        if (below - half).abs() <= 1e-12 * half && at + 1 < values.len() {
            return 0.5 * (value + values[at + 1].0);
        }
        if below > half {
            return *value;
        }
    }
    values.last().map_or(f64::NAN, |(value, _)| *value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rectangle(left: f64, top: f64, wide: f64, high: f64) -> Rectangle {
        Rectangle::new(left, top, left + wide, top + high).unwrap()
    }

    /// Two boxes of 2 × 2, one unit aside: 2 of 6.
    #[test]
    fn overlap_is_the_shared_part_of_both() {
        assert!(
            (rectangle(0.0, 0.0, 2.0, 2.0).overlap(&rectangle(1.0, 0.0, 2.0, 2.0)) - 1.0 / 3.0).abs() < 1e-12
        );
        assert_eq!(rectangle(0.0, 0.0, 1.0, 1.0).overlap(&rectangle(1.0, 0.0, 1.0, 1.0)), 0.0);
        assert_eq!(Rectangle::new(0.0, 0.0, 0.0, 1.0), Err(ShapeError::NoArea));
    }

    #[test]
    fn two_things_and_a_careless_box() {
        let boxes = [
            (0, rectangle(0.0, 0.0, 10.0, 10.0)),
            (1, rectangle(1.0, 0.0, 10.0, 10.0)),
            (2, rectangle(0.0, 1.0, 14.0, 12.0)),
            (0, rectangle(50.0, 50.0, 5.0, 5.0)),
            (1, rectangle(51.0, 50.0, 5.0, 5.0)),
            (2, rectangle(90.0, 0.0, 3.0, 3.0)),
        ];
        let things = found(&boxes, &[0, 1, 2], &[1.0; 3], 0.5);
        assert_eq!(
            things.iter().map(|thing| thing.boxes.clone()).collect::<Vec<_>>(),
            [vec![0, 1, 2], vec![3, 4], vec![5]]
        );
        assert_eq!(things[0].rectangle.sides(), [0.0, 0.0, 11.0, 10.0]);
        assert!((things[1].support - 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn two_boxes_of_one_mind_are_two_things() {
        let boxes = [(0, rectangle(0.0, 0.0, 4.0, 4.0)), (0, rectangle(0.0, 0.0, 4.0, 4.1))];
        assert_eq!(found(&boxes, &[0], &[], 0.5).len(), 2);
    }

    proptest! {
        #[test]
        fn boxes_are_each_in_one_thing_and_order_does_not_matter(
            sides in prop::collection::vec((0..4_u32, 0.0..9.0_f64, 0.0..9.0_f64, 1.0..9.0_f64, 1.0..9.0_f64), 1..12),
            turn in 0..12_usize,
        ) {
            let boxes: Vec<_> = sides.iter().map(|of| (of.0, rectangle(of.1, of.2, of.3, of.4))).collect();
            let mut turned = boxes.clone();
            turned.rotate_left(turn % boxes.len());
            let things = found(&boxes, &[0, 1, 2, 3], &[1.0; 4], 0.5);
            let mut all: Vec<usize> = things.iter().flat_map(|thing| thing.boxes.clone()).collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..boxes.len()).collect::<Vec<_>>());
            let places = |things: &[Found]| things.iter().map(|thing| thing.rectangle.sides()).collect::<Vec<_>>();
            prop_assert_eq!(places(&things), places(&found(&turned, &[0, 1, 2, 3], &[1.0; 4], 0.5)));
            for thing in &things {
                let [left, top, right, bottom] = thing.rectangle.sides();
                prop_assert!(left < right && top < bottom && thing.tightness > 0.0 && thing.support <= 1.0);
            }
        }
    }
}
