//! How does a number fit into eight bits? As a whole number from −127 to 127 times a scale that its output shares.

/// Numbers of a list without columns that share a scale.
const RUN: usize = 64;

/// Which numbers share a scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grouping {
    /// Those of one column of a matrix `[in, out]`: one output.
    Columns(usize),
    /// So many one after another.
    Runs(usize),
}

impl Grouping {
    /// That of an array of this shape.
    pub(super) fn of(shape: &[usize]) -> Self {
        match shape {
            [.., columns] if shape.len() > 1 && *columns > 1 => Self::Columns(*columns),
            _ => Self::Runs(RUN),
        }
    }

    /// How many scales so many numbers have.
    pub(super) const fn scales(self, numbers: usize) -> usize {
        match self {
            Self::Columns(columns) => columns,
            Self::Runs(length) => numbers.div_ceil(length),
        }
    }

    const fn scale_of(self, index: usize) -> usize {
        match self {
            Self::Columns(columns) => index % columns,
            Self::Runs(length) => index / length,
        }
    }
}

/// Scales and whole numbers. The largest of a group becomes ±127; nothing is further off than half a scale.
pub(super) fn quantise(values: &[f32], grouping: Grouping) -> (Vec<f32>, Vec<i8>) {
    let mut scales = vec![0.0_f32; grouping.scales(values.len())];
    for (index, value) in values.iter().enumerate() {
        let scale = &mut scales[grouping.scale_of(index)];
        *scale = scale.max(value.abs());
    }
    scales.iter_mut().for_each(|scale| *scale /= 127.0);
    let whole = |(index, value): (usize, &f32)| {
        let scale = scales[grouping.scale_of(index)];
        if scale > 0.0 { (value / scale).round().clamp(-127.0, 127.0) as i8 } else { 0 }
    };
    let whole = values.iter().enumerate().map(whole).collect();
    (scales, whole)
}

/// The numbers again.
pub(super) fn expand(scales: &[f32], whole: &[i8], grouping: Grouping) -> Vec<f32> {
    let number = |(index, whole): (usize, &i8)| {
        scales.get(grouping.scale_of(index)).copied().unwrap_or(0.0) * f32::from(*whole)
    };
    whole.iter().enumerate().map(number).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_output_has_its_own_scale() {
        let values = [1.0, 1000.0, -0.5, 0.0];
        let grouping = Grouping::of(&[2, 2]);
        let (scales, whole) = quantise(&values, grouping);
        assert_eq!(whole, [127, 127, -64, 0]);
        assert_eq!(scales.len(), 2);
        let back = expand(&scales, &whole, grouping);
        assert!((back[0] - 1.0).abs() < 1e-6 && (back[1] - 1000.0).abs() < 1e-3, "{back:?}");
    }

    proptest! {
        #[test]
        fn nothing_is_further_off_than_half_a_scale(
            values in prop::collection::vec(-1e3_f32..1e3, 1..300),
            columns in 1_usize..5,
        ) {
            let rows = values.len() / columns;
            let values = &values[..rows * columns];
            let grouping = Grouping::of(&[rows, columns]);
            let (scales, whole) = quantise(values, grouping);
            let back = expand(&scales, &whole, grouping);
            for (index, (value, back)) in values.iter().zip(&back).enumerate() {
                let half = scales[grouping.scale_of(index)] / 2.0;
                prop_assert!((value - back).abs() <= half * 1.0001, "{value} {back}");
            }
        }
    }
}
