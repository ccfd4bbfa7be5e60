//! Was a switch one's own, or did something outside call for it?

use attnd_core::Timestamp;

use super::run::{Run, is_switch};
use super::{MeasureConfig, Share};

/// Switches between categories without a cue in the 30 s before them / all of them.
///
/// `None` where there is no switch. Source: self-interruption as in Mark, González and Harris 2005,
/// doi 10.1145/1054972.1055017; the window of 30 s is ours, as only logs of notifications are at hand.
///
/// Bounds: between 0 and 1; another cue never raises it. Costs `n log n`.
pub(super) fn self_interruption(
    runs: &[Run<u32>],
    cues: &[Timestamp],
    config: &MeasureConfig,
) -> Option<Share> {
    let mut cues = cues.to_vec();
    cues.sort_unstable();
    let (mut switches, mut own) = (0_u64, 0_u64);
    for pair in runs.windows(2).filter(|pair| is_switch(&pair[0], &pair[1], config.break_min)) {
        let at = pair[1].range.start();
        let last = cues[..cues.partition_point(|cue| *cue <= at)].last();
        switches += 1;
        own += u64::from(last.is_none_or(|cue| at.since(*cue) > config.cue_window));
    }
    (switches > 0).then(|| own as f64 / switches as f64)
}

#[cfg(test)]
mod tests {
    use attnd_core::TimeRange;

    use super::super::example::{at, is_focus, track};
    use super::super::measures;
    use super::*;

    fn ratio(drawing: &str, cues: Option<&[Timestamp]>) -> Option<Share> {
        let config = MeasureConfig::default();
        measures(&track(drawing), TimeRange::ALL, &is_focus, &config, cues).self_interruption
    }

    #[test]
    fn a_cue_counts_for_thirty_seconds() {
        // Switches at 60, 120 and 180 s.
        let drawing = "P:60 C:60 P:60 N:60";
        assert_eq!(ratio(drawing, Some(&[])), Some(1.0));
        let share = |cues: &[u32]| {
            let cues: Vec<Timestamp> = cues.iter().map(|second| at(*second)).collect();
            (ratio(drawing, Some(&cues)).unwrap() * 3.0).round()
        };
        assert_eq!(share(&[29]), 3.0);
        assert_eq!(share(&[30]), 2.0);
        assert_eq!(share(&[60]), 2.0);
        assert_eq!(share(&[61]), 3.0);
        assert_eq!(share(&[175, 100, 40]), 0.0);
    }

    #[test]
    fn without_cues_or_switches_there_is_no_ratio() {
        assert_eq!(ratio("P:60 C:60", None), None);
        assert_eq!(ratio("P:60", Some(&[at(0)])), None);
    }
}
