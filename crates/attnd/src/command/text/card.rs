//! `attnd text card`: what does a file of learnt labels say of itself?

use std::path::Path;

use attnd_core::Problem;
use attnd_decide::text::{Figures, TextCard, Threshold};

use super::opened;
use crate::output::Output;

pub(super) fn run(file: &Path, output: &Output) -> Result<(), Problem> {
    output.answer(&opened(file)?.card(), words)
}

pub(super) fn words(card: &TextCard) -> String {
    let held_out = held_out(card.held_out);
    let scope = card.threshold.map_or("no threshold: too few texts to learn it".to_owned(), threshold);
    let encoder = match &card.encoder {
        Some(encoder) => {
            let digest = encoder.digest.get(..12).unwrap_or(&encoder.digest);
            let share = 100.0 * card.encoder_share;
            format!("{digest}, {} numbers, {share:.0} % of each text's features", encoder.dimensions)
        }
        None => "none".to_owned(),
    };
    format!(
        "labels      {}\nlearnt from {} texts\naccuracy    {held_out}\nscope       {scope}\nviews       characters {:.2}, words {:.2}, pairs \
         {:.2}\nfeatures    {}\nencoder     {encoder}\nmeant for   {}\nnot for     {}\n",
        card.labels.join(", "),
        card.examples,
        card.shares[0],
        card.shares[1],
        card.shares[2],
        card.features,
        card.meant_for,
        card.not_for,
    )
}

/// What the same training made of texts held out of it.
fn held_out(figures: Figures) -> String {
    let (Some(accuracy), Some(macro_f1), Some(calibration)) =
        (figures.accuracy, figures.macro_f1, figures.calibration_error)
    else {
        return "not known: too few texts to hold some out".to_owned();
    };
    let texts = figures.texts;
    let oos = figures.oos_auroc.map_or(String::new(), |area| {
        format!("; AUROC {area:.3} against {} out of scope", figures.oos_texts)
    });
    let [accuracy, macro_f1, calibration] = [accuracy, macro_f1, calibration].map(|share| 100.0 * share);
    format!(
        "{accuracy:.1} % of {texts} texts held out, macro F1 {macro_f1:.1} %, probabilities off by {calibration:.1} \
         points{oos}"
    )
}

/// Below which scope a text is none of the labels, and what that did on texts held out.
fn threshold(threshold: Threshold) -> String {
    let percent = |share: Option<f64>| 100.0 * share.unwrap_or(f64::NAN);
    let Threshold { scope, held_out, in_scope_texts, oos_texts } = threshold;
    let kept = percent(held_out.in_scope_kept);
    let inside = format!("{kept:.1} % of {in_scope_texts} texts in scope were kept");
    let outside = match held_out.oos_recall {
        Some(_) => format!("{:.1} % of {oos_texts} out of scope refused", percent(held_out.oos_recall)),
        None => "no text out of scope was there to see how many are refused".to_owned(),
    };
    format!("below {scope:.3} a text is none of the labels; of texts held out {inside}, {outside}")
}
