//! What is left of a signal without its fast part? A Butterworth low-pass, forwards and backwards.

/// A second-order section `b / a` with a₀ = 1.
struct Section {
    b: [f64; 3],
    a: [f64; 2],
}

/// The signal below `cutoff_hz` without delay: a Butterworth filter of order 2 forwards, then backwards.
///
/// Equal to `scipy.signal.filtfilt(*butter(2, cutoff_hz, fs=rate_hz), signal)`: ends are continued by 9 values
/// turned about the end (Gustafsson 1996, doi 10.1109/78.492552, compares the choices). A signal of fewer than ten values or
/// one sampled too slowly to have anything above the cut-off is returned as it is.
pub(super) fn low_pass(signal: &[f64], cutoff_hz: f64, rate_hz: f64) -> Vec<f64> {
    const PAD: usize = 9;
    if signal.len() <= PAD || 2.0 * cutoff_hz >= rate_hz {
        return signal.to_vec();
    }
    let section = butterworth(cutoff_hz, rate_hz);
    let (first, last) = (signal[0], signal[signal.len() - 1]);
    let before = signal[1..=PAD].iter().rev().map(|value| 2.0 * first - value);
    let after = signal[signal.len() - 1 - PAD..signal.len() - 1].iter().rev().map(|value| 2.0 * last - value);
    let mut padded: Vec<f64> = before.chain(signal.iter().copied()).chain(after).collect();
    for _ in 0..2 {
        run(&section, &mut padded);
        padded.reverse();
    }
    padded[PAD..PAD + signal.len()].to_vec()
}

/// By the bilinear transform with the cut-off pre-warped.
fn butterworth(cutoff_hz: f64, rate_hz: f64) -> Section {
    let warped = 1.0 / (std::f64::consts::PI * cutoff_hz / rate_hz).tan();
    let root = std::f64::consts::SQRT_2 * warped;
    let gain = 1.0 / (1.0 + root + warped * warped);
    Section {
        b: [gain, 2.0 * gain, gain],
        a: [2.0 * gain * (1.0 - warped * warped), gain * (1.0 - root + warped * warped)],
    }
}

/// In place, from the state that a constant of the first value would have led to.
fn run(section: &Section, values: &mut [f64]) {
    let Section { b, a } = section;
    let steady = b.iter().sum::<f64>() / (1.0 + a[0] + a[1]);
    let first = values.first().copied().unwrap_or_default();
    let late = b[2] - a[1] * steady;
    let mut state = [(b[1] - a[0] * steady + late) * first, late * first];
    for value in values {
        let out = b[0] * *value + state[0];
        state[0] = b[1] * *value - a[0] * out + state[1];
        state[1] = b[2] * *value - a[1] * out;
        *value = out;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feature::parity::reference;

    #[test]
    fn it_is_scipys_filtfilt() {
        let reference = reference();
        for case in ["even", "odd"] {
            let signal = reference.numbers(&["pupil", case, "signal"]);
            let rate_hz = reference.number(&["pupil", case, "rate_hz"]);
            reference.agrees(&["pupil", case, "low_pass_4hz"], &low_pass(&signal, 4.0, rate_hz));
        }
    }

    #[test]
    fn a_constant_stays_and_a_short_or_slow_signal_is_returned() {
        assert!(low_pass(&[3.0; 50], 4.0, 60.0).iter().all(|value| (value - 3.0).abs() < 1e-12));
        assert_eq!(low_pass(&[1.0, 9.0], 4.0, 60.0), [1.0, 9.0]);
        assert_eq!(low_pass(&[0.0, 1.0].repeat(20), 4.0, 8.0), [0.0, 1.0].repeat(20));
    }
}
