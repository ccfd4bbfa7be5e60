//! `attnd text card`: what does a file of learnt labels say of itself?

use std::path::Path;

use attnd_core::Problem;
use attnd_decide::text::TextCard;

use super::opened;
use crate::output::Output;

pub(super) fn run(file: &Path, output: &Output) -> Result<(), Problem> {
    output.answer(&opened(file)?.card(), words)
}

pub(super) fn words(card: &TextCard) -> String {
    let held_out = match card.held_out_accuracy {
        Some(accuracy) => format!("{:.1} % of texts held out (linear judges alone)", 100.0 * accuracy),
        None => "not known: too few texts to hold some out".to_owned(),
    };
    format!(
        "labels      {}\nlearnt from {} texts\naccuracy    {held_out}\nviews       characters {:.2}, words {:.2}, pairs \
         {:.2}\nfeatures    {}\nmeant for   {}\nnot for     {}\n",
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
