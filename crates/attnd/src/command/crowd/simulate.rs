//! `attnd crowd simulate`: what a crowd would answer, and what a job would cost and deliver.

use std::path::Path;

use attnd_core::{ErrorCode, Problem};
use attnd_decide::Seed;
use attnd_decide::assign::job::{self, Dealt, Enough, JobPolicy, JobReport, Learning};
use attnd_decide::assign::threshold::Reached;
use attnd_decide::assign::{Assurance, Gain, StoppingRule, Sureness};
use attnd_decide::crowd::simulate::{Difficulty, Mix, Population};
use attnd_decide::crowd::{Answers, AnswersBuilder, Gold, Names, Posterior, Repeats};
use serde::Serialize;

use super::table::{self, Tables};
use super::written::{Cell, Written, is_printed};
use crate::cli::{CrowdAssurance, CrowdDeal, CrowdLearning, CrowdPolicy, CrowdRepeats, CrowdSimulate};
use crate::output::Output;
use crate::words::Language;

/// A half of the workers falls for the decoy of a hard task.
const PULL: f64 = 0.5;
/// Jobs are run in memory, some 60 bytes an answer; more answers than this are written but not run.
const MOST_JOB_ANSWERS: u64 = 50_000_000;
/// Tasks between two steps of the bar.
const BAR_STEP: u64 = 4096;

/// What was drawn and what the jobs came to.
#[derive(Serialize)]
struct Report<'a> {
    seed: u64,
    /// Whether the answers are those of the table, and not drawn.
    replayed: bool,
    tasks: u64,
    workers: usize,
    labels: usize,
    answers: u64,
    /// Share of the tasks that are hard.
    hard: f64,
    out: Option<&'a Path>,
    truth: Option<&'a Path>,
    policies: Vec<Judged>,
}

/// What a policy came to, over its runs.
#[derive(Serialize)]
struct Judged {
    policy: String,
    runs: u32,
    /// Mean, least and most share of the judged tasks whose label is right.
    accuracy: f64,
    accuracy_least: f64,
    accuracy_most: f64,
    /// Mean number of answers to a task that is no gold.
    answers_per_task: f64,
    judged_tasks: usize,
    gold_tasks: usize,
    /// Answers to gold tasks, not counted above.
    gold_answers: f64,
    /// Mean share of the tasks that were sure enough.
    sure: f64,
    /// Where a confidence was chosen: its mean, and in how many runs gold assured the accuracy.
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assured_runs: Option<usize>,
}

/// A crowd to draw from, and what its labels and workers are called.
struct Crowd {
    population: Population,
    /// Names of the labels and the workers, where there are real ones.
    labels: Option<Names>,
    minds: Option<Names>,
}

pub(super) fn run(options: &CrowdSimulate, output: &Output) -> Result<(), Problem> {
    refuse(options, output)?;
    let like = match &options.like {
        Some(answers) => {
            Some(table::read(answers, options.like_gold.as_deref(), CrowdRepeats::Distinct, output)?)
        }
        None => None,
    };
    let report = match like {
        Some(tables) if options.replay => Report {
            replayed: true,
            tasks: tables.answers.units().len() as u64,
            workers: tables.answers.minds().len(),
            labels: tables.answers.labels().len(),
            answers: tables.answers.len() as u64,
            hard: 0.0,
            policies: judge(&tables.answers, &tables.gold, options, output)?,
            ..Report::of(options)
        },
        like => simulate(&crowd(options, like, output)?, options, output)?,
    };
    if [&options.out, &options.truth].into_iter().flatten().any(|path| is_printed(path)) {
        return Ok(());
    }
    output.answer(&report, |report| words(report, output.language))
}

/// What would make no sense, before anything is read.
fn refuse(options: &CrowdSimulate, output: &Output) -> Result<(), Problem> {
    let (out, truth) = (options.out.as_deref(), options.truth.as_deref());
    let printed = [out, truth].into_iter().flatten().any(is_printed);
    let answers = options.units.saturating_mul(options.answers as u64);
    let share = |share: f64| (0.0..1.0).contains(&share);
    let refused = if out.is_none() && truth.is_none() && options.policy.is_empty() {
        "there is nothing to do: name a file to write with --out, or a job to try with --policy"
    } else if out.is_some() && out == truth {
        "--out and --truth name the same file"
    } else if printed && output.is_json() {
        "standard output holds one document: leave out --json, or name a file instead of -"
    } else if printed && !options.policy.is_empty() {
        "standard output holds one document: name a file instead of -, or leave out --policy"
    } else if options.units == 0 || options.answers == 0 || options.minds == Some(0) || options.runs == 0 {
        "--units, --answers, --minds and --runs are at least 1"
    } else if options.labels < 2 {
        "--labels is at least 2; with one there is nothing to ask"
    } else if !share(options.hard) || !share(options.gold_share) {
        "--hard and --gold-share are shares from 0 to less than 1, such as 0.2"
    } else if !options.policy.is_empty() && answers > MOST_JOB_ANSWERS && !options.replay {
        "jobs are tried on at most 50 million answers: fewer --units, or leave out --policy and only write"
    } else {
        return Ok(());
    };
    Err(invalid(refused))
}

fn invalid(detail: impl Into<String>) -> Problem {
    Problem::new(ErrorCode::InvalidParameter, detail.into())
}

/// The crowd to draw from.
fn crowd(options: &CrowdSimulate, like: Option<Tables>, output: &Output) -> Result<Crowd, Problem> {
    let seed = Seed(options.seed);
    let Some(Tables { answers, gold, .. }) = like else {
        let mix: Mix = options.mix.parse().map_err(|error| invalid(format!("--mix: {error}")))?;
        let difficulty = Difficulty { hard_share: options.hard, pull: PULL };
        let population =
            Population::of_mix(&mix, options.labels, options.minds.unwrap_or(50), difficulty, seed);
        return Ok(Crowd { population, labels: None, minds: None });
    };
    if answers.labels().len() < 2 {
        return Err(invalid("--like: all answers are the same; a crowd is learnt from two labels at least"));
    }
    let population = Population::like(&answers, &truths(&answers, &gold, options, output)?);
    Ok(match options.minds {
        Some(minds) if minds != answers.minds().len() => Crowd {
            population: population.with_minds(minds, seed),
            labels: Some(answers.labels().clone()),
            minds: None,
        },
        _ => {
            Crowd { population, labels: Some(answers.labels().clone()), minds: Some(answers.minds().clone()) }
        }
    })
}

/// How likely each label of each task is: the truth where it is known, else the consensus.
fn truths(
    answers: &Answers,
    gold: &Gold,
    options: &CrowdSimulate,
    output: &Output,
) -> Result<Posterior, Problem> {
    let method = super::method("default")?;
    Ok(super::put_together(method, answers, gold, options.seed, output)?.posterior)
}

/// Draws the answers, writes them where that is wanted, and tries the policies on them.
fn simulate<'a>(crowd: &Crowd, options: &'a CrowdSimulate, output: &Output) -> Result<Report<'a>, Problem> {
    let mut table =
        options.out.as_deref().map(|path| Written::begin(path, "task,worker,label")).transpose()?;
    let mut truths = options.truth.as_deref().map(|path| Written::begin(path, "task,label")).transpose()?;
    let mut builder = (!options.policy.is_empty()).then(|| AnswersBuilder::new(Repeats::Distinct));
    let label_names = names(crowd.labels.as_ref(), crowd.population.labels(), "");
    let mind_names = names(crowd.minds.as_ref(), crowd.population.minds(), "w");
    let mut draw = crowd.population.draw(options.answers, Seed(options.seed));
    let (mut of, mut count) = (Vec::new(), 0);
    let bar = output.steps(options.units);
    for unit in 1..=options.units {
        let truth = draw.next_unit(&mut of);
        count += of.len() as u64;
        if let Some(table) = &mut truths {
            table.line(format_args!("t{unit},{}", Cell(&label_names[truth as usize])))?;
        }
        for answer in &of {
            let (mind, label) = (&mind_names[answer.mind as usize], &label_names[answer.label as usize]);
            if let Some(table) = &mut table {
                table.line(format_args!("t{unit},{},{}", Cell(mind), Cell(label)))?;
            }
            if let Some(builder) = &mut builder {
                builder.answer(&format!("t{unit}"), mind, label).map_err(|error| super::problem(&error))?;
            }
        }
        if let Some(builder) = &mut builder {
            let label = &label_names[truth as usize];
            builder.gold(&format!("t{unit}"), label).map_err(|error| super::problem(&error))?;
        }
        if unit % BAR_STEP == 0 {
            bar.set_position(unit);
        }
    }
    bar.finish_and_clear();
    [table, truths].into_iter().flatten().try_for_each(Written::keep)?;
    let policies = match builder {
        Some(builder) => {
            let (answers, gold) = builder.build().map_err(|error| super::problem(&error))?;
            judge(&answers, &gold, options, output)?
        }
        None => Vec::new(),
    };
    Ok(Report {
        tasks: options.units,
        workers: crowd.population.minds(),
        labels: crowd.population.labels(),
        answers: count,
        hard: crowd.population.difficulty().hard_share,
        policies,
        ..Report::of(options)
    })
}

/// The real names, or made-up ones.
fn names(real: Option<&Names>, count: usize, prefix: &str) -> Vec<String> {
    match real {
        Some(names) => names.iter().map(str::to_owned).collect(),
        None => (0..count).map(|at| format!("{prefix}{at}")).collect(),
    }
}

/// What each policy comes to.
fn judge(
    answers: &Answers,
    gold: &Gold,
    options: &CrowdSimulate,
    output: &Output,
) -> Result<Vec<Judged>, Problem> {
    let bar = output.steps(options.policy.len() as u64 * u64::from(options.runs));
    let mut judged = Vec::with_capacity(options.policy.len());
    for &policy in &options.policy {
        let mut reports = Vec::new();
        for run in 0..u64::from(options.runs) {
            let seed = Seed(options.seed.wrapping_add(run));
            let report = job::run(answers, gold, &job_policy(policy, options), seed);
            reports.push(report.map_err(|error| invalid(error.to_string()))?);
            bar.inc(1);
        }
        judged.push(Judged::of(policy, options.runs, &reports));
    }
    bar.finish_and_clear();
    Ok(judged)
}

fn job_policy(policy: CrowdPolicy, options: &CrowdSimulate) -> JobPolicy {
    let (least, most) = (options.least, options.most.unwrap_or(u32::MAX));
    let enough = match policy {
        CrowdPolicy::Fixed(answers) => {
            Enough::Rule(StoppingRule { least: answers, most: answers, sureness: Sureness::Never })
        }
        CrowdPolicy::Adaptive(confidence) => {
            Enough::Rule(StoppingRule { least, most, sureness: Sureness::Confidence(confidence) })
        }
        CrowdPolicy::Accuracy(wanted) => {
            let assurance = match options.assurance {
                CrowdAssurance::OnAverage => Assurance::OnAverage,
                CrowdAssurance::AsMeasured => Assurance::AsMeasured,
                CrowdAssurance::WithConfidence(level) => Assurance::WithConfidence(level),
            };
            Enough::Accuracy { wanted, assurance, least, most }
        }
    };
    let dealt = match options.deal {
        CrowdDeal::Chance => Dealt::ByChance,
        CrowdDeal::Information => Dealt::ByGain(Gain::Information),
        CrowdDeal::Accuracy => Dealt::ByGain(Gain::Accuracy),
    };
    let learning = match options.learning {
        CrowdLearning::Gold => Learning::Gold,
        CrowdLearning::Closed => Learning::Closed,
    };
    JobPolicy { enough, dealt, learning, gold_share: options.gold_share }
}

impl<'a> Report<'a> {
    fn of(options: &'a CrowdSimulate) -> Self {
        Self {
            seed: options.seed,
            replayed: false,
            tasks: 0,
            workers: 0,
            labels: 0,
            answers: 0,
            hard: 0.0,
            out: options.out.as_deref(),
            truth: options.truth.as_deref(),
            policies: Vec::new(),
        }
    }
}

impl Judged {
    fn of(policy: CrowdPolicy, runs: u32, reports: &[JobReport]) -> Self {
        let count = reports.len().max(1) as f64;
        let mean = |of: &dyn Fn(&JobReport) -> f64| reports.iter().map(of).sum::<f64>() / count;
        let accuracies = || reports.iter().map(|report| report.accuracy);
        let thresholds: Vec<_> = reports.iter().filter_map(|report| report.threshold).collect();
        let is_chosen = !thresholds.is_empty();
        Self {
            policy: policy.to_string(),
            runs,
            accuracy: mean(&|report| report.accuracy),
            accuracy_least: accuracies().fold(f64::INFINITY, f64::min),
            accuracy_most: accuracies().fold(f64::NEG_INFINITY, f64::max),
            answers_per_task: mean(&|report| report.answers_per_unit),
            judged_tasks: reports.first().map_or(0, |report| report.judged),
            gold_tasks: reports.first().map_or(0, |report| report.gold_units),
            gold_answers: mean(&|report| report.gold_answers as f64),
            sure: mean(&|report| report.sure as f64 / (report.sure + report.exhausted).max(1) as f64),
            // A threshold above one asks for all answers: as a probability that is one.
            confidence: is_chosen.then(|| {
                thresholds.iter().map(|of| of.confidence.min(1.0)).sum::<f64>() / thresholds.len() as f64
            }),
            assured_runs: is_chosen
                .then(|| thresholds.iter().filter(|of| of.reached == Reached::Assured).count()),
        }
    }
}

fn words(report: &Report<'_>, language: Language) -> String {
    let Report { tasks, workers, labels, answers, .. } = report;
    let mut text = match language {
        Language::English => {
            format!("{tasks} tasks, {answers} answers of {workers} workers with {labels} labels.")
        }
        Language::Chinese => {
            format!("{tasks} 个任务，{workers} 位标注者的 {answers} 个回答，{labels} 种标签。")
        }
    };
    for of in &report.policies {
        let (policy, each) = (&of.policy, of.answers_per_task);
        let [mean, least, most] =
            [of.accuracy, of.accuracy_least, of.accuracy_most].map(|share| share * 100.0);
        text += &match language {
            Language::English => format!(
                "\n{policy:16} {mean:5.1} % right ({least:.1} to {most:.1}) with {each:.2} answers a task, beside {} gold tasks",
                of.gold_tasks
            ),
            Language::Chinese => format!(
                "\n{policy:16} 正确率 {mean:5.1} %（{least:.1} 至 {most:.1}），每个任务 {each:.2} 个回答，另有 {} 个已知答案的任务",
                of.gold_tasks
            ),
        };
        if let (Some(confidence), Some(assured)) = (of.confidence, of.assured_runs) {
            text += &match language {
                Language::English => {
                    format!("; stops at confidence {confidence:.4}, assured in {assured} of {} runs", of.runs)
                }
                Language::Chinese => {
                    format!("；置信度达到 {confidence:.4} 时停止，{} 次中有 {assured} 次得到保证", of.runs)
                }
            };
        }
    }
    text
}
