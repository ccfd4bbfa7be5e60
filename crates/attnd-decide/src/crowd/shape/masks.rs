//! Which pixels belong to it? Masks of several minds into one, by vote or by how well each mind draws.
//!
//! The vote keeps a pixel that at least half marked, as Crowd-Kit's (doi:10.21105/joss.06227). STAPLE learns for each mind
//! which share of the thing it marks and which share of the rest it leaves: Warfield, Zou, Wells (2004),
//! doi:10.1109/TMI.2004.828354.

use std::collections::BTreeMap;

use thiserror::Error;

/// Pixels that are marked, row by row, one bit each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask {
    width: u32,
    height: u32,
    bits: Vec<u64>,
}

/// Why masks cannot be put together.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum MaskError {
    /// No mask.
    #[error("there is no mask to put together")]
    None,
    /// Masks of different pictures.
    #[error(
        "one mask is {width} × {height} pixels and another {other_width} × {other_height}; all must be of one picture"
    )]
    Sizes {
        /// Width of the first in pixels.
        width: u32,
        /// Height of the first in pixels.
        height: u32,
        /// Width of the other.
        other_width: u32,
        /// Height of the other.
        other_height: u32,
    },
    /// Too many for one picture.
    #[error("there are {minds} masks of one picture and 64 at most can be weighed; leave some out")]
    TooMany {
        /// How many there are.
        minds: usize,
    },
    /// Runs that do not fill the picture.
    #[error("the runs cover {covered} pixels and the picture has {pixels}")]
    Runs {
        /// Pixels covered.
        covered: u64,
        /// Pixels there are.
        pixels: u64,
    },
    /// Weights for another number of masks.
    #[error("there are {masks} masks and {weights} weights; give one for each")]
    Weights {
        /// Masks given.
        masks: usize,
        /// Weights given.
        weights: usize,
    },
}

impl Mask {
    /// Nothing marked.
    #[must_use]
    pub fn empty(width: u32, height: u32) -> Self {
        let pixels = width as usize * height as usize;
        Self { width, height, bits: vec![0; pixels.div_ceil(64)] }
    }

    /// From lengths of runs, row by row, first unmarked, then marked, and so on in turn.
    ///
    /// # Errors
    /// [`MaskError::Runs`] where they do not cover exactly the picture.
    pub fn from_runs(width: u32, height: u32, runs: &[u32]) -> Result<Self, MaskError> {
        let pixels = u64::from(width) * u64::from(height);
        let covered = runs.iter().map(|&run| u64::from(run)).sum();
        if covered != pixels {
            return Err(MaskError::Runs { covered, pixels });
        }
        let mut mask = Self::empty(width, height);
        let mut at = 0;
        for pair in runs.chunks(2) {
            at += pair[0] as usize;
            let marked = pair.get(1).map_or(0, |&run| run as usize);
            (at..at + marked).for_each(|pixel| mask.mark(pixel));
            at += marked;
        }
        Ok(mask)
    }

    /// Its runs, as [`Mask::from_runs`] takes them.
    #[must_use]
    pub fn runs(&self) -> Vec<u32> {
        let mut runs = vec![0];
        for pixel in 0..self.pixels() {
            let in_marked_run = runs.len() % 2 == 0;
            if self.is_marked(pixel) != in_marked_run {
                runs.push(0);
            }
            if let Some(last) = runs.last_mut() {
                *last += 1;
            }
        }
        runs
    }

    /// Marks one pixel, counted row by row from 0.
    pub fn mark(&mut self, pixel: usize) {
        if pixel < self.pixels() {
            self.bits[pixel / 64] |= 1 << (pixel % 64);
        }
    }

    /// Whether that pixel is marked.
    #[must_use]
    pub fn is_marked(&self, pixel: usize) -> bool {
        self.bits.get(pixel / 64).is_some_and(|bits| bits >> (pixel % 64) & 1 == 1)
    }

    /// How many pixels the picture has.
    #[must_use]
    pub fn pixels(&self) -> usize {
        self.width as usize * self.height as usize
    }

    /// How many are marked.
    #[must_use]
    pub fn area(&self) -> u64 {
        self.bits.iter().map(|bits| u64::from(bits.count_ones())).sum()
    }

    /// Intersection over union with another of the same picture: 1 the same; two empty ones are the same.
    #[must_use]
    pub fn overlap(&self, other: &Self) -> f64 {
        let pairs = || self.bits.iter().zip(&other.bits);
        let either: u64 = pairs().map(|(one, other)| u64::from((one | other).count_ones())).sum();
        let both: u64 = pairs().map(|(one, other)| u64::from((one & other).count_ones())).sum();
        if either == 0 { 1.0 } else { both as f64 / either as f64 }
    }
}

fn check(masks: &[Mask]) -> Result<(), MaskError> {
    let first = masks.first().ok_or(MaskError::None)?;
    match masks.iter().find(|mask| (mask.width, mask.height) != (first.width, first.height)) {
        Some(other) => Err(MaskError::Sizes {
            width: first.width,
            height: first.height,
            other_width: other.width,
            other_height: other.height,
        }),
        None => Ok(()),
    }
}

/// Pixels that minds with at least half of the weight marked; `weights` of each mask, all 1 for a plain vote.
///
/// # Errors
/// [`MaskError`] for no masks, different pictures or another number of weights.
pub fn majority_mask(masks: &[Mask], weights: &[f64]) -> Result<Mask, MaskError> {
    check(masks)?;
    if masks.len() != weights.len() {
        return Err(MaskError::Weights { masks: masks.len(), weights: weights.len() });
    }
    let all: f64 = weights.iter().sum();
    let mut voted = Mask::empty(masks[0].width, masks[0].height);
    for pixel in 0..voted.pixels() {
        let marking = masks.iter().zip(weights).filter(|(mask, _)| mask.is_marked(pixel));
        if 2.0 * marking.map(|(_, weight)| weight).sum::<f64>() >= all {
            voted.mark(pixel);
        }
    }
    Ok(voted)
}

/// What STAPLE learned.
#[derive(Clone, Debug, PartialEq)]
pub struct Staple {
    /// Pixels that more likely than not belong to it.
    pub mask: Mask,
    /// `[mask]`: share of what belongs that the mind marks.
    pub sensitivity: Vec<f64>,
    /// `[mask]`: share of what does not belong that the mind leaves.
    pub specificity: Vec<f64>,
    /// Log-likelihood after each round, with the prior's part; it never falls.
    pub objective: Vec<f64>,
}

/// Rounds at most, and the rise of the log-likelihood a pixel that is none.
const ROUNDS: usize = 200;
const RISE: f64 = 1e-9;
/// Pixels each mind is thought to have drawn before: 9 of 10 marked rightly and 9 of 10 left rightly. Keeps a mind that
/// marked all or nothing from being certain.
const BEFORE: [f64; 2] = [9.0, 1.0];

/// Pixels that minds marked alike, and how many there are.
struct Pattern {
    marked_by: u64,
    pixels: f64,
}

/// Puts masks together by how well each mind draws, over all pixels of the picture. Pixels marked by the same minds are one:
/// O(different patterns × masks) a round.
///
/// # Errors
/// [`MaskError`] for no masks, more than 64, or different pictures.
pub fn staple(masks: &[Mask]) -> Result<Staple, MaskError> {
    check(masks)?;
    if masks.len() > 64 {
        return Err(MaskError::TooMany { minds: masks.len() });
    }
    let patterns = patterns(masks);
    let pixels: f64 = patterns.iter().map(|pattern| pattern.pixels).sum();
    let marked = patterns.iter().map(|pattern| f64::from(pattern.marked_by.count_ones()) * pattern.pixels);
    // The share of the picture it covers, as the authors set it: the mean of the masks.
    let share = (marked.sum::<f64>() / (pixels * masks.len() as f64)).clamp(1e-9, 1.0 - 1e-9);
    let start = BEFORE[0] / (BEFORE[0] + BEFORE[1]);
    let mut minds = vec![[start; 2]; masks.len()];
    let mut belongs = vec![0.0; patterns.len()];
    let mut objective: Vec<f64> = Vec::new();
    for _ in 0..ROUNDS {
        let likelihood = believe(&patterns, &minds, share, &mut belongs);
        let rise = likelihood - objective.last().copied().unwrap_or(f64::NEG_INFINITY);
        objective.push(likelihood);
        if rise <= RISE * pixels {
            break;
        }
        learn(&patterns, &belongs, &mut minds);
    }
    let mut mask = Mask::empty(masks[0].width, masks[0].height);
    for pixel in 0..mask.pixels() {
        let place = patterns.binary_search_by_key(&pattern_of(masks, pixel), |pattern| pattern.marked_by);
        if place.is_ok_and(|place| belongs[place] > 0.5) {
            mask.mark(pixel);
        }
    }
    let (sensitivity, specificity) = minds.iter().map(|mind| (mind[0], mind[1])).unzip();
    Ok(Staple { mask, sensitivity, specificity, objective })
}

fn pattern_of(masks: &[Mask], pixel: usize) -> u64 {
    masks.iter().enumerate().fold(0, |of, (mind, mask)| of | u64::from(mask.is_marked(pixel)) << mind)
}

/// Every pattern of minds that marked some pixel, in the order of the patterns.
fn patterns(masks: &[Mask]) -> Vec<Pattern> {
    let mut counts = BTreeMap::<u64, f64>::new();
    for pixel in 0..masks[0].pixels() {
        *counts.entry(pattern_of(masks, pixel)).or_default() += 1.0;
    }
    counts.into_iter().map(|(marked_by, pixels)| Pattern { marked_by, pixels }).collect()
}

/// How likely each pattern belongs; the log-likelihood with the prior of the minds.
fn believe(patterns: &[Pattern], minds: &[[f64; 2]], share: f64, belongs: &mut [f64]) -> f64 {
    let mut likelihood = 0.0;
    for (pattern, belongs) in patterns.iter().zip(belongs) {
        let (mut inside, mut outside) = (share.ln(), (1.0 - share).ln());
        for (mind, [sensitivity, specificity]) in minds.iter().enumerate() {
            let marks = pattern.marked_by >> mind & 1 == 1;
            inside += if marks { sensitivity.ln() } else { (1.0 - sensitivity).ln() };
            outside += if marks { (1.0 - specificity).ln() } else { specificity.ln() };
        }
        let most = inside.max(outside);
        let sum = (inside - most).exp() + (outside - most).exp();
        *belongs = (inside - most).exp() / sum;
        likelihood += pattern.pixels * (most + sum.ln());
    }
    let before = |of: &f64| BEFORE[0] * of.ln() + BEFORE[1] * (1.0 - of).ln();
    likelihood + minds.iter().flatten().map(before).sum::<f64>()
}

/// How well each mind draws, if patterns belong as likely as that.
fn learn(patterns: &[Pattern], belongs: &[f64], minds: &mut [[f64; 2]]) {
    for (mind, of) in minds.iter_mut().enumerate() {
        let mut right = [BEFORE[0]; 2];
        let mut all = [BEFORE[0] + BEFORE[1]; 2];
        for (pattern, belongs) in patterns.iter().zip(belongs) {
            let inside = pattern.pixels * belongs;
            let outside = pattern.pixels - inside;
            let marks = pattern.marked_by >> mind & 1 == 1;
            right[usize::from(!marks)] += if marks { inside } else { outside };
            all[0] += inside;
            all[1] += outside;
        }
        *of = [right[0] / all[0], right[1] / all[1]];
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn drawn(rows: [&str; 3]) -> Mask {
        let mut mask = Mask::empty(4, 3);
        let pixels = rows.concat();
        pixels.chars().enumerate().filter(|(_, of)| *of == '#').for_each(|(pixel, _)| mask.mark(pixel));
        mask
    }

    fn four() -> [Mask; 4] {
        [
            drawn(["##..", "##..", "...."]),
            drawn(["###.", "##..", "...."]),
            drawn(["##..", "#...", "...#"]),
            drawn(["...#", "####", "..##"]),
        ]
    }

    /// Computed by Crowd-Kit 1.4.2: `SegmentationMajorityVote` and `SegmentationEM` on the same masks.
    #[test]
    fn votes_and_weights_equal_the_reference() {
        assert_eq!(majority_mask(&four(), &[1.0; 4]).unwrap(), drawn(["##..", "##..", "...#"]));
        let learned = staple(&four()).unwrap();
        assert_eq!(learned.mask, drawn(["##..", "##..", "...."]));
        assert!(
            learned.sensitivity[3] < learned.sensitivity[0]
                && learned.specificity[3] < learned.specificity[0]
        );
    }

    #[test]
    fn masks_of_different_pictures_are_refused() {
        let masks = [Mask::empty(4, 3), Mask::empty(3, 4)];
        assert!(matches!(staple(&masks), Err(MaskError::Sizes { .. })));
        assert_eq!(majority_mask(&[], &[]), Err(MaskError::None));
        assert_eq!(Mask::from_runs(2, 2, &[1, 2]), Err(MaskError::Runs { covered: 3, pixels: 4 }));
    }

    proptest! {
        #[test]
        fn runs_go_there_and_back(bits in prop::collection::vec(any::<bool>(), 70)) {
            let mut mask = Mask::empty(10, 7);
            bits.iter().enumerate().filter(|(_, bit)| **bit).for_each(|(pixel, _)| mask.mark(pixel));
            prop_assert_eq!(Mask::from_runs(10, 7, &mask.runs()).unwrap(), mask);
        }

        #[test]
        fn the_likelihood_never_falls_and_the_order_of_minds_changes_nothing(
            bits in prop::collection::vec(0..32_u8, 48), turn in 0..5_usize
        ) {
            let mut masks = vec![Mask::empty(8, 6); 5];
            for (pixel, by) in bits.iter().enumerate() {
                (0..5).filter(|mind| by >> mind & 1 == 1).for_each(|mind| masks[mind].mark(pixel));
            }
            let learned = staple(&masks).unwrap();
            for pair in learned.objective.windows(2) {
                prop_assert!(pair[1] >= pair[0] - 1e-9 * pair[0].abs());
            }
            masks.rotate_left(turn);
            let turned = staple(&masks).unwrap();
            let last = |staple: &Staple| staple.objective.last().copied().unwrap();
            prop_assert!((last(&turned) - last(&learned)).abs() < 1e-6 * last(&learned).abs());
        }
    }
}
