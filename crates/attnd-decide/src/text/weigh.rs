//! How much does each feature of a text count? Sublinear counts, weighed down where many texts have them, views of set lengths.
//!
//! TF-IDF as scikit-learn's `TfidfVectorizer(sublinear_tf=True)` has it: (1 + ln count) · (1 + ln((1 + texts) / (1 +
//! texts with it))). Each view is then brought to a set length so that none drowns the others: the similarity of two
//! texts is a weighted mean of their cosines in each view.

use super::embedding::{Said, Standard};
use super::ngram::{Feature, FeatureReader, VIEWS, space, view_of};
use super::sparse::{Row, Rows};

/// No column: the feature was too rare among the training texts.
const UNSEEN: u32 = u32::MAX;

/// Share of the squared length each view gets, in the order of [`VIEWS`].
pub type Shares = [f32; VIEWS.len()];

/// What was learnt about features from training texts.
#[derive(Clone, Debug, PartialEq)]
pub struct Weigher {
    /// Column of each possible feature.
    columns: Vec<u32>,
    /// Feature of each column, rising.
    features: Vec<Feature>,
    /// Inverse document frequency of each column.
    idf: Vec<f32>,
    shares: Shares,
    /// How vectors of an encoder follow, where there are any.
    standard: Option<Standard>,
}

/// Room for weighing one text; its memory serves the next text too.
#[derive(Clone, Debug, Default)]
pub struct WeighRoom {
    reader: FeatureReader,
    features: Vec<Feature>,
    columns: Vec<u32>,
    values: Vec<f32>,
    /// Share of the text's different words and neighbours that training texts had; 0 where it has none.
    known: f32,
}

impl WeighRoom {
    /// The text weighed last.
    #[must_use]
    pub fn row(&self) -> Row<'_> {
        Row { columns: &self.columns, values: &self.values }
    }

    /// Share of the different features of the text weighed last that have a column, in 0 to 1; 0 where it has no feature. A
    /// vector counts as known at its share.
    #[must_use]
    pub fn known(&self) -> f32 {
        self.known
    }

    /// The reader of the text weighed last.
    pub fn reader(&mut self) -> &mut FeatureReader {
        &mut self.reader
    }
}

impl Weigher {
    /// Learns columns and weights from texts. A feature that fewer than `least[view]` texts have gets no column; where
    /// more than `most_columns` would be left, rarer ones go too, alike in all views.
    #[must_use]
    pub fn fit<'a, T>(texts: &'a [T], least: [u32; VIEWS.len()], shares: Shares, most_columns: usize) -> Self
    where
        &'a T: Into<Said<'a>>,
    {
        let counts = document_frequencies(texts);
        let mut least = least.map(|least| least.max(1));
        let kept = |least: &[u32; VIEWS.len()], feature: usize| {
            let view = view_of(feature as Feature);
            shares[view] > 0.0 && counts[feature] >= least[view]
        };
        while (0..counts.len()).filter(|&feature| kept(&least, feature)).count() > most_columns {
            least = least.map(|least| least + 1);
        }
        let features: Vec<Feature> =
            (0..counts.len()).filter(|&at| kept(&least, at)).map(|at| at as Feature).collect();
        let idf = features.iter().map(|&feature| inverse(texts.len(), counts[feature as usize])).collect();
        Self::new(features, idf, shares)
    }

    /// A weigher of known features, rising, and their inverse document frequencies.
    #[must_use]
    pub(super) fn new(features: Vec<Feature>, idf: Vec<f32>, shares: Shares) -> Self {
        let mut columns = vec![UNSEEN; space()];
        for (column, &feature) in features.iter().enumerate() {
            columns[feature as usize] = column as u32;
        }
        Self { columns, features, idf, shares, standard: None }
    }

    /// The same, with that share of the length for the vectors of texts like these.
    #[must_use]
    pub(super) fn with_vectors(self, texts: &[Said<'_>], share: f32) -> Self {
        let vectors = texts.iter().map(|said| said.vector);
        let dimensions = texts.first().map_or(0, |said| said.vector.len());
        if share <= 0.0 || dimensions == 0 {
            return self;
        }
        self.with_standard(Some(Standard::fit(vectors, dimensions, share)))
    }

    /// The same, with vectors standardised as known.
    #[must_use]
    pub(super) fn with_standard(self, standard: Option<Standard>) -> Self {
        Self { standard, ..self }
    }

    /// How vectors are standardised; none where texts are read without.
    pub(super) fn standard(&self) -> Option<&Standard> {
        self.standard.as_ref()
    }

    /// How many columns there are: of features, then of vectors.
    #[must_use]
    pub fn width(&self) -> usize {
        self.idf.len() + self.standard.as_ref().map_or(0, |standard| standard.means.len())
    }

    /// The features of the first columns, rising.
    #[must_use]
    pub fn features(&self) -> &[Feature] {
        &self.features
    }

    /// The inverse document frequency of each feature's column.
    #[must_use]
    pub fn inverse_frequencies(&self) -> &[f32] {
        &self.idf
    }

    /// The share of each view.
    #[must_use]
    pub fn shares(&self) -> Shares {
        self.shares
    }

    /// The column of a feature, if training texts had it.
    #[must_use]
    pub fn column(&self, feature: Feature) -> Option<u32> {
        self.columns.get(feature as usize).copied().filter(|&column| column != UNSEEN)
    }

    /// Weighs one text; the row is in the room afterwards.
    pub fn weigh<'a>(&self, said: impl Into<Said<'a>>, room: &mut WeighRoom) {
        let said = said.into();
        room.reader.read(said.text, &mut room.features);
        room.features.sort_unstable();
        room.columns.clear();
        room.values.clear();
        let mut squared = [0.0_f32; VIEWS.len()];
        let mut ends = [0_usize; VIEWS.len()];
        let mut different = 0_u32;
        for run in room.features.chunk_by(|before, after| before == after) {
            different += 1;
            let Some(column) = self.column(run[0]) else { continue };
            let value = (1.0 + (run.len() as f32).ln()) * self.idf[column as usize];
            let view = view_of(run[0]);
            squared[view] += value * value;
            room.columns.push(column);
            room.values.push(value);
            ends[view] = room.columns.len();
        }
        room.known = room.columns.len() as f32 / different.max(1) as f32;
        self.scale(&mut room.values, squared, ends);
        if let Some(standard) = &self.standard {
            let share =
                standard.append(said.vector, self.idf.len() as u32, &mut room.columns, &mut room.values);
            // An encoder has seen every word.
            room.known = share + (1.0 - share) * room.known;
        }
    }

    /// Brings each view to its share of the length; views the text lacks leave theirs to the others.
    fn scale(&self, values: &mut [f32], squared: [f32; VIEWS.len()], ends: [usize; VIEWS.len()]) {
        let has = |view: &usize| squared[*view] > 0.0;
        let present: f32 = (0..VIEWS.len()).filter(has).map(|view| self.shares[view]).sum();
        let mut start = 0;
        for view in (0..VIEWS.len()).filter(has) {
            let scale = (self.shares[view] / present / squared[view]).sqrt();
            values[start..ends[view]].iter_mut().for_each(|value| *value *= scale);
            start = ends[view];
        }
    }

    /// Weighs many texts.
    #[must_use]
    pub fn weigh_all<'a, T>(&self, texts: &'a [T]) -> Rows
    where
        &'a T: Into<Said<'a>>,
    {
        let mut room = WeighRoom::default();
        let mut rows = Rows::new(self.width());
        for text in texts {
            self.weigh(text, &mut room);
            rows.push(room.row());
        }
        rows
    }
}

/// How many texts have each possible feature.
fn document_frequencies<'a, T>(texts: &'a [T]) -> Vec<u32>
where
    &'a T: Into<Said<'a>>,
{
    let mut counts = vec![0_u32; space()];
    let mut reader = FeatureReader::default();
    let mut features = Vec::new();
    for text in texts {
        reader.read(text.into().text, &mut features);
        features.sort_unstable();
        features.dedup();
        features.iter().for_each(|&feature| counts[feature as usize] += 1);
    }
    counts
}

fn inverse(texts: usize, with: u32) -> f32 {
    ((1.0 + texts as f64) / (1.0 + f64::from(with))).ln() as f32 + 1.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::ngram::View;
    use proptest::prelude::*;

    const WORDS_ONLY: Shares = [0.0, 1.0, 0.0];
    const EVEN: Shares = [0.25, 0.375, 0.375];

    /// `TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)` of scikit-learn 1.9 on these three texts gives the last
    /// one, "card card lost", these values for "card", "card card", "card lost" and "lost".
    #[test]
    fn values_are_those_of_scikit_learn() {
        let texts = ["card arrived", "lost my phone", "card card lost"];
        let weigher = Weigher::fit(&texts, [1; 3], WORDS_ONLY, usize::MAX);
        let mut room = WeighRoom::default();
        weigher.weigh(texts[2], &mut room);
        let mut values = room.row().values.to_vec();
        values.sort_by(f32::total_cmp);
        let expected = [0.369495, 0.485842, 0.485842, 0.625610];
        assert_eq!(values.len(), expected.len());
        for (value, expected) in values.iter().zip(expected) {
            assert!((value - expected).abs() < 1e-5, "{values:?}");
        }
    }

    #[test]
    fn rare_features_go_first_where_columns_are_few() {
        let texts = ["red blue", "red green", "red blue"];
        let all = Weigher::fit(&texts, [1; 3], WORDS_ONLY, usize::MAX);
        assert_eq!(all.width(), 5);
        let few = Weigher::fit(&texts, [1; 3], WORDS_ONLY, 3);
        assert_eq!(few.width(), 3);
        assert!(few.features().iter().all(|&feature| view_of(feature) == View::Words as usize));
    }

    #[test]
    fn a_text_of_nothing_known_is_a_row_of_nothing() {
        let weigher = Weigher::fit(&["red blue"], [1; 3], EVEN, usize::MAX);
        let mut room = WeighRoom::default();
        for text in ["", "  …", "紫"] {
            weigher.weigh(text, &mut room);
            assert!(room.row().columns.is_empty());
            assert!(room.known().abs() < 1e-9);
        }
    }

    proptest! {
        #[test]
        fn rows_have_length_one_and_rising_columns(texts in proptest::collection::vec("[a-d ]{1,20}[a-z]", 1..8)) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let weigher = Weigher::fit(&texts, [1; 3], EVEN, usize::MAX);
            let rows = weigher.weigh_all(&texts);
            for at in 0..rows.len() {
                let row = rows.row(at);
                prop_assert!((row.squared_norm() - 1.0).abs() < 1e-4);
                prop_assert!(row.columns.windows(2).all(|pair| pair[0] < pair[1]));
            }
        }
    }
}
