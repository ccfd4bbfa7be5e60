//! How small can a model be, and what does it cost? Small weights are left out, the others kept in eight bits.
//!
//! ```text
//! f32 weights ─ prune ─► most near zero are zero ─ quantise ─► i8 and one scale per output ─ pack ─► file
//!                                                                                            ◄─ expand ─
//! ```
//!
//! Computing is done in 32 bits again after reading: what shrinks is the file, not the time of a prediction. Pruning by
//! magnitude: Han et al. 2015, arXiv:1506.02626; symmetric scales per output channel: Krishnamoorthi 2018, arXiv:1806.08342.

mod file;
mod pack;
mod quantise;

use serde::{Deserialize, Serialize};

pub use file::CompactFile;

use crate::dataset::split::Held;
use crate::estimator::{Model, ModelError, Seed, Tensors};
use crate::evaluate::{Evaluation, PersonJudged};
use crate::file::ModelFile;
use crate::report::Report;

/// What compacting a model saved and what it cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Compaction {
    /// Bytes of the file before.
    pub bytes_before: usize,
    /// Bytes of the compact file.
    pub bytes_after: usize,
    /// Figures before, on the same held answers.
    pub report_before: Report,
    /// Figures after.
    pub report_after: Report,
}

/// The model with the share `pruned` (0 to below 1) of the numbers of each weight matrix left out, as it comes back from its
/// compact file. Arrays that are no weights, such as means and thresholds, stay as they are.
#[must_use]
pub fn compacted(tensors: &Tensors, pruned: f64) -> Tensors {
    let arrays = tensors.arrays.iter().map(|array| pack::Packed::of(array, pruned).expand()).collect();
    Tensors { settings: tensors.settings.clone(), arrays }
}

/// Compacts the model of `file` and judges both on `held`; the compact file and what it cost.
///
/// # Errors
/// [`ModelError::File`] when the model of `file` cannot be made.
pub fn measure(
    file: &ModelFile,
    pruned: f64,
    held: Held<'_>,
    seed: Seed,
) -> Result<(CompactFile, Compaction), ModelError> {
    let compact = CompactFile::of(file, pruned);
    let compaction = Compaction {
        bytes_before: file.to_bytes()?.len(),
        bytes_after: compact.to_bytes()?.len(),
        report_before: judge(file.model()?.as_ref(), held, seed),
        report_after: judge(compact.expand().model()?.as_ref(), held, seed),
    };
    Ok((compact, compaction))
}

fn judge(model: &dyn Model, held: Held<'_>, seed: Seed) -> Report {
    let people = held
        .people()
        .map(|person| PersonJudged { person: person.name().to_owned(), judged: person.predict_by(model) })
        .collect();
    Evaluation::of(model.name(), held.question(), people, seed).report
}

#[cfg(feature = "network")]
#[cfg(test)]
mod tests {
    use attnd_core::Timestamp;

    use super::*;
    use crate::card::{Card, DataSummary};
    use crate::dataset::split::{Known, person_folds};
    use crate::estimator::{Estimator, Run};
    use crate::network::sample::{order, small};
    use crate::network::{Network, NetworkSettings};

    fn trained() -> (crate::Dataset, ModelFile) {
        let data = order(6, 60, 21);
        let folds = person_folds(data.whole(), 3, Seed(1), Known::Nothing).unwrap();
        let mut run = Run { seed: Seed(1), watch: &mut |_| {}, checkpoints: None };
        let network = Network { settings: NetworkSettings { epochs: 25, ..small() } };
        let model = network.fit(folds.iter().next().unwrap().training, &mut run).unwrap();
        let card = Card {
            estimator: model.name().to_owned(),
            columns: data.columns().clone(),
            data: DataSummary::of(&data),
            split: "people".to_owned(),
            seed: Seed(1),
            settings: serde_json::Value::Null,
            figures: std::collections::BTreeMap::new(),
            baselines: std::collections::BTreeMap::new(),
            limits: Vec::new(),
            made: Timestamp::parse("2024-05-01T10:00:00Z").unwrap(),
            made_by: "0.1.0".to_owned(),
        };
        let file = ModelFile::of(card, model.as_ref());
        (data, file)
    }

    #[test]
    fn a_network_gets_small_and_hardly_worse_on_people_it_has_not_seen() {
        let (data, file) = trained();
        let folds = person_folds(data.whole(), 3, Seed(1), Known::Nothing).unwrap();
        let held = folds.iter().next().unwrap().held;
        let (compact, eight_bits) = measure(&file, 0.0, held, Seed(2)).unwrap();
        let cost =
            |made: &Compaction| made.report_after.log_loss.unwrap() - made.report_before.log_loss.unwrap();
        assert!(eight_bits.report_before.auc_pooled.unwrap() > 0.9, "there is something to lose");
        assert!(cost(&eight_bits).abs() < 0.02, "{}", cost(&eight_bits));
        let (_, pruned) = measure(&file, 0.6, held, Seed(2)).unwrap();
        assert!(
            pruned.bytes_after < eight_bits.bytes_after && eight_bits.bytes_after < eight_bits.bytes_before
        );
        let (_, emptied) = measure(&file, 0.97, held, Seed(2)).unwrap();
        assert!(cost(&emptied) > cost(&eight_bits), "what is left out is missed");

        let bytes = compact.to_bytes().unwrap();
        assert_eq!(bytes, compact.to_bytes().unwrap());
        assert!(CompactFile::is_in(&bytes) && !CompactFile::is_in(&file.to_bytes().unwrap()));
        let back = CompactFile::from_bytes(&bytes).unwrap();
        assert_eq!(back, compact);
        assert_eq!(back.expand().tensors, compacted(&file.tensors, 0.0));
        assert_eq!(ModelFile::from_bytes(&bytes).unwrap(), back.expand(), "it is read like any other");
    }

    #[test]
    fn a_compact_file_cut_or_changed_is_refused() {
        let (_, file) = trained();
        let bytes = CompactFile::of(&file, 0.5).to_bytes().unwrap();
        for place in (0..bytes.len()).step_by(97) {
            assert!(CompactFile::from_bytes(&bytes[..place]).is_err(), "cut at {place}");
            let mut changed = bytes.clone();
            changed[place] ^= 4;
            if let Ok(read) = CompactFile::from_bytes(&changed) {
                assert_eq!(read, CompactFile::of(&file, 0.5), "only padding may change: {place}");
            }
        }
    }
}
