//! `attnd crowd aggregate`: one label for each task, and how sure it is.

use std::path::{Path, PathBuf};
use std::time::Instant;

use attnd_core::{ErrorCode, Problem};
use attnd_decide::crowd::choose::{Candidate, Choice, Evidence};
use attnd_decide::crowd::{AggregatorKind, Answers, Consensus, Minds};
use serde::Serialize;
use serde_json::{Value, json};

use super::features;
use super::table::{self, Tables};
use super::written::{Cell, Written, is_printed};
use crate::cli::CrowdAggregate;
use crate::output::Output;
use crate::words::Language;

/// What was put together.
#[derive(Serialize)]
struct Report<'a> {
    /// The method asked for.
    method: &'static str,
    tasks: usize,
    workers: usize,
    labels: usize,
    /// Answers that count.
    answers: usize,
    /// Rows of the table of answers.
    answer_rows: u64,
    /// Tasks whose truth was given.
    gold: usize,
    /// Truths of tasks nobody answered.
    gold_unanswered: u64,
    /// Tasks of which several labels are equally likely.
    ties: usize,
    mean_confidence: f64,
    /// Rounds of what is maximised; 0 where nothing is.
    rounds: usize,
    /// What is maximised, after each round.
    objective: &'a [f64],
    /// What a method that chooses chose, among what and why.
    choice: Option<Value>,
    /// The classifier on features, where there are some.
    classifier: Option<Aid>,
    skill: Option<Spread>,
    read_s: f64,
    fit_s: f64,
    /// Processor seconds of the fit, of all threads together.
    fit_cpu_s: f64,
    write_s: f64,
    out: Option<&'a Path>,
    posterior: Option<&'a Path>,
    minds: Option<&'a Path>,
}

/// What the classifier beside the workers was.
#[derive(Serialize)]
struct Aid {
    /// Strength of its ridge, chosen by how well it says the votes of tasks it was not taught.
    ridge: f64,
    /// How often it was taught.
    rounds: usize,
    /// What its word counts beside the workers' (CROWDLAB's weight).
    weight: f64,
}

/// How the workers' skills are spread.
#[derive(Serialize)]
struct Spread {
    least: f64,
    lower_quartile: f64,
    median: f64,
    upper_quartile: f64,
    most: f64,
}

pub(super) fn run(options: &CrowdAggregate, output: &Output) -> Result<(), Problem> {
    let kind = super::method(&options.method)?;
    let out = destinations(options, output)?;
    let began = Instant::now();
    let tables = table::read(&options.answers, options.gold.as_deref(), options.repeats, output)?;
    let read_s = began.elapsed().as_secs_f64();

    let (began, cpu_before_s) = (Instant::now(), super::processor_s());
    let (consensus, aid) = match &options.features {
        Some(path) => {
            let fused = features::fused(path, &tables, options.seed, output)?;
            let aid = Aid { ridge: fused.ridge, rounds: fused.rounds, weight: fused.weights.model };
            (fused.consensus, Some(aid))
        }
        None => (super::put_together(kind, &tables.answers, &tables.gold, options.seed, output)?, None),
    };
    let (fit_s, fit_cpu_s) = (began.elapsed().as_secs_f64(), super::processor_s() - cpu_before_s);

    let began = Instant::now();
    let skills = skills(&tables.answers, &consensus);
    let told = write(options, out.as_deref(), &tables.answers, &consensus, &skills)?;
    if options.is_printed(out.as_deref()) {
        return Ok(());
    }
    let report = Report {
        method: if aid.is_some() { "fusion" } else { kind.name },
        classifier: aid,
        read_s,
        fit_s,
        fit_cpu_s,
        write_s: began.elapsed().as_secs_f64(),
        out: out.as_deref(),
        posterior: options.posterior.as_deref(),
        minds: options.minds.as_deref(),
        ..Report::of(kind, &tables, &consensus, &skills, told)
    };
    output.answer(&report, |report| words(report, output.language))
}

impl CrowdAggregate {
    fn is_printed(&self, out: Option<&Path>) -> bool {
        [out, self.posterior.as_deref(), self.minds.as_deref()].into_iter().flatten().any(is_printed)
    }
}

/// Where the consensus goes. Two documents in one place would be none.
fn destinations(options: &CrowdAggregate, output: &Output) -> Result<Option<PathBuf>, Problem> {
    let refuse = |detail: &str| Err(Problem::new(ErrorCode::InvalidParameter, detail));
    let out = match &options.out {
        Some(out) => Some(out.clone()),
        None if output.is_json() => None,
        None => Some(PathBuf::from("-")),
    };
    let mut all: Vec<&Path> = [out.as_deref(), options.posterior.as_deref(), options.minds.as_deref()]
        .into_iter()
        .flatten()
        .collect();
    all.sort_unstable();
    if all.windows(2).any(|pair| pair[0] == pair[1]) {
        return refuse(
            "--out, --posterior and --minds name the same place twice; give each a file of its own",
        );
    }
    if output.is_json() && all.iter().any(|path| is_printed(path)) {
        return refuse("standard output holds one document: leave out --json, or name a file instead of -");
    }
    Ok(out)
}

/// What the table of the consensus said on the way.
#[derive(Clone, Copy, Default)]
struct Told {
    ties: usize,
    mean_confidence: f64,
}

/// Writes every table; none takes its name before all are whole.
fn write(
    options: &CrowdAggregate,
    out: Option<&Path>,
    answers: &Answers,
    consensus: &Consensus,
    skills: &[f64],
) -> Result<Told, Problem> {
    let mut tables = Vec::new();
    let mut table = out.map(|out| Written::begin(out, "task,label,confidence")).transpose()?;
    let told = write_consensus(table.as_mut(), answers, consensus)?;
    tables.extend(table);
    if let Some(path) = &options.posterior {
        let mut table = Written::begin(path, "task,label,probability")?;
        for (unit, row) in answers.units().iter().zip(consensus.posterior.rows()) {
            for (label, probability) in answers.labels().iter().zip(row) {
                table.line(format_args!("{},{},{probability}", Cell(unit), Cell(label)))?;
            }
        }
        tables.push(table);
    }
    if let Some(path) = &options.minds {
        let mut table = Written::begin(path, "worker,answers,skill")?;
        let counts = counts(answers);
        for ((mind, count), skill) in answers.minds().iter().zip(counts).zip(skills) {
            table.line(format_args!("{},{count},{skill:.6}", Cell(mind)))?;
        }
        tables.push(table);
    }
    tables.into_iter().try_for_each(Written::keep)?;
    Ok(told)
}

/// One line a task. Of labels that tie the one whose name sorts first, so that the order of the rows does not matter.
fn write_consensus(
    mut table: Option<&mut Written>,
    answers: &Answers,
    consensus: &Consensus,
) -> Result<Told, Problem> {
    let mut told = Told::default();
    for (unit, name) in answers.units().iter().enumerate() {
        let names = consensus.posterior.likeliest(unit).map(|label| answers.labels().get(label as usize));
        let mut count = 0;
        let label = names.inspect(|_| count += 1).min().unwrap_or_default();
        let confidence = consensus.posterior.best(unit).1;
        told.ties += usize::from(count > 1);
        told.mean_confidence += confidence;
        if let Some(table) = &mut table {
            table.line(format_args!("{},{},{confidence:.6}", Cell(name), Cell(label)))?;
        }
    }
    told.mean_confidence /= answers.units().len() as f64;
    Ok(told)
}

/// How many answers each mind gave.
fn counts(answers: &Answers) -> Vec<u64> {
    let mut counts = vec![0; answers.minds().len()];
    answers.by_unit().flatten().for_each(|answer| counts[answer.mind as usize] += 1);
    counts
}

/// Probability that an answer of each mind is right, truths being as frequent as the consensus says.
fn skills(answers: &Answers, consensus: &Consensus) -> Vec<f64> {
    match &consensus.minds {
        Minds::Skills(skills) => skills.clone(),
        minds @ Minds::Confusions(_) => {
            let labels = answers.labels().len();
            let right = |mind| {
                let of = |(truth, prior): (usize, &f64)| prior * minds.likelihood(mind, truth, truth, labels);
                consensus.prior.iter().enumerate().map(of).sum()
            };
            (0..answers.minds().len()).map(right).collect()
        }
    }
}

/// A choice of methods: those that were taken, what spoke for each, and what they were judged by.
fn chosen(choice: &Choice) -> Value {
    let evidence = match choice.evidence {
        Evidence::Gold { units } => json!({"by": "gold", "tasks": units}),
        Evidence::HeldOut { answers } => json!({"by": "held-out answers", "answers": answers}),
        Evidence::None => json!({"by": "nothing"}),
    };
    let candidate = |candidate: &Candidate| {
        json!({
            "name": candidate.name,
            "score": candidate.score,
            "over_vote": candidate.over_vote,
            "standard_error": candidate.standard_error,
            "share": candidate.share,
        })
    };
    let taken = choice.candidates.iter().filter(|candidate| candidate.share > 0.0);
    json!({
        "chosen": taken.map(|candidate| candidate.name).collect::<Vec<_>>(),
        "evidence": evidence,
        "candidates": choice.candidates.iter().map(candidate).collect::<Vec<_>>(),
        "temperature": choice.temperature,
    })
}

impl Spread {
    fn of(skills: &[f64]) -> Option<Self> {
        let mut sorted = skills.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let last = sorted.len().checked_sub(1)?;
        let at = |part: f64| sorted[(last as f64 * part).round() as usize];
        let (lower_quartile, median, upper_quartile) = (at(0.25), at(0.5), at(0.75));
        Some(Self { least: sorted[0], lower_quartile, median, upper_quartile, most: sorted[last] })
    }
}

impl<'a> Report<'a> {
    fn of(
        kind: &AggregatorKind,
        tables: &Tables,
        consensus: &'a Consensus,
        skills: &[f64],
        told: Told,
    ) -> Self {
        let gold = tables.gold.len();
        Self {
            method: kind.name,
            tasks: tables.answers.units().len(),
            workers: tables.answers.minds().len(),
            labels: tables.answers.labels().len(),
            answers: tables.answers.len(),
            answer_rows: tables.answer_rows,
            gold,
            gold_unanswered: tables.gold_tasks.saturating_sub(gold) as u64,
            ties: told.ties,
            mean_confidence: told.mean_confidence,
            rounds: consensus.objective.len(),
            objective: &consensus.objective,
            choice: consensus.choice.as_ref().map(chosen),
            classifier: None,
            skill: Spread::of(skills),
            read_s: 0.0,
            fit_s: 0.0,
            fit_cpu_s: 0.0,
            write_s: 0.0,
            out: None,
            posterior: None,
            minds: None,
        }
    }
}

fn words(report: &Report<'_>, language: Language) -> String {
    let Report { tasks, workers, answers, labels, ties, gold, rounds, .. } = report;
    let chosen = report.choice.iter().flat_map(|choice| choice["chosen"].as_array()).flatten();
    let chosen: Vec<&str> = chosen.filter_map(Value::as_str).collect();
    let method = if chosen.is_empty() { report.method.to_owned() } else { chosen.join(" + ") };
    let percent = report.mean_confidence * 100.0;
    let out = report.out.unwrap_or(Path::new("-")).display();
    match language {
        Language::English => format!(
            "{out}: {tasks} tasks from {answers} answers of {workers} workers with {labels} labels, by {method}.\n\
             Mean confidence {percent:.1} %; {ties} ties; {gold} tasks known; {rounds} rounds in {:.2} s.",
            report.fit_s
        ),
        Language::Chinese => format!(
            "{out}：{workers} 位标注者的 {answers} 个回答、{labels} 种标签，汇总为 {tasks} 个任务（方法：{method}）。\n\
             平均置信度 {percent:.1} %；并列 {ties} 个；已知答案 {gold} 个；{rounds} 轮，用时 {:.2} 秒。",
            report.fit_s
        ),
    }
}
