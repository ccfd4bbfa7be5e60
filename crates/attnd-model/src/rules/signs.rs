//! Which signs of focus, load and sleepiness are known, and what is typical? One list with its sources.

/// What is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aspect {
    /// How focused.
    Focus,
    /// How distracted.
    Distraction,
    /// How much mental work.
    Load,
    /// How sleepy.
    Sleepiness,
}

/// How far a value is from what is typical.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Departure {
    /// Its difference, in so much of its unit.
    Difference(f64),
    /// How often it is doubled, in so many doublings: for times and rates, which spread over orders of magnitude.
    Doublings(f64),
}

/// One feature that says something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sign {
    /// What it says something about.
    pub aspect: Aspect,
    /// The name of the feature, or what its name ends with after an underscore.
    pub name: &'static str,
    /// Where it says nothing, in the feature's unit.
    pub typical: f64,
    /// How its distance from there counts.
    pub departure: Departure,
    /// The most it adds to the log-odds of yes when it is above what is typical; negative where less means yes.
    pub weight: f64,
    /// Where the typical value and the direction come from.
    pub source: &'static str,
}

const SCREEN: &str = "mean time on any screen 47 s (Mark 2023, Attention Span)";
const SPHERE: &str = "about 3 min per event, working spheres of 10 to 11 min (González and Mark 2004, doi:10.1145/985692.985707)";
const SESSION: &str = "a focus session has at least three quarters of its time in focus categories (Rize)";
const INTERRUPTED: &str = "interrupted people work faster and with more stress (Mark, Gudith and Klocke 2008, doi:10.1145/1357054.1357072)";
const PUPIL: &str = "pupils widen with load (Beatty 1982, doi:10.1037/0033-2909.91.2.276)";
const PERCLOS: &str =
    "eyes 80 % closed for about 10 % of a minute alarm (Wierwille et al. 1994, DOT HS 808 247)";

/// Every sign. Those of distraction are those of focus, reversed and half as strong: switching shows that somebody was
/// distracted, not that what surrounds them was distracting.
pub const SIGNS: &[Sign] = &[
    sign(Aspect::Focus, "share_focus_15min", 0.75, Departure::Difference(0.25), 1.2, SESSION),
    sign(Aspect::Focus, "switches_per_h_15min", SWITCHES_PER_H, Departure::Doublings(1.0), -0.6, SCREEN),
    sign(Aspect::Focus, "dwell_median_15min", 47.0, Departure::Doublings(2.0), 0.4, SCREEN),
    sign(Aspect::Focus, "since_category_switch", 180.0, Departure::Doublings(2.0), 0.4, SPHERE),
    sign(Aspect::Focus, "left_focus_60min", 5.5, Departure::Difference(5.5), -0.4, SPHERE),
    sign(Aspect::Distraction, "share_focus_15min", 0.75, Departure::Difference(0.25), -0.6, SESSION),
    sign(Aspect::Distraction, "switches_per_h_15min", SWITCHES_PER_H, Departure::Doublings(1.0), 0.3, SCREEN),
    sign(Aspect::Distraction, "left_focus_60min", 5.5, Departure::Difference(5.5), 0.2, SPHERE),
    sign(Aspect::Load, "switches_per_h_15min", SWITCHES_PER_H, Departure::Doublings(1.0), 0.5, INTERRUPTED),
    sign(Aspect::Load, "left_focus_60min", 5.5, Departure::Difference(5.5), 0.4, INTERRUPTED),
    sign(Aspect::Load, "pupil_mean_60s_from_median", 0.0, Departure::Difference(1.0), 0.8, PUPIL),
    sign(Aspect::Sleepiness, "perclos80_60s", 0.10, Departure::Difference(0.05), 1.5, PERCLOS),
];

/// One every 47 s.
const SWITCHES_PER_H: f64 = 3_600.0 / 47.0;

const fn sign(
    aspect: Aspect,
    name: &'static str,
    typical: f64,
    departure: Departure,
    weight: f64,
    source: &'static str,
) -> Sign {
    Sign { aspect, name, typical, departure, weight, source }
}

impl Aspect {
    /// What answers on the scale of this name are about; `None` if no rule knows it.
    #[must_use]
    pub fn of_scale(name: &str) -> Option<Self> {
        match name {
            "concentration" => Some(Self::Focus),
            "distraction" => Some(Self::Distraction),
            "mental-load" | "raw-tlx" => Some(Self::Load),
            "kss" => Some(Self::Sleepiness),
            _ => None,
        }
    }
}

impl Sign {
    /// Whether the feature of this name is it.
    #[must_use]
    pub fn is_in(&self, feature: &str) -> bool {
        feature.strip_suffix(self.name).is_some_and(|before| before.is_empty() || before.ends_with('_'))
    }

    /// What this value adds to the log-odds of yes.
    #[must_use]
    pub fn says(&self, value: f64) -> f64 {
        let departure = match self.departure {
            Departure::Difference(unit) => (value - self.typical) / unit,
            Departure::Doublings(unit) => (value.max(f64::MIN_POSITIVE) / self.typical).log2() / unit,
        };
        self.weight * departure.tanh()
    }
}
