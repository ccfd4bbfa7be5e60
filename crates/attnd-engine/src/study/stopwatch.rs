//! How long do learning, adapting and predicting take, on this machine and beside whatever else it does?

use std::sync::Mutex;
use std::time::{Duration, Instant};

use attnd_model::dataset::Training;
use attnd_model::{Estimator, Model, ModelError, Run};
use serde::Serialize;

/// What was measured; wall-clock time, so a busy machine takes longer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Times {
    /// Seconds of one fit on everybody else, the choice of its settings included; the mean over folds.
    pub training_s: f64,
    /// Milliseconds of fitting the model to one person, at the closest stage they have answers for; the mean over people.
    pub adaptation_ms: f64,
    /// Microseconds of one prediction from a moment and the person's whole past; the mean.
    pub prediction_us: f64,
}

/// Adds up how long pieces of one kind take.
#[derive(Debug, Default)]
pub(super) struct Stopwatch {
    spent: Duration,
    pieces: u32,
}

impl Stopwatch {
    /// Does it and counts how many pieces were done.
    pub(super) fn measure<T>(&mut self, work: impl FnOnce() -> T, pieces: impl FnOnce(&T) -> usize) -> T {
        let begun = Instant::now();
        let done = work();
        self.spent += begun.elapsed();
        self.pieces = self.pieces.saturating_add(u32::try_from(pieces(&done)).unwrap_or(u32::MAX));
        done
    }

    /// Seconds a piece; 0 without any.
    pub(super) fn mean_s(&self) -> f64 {
        if self.pieces == 0 { 0.0 } else { self.spent.as_secs_f64() / f64::from(self.pieces) }
    }
}

/// An estimator whose fits are measured.
pub(super) struct Timed<E> {
    inner: E,
    fits: Mutex<Stopwatch>,
}

impl<E: Estimator> Timed<E> {
    pub(super) fn new(inner: E) -> Self {
        Self { inner, fits: Mutex::default() }
    }

    /// Seconds a fit.
    pub(super) fn mean_s(&self) -> f64 {
        self.fits.lock().map_or(0.0, |fits| fits.mean_s())
    }
}

impl<E: Estimator> Estimator for Timed<E> {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn fit(&self, training: Training<'_>, run: &mut Run<'_>) -> Result<Box<dyn Model>, ModelError> {
        let begun = Instant::now();
        let fitted = self.inner.fit(training, run);
        if let Ok(mut fits) = self.fits.lock() {
            fits.spent += begun.elapsed();
            fits.pieces = fits.pieces.saturating_add(1);
        }
        fitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_takes_its_share_of_the_whole() {
        let mut watch = Stopwatch::default();
        assert!(watch.mean_s().abs() < f64::EPSILON);
        let pause = Duration::from_millis(20);
        watch.measure(|| std::thread::sleep(pause), |()| 4);
        assert!(watch.mean_s() >= pause.as_secs_f64() / 4.0);
        assert!(watch.measure(|| 7, |_| 0) == 7 && watch.pieces == 4);
    }
}
