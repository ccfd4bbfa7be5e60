//! What do the powers of EEG bands say together? Engagement and load by their ratios.

use attnd_core::recording::{Channel, Quantity};

use super::recording::Family;
use super::statistic::{finite, mean};
use super::window::Window;

/// Band powers as a headset computed them; the band is the end of a channel's name, its place the beginning:
/// `AF3/theta`. Several beta bands add up.
///
/// * log10 of the mean power per band, over all places.
/// * engagement = β / (α + θ): Pope, Bogart and Bartolome 1995, doi 10.1016/0301-0511(95)05116-3.
/// * theta_beta = θ / β.
/// * load = frontal θ / parietal α: Gevins and Smith 2003, doi 10.1080/14639220210159717.
pub(super) const FAMILY: Family = Family {
    prefix: "eeg",
    quantities: &[Quantity::BandPower],
    columns: &[
        ("theta_log10", "1"),
        ("alpha_log10", "1"),
        ("beta_log10", "1"),
        ("gamma_log10", "1"),
        ("engagement", "1"),
        ("theta_beta", "1"),
        ("load", "1"),
        ("missing", "1"),
    ],
    measure,
};

fn measure(window: &Window<'_>, out: &mut Vec<f64>) {
    let [theta, alpha, beta, gamma] =
        ["theta", "alpha", "beta", "gamma"].map(|band| power(window, band, |_| true));
    let frontal = power(window, "theta", |place| place.starts_with(['f', 'a']));
    let parietal = power(window, "alpha", |place| place.starts_with('p'));
    out.extend([
        known(theta.log10()),
        known(alpha.log10()),
        known(beta.log10()),
        known(gamma.log10()),
        known(beta / (alpha + theta)),
        known(theta / beta),
        known(frontal / parietal),
        window.missing(&window.together()),
    ]);
}

/// NaN where a band has no power at all: there is neither a logarithm nor a ratio.
fn known(value: f64) -> f64 {
    if value.is_finite() { value } else { f64::NAN }
}

/// The mean power of a band at the places of which `is_there`: summed over the channels of the same place,
/// which are parts of the band, then averaged over places. NaN where there is none.
fn power(window: &Window<'_>, band: &str, is_there: impl Fn(&str) -> bool) -> f64 {
    let mut places: Vec<(String, f64)> = Vec::new();
    for (channel, values) in window.channels.iter().zip(window.values) {
        let Some(place) = place(channel, band).filter(|place| is_there(place)) else { continue };
        let power = mean(finite(values));
        match places.iter_mut().find(|known| known.0 == place) {
            Some(known) => known.1 += power,
            None => places.push((place, power)),
        }
    }
    mean(places.into_iter().map(|place| place.1).filter(|power| power.is_finite()))
}

/// Where a channel of `band` was measured, in small letters; `None` if it is of another band.
fn place(channel: &Channel, band: &str) -> Option<String> {
    let name = channel.name.to_lowercase();
    let (place, rest) = name.split_once(band)?;
    (rest.len() <= 1).then(|| place.trim_end_matches(['/', '_', '-', ' ', '.']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::window::tests::measured;
    use super::*;

    #[test]
    fn ratios_of_known_powers_are_told_back() {
        let named: [(&str, &[f64]); 8] = [
            ("AF3/theta", &[4.0, 4.0]),
            ("AF3/alpha", &[2.0, 2.0]),
            ("AF3/betaL", &[1.0, 1.0]),
            ("AF3/betaH", &[2.0, 2.0]),
            ("Pz/theta", &[2.0, f64::NAN]),
            ("Pz/alpha", &[8.0, 8.0]),
            ("Pz/betaL", &[3.0, 3.0]),
            ("Pz/betaH", &[2.0, 2.0]),
        ];
        let mut values = Vec::new();
        measured((2.0, 2.0), &[0.0, 1.0], &named, |window| measure(window, &mut values));
        // θ = (4 + 2) / 2, α = (2 + 8) / 2, β = ((1 + 2) + (3 + 2)) / 2, no γ.
        assert!((values[0] - 3.0_f64.log10()).abs() < 1e-12);
        assert!((values[2] - 4.0_f64.log10()).abs() < 1e-12);
        assert!(values[3].is_nan());
        assert!((values[4] - 0.5).abs() < 1e-12);
        assert!((values[5] - 0.75).abs() < 1e-12);
        assert!((values[6] - 0.5).abs() < 1e-12);
    }
}
