//! What does a classifier of texts say of itself? Where it comes from, what it is worth, what it is not for.

use serde::Serialize;

use super::classifier::TextClassifier;
use super::embedding::EncoderMark;
use super::evaluate::Figures;
use super::ngram::VIEWS;
use super::threshold::Threshold;

/// The card of one classifier.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TextCard {
    /// The labels it can give.
    pub labels: Vec<String>,
    /// Texts learnt from, those out of scope too.
    pub examples: usize,
    /// Features it knows.
    pub features: usize,
    /// Share of each view: characters, words, pairs of words.
    pub shares: [f32; VIEWS.len()],
    /// The encoder whose vectors it reads beside them; none where it was learnt without, or they were of no use.
    pub encoder: Option<EncoderMark>,
    /// Share of the vector in a row's length; the views have the rest.
    pub encoder_share: f32,
    /// What the same training made of a fifth of the texts, held out of it. They are of the same hands as those learnt
    /// from: on texts of others expect less (CLINC150: 96.1 % held out, 93.5 % of the test texts). No text where too few
    /// were to be had.
    pub held_out: Figures,
    /// Below which scope a text is none of the labels, and what that did on texts held out; none where too few were.
    pub threshold: Option<Threshold>,
    /// What it is meant for.
    pub meant_for: &'static str,
    /// What it is not for.
    pub not_for: &'static str,
}

impl TextClassifier {
    /// What it says of itself.
    #[must_use]
    pub fn card(&self) -> TextCard {
        TextCard {
            labels: self.labels.clone(),
            examples: self.examples,
            features: self.weigher.features().len(),
            shares: self.weigher.shares(),
            encoder: self.encoder.clone(),
            encoder_share: self.choice.recipe.embedding,
            held_out: self.held_out,
            threshold: self.threshold,
            meant_for: "giving a person's own labels to their other texts",
            not_for: "judging people by what they write; texts of another kind than those learnt from",
        }
    }
}
