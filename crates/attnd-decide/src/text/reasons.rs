//! Why has a text its label? The parts of it that speak most for the label.
//!
//! The linear judges add up, so each feature's part is exact: its value times how far the label's weight is above the mean
//! of all labels. The networks' say is not in it, nor an encoder's vector, which has no parts. Of features that overlap only the strongest is told.

use super::classifier::{ClassifyRoom, TextClassifier};
use super::embedding::Said;
use super::ngram::{Feature, Place};

/// A part of the text and how much it speaks for the label, in margins of the linear judges.
pub type Reason = (String, f32);

impl TextClassifier {
    /// The parts of the text that speak most for a label, by index in [`TextClassifier::labels`], strongest first.
    ///
    /// # Panics
    /// Where there is no such label.
    #[must_use]
    pub fn reasons<'t>(
        &self,
        said: impl Into<Said<'t>>,
        label: usize,
        most: usize,
        room: &mut ClassifyRoom,
    ) -> Vec<Reason> {
        let said = said.into();
        self.weigher.weigh(said, &mut room.weighed);
        let mut told: Vec<(u32, f32)> = Vec::new();
        let row = room.weighed.row();
        for (&column, &value) in row.columns.iter().zip(row.values) {
            let weights = self.linear.at(column);
            let mean = weights.iter().sum::<f32>() / weights.len() as f32;
            told.push((column, value * (weights[label] - mean)));
        }
        let mut found: Vec<(Place, f32)> = Vec::new();
        let part = |feature: Feature| {
            let column = self.weigher.column(feature)?;
            told.binary_search_by_key(&column, |(column, _)| *column).ok().map(|at| told[at].1)
        };
        let reader = room.weighed.reader();
        reader.visit(said.text, |feature, place| found.extend(part(feature).map(|part| (place, part))));
        found.retain(|(_, part)| *part > 0.0);
        // Longer parts first among equals: they read better.
        found.sort_by(|one, other| other.1.total_cmp(&one.1).then(length(other.0).cmp(&length(one.0))));
        let mut chosen: Vec<(Place, Reason)> = Vec::new();
        for (place, part) in found {
            if chosen.len() == most {
                break;
            }
            let words = reader.text_at(place);
            if !chosen.iter().any(|(other, (told, _))| overlap(*other, place) || *told == words) {
                chosen.push((place, (words, part)));
            }
        }
        chosen.into_iter().map(|(_, reason)| reason).collect()
    }
}

fn stretches(place: Place) -> impl Iterator<Item = (usize, usize)> {
    [Some(place.first), place.second].into_iter().flatten()
}

fn length(place: Place) -> usize {
    stretches(place).map(|(start, end)| end - start).sum()
}

fn overlap(one: Place, other: Place) -> bool {
    stretches(one).any(|(start, end)| stretches(other).any(|(from, to)| start < to && from < end))
}

#[cfg(test)]
mod tests {
    use super::super::classifier::Example;
    use super::*;
    use crate::Seed;

    #[test]
    fn the_word_that_decides_is_the_first_reason() {
        let texts = ["pay the invoice now", "see the invoice here", "walk the dog now", "feed the dog here"];
        let labels = ["money", "money", "pet", "pet"];
        let examples: Vec<Example<'_>> =
            texts.iter().zip(labels).map(|(text, label)| Example { text, label }).collect();
        let classifier = TextClassifier::train(&examples, Seed(1)).unwrap();
        let mut room = ClassifyRoom::default();
        let reasons = classifier.reasons("Where is that INVOICE, here?", 0, 3, &mut room);
        assert!(reasons[0].0.contains("invoice"), "{reasons:?}");
        assert!(reasons.windows(2).all(|pair| pair[0].1 >= pair[1].1));
        assert!(classifier.reasons("", 0, 3, &mut room).is_empty());
    }
}
