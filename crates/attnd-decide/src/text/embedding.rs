//! What does an encoder of sentences add to the features of a text? Its vector, at a share of the length.
//!
//! Vectors of pretrained encoders lie in a narrow cone, their numbers of very different spread: each dimension is brought
//! to the mean 0 and the deviation 1 of the training texts first (Su et al. 2021, arXiv:2103.15316, whiten; the diagonal of
//! that needs no more texts than dimensions). Then the vector is one more view: a set share of the row's length.

use super::problem::TextError;
use super::sparse::Row;

/// A text and, where an encoder read it, its vector.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Said<'a> {
    /// The text.
    pub text: &'a str,
    /// The encoder's vector, one number a dimension; empty where no encoder read the text.
    pub vector: &'a [f32],
}

impl<'a> From<&'a str> for Said<'a> {
    fn from(text: &'a str) -> Self {
        Self { text, vector: &[] }
    }
}

impl<'a> From<&'a String> for Said<'a> {
    fn from(text: &'a String) -> Self {
        text.as_str().into()
    }
}

impl<'a> From<&&'a str> for Said<'a> {
    fn from(text: &&'a str) -> Self {
        (*text).into()
    }
}

impl<'a> From<&Said<'a>> for Said<'a> {
    fn from(said: &Said<'a>) -> Self {
        *said
    }
}

/// Which encoder made a vector: what was learnt with one makes no sense of another's.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct EncoderMark {
    /// A digest of the encoder's files.
    pub digest: String,
    /// Numbers of a vector.
    pub dimensions: usize,
}

/// The vectors of some texts by one encoder.
#[derive(Clone, Copy, Debug)]
pub struct Vectors<'a> {
    /// The encoder.
    pub encoder: &'a EncoderMark,
    /// `[text, dimension]`.
    pub values: &'a [f32],
}

impl<'a> Vectors<'a> {
    /// The vector of each of so many texts.
    ///
    /// # Errors
    /// [`TextError::Vectors`] where there are more or fewer numbers than these texts have.
    pub fn of(&self, texts: usize) -> Result<impl Iterator<Item = &'a [f32]> + use<'a>, TextError> {
        let EncoderMark { dimensions, .. } = *self.encoder;
        if dimensions == 0 || self.values.len() != texts * dimensions {
            return Err(TextError::Vectors { texts, dimensions, found: self.values.len() });
        }
        Ok(self.values.chunks_exact(dimensions))
    }
}

/// How vectors become columns of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Standard {
    /// Of each dimension, over the training texts.
    pub(super) means: Vec<f32>,
    /// One through the deviation of each dimension; 0 where it never changes.
    pub(super) scales: Vec<f32>,
    /// Share of the squared length of a row.
    pub(super) share: f32,
}

impl Standard {
    /// The means and deviations of vectors, all of that many dimensions.
    pub(super) fn fit<'a>(
        vectors: impl Iterator<Item = &'a [f32]> + Clone,
        dimensions: usize,
        share: f32,
    ) -> Self {
        let (mut count, mut means) = (0.0_f64, vec![0.0_f64; dimensions]);
        for vector in vectors.clone() {
            count += 1.0;
            means.iter_mut().zip(vector).for_each(|(mean, &value)| *mean += f64::from(value));
        }
        means.iter_mut().for_each(|mean| *mean /= count.max(1.0));
        let mut squares = vec![0.0_f64; dimensions];
        for vector in vectors {
            for ((square, mean), &value) in squares.iter_mut().zip(&means).zip(vector) {
                *square += (f64::from(value) - mean).powi(2);
            }
        }
        let scale = |square: f64| if square > 0.0 { (count / square).sqrt() as f32 } else { 0.0 };
        Self {
            means: means.into_iter().map(|mean| mean as f32).collect(),
            scales: squares.into_iter().map(scale).collect(),
            share,
        }
    }

    /// Puts a vector behind the values of a row, in columns from `first` on; its share of the row then. The row keeps its
    /// length of one; a vector of other dimensions is as good as none.
    pub(super) fn append(
        &self,
        vector: &[f32],
        first: u32,
        columns: &mut Vec<u32>,
        values: &mut Vec<f32>,
    ) -> f32 {
        if vector.len() != self.means.len() {
            return 0.0;
        }
        let before = values.len();
        let parts = vector.iter().zip(self.means.iter().zip(&self.scales));
        values.extend(parts.map(|(value, (mean, scale))| (value - mean) * scale));
        let squared = Row { columns: &[], values: &values[before..] }.squared_norm();
        if squared.is_nan() || squared <= 0.0 {
            values.truncate(before);
            return 0.0;
        }
        columns.extend(first..first + vector.len() as u32);
        let share = if before > 0 { self.share } else { 1.0 };
        values[..before].iter_mut().for_each(|value| *value *= (1.0 - share).sqrt());
        values[before..].iter_mut().for_each(|value| *value *= (share / squared).sqrt());
        share
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::RngExt;

    use super::*;
    use crate::Seed;
    use crate::text::{ClassifyRoom, Example, TextClassifier};

    const LABELS: [&str; 2] = ["left", "right"];

    fn mark() -> EncoderMark {
        EncoderMark { digest: "0123456789abcdef".to_owned(), dimensions: 4 }
    }

    /// Vectors whose first number is on the side of the text's label, `[text, 4]`, and vectors of chance.
    fn telling_and_noise(texts: usize) -> [Vec<f32>; 2] {
        let mut generator = Seed(3).generator(0);
        let mut number = || generator.random::<f32>() - 0.5;
        let noise: Vec<f32> = (0..texts * 4).map(|_| number()).collect();
        let mut telling: Vec<f32> = (0..texts * 4).map(|_| number()).collect();
        telling.iter_mut().step_by(4).enumerate().for_each(|(at, first)| {
            *first += if at % 2 == 0 { -1.0 } else { 1.0 };
        });
        [telling, noise]
    }

    fn examples(texts: &[String]) -> Vec<Example<'_>> {
        texts.iter().enumerate().map(|(at, text)| Example { text, label: LABELS[at % 2] }).collect()
    }

    #[test]
    fn vectors_tell_what_words_do_not_and_belong_to_their_encoder() {
        let texts: Vec<String> = (0..80_u32).map(|at| format!("word{} more{}", at * at, at * 7)).collect();
        let encoder = mark();
        let [telling, _] = telling_and_noise(80);
        let vectors = Vectors { encoder: &encoder, values: &telling };
        let learnt = TextClassifier::train_beside(&examples(&texts), Some(vectors), Seed(1)).unwrap();
        assert_eq!(learnt.encoder(), Some(&encoder));
        let kept = TextClassifier::from_bytes(&learnt.to_bytes()).unwrap();
        assert_eq!((kept.card(), kept.encoder()), (learnt.card(), Some(&encoder)));
        let mut room = ClassifyRoom::default();
        for (side, vector) in [(0, [-1.2, 0.1, 0.0, -0.2]), (1, [1.1, 0.0, 0.2, 0.1])] {
            let said = Said { text: "nothing known", vector: &vector };
            let [before, after] = [&learnt, &kept].map(|classifier| classifier.classify(said, &mut room));
            assert_eq!((before.label, after.label), (side, side), "{before:?}");
        }
        let other = EncoderMark { digest: "fedcba9876543210".to_owned(), dimensions: 4 };
        let told = |found| learnt.refuse_other(found).unwrap_err().to_string();
        assert!(told(Some(&other)).contains("0123456789ab, not with fedcba987654"), "{}", told(Some(&other)));
        assert!(told(None).contains("--embeddings"));
        assert_eq!(learnt.refuse_other(Some(&encoder)), Ok(()));
    }

    #[test]
    fn vectors_of_chance_change_nothing() {
        let words = ["storm and rain", "bread and soup"];
        let texts: Vec<String> = (0..80).map(|at| format!("{} of day {at}", words[at % 2])).collect();
        let encoder = mark();
        let [_, noise] = telling_and_noise(80);
        let vectors = Vectors { encoder: &encoder, values: &noise };
        let with = TextClassifier::train_beside(&examples(&texts), Some(vectors), Seed(1));
        assert_eq!(with, TextClassifier::train(&examples(&texts), Seed(1)));
        let short = Vectors { encoder: &encoder, values: &noise[1..] };
        let error = TextClassifier::train_beside(&examples(&texts), Some(short), Seed(1)).unwrap_err();
        assert_eq!(error, TextError::Vectors { texts: 80, dimensions: 4, found: 319 });
    }

    /// scikit-learn 1.9: `normalize(StandardScaler().fit(x).transform([[3, 1, 5]]))` on these rows, times √.36.
    #[test]
    fn columns_are_standardised_as_scikit_learn_does() {
        let rows = [[1.0, 2.0, 5.0], [3.0, 4.0, 5.0], [8.0, 0.0, 5.0]];
        let standard = Standard::fit(rows.iter().map(|row| &row[..]), 3, 0.36);
        let (mut columns, mut values) = (vec![4, 7], vec![0.6, 0.8]);
        standard.append(&[3.0, 1.0, 5.0], 10, &mut columns, &mut values);
        assert_eq!(columns, [4, 7, 10, 11, 12]);
        for (value, expected) in values.iter().zip([0.48, 0.64, -0.291_043, -0.524_685, 0.0]) {
            assert!((value - expected).abs() < 1e-5, "{values:?}");
        }
    }

    #[test]
    fn other_dimensions_and_vectors_that_say_nothing_are_none() {
        let standard = Standard::fit([[1.0_f32, 2.0], [3.0, 2.0]].iter().map(|row| &row[..]), 2, 0.5);
        for vector in [&[][..], &[1.0], &[2.0, 2.0], &[f32::NAN, 1.0]] {
            let (mut columns, mut values) = (vec![0], vec![1.0]);
            standard.append(vector, 1, &mut columns, &mut values);
            assert_eq!((columns, values), (vec![0], vec![1.0]));
        }
        let mark = EncoderMark { digest: "a".to_owned(), dimensions: 2 };
        let vectors = Vectors { encoder: &mark, values: &[1.0, 2.0, 3.0] };
        assert_eq!(vectors.of(2).err(), Some(TextError::Vectors { texts: 2, dimensions: 2, found: 3 }));
    }

    proptest! {
        #[test]
        fn rows_keep_a_length_of_one(
            rows in proptest::collection::vec(proptest::array::uniform4(-5.0_f32..5.0), 3..12),
            share in 0.05_f32..0.95,
        ) {
            let standard = Standard::fit(rows.iter().map(|row| &row[..]), 4, share);
            for row in &rows {
                let (mut columns, mut values) = (vec![0, 1], vec![0.6, -0.8]);
                standard.append(row, 2, &mut columns, &mut values);
                let squared = Row { columns: &columns, values: &values }.squared_norm();
                prop_assert!((squared - 1.0).abs() < 1e-4, "{}", squared);
                prop_assert_eq!(columns.len(), values.len());
            }
        }
    }
}
