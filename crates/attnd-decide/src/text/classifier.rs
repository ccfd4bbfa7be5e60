//! Which label has a text, how sure is that, and is it any of the labels at all? Learnt from a person's own labels.
//!
//! Two kinds of judges vote: linear ones, which see each feature on its own, and two small networks, which see features
//! together. Their probabilities are averaged. How far in scope a text is comes from the same average: judges that
//! never saw its like disagree or are unsure.

use std::thread::ScopedJoinHandle;

use super::embedding::{EncoderMark, Said, Vectors};
use super::evaluate::Figures;
use super::held_out;
use super::linear::{Linear, NO_CLASS, Training};
use super::network::{Network, NetworkRoom, UNITS, softmax};
use super::problem::TextError;
use super::recipe::{Choice, LEAST, balance, choose, greatest};
use super::sparse::Rows;
use super::threshold::Threshold;
use super::weigh::{WeighRoom, Weigher};
use crate::Seed;

/// The label of a training text that is none of the others: it teaches what is out of scope.
pub const OUT_OF_SCOPE: &str = "oos";

/// Networks that vote, each from its own beginning, each trained on a thread of its own. On the held-out parts of two
/// training sets two that learn long did better than four that learn half as long, and twelve no better than four.
const NETWORKS: usize = 2;
/// Say of the networks against the linear judges, chosen on the same.
const NETWORKS_SAY: f32 = 0.6;
/// Passes of the linear judges over the rows: their dual objective then is within one part in a hundred of its end.
const LINEAR_ROUNDS: usize = 5;
/// Rows a network sees in training, repeats counted, with bounds on the passes: few texts are seen more often.
const NETWORK_STEPS: usize = 150_000;
const NETWORK_ROUNDS: std::ops::RangeInclusive<usize> = 5..=20;
/// Weights at most: 2^28 of four bytes are one GiB.
const MOST_WEIGHTS: usize = 1 << 28;

/// One training text and its label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example<'a> {
    /// The text.
    pub text: &'a str,
    /// Its label; [`OUT_OF_SCOPE`] where it is none.
    pub label: &'a str,
}

/// What was learnt from examples.
#[derive(Clone, Debug, PartialEq)]
pub struct TextClassifier {
    pub(super) labels: Vec<String>,
    pub(super) weigher: Weigher,
    pub(super) linear: Linear,
    pub(super) networks: Vec<Network>,
    pub(super) choice: Choice,
    pub(super) threshold: Option<Threshold>,
    pub(super) encoder: Option<EncoderMark>,
    /// What the whole did on texts held out; no text where too few were.
    pub(super) held_out: Figures,
    pub(super) examples: usize,
}

/// What a text was found to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// Index of the likeliest label in [`TextClassifier::labels`].
    pub label: usize,
    /// Its probability, if the text is in scope.
    pub probability: f64,
    /// How far in scope the text is, in 0 to 1; a rank, not a probability.
    pub scope: f64,
}

/// Room for judging one text; its memory serves the next text too.
#[derive(Clone, Debug, Default)]
pub struct ClassifyRoom {
    pub(super) weighed: WeighRoom,
    pub(super) network: NetworkRoom,
    one: Vec<f32>,
    mean: Vec<f32>,
}

impl TextClassifier {
    /// Learns from examples. The same examples and seed give the same classifier.
    ///
    /// # Errors
    /// [`TextError::NoLabels`] or [`TextError::OneLabel`] where there is nothing to tell apart, [`TextError::TooLarge`]
    /// where the tables would not fit.
    pub fn train(examples: &[Example<'_>], seed: Seed) -> Result<Self, TextError> {
        Self::train_beside(examples, None, seed)
    }

    /// [`Self::train`], with an encoder's vectors beside the features of the texts. What their share is, if any, is chosen
    /// like the rest: [`Self::encoder`] says whether they are of use.
    ///
    /// # Errors
    /// Those of [`Self::train`], and [`TextError::Vectors`] where the vectors are not one an example.
    pub fn train_beside(
        examples: &[Example<'_>],
        vectors: Option<Vectors<'_>>,
        seed: Seed,
    ) -> Result<Self, TextError> {
        let labels = labels_of(examples)?;
        refuse_too_large(examples.len(), labels.len())?;
        let mut texts: Vec<Said<'_>> = examples.iter().map(|example| example.text.into()).collect();
        if let Some(vectors) = vectors {
            texts.iter_mut().zip(vectors.of(examples.len())?).for_each(|(said, vector)| said.vector = vector);
        }
        let place = |label: &str| labels.binary_search_by(|known| known.as_str().cmp(label));
        let of: Vec<u32> =
            examples.iter().map(|example| place(example.label).map_or(NO_CLASS, |at| at as u32)).collect();
        let choice = choose(&texts, &of, labels.len(), most_columns(labels.len()), seed);
        let judged = held_out::judge(&texts, &of, &labels, choice, seed);
        let threshold = Threshold::choose(&judged);
        let held_out = Figures::of(&judged, labels.len());
        let is_of_use = choice.recipe.embedding > 0.0;
        let encoder = vectors.filter(|_| is_of_use).map(|vectors| vectors.encoder.clone());
        Ok(Self { threshold, held_out, encoder, ..Self::learn(&texts, &of, labels, choice, seed) })
    }

    /// Learns from texts and the class of each as chosen, without a threshold.
    pub(super) fn learn(
        texts: &[Said<'_>],
        of: &[u32],
        labels: Vec<String>,
        choice: Choice,
        seed: Seed,
    ) -> Self {
        let weigher = Weigher::fit(texts, LEAST, choice.recipe.shares, most_columns(labels.len()))
            .with_vectors(texts, choice.recipe.embedding);
        let rows = weigher.weigh_all(texts);
        let balance = balance(of, labels.len());
        let training = Training { cost: choice.recipe.cost, rounds: LINEAR_ROUNDS, seed };
        let linear = Linear::train(&rows, of, &balance, training);
        let networks = vote_of_networks(&rows, of, &balance, seed);
        Self {
            labels,
            weigher,
            linear,
            networks,
            choice,
            threshold: None,
            encoder: None,
            held_out: Figures::default(),
            examples: texts.len(),
        }
    }

    /// The labels it can give, in the order of their names.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The index of a label in [`Self::labels`], if it was learnt.
    #[must_use]
    pub fn label(&self, name: &str) -> Option<usize> {
        self.labels.binary_search_by(|known| known.as_str().cmp(name)).ok()
    }

    /// How texts are weighed, chosen on texts held out.
    #[must_use]
    pub fn choice(&self) -> Choice {
        self.choice
    }

    /// The encoder whose vectors it reads beside the features; none where it was learnt without, or they were of no use.
    #[must_use]
    pub fn encoder(&self) -> Option<&EncoderMark> {
        self.encoder.as_ref()
    }

    /// Whether vectors of that encoder may be given to it.
    ///
    /// # Errors
    /// [`TextError::OtherEncoder`] where it was learnt with another one's.
    pub fn refuse_other(&self, found: Option<&EncoderMark>) -> Result<(), TextError> {
        match &self.encoder {
            Some(wanted) if Some(wanted) != found => {
                let found = found.map(|found| found.digest.clone()).unwrap_or_default();
                Err(TextError::OtherEncoder { wanted: wanted.digest.clone(), found })
            }
            _ => Ok(()),
        }
    }

    /// Below which scope a text is none of the labels; none where too few texts were to be had to learn it.
    #[must_use]
    pub fn threshold(&self) -> Option<Threshold> {
        self.threshold
    }

    /// Whether a text of that verdict is none of the labels, by [`Self::threshold`].
    #[must_use]
    pub fn is_out_of_scope(&self, verdict: &Verdict) -> bool {
        self.threshold.is_some_and(|threshold| verdict.scope < threshold.scope)
    }

    /// The probability of each label, in the order of [`Self::labels`].
    pub fn probabilities<'a, 't>(&self, said: impl Into<Said<'t>>, room: &'a mut ClassifyRoom) -> &'a [f32] {
        self.weigher.weigh(said, &mut room.weighed);
        let row = room.weighed.row();
        room.one.resize(self.labels.len(), 0.0);
        room.mean.resize(self.labels.len(), 0.0);
        self.linear.margins(row, &mut room.mean);
        softmax(&mut room.mean, self.choice.sharpness);
        room.mean.iter_mut().for_each(|mean| *mean *= 1.0 - NETWORKS_SAY);
        for network in &self.networks {
            network.probabilities(row, &mut room.network, &mut room.one);
            let say = NETWORKS_SAY / self.networks.len() as f32;
            room.mean.iter_mut().zip(&room.one).for_each(|(mean, one)| *mean += say * one);
        }
        &room.mean
    }

    /// The likeliest label of a text and how far in scope it is. A vector of other dimensions than [`Self::encoder`] has is
    /// as good as none.
    pub fn classify<'t>(&self, said: impl Into<Said<'t>>, room: &mut ClassifyRoom) -> Verdict {
        let probabilities = self.probabilities(said, room);
        let label = greatest(probabilities);
        let probability = f64::from(probabilities[label]);
        let agreement = agreement(probabilities);
        Verdict { label, probability, scope: agreement * f64::from(room.weighed.known()) }
    }
}

/// Columns that weights of so many labels leave room for.
fn most_columns(labels: usize) -> usize {
    MOST_WEIGHTS / (labels + NETWORKS * UNITS)
}

/// How few labels probabilities are spread over, in 0 to 1: one over the square of the sum of their roots, which is the
/// exponential of minus Rényi's entropy of order one half (Rényi 1961, Proc. 4th Berkeley Symp. 1, 547-561). That order
/// minds the many small doubts that a text unlike all others raises; the likeliest label alone hides them.
fn agreement(probabilities: &[f32]) -> f64 {
    let roots: f64 = probabilities.iter().map(|&probability| f64::from(probability).sqrt()).sum();
    1.0 / (roots * roots).max(1.0)
}

/// The networks, trained side by side; none depends on when another ends.
fn vote_of_networks(rows: &Rows, of: &[u32], balance: &[f32], seed: Seed) -> Vec<Network> {
    let rounds = (NETWORK_STEPS / rows.len().max(1)).clamp(*NETWORK_ROUNDS.start(), *NETWORK_ROUNDS.end());
    std::thread::scope(|scope| {
        let train = |part| scope.spawn(move || Network::train(rows, of, balance, rounds, seed, part));
        let threads: Vec<_> = (1..=NETWORKS as u64).map(train).collect();
        let done = |thread: ScopedJoinHandle<'_, Network>| {
            thread.join().expect("invariant: training does not panic")
        };
        threads.into_iter().map(done).collect()
    })
}

/// The different labels in the order of their names.
fn labels_of(examples: &[Example<'_>]) -> Result<Vec<String>, TextError> {
    let mut labels: Vec<&str> =
        examples.iter().map(|example| example.label).filter(|&label| label != OUT_OF_SCOPE).collect();
    labels.sort_unstable();
    labels.dedup();
    match labels.as_slice() {
        [] => Err(TextError::NoLabels),
        [only] => Err(TextError::OneLabel { label: (*only).to_owned() }),
        _ => Ok(labels.into_iter().map(str::to_owned).collect()),
    }
}

fn refuse_too_large(texts: usize, labels: usize) -> Result<(), TextError> {
    let cells = texts.saturating_mul(labels);
    if cells > MOST_WEIGHTS {
        return Err(TextError::TooLarge { texts, labels, most: MOST_WEIGHTS / labels });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const THEMES: [(&str, [&str; 6]); 3] = [
        ("food", ["bread", "soup", "cook", "taste", "kitchen", "dinner"]),
        ("rain", ["cloud", "storm", "wet", "umbrella", "thunder", "forecast"]),
        ("钱", ["银行", "付款", "账单", "汇率", "贷款", "利息"]),
    ];

    fn sentences(count: usize) -> Vec<(String, &'static str)> {
        (0..count)
            .map(|at| {
                let (label, words) = &THEMES[at % 3];
                let word = |step: usize| words[(at / 3 * step + step) % 6];
                (format!("the {} and {} of {}", word(1), word(5), word(2)), *label)
            })
            .collect()
    }

    fn trained(sentences: &[(String, &str)]) -> Result<TextClassifier, TextError> {
        let examples: Vec<Example<'_>> =
            sentences.iter().map(|(text, label)| Example { text, label }).collect();
        TextClassifier::train(&examples, Seed(5))
    }

    #[test]
    fn themes_are_told_apart_in_two_scripts_and_strangers_are_far() {
        let classifier = trained(&sentences(60)).unwrap();
        let mut room = ClassifyRoom::default();
        let mut name = |text: &str| {
            let verdict = classifier.classify(text, &mut room);
            (classifier.labels()[verdict.label].clone(), verdict.scope)
        };
        assert_eq!(name("a soup for dinner").0, "food");
        assert_eq!(name("umbrella against the storm").0, "rain");
        assert_eq!(name("银行的利息").0, "钱");
        let strange = name("quarterly violin zzz").1;
        assert!(strange < name("cook the soup").1 && strange < name("storm and thunder").1);
    }

    #[test]
    fn any_text_gets_probabilities_that_sum_to_one() {
        let classifier = trained(&sentences(30)).unwrap();
        let mut room = ClassifyRoom::default();
        let long = "storm ".repeat(50_000);
        for text in ["", " ", "🎉🎉", "\u{0}\u{FFFF}", "سلام", &long] {
            let sum: f32 = classifier.probabilities(text, &mut room).iter().sum();
            assert!((sum - 1.0).abs() < 1e-4, "{sum}");
        }
        assert_eq!(classifier.labels()[classifier.classify(&long, &mut room).label], "rain");
    }

    #[test]
    fn nothing_to_tell_apart_is_refused() {
        assert_eq!(trained(&[]).unwrap_err(), TextError::NoLabels);
        let one = [("a".to_owned(), "x"), ("b".to_owned(), "x"), ("c".to_owned(), OUT_OF_SCOPE)];
        assert_eq!(trained(&one).unwrap_err(), TextError::OneLabel { label: "x".to_owned() });
    }

    #[test]
    fn empty_training_texts_and_the_fewest_examples_are_enough() {
        let classifier = trained(&[(String::new(), "x"), (String::new(), "y")]).unwrap();
        let verdict = classifier.classify("anything", &mut ClassifyRoom::default());
        assert!((verdict.probability - 0.5).abs() < 0.2, "{verdict:?}");
    }

    #[test]
    fn one_sure_label_agrees_and_doubt_between_all_does_not() {
        assert!((agreement(&[0.0, 1.0, 0.0]) - 1.0).abs() < 1e-9);
        assert!((agreement(&[0.25; 4]) - 0.25).abs() < 1e-9);
        // One doubt of a tenth and many small ones that add up to it: the likeliest label is alike, agreement is not.
        let many: Vec<f32> = std::iter::once(0.9).chain([0.01; 10]).collect();
        assert!(agreement(&many) < agreement(&[0.9, 0.1]));
    }

    #[test]
    fn the_same_examples_train_the_same_classifier() {
        assert_eq!(trained(&sentences(24)), trained(&sentences(24)));
    }
}
