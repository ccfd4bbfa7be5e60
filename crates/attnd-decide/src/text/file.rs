//! How is a classifier of texts kept? One run of bytes: a mark, its numbers, its labels, its weights, a sum over all.
//!
//! All numbers are little-endian. Weights are kept as the upper sixteen bits of their 32-bit floats, rounded (bfloat16):
//! half the size for an error of at most one part in 256 of each, in sums of hundreds.

use super::classifier::TextClassifier;
use super::embedding::{EncoderMark, Standard};
use super::evaluate::Figures;
use super::linear::Linear;
use super::network::{Network, UNITS};
use super::ngram::{Feature, VIEWS, space};
use super::problem::TextError;
use super::recipe::{Choice, Recipe};
use super::threshold::{Refusals, Threshold};
use super::weigh::Weigher;

/// The mark every file begins with; its last byte is the version of the layout.
const MARK: [u8; 8] = *b"attndtx\x03";

impl TextClassifier {
    /// Everything learnt, as bytes that [`Self::from_bytes`] reads.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer(MARK.to_vec());
        for count in [self.examples, self.labels.len(), self.weigher.width(), self.networks.len()] {
            out.number(count as u64);
        }
        for label in &self.labels {
            out.number(label.len() as u64);
            out.0.extend_from_slice(label.as_bytes());
        }
        let Choice { recipe, sharpness, loss, accuracy } = self.choice;
        let digest = self.encoder.as_ref().map_or("", |encoder| encoder.digest.as_str());
        let standard = self.weigher.standard();
        out.number(self.weigher.features().len() as u64);
        out.number(digest.len() as u64);
        out.0.extend_from_slice(digest.as_bytes());
        out.floats(&[recipe.embedding]);
        out.floats(standard.into_iter().flat_map(|standard| standard.means.iter().chain(&standard.scales)));
        out.floats(recipe.shares.iter().chain(&[recipe.cost, sharpness]));
        out.figure(loss);
        out.figure(accuracy);
        out.threshold(self.threshold);
        out.held_out(self.held_out);
        out.0.extend(self.weigher.features().iter().flat_map(|feature| feature.to_le_bytes()));
        out.floats(self.weigher.inverse_frequencies());
        out.halves(self.linear.weights());
        for network in &self.networks {
            let (first, second) = network.layers();
            out.halves(first);
            out.halves(second);
        }
        let sum = sum_of(&out.0);
        out.number(sum);
        out.0
    }

    /// The classifier kept in these bytes.
    ///
    /// # Errors
    /// [`TextError::NoClassifier`], [`TextError::OtherVersion`] or [`TextError::Damaged`] where they are none, of another
    /// layout, or not whole.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TextError> {
        let (name, version) = (&MARK[..MARK.len() - 1], MARK[MARK.len() - 1]);
        match bytes.strip_prefix(name) {
            None => return Err(TextError::NoClassifier),
            Some([found, ..]) if *found != version => return Err(TextError::OtherVersion),
            Some(_) => {}
        }
        let (body, sum) = bytes.split_last_chunk::<8>().ok_or(TextError::Damaged)?;
        if sum_of(body) != u64::from_le_bytes(*sum) {
            return Err(TextError::Damaged);
        }
        Reader(body.get(MARK.len()..).unwrap_or_default()).classifier().ok_or(TextError::Damaged)
    }
}

struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, number: u64) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn floats<'a>(&mut self, floats: impl IntoIterator<Item = &'a f32>) {
        self.0.extend(floats.into_iter().flat_map(|float| float.to_le_bytes()));
    }

    fn figure(&mut self, figure: Option<f64>) {
        self.0.extend_from_slice(&figure.unwrap_or(f64::NAN).to_le_bytes());
    }

    fn threshold(&mut self, threshold: Option<Threshold>) {
        let held_out = threshold.map(|threshold| threshold.held_out);
        self.figure(threshold.map(|threshold| threshold.scope));
        self.figure(held_out.and_then(|share| share.oos_recall));
        self.figure(held_out.and_then(|share| share.oos_precision));
        self.figure(held_out.and_then(|share| share.in_scope_kept));
        self.figure(held_out.and_then(|share| share.in_scope_accuracy));
        self.number(threshold.map_or(0, |threshold| threshold.in_scope_texts as u64));
        self.number(threshold.map_or(0, |threshold| threshold.oos_texts as u64));
    }

    fn held_out(&mut self, figures: Figures) {
        let Figures { accuracy, macro_f1, calibration_error, oos_auroc, texts, oos_texts } = figures;
        for figure in [accuracy, macro_f1, calibration_error, oos_auroc] {
            self.figure(figure);
        }
        self.number(texts as u64);
        self.number(oos_texts as u64);
    }

    fn halves(&mut self, floats: &[f32]) {
        self.0.extend(floats.iter().flat_map(|&float| upper_half(float).to_le_bytes()));
    }
}

/// The upper half of a finite float's bits, rounded to the nearest.
fn upper_half(float: f32) -> u16 {
    let bits = float.to_bits();
    (bits.saturating_add(0x7FFF + (bits >> 16 & 1)) >> 16) as u16
}

/// Reads what [`Writer`] wrote; nothing where bytes are missing or make no sense.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn classifier(&mut self) -> Option<TextClassifier> {
        let [examples, classes, width, networks] =
            [self.number()?, self.number()?, self.number()?, self.number()?];
        // Labels, features and weights take more bytes than their counts: a false count cannot ask for more memory than that.
        if classes.max(width).max(networks) > self.0.len() {
            return None;
        }
        let labels: Vec<String> = (0..classes).map(|_| self.label()).collect::<Option<_>>()?;
        let features = self.number()?;
        let dimensions = width.checked_sub(features)?;
        let digest = self.label()?;
        let embedding = self.floats(1)?[0];
        let standard =
            Standard { means: self.floats(dimensions)?, scales: self.floats(dimensions)?, share: embedding };
        let shares: [f32; VIEWS.len()] = self.floats(VIEWS.len())?.try_into().ok()?;
        let [cost, sharpness] = self.floats(2)?.try_into().ok()?;
        let [loss, accuracy] = [self.figure()?, self.figure()?];
        let threshold = self.threshold()?;
        let held_out = self.held_out()?;
        let inverse = features;
        let features: Vec<Feature> = self.chunks(features)?.map(u32::from_le_bytes).collect();
        let rising = features.windows(2).all(|pair| pair[0] < pair[1]);
        if !rising || features.last().is_some_and(|&last| last as usize >= space()) || classes < 2 {
            return None;
        }
        let weigher = Weigher::new(features, self.floats(inverse)?, shares);
        let weigher = weigher.with_standard((dimensions > 0).then_some(standard));
        let encoder = (dimensions > 0).then_some(EncoderMark { digest, dimensions });
        let linear = Linear::new(classes, self.halves(width.checked_add(1)?.checked_mul(classes)?)?);
        let network = |reader: &mut Self| {
            let first = reader.halves((width + 1).checked_mul(UNITS)?)?;
            Some(Network::new(classes, first, reader.halves((UNITS + 1).checked_mul(classes)?)?))
        };
        let networks = (0..networks).map(|_| network(self)).collect::<Option<_>>()?;
        let choice = Choice { recipe: Recipe { shares, cost, embedding }, sharpness, loss, accuracy };
        self.0.is_empty().then_some(TextClassifier {
            labels,
            weigher,
            linear,
            networks,
            choice,
            threshold,
            encoder,
            held_out,
            examples,
        })
    }

    fn bytes(&mut self, count: usize) -> Option<&[u8]> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }

    fn chunks<const SIZE: usize>(&mut self, count: usize) -> Option<impl Iterator<Item = [u8; SIZE]> + '_> {
        let bytes = self.bytes(count.checked_mul(SIZE)?)?;
        Some(bytes.as_chunks::<SIZE>().0.iter().copied())
    }

    fn number(&mut self) -> Option<usize> {
        self.chunks(1)?.map(u64::from_le_bytes).next()?.try_into().ok()
    }

    fn figure(&mut self) -> Option<Option<f64>> {
        self.chunks(1)?.map(f64::from_le_bytes).next().map(|figure| figure.is_finite().then_some(figure))
    }

    fn threshold(&mut self) -> Option<Option<Threshold>> {
        let scope = self.figure()?;
        let held_out = Refusals {
            oos_recall: self.figure()?,
            oos_precision: self.figure()?,
            in_scope_kept: self.figure()?,
            in_scope_accuracy: self.figure()?,
        };
        let [in_scope_texts, oos_texts] = [self.number()?, self.number()?];
        Some(scope.map(|scope| Threshold { scope, held_out, in_scope_texts, oos_texts }))
    }

    fn held_out(&mut self) -> Option<Figures> {
        Some(Figures {
            accuracy: self.figure()?,
            macro_f1: self.figure()?,
            calibration_error: self.figure()?,
            oos_auroc: self.figure()?,
            texts: self.number()?,
            oos_texts: self.number()?,
        })
    }

    fn label(&mut self) -> Option<String> {
        let length = self.number()?;
        String::from_utf8(self.bytes(length)?.to_vec()).ok()
    }

    fn floats(&mut self, count: usize) -> Option<Vec<f32>> {
        Some(self.chunks(count)?.map(f32::from_le_bytes).collect())
    }

    fn halves(&mut self, count: usize) -> Option<Vec<f32>> {
        let widen = |half: [u8; 2]| f32::from_bits(u32::from(u16::from_le_bytes(half)) << 16);
        Some(self.chunks(count)?.map(widen).collect())
    }
}

/// A sum that a changed or missing byte changes (FNV-1a over eight bytes at a time): against accidents, not attacks.
fn sum_of(bytes: &[u8]) -> u64 {
    let (eights, rest) = bytes.as_chunks::<8>();
    let step = |sum: u64, value: u64| (sum ^ value).wrapping_mul(0x0100_0000_01B3);
    let sum = eights.iter().fold(0xCBF2_9CE4_8422_2325, |sum, &eight| step(sum, u64::from_le_bytes(eight)));
    rest.iter().fold(sum, |sum, &byte| step(sum, u64::from(byte)))
}

#[cfg(test)]
mod tests {
    use super::super::classifier::{ClassifyRoom, Example};
    use super::*;
    use crate::Seed;

    fn trained() -> TextClassifier {
        let texts = ["red apple", "green apple", "red brick", "grey brick", "wet rain", "cold rain"];
        let labels = ["fruit", "fruit", "house", "house", "天气", "天气"];
        let pairs = texts.iter().zip(labels).cycle().take(24);
        let examples: Vec<Example<'_>> = pairs.map(|(text, label)| Example { text, label }).collect();
        TextClassifier::train(&examples, Seed(2)).unwrap()
    }

    #[test]
    fn what_was_kept_judges_as_before() {
        let before = trained();
        let after = TextClassifier::from_bytes(&before.to_bytes()).unwrap();
        assert!(before.threshold().is_some());
        assert_eq!(before.card().held_out.texts, 24);
        assert_eq!((before.labels(), before.card()), (after.labels(), after.card()));
        let mut room = ClassifyRoom::default();
        for text in ["an apple", "rain on bricks", ""] {
            let (one, other) = (before.classify(text, &mut room), after.classify(text, &mut room));
            assert_eq!(one.label, other.label);
            assert!((one.probability - other.probability).abs() < 0.01, "{one:?} {other:?}");
        }
        // What was rounded once is not rounded further.
        assert_eq!(TextClassifier::from_bytes(&after.to_bytes()), Ok(after));
    }

    #[test]
    fn damage_is_seen_wherever_it_is() {
        let bytes = trained().to_bytes();
        assert_eq!(TextClassifier::from_bytes(b"text,label"), Err(TextError::NoClassifier));
        assert_eq!(TextClassifier::from_bytes(b"attndtx\x01rest"), Err(TextError::OtherVersion));
        assert_eq!(TextClassifier::from_bytes(b"attndtx"), Err(TextError::Damaged));
        for at in (8..bytes.len()).step_by(bytes.len() / 50) {
            assert_eq!(TextClassifier::from_bytes(&bytes[..at]), Err(TextError::Damaged), "cut at {at}");
            let mut changed = bytes.clone();
            changed[at] ^= 0x10;
            assert_eq!(TextClassifier::from_bytes(&changed), Err(TextError::Damaged), "changed at {at}");
        }
    }
}
