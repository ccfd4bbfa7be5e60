//! In what rhythm do keys and pointer move? Counts and gaps; there is no place for a key's name.

use std::time::Duration;

/// What the input devices did since the last look.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct InputCounts {
    /// Keys pressed.
    pub presses: u32,
    /// Buttons pressed, the wheel's not among them.
    pub clicks: u32,
    /// Pixels moved sideways, both directions added up.
    pub delta_x: u32,
    /// Pixels moved up and down, added up.
    pub delta_y: u32,
    /// Steps scrolled sideways.
    pub scroll_x: u32,
    /// Steps scrolled up and down.
    pub scroll_y: u32,
    /// Time between neighbouring key presses.
    pub gaps: Gaps,
    /// Time without any input, counting only stretches of at least [`Rhythm::STILL`].
    pub still: Duration,
}

/// Times between neighbouring key presses: their number, sum and sum of squares, from which mean
/// and spread follow.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Gaps {
    /// How many.
    pub count: u32,
    /// Their sum, in seconds.
    pub sum_s: f64,
    /// The sum of their squares, in seconds².
    pub sum_s2: f64,
}

impl Gaps {
    /// The mean gap in seconds; `None` without any gap.
    #[must_use]
    pub fn mean_s(self) -> Option<f64> {
        (self.count > 0).then(|| self.sum_s / f64::from(self.count))
    }

    /// The gaps' standard deviation in seconds (of the population); `None` without any gap.
    #[must_use]
    pub fn spread_s(self) -> Option<f64> {
        let mean = self.mean_s()?;
        Some((self.sum_s2 / f64::from(self.count) - mean * mean).max(0.0).sqrt())
    }

    fn add(&mut self, gap: Duration) {
        let gap_s = gap.as_secs_f64();
        self.count += 1;
        self.sum_s += gap_s;
        self.sum_s2 += gap_s * gap_s;
    }
}

impl InputCounts {
    /// Whether nothing was pressed, moved or scrolled.
    #[must_use]
    pub fn is_still(&self) -> bool {
        let Self { presses, clicks, delta_x, delta_y, scroll_x, scroll_y, .. } = *self;
        presses == 0 && clicks == 0 && delta_x == 0 && delta_y == 0 && scroll_x == 0 && scroll_y == 0
    }
}

/// Something an input device did. A key press says when, never which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// Some key went down.
    Key,
    /// Some button went down.
    Click,
    /// The wheel turned one step sideways.
    ScrollSideways,
    /// The wheel turned one step up or down.
    ScrollUpDown,
    /// The pointer moved by so many pixels.
    Motion {
        /// Sideways.
        x: u32,
        /// Up or down.
        y: u32,
    },
}

/// Collects input between two looks.
#[derive(Clone, Debug, Default)]
pub struct Rhythm {
    counts: InputCounts,
    last_key: Option<Duration>,
    last_input: Option<Duration>,
}

impl Rhythm {
    /// A stretch without input shorter than this is part of typing or moving.
    pub const STILL: Duration = Duration::from_secs(1);
    /// A longer gap between keys is a pause, not rhythm.
    const LONGEST_GAP: Duration = Duration::from_secs(30);

    /// Something happened at `at`, on any clock that does not run backwards.
    pub fn add(&mut self, at: Duration, input: Input) {
        if let Some(last) = self.last_input {
            let gap = at.saturating_sub(last);
            if gap >= Self::STILL {
                self.counts.still += gap;
            }
        }
        self.last_input = Some(self.last_input.map_or(at, |last| last.max(at)));
        match input {
            Input::Key => self.key(at),
            Input::Click => self.counts.clicks += 1,
            Input::ScrollSideways => self.counts.scroll_x += 1,
            Input::ScrollUpDown => self.counts.scroll_y += 1,
            Input::Motion { x, y } => {
                self.counts.delta_x = self.counts.delta_x.saturating_add(x);
                self.counts.delta_y = self.counts.delta_y.saturating_add(y);
            }
        }
    }

    /// What was collected since the last call.
    pub fn take(&mut self) -> InputCounts {
        std::mem::take(&mut self.counts)
    }

    fn key(&mut self, at: Duration) {
        self.counts.presses += 1;
        if let Some(last) = self.last_key.replace(at) {
            let gap = at.saturating_sub(last);
            if gap <= Self::LONGEST_GAP {
                self.counts.gaps.add(gap);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_have_a_mean_and_a_spread() {
        let mut rhythm = Rhythm::default();
        for at_ms in [0, 100, 300, 400, 600] {
            rhythm.add(Duration::from_millis(at_ms), Input::Key);
        }
        let counts = rhythm.take();
        assert_eq!((counts.presses, counts.gaps.count), (5, 4));
        assert!((counts.gaps.mean_s().unwrap() - 0.15).abs() < 1e-9);
        assert!((counts.gaps.spread_s().unwrap() - 0.05).abs() < 1e-9);
        assert_eq!(rhythm.take(), InputCounts::default());
    }

    #[test]
    fn a_pause_is_stillness_and_not_rhythm() {
        let mut rhythm = Rhythm::default();
        rhythm.add(Duration::from_secs(0), Input::Key);
        rhythm.add(Duration::from_secs(40), Input::Key);
        rhythm.add(Duration::from_secs(41), Input::Motion { x: 3, y: 4 });
        let counts = rhythm.take();
        assert_eq!(counts.gaps.count, 0);
        assert_eq!(counts.still, Duration::from_secs(41));
        assert_eq!((counts.delta_x, counts.delta_y), (3, 4));
    }
}
