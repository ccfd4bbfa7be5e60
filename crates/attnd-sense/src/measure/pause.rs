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

#[cfg(test)]
mod tests {
    use super::super::example::{drawn, measured};

    fn breaks(drawing: &str) -> Vec<String> {
        measured(drawing).breaks.into_iter().map(drawn).collect()
    }

    fn unbroken(drawing: &str) -> Option<String> {
        measured(drawing).longest_unbroken.map(drawn)
    }

    #[test]
    fn the_drawing_at_the_top_holds() {
        let drawing = "P:8m _:1m P:5m _:10m C:12m _:120m N:3m";
        assert_eq!(breaks(drawing), ["840-1440"]);
        assert_eq!(unbroken(drawing).unwrap(), "0-840");
    }

    #[test]
    fn breaks_are_three_to_thirty_minutes() {
        assert_eq!(breaks("P:60 _:179 P:60 _:180 P:60 _:1800 P:60 _:1801 P:60"), ["299-479", "539-2339"]);
    }

    #[test]
    fn of_equally_long_stretches_the_first_is_told() {
        assert_eq!(unbroken("P:60 _:10m C:60").unwrap(), "0-60");
        assert_eq!(unbroken(""), None);
    }
}
