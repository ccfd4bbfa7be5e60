//! Does it learn, and can its percentages be trusted? Of the predictions made before each answer.

use attnd_engine::continual::{CalibrationBin, CurvePoint};
use attnd_engine::understand::Learned;

use crate::page::estimate::chance;
use crate::page::graph::calibration::{self, Said};
use crate::page::graph::learning::{Drawn, Line, learning};
use crate::page::locale::Locale;
use crate::page::model::headline::answers;
use crate::page::text::ModelText;

/// Answers from which on a curve says anything.
pub(super) const LEAST_ANSWERS: u32 = 10;
/// A difference smaller than this is no difference, in parts of the better one's loss.
const SAME: f64 = 0.02;

/// The learning curve.
pub(super) struct Curve {
    pub(super) sentence: String,
    pub(super) summary: String,
    pub(super) top: String,
    pub(super) lines: Vec<Drawn>,
    pub(super) ends: (String, String),
    pub(super) rows: Vec<(String, String)>,
}

/// The calibration plot.
pub(super) struct Calibration {
    pub(super) sentence: String,
    pub(super) summary: String,
    pub(super) dots: Vec<Dot>,
    pub(super) ece: Option<String>,
}

/// A range of what was said.
pub(super) struct Dot {
    pub(super) mark: calibration::Dot,
    pub(super) words: String,
    pub(super) said: String,
    pub(super) was: String,
    pub(super) count: String,
}

/// One of the losses of a point of the curve.
type Loss = fn(&CurvePoint) -> f64;

/// The curve; `None` while there are too few answers for one.
pub(super) fn curve(locale: &Locale, learned: &Learned) -> Option<Curve> {
    let last = learned.curve.last().filter(|last| last.answers >= LEAST_ANSWERS)?;
    let text = ModelText(locale.language);
    let ours: Loss = |point| point.ours;
    let simple: [(String, Loss); 3] = [
        (text.curve_rules(), |point| point.rules),
        (text.curve_base(), |point| point.base_rate),
        (text.curve_hour(), |point| point.hour_of_day),
    ];
    let points = |of: Loss| -> Vec<(f64, f64)> {
        learned.curve.iter().map(|point| (f64::from(point.answers), of(point))).collect()
    };
    let mut lines = vec![Line { name: text.curve_ours(), class: "ours", points: points(ours) }];
    lines.extend(simple.iter().map(|(name, of)| Line {
        name: name.clone(),
        class: "simple",
        points: points(*of),
    }));
    let most = lines.iter().flat_map(|line| &line.points).map(|point| point.1).fold(0.0, f64::max);
    // Past the loss of not knowing at all (ln 2) a curve only gets steeper, and hides the others.
    let top = most.clamp(0.7, 1.5);
    let (best, least) =
        simple.iter().map(|(name, of)| (name, of(last))).min_by(|a, b| a.1.total_cmp(&b.1))?;
    let rows = lines
        .iter()
        .filter_map(|line| Some((line.name.clone(), format!("{:.3}", line.points.last()?.1))))
        .collect();
    Some(Curve {
        sentence: compared(text, last.ours, least, best),
        summary: text.curve_summary(&format!("{:.3}", last.ours), &format!("{least:.3}"), best),
        top: format!("{top:.1}"),
        ends: (
            text.curve_from(&learned.curve.first().map_or(0, |point| point.answers).to_string()),
            text.curve_answers(&locale.count(last.answers as usize)),
        ),
        rows,
        lines: learning(lines, top),
    })
}

fn compared(text: ModelText, ours: f64, simple: f64, name: &str) -> String {
    let part = if simple > 0.0 { (simple - ours) / simple } else { 0.0 };
    let percent = format!("{:.0}%", part.abs() * 100.0);
    if part > SAME {
        text.curve_better(name, &percent)
    } else if part < -SAME {
        text.curve_worse(name, &percent)
    } else {
        text.curve_same(name)
    }
}

/// Why there is no curve yet.
pub(super) fn too_few(locale: &Locale, learned: &Learned) -> String {
    let text = ModelText(locale.language);
    match learned.answers {
        0 => text.curve_none(),
        count => text.curve_few(&locale.count(count as usize)),
    }
}

/// The plot; `None` while there are too few answers for one.
pub(super) fn calibration(locale: &Locale, learned: &Learned) -> Option<Calibration> {
    let text = ModelText(locale.language);
    let bins: Vec<&CalibrationBin> = learned.calibration.iter().filter(|bin| bin.answers > 0).collect();
    let count: u32 = bins.iter().map(|bin| bin.answers).sum();
    if count < LEAST_ANSWERS {
        return None;
    }
    let said: Vec<Said> = bins.iter().map(|bin| said(bin)).collect();
    let dot = |(bin, mark): (&&CalibrationBin, calibration::Dot)| {
        let (said, was) = (chance(bin.said), chance(bin.came_true));
        let count = locale.count(bin.answers as usize);
        Dot { mark, words: text.calibration_one(&said, &was, &count), said, was, count }
    };
    let dots: Vec<Dot> = bins.iter().zip(calibration::dots(&said)).map(dot).collect();
    let sentence = bins.iter().zip(&dots).max_by_key(|(bin, _)| bin.answers)?.1.words.clone();
    let ece = learned.card.ours.map(|figures| text.calibration_ece(&points(figures.ece)));
    Some(Calibration {
        summary: text.calibration_summary(&answers(locale, count), &sentence),
        sentence,
        dots,
        ece,
    })
}

fn said(bin: &CalibrationBin) -> Said {
    let yes = (bin.came_true * f64::from(bin.answers)).round();
    Said { said: bin.said, count: u64::from(bin.answers), yes: yes as u64 }
}

/// `4 points`: differences of percentages are no percentages.
fn points(part: f64) -> String {
    format!("{:.1}", part * 100.0)
}
