//! How are estimates told and drawn? By quarters of an hour in words, by minutes in pictures; what is
//! not known stays unknown in both.

use attnd_core::{Duration, TimeRange, Timestamp};
use attnd_engine::understand::{Aspect, Estimate, Instrument, PersonAnswer, Understood, WhyUnknown};

use crate::page::graph::likelihood::{Likelihood, Likely, Step, likelihood};
use crate::page::locale::Locale;
use crate::page::text::{ModelText, QuestionText};

/// A stretch short enough to remember, long enough to be told.
const QUARTER_NS: i64 = 15 * 60 * 1_000_000_000;

/// The active minutes of a quarter of an hour, together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stretch {
    /// From the first to the last of them.
    pub(crate) range: TimeRange,
    /// What is known.
    pub(crate) told: Told,
}

/// What is known of a stretch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Told {
    /// For at least half of it: the means.
    Known(Likely),
    /// The commonest reason why not.
    Unknown(WhyUnknown),
}

/// What is known of a longer time.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sum {
    /// Time with an estimate.
    pub(crate) known: Duration,
    /// Active time without.
    pub(crate) unknown: Duration,
    /// Of the known: probability by time.
    pub(crate) likely: Duration,
    /// Why not, with how long, longest first.
    pub(crate) why: Vec<(WhyUnknown, Duration)>,
}

impl Sum {
    /// Of estimates, about one aspect.
    pub(crate) fn of(estimates: &[Estimate], aspect: Aspect) -> Self {
        let mut sum = Self::default();
        let mut likely_s = 0.0;
        for estimate in estimates {
            let time = estimate.at.duration();
            match understood(estimate, aspect) {
                Understood::Known { yes, .. } => {
                    sum.known = sum.known.saturating_add(time);
                    likely_s += yes * time.as_s_f64();
                }
                Understood::Unknown(why) => {
                    sum.unknown = sum.unknown.saturating_add(time);
                    match sum.why.iter_mut().find(|(known, _)| is_same(*known, why)) {
                        Some((_, sum)) => *sum = sum.saturating_add(time),
                        None => sum.why.push((why, time)),
                    }
                }
            }
        }
        sum.likely = Duration::from_s_f64(likely_s).unwrap_or_default();
        sum.why.sort_by_key(|(_, time)| std::cmp::Reverse(*time));
        sum
    }

    /// The part that is known, from 0 to 1.
    pub(crate) fn known_part(&self) -> f64 {
        let all = self.known.as_s_f64() + self.unknown.as_s_f64();
        if all > 0.0 { self.known.as_s_f64() / all } else { 0.0 }
    }
}

/// One aspect of a minute.
pub(crate) const fn understood(estimate: &Estimate, aspect: Aspect) -> Understood {
    match aspect {
        Aspect::Focus => estimate.focus,
        Aspect::Load => estimate.load,
    }
}

/// Whether two reasons are of a kind, whatever numbers they carry.
fn is_same(a: WhyUnknown, b: WhyUnknown) -> bool {
    std::mem::discriminant(&a) == std::mem::discriminant(&b)
}

/// Estimates by quarters of an hour.
pub(crate) fn stretches(estimates: &[Estimate], aspect: Aspect) -> Vec<Stretch> {
    // Quarters of an hour are the same in every zone that has been in use since 1972.
    estimates
        .chunk_by(|a, b| a.at.start().ns().div_euclid(QUARTER_NS) == b.at.start().ns().div_euclid(QUARTER_NS))
        .filter_map(|minutes| {
            let (first, last) = (minutes.first()?, minutes.last()?);
            let range = TimeRange::new(first.at.start(), last.at.end()).ok()?;
            Some(Stretch { range, told: together(minutes, aspect)? })
        })
        .collect()
}

fn together(minutes: &[Estimate], aspect: Aspect) -> Option<Told> {
    let known: Vec<Likely> = minutes.iter().filter_map(|minute| likely(minute, aspect)).collect();
    if known.len() * 2 >= minutes.len() && !known.is_empty() {
        let mean = |of: fn(&Likely) -> f64| known.iter().map(of).sum::<f64>() / known.len() as f64;
        return Some(Told::Known(Likely {
            low: mean(|v| v.low),
            yes: mean(|v| v.yes),
            high: mean(|v| v.high),
        }));
    }
    Sum::of(minutes, aspect).why.first().map(|(why, _)| Told::Unknown(*why))
}

fn likely(estimate: &Estimate, aspect: Aspect) -> Option<Likely> {
    match understood(estimate, aspect) {
        Understood::Known { yes, low, high, .. } => Some(Likely { low, yes, high }),
        Understood::Unknown(_) => None,
    }
}

/// The picture of estimates, minute by minute; `place` says where a moment stands across.
pub(crate) fn picture(
    estimates: &[Estimate],
    aspect: Aspect,
    place: impl Fn(Timestamp) -> i64,
) -> Likelihood {
    let step = |estimate: &Estimate| Step {
        start: place(estimate.at.start()),
        end: place(estimate.at.end()),
        value: likely(estimate, aspect),
    };
    likelihood(&estimates.iter().map(step).collect::<Vec<_>>())
}

/// Why something is not known, in words.
pub(crate) fn why(locale: &Locale, why: WhyUnknown) -> String {
    let text = ModelText(locale.language);
    match why {
        WhyUnknown::BothPossible { .. } => text.why_both(),
        WhyUnknown::TooFewAnswers { missing: 1 } => text.why_one_answer(),
        WhyUnknown::TooFewAnswers { missing } => text.why_answers(&locale.count(missing as usize)),
        WhyUnknown::TooLittleSensed => text.why_little(),
        WhyUnknown::Paused => text.why_paused(),
        WhyUnknown::NoConsent => text.why_no_consent(),
    }
}

/// `72%`; never quite none or all, for nothing is certain but what the person said.
pub(crate) fn chance(probability: f64) -> String {
    let percent = probability.clamp(0.0, 1.0) * 100.0;
    if percent > 0.0 && percent < 1.0 {
        "< 1%".to_owned()
    } else if percent > 99.0 && percent < 100.0 {
        "> 99%".to_owned()
    } else {
        format!("{percent:.0}%")
    }
}

/// A stretch in words, as read out under the picture.
pub(crate) fn words(locale: &Locale, stretch: &Stretch, aspect: Aspect) -> String {
    let text = ModelText(locale.language);
    let (from, to) = (locale.clock(stretch.range.start()), locale.clock(stretch.range.end()));
    match (stretch.told, aspect) {
        (Told::Unknown(reason), _) => text.estimate_stop_unknown(&from, &to, &why(locale, reason)),
        (Told::Known(v), Aspect::Focus) => {
            text.estimate_stop(&from, &to, &chance(v.yes), &chance(v.low), &chance(v.high))
        }
        (Told::Known(v), Aspect::Load) => {
            text.estimate_stop_load(&from, &to, &chance(v.yes), &chance(v.low), &chance(v.high))
        }
    }
}

/// What an answer says about an aspect; `None` where it is about another.
pub(crate) fn answered(answer: &PersonAnswer, aspect: Aspect) -> Option<bool> {
    aspect.of(&answer.instrument.scale(), answer.value())
}

/// The question one answers about an aspect in one number.
pub(crate) const fn instrument_of(aspect: Aspect) -> Instrument {
    match aspect {
        Aspect::Focus => Instrument::Focus,
        Aspect::Load => Instrument::MentalLoad,
    }
}

/// The mildest answer that contradicts what was estimated: where yes was likelier, the highest no, else
/// the lowest yes. Where nothing was estimated there was no yes to contradict.
pub(crate) fn mildest(estimates: &[Estimate], aspect: Aspect) -> i32 {
    let threshold = aspect.question().threshold;
    let known: Vec<Likely> = estimates.iter().filter_map(|minute| likely(minute, aspect)).collect();
    let said_yes = known.iter().map(|value| value.yes).sum::<f64>() * 2.0 > known.len() as f64;
    if said_yes { threshold - 1 } else { threshold }
}

/// What is asked, in one or two words.
pub(crate) fn instrument_name(locale: &Locale, instrument: Instrument) -> String {
    let text = QuestionText(locale.language);
    match instrument {
        Instrument::Focus => text.focus(),
        Instrument::MentalLoad => text.load(),
        Instrument::RawTlx => text.tlx(),
        Instrument::Sleepiness => text.sleepiness(),
    }
}

/// The word of one answer; `None` on scales whose steps have none.
pub(crate) fn level_word(locale: &Locale, instrument: Instrument, value: i32) -> Option<String> {
    let text = QuestionText(locale.language);
    Some(match (instrument, value) {
        (Instrument::Focus, 1) => text.focus_1(),
        (Instrument::Focus, 2) => text.focus_2(),
        (Instrument::Focus, 3) => text.focus_3(),
        (Instrument::Focus, 4) => text.focus_4(),
        (Instrument::Focus, 5) => text.focus_5(),
        (Instrument::MentalLoad, 1) => text.load_1(),
        (Instrument::MentalLoad, 2) => text.load_2(),
        (Instrument::MentalLoad, 3) => text.load_3(),
        (Instrument::MentalLoad, 4) => text.load_4(),
        (Instrument::MentalLoad, 5) => text.load_5(),
        (Instrument::Sleepiness, 1) => text.sleepiness_1(),
        (Instrument::Sleepiness, 2) => text.sleepiness_2(),
        (Instrument::Sleepiness, 3) => text.sleepiness_3(),
        (Instrument::Sleepiness, 4) => text.sleepiness_4(),
        (Instrument::Sleepiness, 5) => text.sleepiness_5(),
        (Instrument::Sleepiness, 6) => text.sleepiness_6(),
        (Instrument::Sleepiness, 7) => text.sleepiness_7(),
        (Instrument::Sleepiness, 8) => text.sleepiness_8(),
        (Instrument::Sleepiness, 9) => text.sleepiness_9(),
        _ => return None,
    })
}

/// The answers of a scale with their words, as a choice offers them.
pub(crate) fn levels(locale: &Locale, instrument: Instrument) -> Vec<(i32, String)> {
    let scale = instrument.scale();
    if instrument.values() > 1 {
        return Vec::new();
    }
    (scale.lowest..=scale.highest)
        .map(|value| (value, level_word(locale, instrument, value).unwrap_or_default()))
        .collect()
}

#[cfg(test)]
mod tests {
    use attnd_engine::understand::Basis;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::page::text::Language;

    fn minute(minute: u32, focus: Understood) -> Estimate {
        let start = Timestamp::parse("2026-11-20T08:00:00Z").unwrap();
        let at = TimeRange::from(start.saturating_add(Duration::from_s(minute * 60)), Duration::from_s(60));
        Estimate { at, focus, load: Understood::Unknown(WhyUnknown::TooFewAnswers { missing: 3 }) }
    }

    fn known(yes: f64) -> Understood {
        Understood::Known { yes, low: yes - 0.1, high: yes + 0.1, basis: Basis::Rules }
    }

    const BOTH: Understood = Understood::Unknown(WhyUnknown::BothPossible { yes: 0.5 });
    const LITTLE: Understood = Understood::Unknown(WhyUnknown::TooLittleSensed);

    #[test]
    fn quarters_of_an_hour_are_told_together() {
        let estimates: Vec<Estimate> = (0..20)
            .map(|at| {
                minute(
                    at,
                    if at < 15 {
                        known(f64::from(at % 2))
                    } else if at < 17 {
                        BOTH
                    } else {
                        LITTLE
                    },
                )
            })
            .collect();
        let told = stretches(&estimates, Aspect::Focus);
        assert_eq!(told.len(), 2);
        let Told::Known(value) = told[0].told else { panic!("{:?}", told[0]) };
        assert!((value.yes - 7.0 / 15.0).abs() < 1e-9, "{value:?}");
        assert_eq!(told[1].told, Told::Unknown(WhyUnknown::TooLittleSensed), "the commonest reason");
        let locale = Locale { language: Language::En, zone: TimeZone::UTC };
        assert_eq!(
            words(&locale, &told[1], Aspect::Focus),
            "08:15 – 08:20  not known: too little was recorded before"
        );
    }

    #[test]
    fn what_is_not_known_adds_nothing() {
        let estimates = [minute(0, known(0.5)), minute(1, known(1.0)), minute(2, BOTH), minute(3, LITTLE)];
        let sum = Sum::of(&estimates, Aspect::Focus);
        assert_eq!((sum.known, sum.unknown), (Duration::from_s(120), Duration::from_s(120)));
        assert_eq!((sum.likely, sum.known_part()), (Duration::from_s(90), 0.5));
        assert_eq!(sum.why.len(), 2);
        let none = Sum::of(&estimates, Aspect::Load);
        assert_eq!((none.known, none.why.len()), (Duration::ZERO, 1));
        assert_eq!(Sum::of(&[], Aspect::Load).known_part(), 0.0);
    }

    #[test]
    fn nothing_is_quite_certain() {
        assert_eq!([0.0, 0.004, 0.72, 0.996, 1.0].map(chance), ["0%", "< 1%", "72%", "> 99%", "100%"]);
    }

    #[test]
    fn every_answer_of_a_word_scale_has_its_word() {
        let locale = Locale { language: Language::Zh, zone: TimeZone::UTC };
        for instrument in [Instrument::Focus, Instrument::MentalLoad, Instrument::Sleepiness] {
            assert!(levels(&locale, instrument).iter().all(|(_, word)| !word.is_empty()), "{instrument:?}");
        }
        assert!(levels(&locale, Instrument::RawTlx).is_empty());
    }
}
