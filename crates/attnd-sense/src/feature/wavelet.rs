//! Which changes of which pace are in a signal? The discrete wavelet transform with sym16.

/// The low-pass filter of Daubechies' least asymmetric wavelet with 16 vanishing moments: PyWavelets' `sym16`,
/// `dec_lo`. Daubechies 1992, *Ten Lectures on Wavelets*, doi 10.1137/1.9781611970104.
const LOW: [f64; 32] = [
    6.230_006_701_220_761e-6,
    -3.113_556_407_621_969e-6,
    -1.094_314_792_952_975_7e-4,
    2.807_858_212_844_289_4e-5,
    8.523_547_108_047_095e-4,
    -1.084_456_223_089_688e-4,
    -3.880_912_252_603_878_6e-3,
    7.182_119_788_317_892e-4,
    1.266_673_165_985_734_8e-2,
    -3.126_517_172_271_007_5e-3,
    -3.105_120_284_355_306_4e-2,
    4.869_274_404_904_607e-3,
    3.233_309_161_066_378_5e-2,
    -6.698_304_907_021_778e-2,
    -3.457_422_841_697_250_4e-2,
    3.971_229_336_206_441_6e-1,
    7.565_249_878_756_971e-1,
    4.753_428_060_115_227_3e-1,
    -5.404_060_138_760_613_5e-2,
    -1.595_921_921_852_059_8e-1,
    3.072_113_906_330_156e-2,
    7.803_785_290_341_991e-2,
    -3.510_275_068_374_009e-3,
    -2.495_275_804_629_012_3e-2,
    1.359_844_742_484_172e-3,
    6.937_761_130_802_709_6e-3,
    -2.221_164_762_117_632_3e-4,
    -1.338_720_606_692_196_5e-3,
    3.656_592_483_348_223e-5,
    1.654_567_957_910_848_3e-4,
    -5.396_483_179_315_242e-6,
    -1.079_798_210_431_979_5e-5,
];

/// The most levels that still have a coefficient no border touches: ⌊log₂(n / 31)⌋.
pub(super) fn levels_max(len: usize) -> u32 {
    (len / (LOW.len() - 1)).checked_ilog2().unwrap_or(0)
}

/// The detail coefficients of `level`, from 1, of a signal that goes round (PyWavelets' mode `per`): half as many
/// as values for each level, rounded up. Empty of an empty signal or level 0. Costs `32 n`.
pub(super) fn detail(values: &[f64], level: u32) -> Vec<f64> {
    let mut approximation = values.to_vec();
    for _ in 1..level {
        approximation = filtered(&approximation, |tap| LOW[tap]);
    }
    if level == 0 { Vec::new() } else { filtered(&approximation, high) }
}

/// The high-pass filter: the low-pass one backwards, every other sign turned.
fn high(tap: usize) -> f64 {
    let mirrored = LOW[LOW.len() - 1 - tap];
    if tap.is_multiple_of(2) { -mirrored } else { mirrored }
}

/// Every second value of the circular convolution; of an odd number of values the last counts twice.
fn filtered(values: &[f64], tap: impl Fn(usize) -> f64) -> Vec<f64> {
    let Some(last) = values.len().checked_sub(1) else { return Vec::new() };
    let half = values.len().div_ceil(2);
    // Backwards, so that taps and values run the same way.
    let taps: [f64; 32] = std::array::from_fn(|index| tap(LOW.len() - 1 - index));
    let value = |place: usize| values[(place % (2 * half)).min(last)];
    // Turn by turn, from 15 values before the first one on: no value is looked for once it is laid out.
    let lead = taps.len() / 2 - 1;
    let turns = lead.div_ceil(2 * half);
    let laid_out: Vec<f64> =
        (0..2 * half + taps.len()).map(|place| value(place + turns * 2 * half - lead)).collect();
    let step = |index: usize| &laid_out[2 * index..2 * index + taps.len()];
    (0..half).map(|index| taps.iter().zip(step(index)).map(|(tap, value)| tap * value).sum()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feature::parity::reference;

    #[test]
    fn the_filter_is_orthonormal_with_vanishing_moments() {
        assert!((LOW.iter().sum::<f64>() - 2.0_f64.sqrt()).abs() < 1e-12);
        for shift in 0..16 {
            let product: f64 = LOW.iter().zip(&LOW[2 * shift..]).map(|(one, other)| one * other).sum();
            assert!((product - f64::from(u8::from(shift == 0))).abs() < 1e-11, "shift {shift}");
        }
        let moment =
            |power| -> f64 { (0..32).map(|tap| high(tap) * ((tap as f64 - 15.5) / 16.0).powi(power)).sum() };
        assert!((0..16).all(|power| moment(power).abs() < 1e-15));
        assert!(moment(16).abs() > 1e-7);
    }

    #[test]
    fn details_are_pywavelets() {
        let reference = reference();
        for case in ["even", "odd"] {
            let signal = reference.numbers(&["pupil", case, "signal"]);
            reference.agrees(&["pupil", case, "detail_1"], &detail(&signal, 1));
            reference.agrees(&["pupil", case, "detail_3"], &detail(&signal, 3));
        }
    }

    #[test]
    fn levels_are_pywavelets() {
        // pywt.dwt_max_level(n, 32)
        for (len, levels) in [(0, 0), (31, 0), (62, 1), (123, 1), (124, 2), (600, 4), (3_600, 6)] {
            assert_eq!(levels_max(len), levels, "{len}");
        }
    }

    #[test]
    fn nothing_has_no_detail() {
        assert!(detail(&[], 1).is_empty() && detail(&[1.0], 0).is_empty());
    }
}
