//! How do weights follow their gradients? AdamW with warm-up, a cosine and clipping, on the host.
//!
//! Fifty thousand numbers are updated in less time than a backend takes to start fifty small operations, and
//! a state that is plain numbers is kept and continued bit for bit. Decoupled weight decay: Loshchilov and Hutter 2019,
//! arXiv:1711.05101, algorithm 2; cosine: the same authors 2017, arXiv:1608.03983; clipping by the norm of all
//! gradients: Pascanu, Mikolov and Bengio 2013, arXiv:1211.5063.

use super::weights::Array;

/// How AdamW steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct AdamW {
    /// Share of the running mean of gradients that is kept, β₁.
    pub(crate) keep_first: f32,
    /// Share of the running mean of their squares that is kept, β₂.
    pub(crate) keep_second: f32,
    /// Added to the root of the second.
    pub(crate) epsilon: f32,
    /// Pull to zero per unit of the learning rate, on arrays that decay.
    pub(crate) weight_decay: f32,
}

/// What AdamW remembers of each number.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Moments {
    /// Steps taken.
    pub(crate) steps: u64,
    /// Running means of gradients, per array.
    pub(crate) first: Vec<Vec<f32>>,
    /// Running means of their squares, per array.
    pub(crate) second: Vec<Vec<f32>>,
}

/// The learning rate over a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Schedule {
    /// The highest rate.
    pub(crate) peak: f64,
    /// Steps of rising.
    pub(crate) warm_up: u64,
    /// All steps; the rate is zero after the last.
    pub(crate) steps: u64,
}

impl AdamW {
    /// The usual constants of Kingma and Ba 2015, arXiv:1412.6980.
    pub(crate) const fn usual(weight_decay: f32) -> Self {
        Self { keep_first: 0.9, keep_second: 0.999, epsilon: 1e-8, weight_decay }
    }

    /// Moves `arrays` one step down `gradients`, in the same order.
    pub(crate) fn step(
        &self,
        arrays: &mut [Array],
        gradients: &[Vec<f32>],
        moments: &mut Moments,
        learning_rate: f64,
    ) {
        if moments.first.is_empty() {
            let empty: Vec<Vec<f32>> = arrays.iter().map(|array| vec![0.0; array.values.len()]).collect();
            (moments.first, moments.second) = (empty.clone(), empty);
        }
        moments.steps += 1;
        let steps = i32::try_from(moments.steps).unwrap_or(i32::MAX);
        let correction = |kept: f32| 1.0 - f64::from(kept).powi(steps);
        let rate = (learning_rate / correction(self.keep_first)) as f32;
        let root = correction(self.keep_second).sqrt() as f32;
        let remembered = moments.first.iter_mut().zip(&mut moments.second);
        for ((array, gradient), (first, second)) in arrays.iter_mut().zip(gradients).zip(remembered) {
            let decay = if array.decays() { self.weight_decay } else { 0.0 };
            let kept = (1.0 - learning_rate * f64::from(decay)) as f32;
            let numbers = array.values.iter_mut().zip(gradient).zip(first.iter_mut().zip(second));
            for ((value, gradient), (first, second)) in numbers {
                *first = self.keep_first * *first + (1.0 - self.keep_first) * gradient;
                *second = self.keep_second * *second + (1.0 - self.keep_second) * gradient * gradient;
                *value = *value * kept - rate * *first / (second.sqrt() / root + self.epsilon);
            }
        }
    }
}

impl Schedule {
    /// The rate of step `step`, from 0.
    pub(crate) fn rate(&self, step: u64) -> f64 {
        if step < self.warm_up {
            return self.peak * (step + 1) as f64 / self.warm_up as f64;
        }
        let falling = self.steps.saturating_sub(self.warm_up).max(1);
        let share = ((step - self.warm_up) as f64 / falling as f64).min(1.0);
        self.peak * 0.5 * (1.0 + (std::f64::consts::PI * share).cos())
    }
}

/// Scales `gradients` so that the norm of all together is at most `longest`; the norm before.
pub(crate) fn clip(gradients: &mut [Vec<f32>], longest: f64) -> f64 {
    let norm = gradients.iter().flatten().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt();
    if norm > longest {
        let scale = (longest / norm) as f32;
        gradients.iter_mut().flatten().for_each(|value| *value *= scale);
    }
    norm
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(shape: &[usize], values: &[f32]) -> Array {
        Array { name: "w".to_owned(), shape: shape.to_vec(), values: values.to_vec() }
    }

    #[test]
    fn the_first_step_is_the_rate_in_the_sign_of_the_gradient_and_decay_is_apart() {
        // Algorithm 2: m̂/√v̂ = ±1 at the first step, whatever the gradient's size.
        let mut arrays = [array(&[2, 1], &[1.0, -1.0]), array(&[2], &[1.0, -1.0])];
        let gradients = [vec![1e-3, -40.0], vec![1e-3, -40.0]];
        AdamW::usual(0.5).step(&mut arrays, &gradients, &mut Moments::default(), 0.01);
        let near = |found: f32, wanted: f32| assert!((found - wanted).abs() < 1e-5, "{found} {wanted}");
        near(arrays[0].values[0], 1.0 * (1.0 - 0.01 * 0.5) - 0.01);
        near(arrays[0].values[1], 0.01 - (1.0 - 0.01 * 0.5));
        near(arrays[1].values[0], 0.99);
        near(arrays[1].values[1], -0.99);
    }

    #[test]
    fn the_rate_rises_in_a_line_and_falls_in_a_cosine() {
        let schedule = Schedule { peak: 0.1, warm_up: 4, steps: 104 };
        let rates: Vec<f64> = [0, 3, 4, 54, 104, 500].iter().map(|step| schedule.rate(*step)).collect();
        for (found, wanted) in rates.iter().zip([0.025, 0.1, 0.1, 0.05, 0.0, 0.0]) {
            assert!((found - wanted).abs() < 1e-12, "{rates:?}");
        }
    }

    #[test]
    fn clipping_keeps_the_direction() {
        let mut gradients = [vec![3.0], vec![4.0]];
        assert!((clip(&mut gradients, 1.0) - 5.0).abs() < 1e-12);
        assert!((gradients[0][0] - 0.6).abs() < 1e-6 && (gradients[1][0] - 0.8).abs() < 1e-6);
        let before = gradients.clone();
        clip(&mut gradients, 2.0);
        assert_eq!(gradients, before);
    }
}
