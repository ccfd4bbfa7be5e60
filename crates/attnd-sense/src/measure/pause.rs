//! When was there a break, and how long did work go on without one?
//!
//! ```text
//! visits     [      ] [    ]    [         ]           [  ]
//! gaps              1 min   10 min          2 h
//! breaks                    [   ]                           3 to 30 min (Rize)
//! unbroken   [             ]    [         ]           [  ]
//! ```

use attnd_core::TimeRange;

use super::MeasureConfig;
use super::course::{Course, stretch};

/// Absences and what lies between them.
#[derive(Debug, PartialEq)]
pub(super) struct Pauses {
    /// Absences of `break_min` to `break_max`, both included, in order.
    pub(super) breaks: Vec<TimeRange>,
    /// The longest stretch without an absence of `break_min`; of equally long ones the first.
    pub(super) longest_unbroken: Option<TimeRange>,
}

/// Breaks and unbroken work.
///
/// A break is an absence of 3 to 30 min (Rize's rule); a longer one is the end of something. A
/// stretch without either goes from its first to its last visit.
///
/// Bounds: breaks are disjoint and hold no visit. Costs `n`.
pub(super) fn pauses(course: &Course<'_>, config: &MeasureConfig) -> Pauses {
    let mut pauses = Pauses { breaks: Vec::new(), longest_unbroken: None };
    let mut unbroken: Option<TimeRange> = None;
    for step in &course.steps {
        let gap = unbroken.map(|unbroken| stretch(unbroken.end(), step.range.start()));
        match (unbroken, gap) {
            (Some(going), Some(gap)) if gap.duration() < config.break_min => {
                unbroken = Some(stretch(going.start(), step.range.end()));
            }
            (_, gap) => {
                pauses.end_stretch(unbroken);
                pauses.breaks.extend(gap.filter(|gap| gap.duration() <= config.break_max));
                unbroken = Some(step.range);
            }
        }
    }
    pauses.end_stretch(unbroken);
    pauses
}

impl Pauses {
    fn end_stretch(&mut self, unbroken: Option<TimeRange>) {
        let longest = self.longest_unbroken.map(TimeRange::duration);
        if unbroken.map(TimeRange::duration) > longest {
            self.longest_unbroken = unbroken;
        }
    }
}
