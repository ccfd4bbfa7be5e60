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
        own += u64::from(!last.is_some_and(|cue| at.since(*cue) <= config.cue_window));
    }
    (switches > 0).then(|| own as f64 / switches as f64)
}
