//! Why did it come out so? Features in words, with what they were and what is usual.

use attnd_engine::Reason;

use crate::page::locale::Locale;
use crate::page::text::{ModelText, ReasonText};

/// Causes that are told; weaker ones would only look like more than they are.
const TOLD: usize = 5;
/// Log-odds below this change a probability by less than two points in a hundred.
const LEAST_EFFECT: f64 = 0.08;

/// A row of the table of reasons.
pub(super) struct ReasonRow {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) speaks: String,
    pub(super) against: bool,
}

/// What a feature measures, and in what it is written.
struct Feature {
    name: String,
    unit: Unit,
}

/// In what a value is written.
#[derive(Clone, Copy)]
enum Unit {
    Number,
    PerHour,
    PerMinute,
    Share,
    Seconds,
    Minutes,
    /// A place on a circle: its number says nothing to anybody.
    None,
}

/// The strongest reasons, in words.
pub(super) fn rows(locale: &Locale, reasons: &[Reason]) -> Vec<ReasonRow> {
    let text = ModelText(locale.language);
    let row = |reason: &Reason| {
        let feature = feature(locale, &reason.name);
        let against = reason.effect < 0.0;
        ReasonRow {
            value: value(locale, &feature, reason),
            name: feature.name,
            speaks: if against { text.reason_against() } else { text.reason_for() },
            against,
        }
    };
    reasons.iter().filter(|reason| reason.effect.abs() >= LEAST_EFFECT).take(TOLD).map(row).collect()
}

fn value(locale: &Locale, feature: &Feature, reason: &Reason) -> String {
    let text = ModelText(locale.language);
    let written = |value: f64| written(locale, feature.unit, value);
    match (&reason.word, reason.value, reason.usual) {
        (Some(word), _, _) => crate::page::sentence::shortened(word),
        (None, _, _) if matches!(feature.unit, Unit::None) => String::new(),
        (None, Some(now), Some(usual)) => text.reason_usual(&written(now), &written(usual)),
        (None, Some(now), None) => written(now),
        (None, None, _) => String::new(),
    }
}

fn written(locale: &Locale, unit: Unit, value: f64) -> String {
    let text = ReasonText(locale.language);
    let is_whole = (value - value.round()).abs() < 0.05;
    let number = if is_whole || value.abs() >= 9.95 { format!("{value:.0}") } else { format!("{value:.1}") };
    let length =
        |seconds: f64| locale.length(attnd_core::Duration::from_s_f64(seconds.max(0.0)).unwrap_or_default());
    match unit {
        Unit::Number => number,
        Unit::PerHour => text.per_hour(&number),
        Unit::PerMinute => text.per_minute(&number),
        Unit::Share => format!("{:.0}%", value * 100.0),
        Unit::Seconds => length(value),
        Unit::Minutes => length(value * 60.0),
        Unit::None => String::new(),
    }
}

/// A feature by its name: what it measures, then the window it looks back over, as in
/// `switches_per_h_15min`. A name that is not known is told as it is.
fn feature(locale: &Locale, name: &str) -> Feature {
    let text = ReasonText(locale.language);
    let (base, window) = split(name);
    let known = match base {
        "share_present" => Some((text.present(), Unit::Share)),
        "share_focus" => Some((text.share_focus(), Unit::Share)),
        "share_other" => Some((text.share_other(), Unit::Share)),
        "window_switches_per_h" => Some((text.window_switches(), Unit::PerHour)),
        "switches_per_h" => Some((text.switches(), Unit::PerHour)),
        "category_switches_per_h" => Some((text.category_switches(), Unit::PerHour)),
        "work_switches_per_h" => Some((text.work_switches(), Unit::PerHour)),
        "dwell_median" => Some((text.dwell(), Unit::Seconds)),
        "entropy" => Some((text.entropy(), Unit::Number)),
        "input_missing" => Some((text.input_missing(), Unit::Share)),
        "keys_per_min" => Some((text.keys(), Unit::PerMinute)),
        "clicks_per_min" => Some((text.clicks(), Unit::PerMinute)),
        "pointer_per_min" => Some((text.pointer(), Unit::PerMinute)),
        "scroll_per_min" => Some((text.scroll(), Unit::PerMinute)),
        "still" => Some((text.still(), Unit::Share)),
        "key_burstiness" => Some((text.key_burstiness(), Unit::Number)),
        "key_gap_mean" => Some((text.key_gap(), Unit::Seconds)),
        "key_gap_sd" => Some((text.key_gap_spread(), Unit::Number)),
        "key_pauses_per_h" => Some((text.key_pauses(), Unit::PerHour)),
        "since_break" => Some((text.since_break(), Unit::Minutes)),
        "unbroken" => Some((text.unbroken(), Unit::Minutes)),
        "since_switch" => Some((text.since_switch(), Unit::Seconds)),
        "since_category_switch" => Some((text.since_category_switch(), Unit::Seconds)),
        "in_focus" => Some((text.in_focus(), Unit::Share)),
        "left_focus" => Some((text.left_focus(), Unit::Number)),
        "since_day_start" => Some((text.since_day_start(), Unit::Minutes)),
        "active_today" => Some((text.active_today(), Unit::Minutes)),
        "hour_sin" | "hour_cos" => Some((text.hour(), Unit::None)),
        "weekday_sin" | "weekday_cos" => Some((text.weekday(), Unit::None)),
        _ => None,
    };
    match (known, window) {
        (Some((words, unit)), Some(window)) => {
            Feature { name: text.within(&words, &locale.length(window)), unit }
        }
        (Some((words, unit)), None) => Feature { name: words, unit },
        (None, _) => Feature { name: name.to_owned(), unit: Unit::Number },
    }
}

fn split(name: &str) -> (&str, Option<attnd_core::Duration>) {
    let window = |text: &str, unit: &str, seconds: u32| {
        let number: u32 = text.strip_suffix(unit)?.parse().ok()?;
        number.checked_mul(seconds).map(attnd_core::Duration::from_s)
    };
    match name.rsplit_once('_') {
        Some((base, last)) => match window(last, "min", 60).or_else(|| window(last, "s", 1)) {
            Some(window) => (base, Some(window)),
            None => (name, None),
        },
        None => (name, None),
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::page::text::Language;

    fn reason(name: &str, value: f64, usual: f64, effect: f64) -> Reason {
        Reason { name: name.to_owned(), value: Some(value), word: None, usual: Some(usual), effect }
    }

    fn told(language: Language, reasons: &[Reason]) -> Vec<String> {
        let rows = rows(&Locale { language, zone: TimeZone::UTC }, reasons);
        rows.iter().map(|row| format!("{} | {} | {}", row.name, row.value, row.speaks)).collect()
    }

    #[test]
    fn reasons_are_told_with_what_is_usual() {
        let reasons = [
            reason("switches_per_h_15min", 4.0, 11.2, 0.9),
            reason("dwell_median_60min", 130.0, 42.0, 0.4),
            reason("share_focus_60min", 0.25, 0.6, -0.3),
            reason("since_break", 72.0, 31.0, -0.2),
            reason("hour_sin", 0.5, 0.1, 0.1),
            reason("keys_per_min_1min", 80.0, 40.0, 0.01),
        ];
        insta::assert_snapshot!(told(Language::En, &reasons).join("\n"), @r"
        Switches of application, 15 min | 4/h, usually 11/h | for
        Median stay in one application, 1 h | 2 min, usually 42 s | for
        Time in focus categories, 1 h | 25%, usually 60% | against
        Since the last break | 1 h 12 min, usually 31 min | against
        Time of day |  | for
        ");
        insta::assert_snapshot!(told(Language::Zh, &reasons[..2]).join("\n"), @r"
        应用切换（15 分钟） | 每小时 4，通常 每小时 11 | 支持
        在一个应用中停留的中位数（1 小时） | 2 分钟，通常 42 秒 | 支持
        ");
    }

    #[test]
    fn a_feature_nobody_named_is_told_as_it_is() {
        let odd = [reason("pupil_left_z_30s", 1.25, 0.5, 1.0), reason("odd_name", 2.0, 1.0, -1.0)];
        assert_eq!(
            told(Language::En, &odd),
            ["pupil_left_z_30s | 1.2, usually 0.5 | for", "odd_name | 2, usually 1 | against"]
        );
    }

    #[test]
    fn every_feature_of_the_flow_has_words() {
        let locale = Locale { language: Language::En, zone: TimeZone::UTC };
        for column in attnd_engine::feature::flow::columns() {
            assert_ne!(feature(&locale, &column.name).name, column.name, "no words for it");
        }
    }
}
