//! Do answers of weeks of daily life come in whole, and does a person's past tell their next?

use attnd_model::baseline::BASELINES;
use attnd_model::{Known, Run, Seed, estimators, evaluate, split};
use serde_json::Value;

use super::{datasets, imported};

const PLACE: &str = "focus_survey/dataset.csv";

#[test]
fn every_row_is_three_answers_of_one_person() {
    let (kept, report) = imported(PLACE);
    assert!(kept.recordings.len() >= 27);
    assert!(report.ratings >= 3 * 7_000 && report.ratings.is_multiple_of(3), "{}", report.ratings);
    for recording in &kept.recordings {
        assert!(recording.head.streams.is_empty());
        assert!(recording.ratings.iter().all(|rating| rating.about.end() <= rating.answered));
    }
}

#[test]
fn the_past_of_a_person_tells_their_next_answer_better_than_any_trivial_rule() {
    for (task, floor) in [("distraction", 0.85), ("concentration", 0.82)] {
        let datasets = datasets(task, PLACE);
        let folds = split::later_halves(datasets[0].1.whole(), Known::Prequential).unwrap();
        let mut watch = |_| {};
        let mut run = Run { seed: Seed(1), watch: &mut watch, checkpoints: None };
        let estimator = (estimators::named("hierarchical").unwrap().make)(&Value::Null).unwrap();
        let report = evaluate::evaluate(estimator.as_ref(), &folds, &mut run).unwrap().report;
        println!("{task}: AUC {:?}, within {:?}", report.auc_pooled, report.auc_within);
        assert!(report.auc_pooled.unwrap() > floor, "{task}: {:?}", report.auc_pooled);
        for baseline in BASELINES {
            let trivial = evaluate::evaluate(*baseline, &folds, &mut run).unwrap().report;
            assert!(report.log_loss < trivial.log_loss, "{task}: {} is better", trivial.estimator);
        }
    }
}
