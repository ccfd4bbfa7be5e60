//! What do the signals themselves look like? Windows of equal steps, for models that read sequences.

use attnd_core::TimeRange;
use attnd_core::recording::{Recording, Samples};

/// A channel of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelIndex {
    /// Index into the recording's streams.
    pub stream: usize,
    /// Index into the stream's channels.
    pub channel: usize,
}

/// The channel of this name, in the first stream that has one.
#[must_use]
pub fn channel(recording: &Recording, name: &str) -> Option<ChannelIndex> {
    recording.head.streams.iter().enumerate().find_map(|(stream, described)| {
        let channel = described.channels.iter().position(|channel| channel.name == name)?;
        Some(ChannelIndex { stream, channel })
    })
}

/// `[channel][step]`, oldest first: the mean of the finite samples in each of `steps` equal parts of `range`, NaN
/// where there is none. A channel that the recording does not have is NaN throughout.
///
/// Costs the samples within `range`, and `log n` to find them.
#[must_use]
pub fn signals(
    recording: &Recording,
    channels: &[ChannelIndex],
    range: TimeRange,
    steps: usize,
) -> Vec<Vec<f32>> {
    channels.iter().map(|index| signal(recording, *index, range, steps)).collect()
}

fn signal(recording: &Recording, index: ChannelIndex, range: TimeRange, steps: usize) -> Vec<f32> {
    let of_stream = recording.streams.iter().find(|samples| samples.stream == index.stream);
    let values = of_stream.and_then(|samples| Some((samples, samples.values.get(index.channel)?)));
    let Some((Samples { times, .. }, values)) = values else { return vec![f32::NAN; steps] };
    let begin = times.partition_point(|time| *time < range.start());
    let end = times.partition_point(|time| *time < range.end());
    let mut sums = vec![(0.0, 0_u32); steps];
    let whole_ns = i128::from(range.duration().ns());
    for (time, value) in times[begin..end].iter().zip(&values[begin..end]) {
        if value.is_finite() {
            let into_ns = i128::from(time.since(range.start()).ns());
            if let Some(sum) = sums.get_mut((into_ns * steps as i128 / whole_ns) as usize) {
                *sum = (sum.0 + value, sum.1 + 1);
            }
        }
    }
    let mean = |(sum, count): (f64, u32)| (sum / f64::from(count)) as f32;
    // Nothing over nothing is NaN already; what is too large for 32 bits is as unknown.
    let known = |value: f32| if value.is_finite() { value } else { f32::NAN };
    sums.into_iter().map(|sum| known(mean(sum))).collect()
}

#[cfg(test)]
mod tests {
    use attnd_core::{Duration, Timestamp};

    use super::*;
    use crate::feature::recording::tests::recording as recording_of;

    #[test]
    fn each_step_is_the_mean_of_what_lies_in_it() {
        let start = Timestamp::parse("2024-01-01T00:00:00Z").unwrap();
        // Two samples a second for three seconds; the second second is lost.
        let recording = recording_of(
            start,
            &[("eyes", &["pupil_left"])],
            &[&[(0.0, &[1.0]), (0.5, &[3.0]), (1.0, &[f64::NAN]), (2.0, &[5.0]), (2.5, &[6.0])]],
        );
        let index = channel(&recording, "pupil_left").unwrap();
        let range = TimeRange::from(start, Duration::from_s(3));
        let values = signals(&recording, &[index], range, 3);
        assert_eq!(values[0][0], 2.0);
        assert!(values[0][1].is_nan());
        assert_eq!(values[0][2], 5.5);
        let broken = recording_of(start, &[("eyes", &["pupil_left"])], &[&[(0.0, &[1e300])]]);
        assert!(signals(&broken, &[index], range, 1)[0][0].is_nan());
        assert_eq!(channel(&recording, "nose"), None);
        let nowhere = ChannelIndex { stream: 7, channel: 0 };
        assert!(signals(&recording, &[nowhere], range, 2)[0].iter().all(|value| value.is_nan()));
    }

    #[test]
    fn an_empty_range_or_no_steps_give_nothing() {
        let start = Timestamp::parse("2024-01-01T00:00:00Z").unwrap();
        let recording = recording_of(start, &[("eyes", &["pupil_left"])], &[&[(0.0, &[1.0])]]);
        let index = ChannelIndex { stream: 0, channel: 0 };
        let empty = TimeRange::from(start, Duration::ZERO);
        assert!(signals(&recording, &[index], empty, 2)[0].iter().all(|value| value.is_nan()));
        assert!(signals(&recording, &[index], TimeRange::from(start, Duration::from_s(1)), 0)[0].is_empty());
    }
}
