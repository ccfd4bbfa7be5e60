//! `attnd crowd metrics`: do the answers agree, and how good is the consensus?

use std::collections::HashMap;
use std::path::Path;

use attnd_core::{ErrorCode, Problem};
use attnd_decide::crowd::metric::{
    Interval, Scale, accuracy, brier, confusion::Z_95, consistency, fleiss_kappa, krippendorff_alpha,
    label_scores, label_values, log_loss, macro_f1, mean_agreement, mind_agreement, minority, plurality,
    pooled, reliability, unit_uncertainty, wilson,
};
use attnd_decide::crowd::{Answers, Gold, Posterior};
use attnd_sense::answers::{TRUTH_COLUMNS, TableError};
use serde_json::{Value, json};

use super::table;
use crate::cli::CrowdMetrics;
use crate::columns::{Grid, Room};
use crate::output::Output;
use crate::words::Language;

/// Bins of the reliability, as the field reports it.
const BINS: usize = 15;

pub(super) fn run(options: &CrowdMetrics, output: &Output) -> Result<(), Problem> {
    let kind = super::method(&options.method)?;
    let tables = table::read(&options.answers, options.gold.as_deref(), options.repeats, output)?;
    let (answers, gold) = (&tables.answers, &tables.gold);
    let (posterior, of) = match &options.consensus {
        Some(path) => (consensus_of(path, answers, output)?, path.display().to_string()),
        None => {
            let none = Gold::none(answers);
            let consensus = super::put_together(kind, answers, &none, options.seed, output)?;
            (consensus.posterior, kind.name.to_owned())
        }
    };
    let document = json!({
        "tasks": answers.units().len(),
        "workers": answers.minds().len(),
        "labels": answers.labels().iter().collect::<Vec<_>>(),
        "answers": answers.len(),
        "agreement": agreement(answers),
        "consensus": consensus(answers, &posterior, gold, of),
        "confusion": confusion(answers, &posterior, gold),
        "by_worker": by_worker(answers, &posterior, gold),
    });
    output.answer(&document, |document| words(document, output.language))
}

/// How far the answers agree with each other, whatever is true.
fn agreement(answers: &Answers) -> Value {
    let most = plurality(answers);
    let skills: Vec<f64> =
        mind_agreement(answers, &most).iter().map(|skill| skill.unwrap_or_default()).collect();
    // Ranks and distances are only between labels that are numbers.
    let values = label_values(answers.labels()).ok();
    let alpha = |scale: Option<Scale<'_>>| scale.and_then(|scale| krippendorff_alpha(answers, scale));
    json!({
        "krippendorff_alpha": krippendorff_alpha(answers, Scale::Nominal),
        "krippendorff_alpha_ordinal": alpha(values.as_deref().map(Scale::Ordinal)),
        "krippendorff_alpha_interval": alpha(values.as_deref().map(Scale::Interval)),
        "fleiss_kappa": fleiss_kappa(answers),
        "consistency": mean(&consistency(answers, &most, &skills)),
        "uncertainty": mean(&unit_uncertainty(answers)),
        "agreement_with_majority": mean_agreement(answers, &most),
    })
}

fn mean(of: &[Option<f64>]) -> Option<f64> {
    let known: Vec<f64> = of.iter().copied().flatten().collect();
    (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
}

/// How far the answers agree with the consensus and, by gold, how good that is.
fn consensus(answers: &Answers, posterior: &Posterior, gold: &Gold, of: String) -> Value {
    let best: Vec<Option<u32>> = (0..posterior.units()).map(|unit| Some(posterior.best(unit).0)).collect();
    let scores = label_scores(posterior, gold);
    let name = |label: usize| answers.labels().get(label);
    let minority = minority(&scores).map(|score| {
        json!({"label": name(score.label), "precision": score.precision, "recall": score.recall, "f1": score.f1})
    });
    let reliability = reliability(posterior, gold, BINS);
    json!({
        "of": of,
        "agreement": mean_agreement(answers, &best),
        "mean_confidence": best_mean(posterior),
        "gold": gold.len(),
        "accuracy": accuracy(posterior, gold),
        "macro_f1": macro_f1(&scores),
        "minority": minority,
        "log_loss": log_loss(posterior, gold),
        "brier": brier(posterior, gold),
        "expected_calibration_error": reliability.as_ref().map(|reliability| reliability.expected_error),
        "largest_calibration_error": reliability.as_ref().map(|reliability| reliability.most_error),
        "excess_confidence": reliability.as_ref().map(|reliability| reliability.excess_confidence),
    })
}

fn best_mean(posterior: &Posterior) -> f64 {
    (0..posterior.units()).map(|unit| posterior.best(unit).1).sum::<f64>() / posterior.units() as f64
}

/// How often each label is answered under each truth, by gold where there is some, else by the consensus.
fn confusion(answers: &Answers, posterior: &Posterior, gold: &Gold) -> Value {
    let confusion = pooled(answers, &truths(posterior, gold));
    let labels = answers.labels().len();
    let row = |truth: usize| -> Value {
        let shares = (0..labels).map(|answer| interval(confusion.share(truth, answer, Z_95)));
        let counts: f64 = (0..labels).map(|answer| confusion.count(truth, answer)).sum();
        json!({"truth": answers.labels().get(truth), "answers": counts, "shares": shares.collect::<Vec<_>>()})
    };
    json!({
        "by": if gold.is_empty() { "consensus" } else { "gold" },
        "rows": (0..labels).map(row).collect::<Vec<_>>(),
    })
}

/// Rows of gold where there is some; units without are nought, and left out.
fn truths(posterior: &Posterior, gold: &Gold) -> Posterior {
    if gold.is_empty() {
        return posterior.clone();
    }
    let (units, labels) = (posterior.units(), posterior.labels());
    let mut truths = Posterior::new(labels, vec![0.0; units * labels]);
    for unit in 0..units {
        if let Some(truth) = gold.of(unit) {
            truths.of_mut(unit)[truth as usize] = 1.0;
        }
    }
    truths
}

fn interval(of: Interval) -> Value {
    json!({"lower": of.lower, "share": of.share, "upper": of.upper})
}

/// How often each worker is right, by gold where there is some, else by the consensus.
fn by_worker(answers: &Answers, posterior: &Posterior, gold: &Gold) -> Vec<Value> {
    let truths = truths(posterior, gold);
    let mut counts = vec![(0.0, 0.0); answers.minds().len()];
    for (of, row) in answers.by_unit().zip(truths.rows()) {
        let known: f64 = row.iter().sum();
        for answer in of {
            let (right, all) = &mut counts[answer.mind as usize];
            *right += row[answer.label as usize];
            *all += known;
        }
    }
    let worker = |(name, (right, all)): (&str, (f64, f64))| json!({"worker": name, "judged": all.round(), "right": interval(wilson(right, all, Z_95))});
    answers.minds().iter().zip(counts).map(worker).collect()
}

/// The consensus a table holds: each task's label has its confidence, the other labels share the rest.
fn consensus_of(path: &Path, answers: &Answers, output: &Output) -> Result<Posterior, Problem> {
    let index = |names: &attnd_decide::crowd::Names| -> HashMap<String, usize> {
        names.iter().enumerate().map(|(index, name)| (name.to_owned(), index)).collect()
    };
    let (units, labels) = (index(answers.units()), index(answers.labels()));
    let mut posterior = Posterior::new(labels.len(), vec![0.0; units.len() * labels.len()]);
    let mut take = |task: &str, label: &str, confidence: f64| -> Result<(), String> {
        let Some(&unit) = units.get(task) else {
            return Err(format!("task '{task}' has no answers; remove the row"));
        };
        let Some(&label) = labels.get(label) else {
            return Err(format!("nobody answered '{label}'; give one of the labels of the answers"));
        };
        let row = posterior.of_mut(unit);
        if row.iter().any(|probability| *probability > 0.0) {
            return Err(format!("task '{task}' is there twice; remove one"));
        }
        let others = (row.len() - 1).max(1) as f64;
        row.fill((1.0 - confidence) / others);
        row[label] = confidence;
        Ok(())
    };
    let columns = ["task", "label", "confidence"];
    let with_confidence = table::try_each_row(path, columns, output, |[task, label, text]| {
        let confidence = text.trim().parse().ok().filter(|value| (0.0..=1.0).contains(value));
        let refused = || format!("'{text}' is no confidence; it is a number from 0 to 1");
        take(task, label, confidence.ok_or_else(refused)?)
    })?;
    match with_confidence {
        Ok(_) => {}
        Err(TableError::NoColumn { column: "confidence", .. }) => {
            table::try_each_row(path, TRUTH_COLUMNS, output, |[task, label]| take(task, label, 1.0))?
                .map_err(|error| table::unread(path, &error))?;
        }
        Err(error) => return Err(table::unread(path, &error)),
    }
    let missing = posterior.rows().position(|row| row.iter().all(|probability| *probability == 0.0));
    match missing {
        Some(unit) => {
            let task = answers.units().get(unit);
            let detail = format!("{}: task '{task}' has no row; give every task one", path.display());
            Err(Problem::new(ErrorCode::InvalidTable, detail))
        }
        None => Ok(posterior),
    }
}

fn words(document: &Value, language: Language) -> String {
    let mut grid = Grid::default();
    let number = |value: &Value| value.as_f64().map_or_else(|| "–".to_owned(), |value| format!("{value:.4}"));
    let mut row = |en, zh, value: String| grid.row([language.pick(en, zh).to_owned(), value], None);
    let count = |name: &str| document[name].to_string();
    row("Tasks", "任务", count("tasks"));
    row("Workers", "标注者", count("workers"));
    row("Answers", "回答", count("answers"));
    let agreement = &document["agreement"];
    row("Krippendorff's alpha", "Krippendorff α", number(&agreement["krippendorff_alpha"]));
    let ordinal = &agreement["krippendorff_alpha_ordinal"];
    if !ordinal.is_null() {
        row("  of ranks", "  按等级", number(ordinal));
        row("  of numbers", "  按数值", number(&agreement["krippendorff_alpha_interval"]));
    }
    row("Fleiss' kappa", "Fleiss κ", number(&agreement["fleiss_kappa"]));
    row("Agreement with the majority", "与多数一致", number(&agreement["agreement_with_majority"]));
    row("Consistency", "一致性", number(&agreement["consistency"]));
    row("Uncertainty (nats)", "不确定性（奈特）", number(&agreement["uncertainty"]));
    let consensus = &document["consensus"];
    let of = consensus["of"].as_str().unwrap_or_default().to_owned();
    row("Consensus", "共识", of);
    row("  mean confidence", "  平均置信度", number(&consensus["mean_confidence"]));
    row("  agreement of the answers", "  回答与其一致", number(&consensus["agreement"]));
    if !consensus["accuracy"].is_null() {
        row("  accuracy", "  准确率", number(&consensus["accuracy"]));
        row("  macro F1", "  宏平均 F1", number(&consensus["macro_f1"]));
        row("  log-loss (nats)", "  对数损失（奈特）", number(&consensus["log_loss"]));
        row("  Brier score", "  Brier 分数", number(&consensus["brier"]));
        row("  calibration error", "  校准误差", number(&consensus["expected_calibration_error"]));
    }
    grid.written(Room::Plain)
}
