//! What would a signal be at equal steps? Straight lines between the samples there are.

/// Values at equal steps of `1 / rate_hz` from the first finite value on, by straight lines between finite
/// ones; empty of fewer than two. Costs `n`.
pub(super) fn in_equal_steps(times_s: &[f64], values: &[f64], rate_hz: f64) -> Vec<f64> {
    let mut known =
        times_s.iter().copied().zip(values.iter().copied()).filter(|(_, value)| value.is_finite());
    let (Some(mut left), Some(mut right)) = (known.next(), known.next()) else { return Vec::new() };
    let first_s = left.0;
    let mut steps = Vec::new();
    loop {
        let time_s = first_s + steps.len() as f64 / rate_hz;
        while right.0 < time_s {
            let Some(next) = known.next() else { return steps };
            (left, right) = (right, next);
        }
        let passed = if right.0 > left.0 { (time_s - left.0) / (right.0 - left.0) } else { 1.0 };
        steps.push(left.1 + (right.1 - left.1) * passed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feature::parity::reference;

    #[test]
    fn steps_are_numpys_interpolation() {
        let reference = reference();
        let times_s = reference.numbers(&["steps", "times_s"]);
        let values = reference.numbers(&["steps", "pupils"]);
        let found = in_equal_steps(&times_s, &values, 60.0);
        reference.agrees(&["steps", "at_60hz"], &found);
        assert!(in_equal_steps(&[0.0], &[1.0], 60.0).is_empty());
    }
}
