//! `attnd crowd allocate`: who does what, and how far is that from the best there could be?

use std::io::Read;
use std::path::Path;
use std::time::Instant;

use attnd_core::{ErrorCode, Problem};
use attnd_decide::Seed;
use attnd_decide::assign::{Allocation, Given, Goal, Instance, allocate};
use attnd_decide::crowd::Run;
use serde::Serialize;

use crate::cli::CrowdAllocate;
use crate::columns::{Grid, Room};
use crate::output::Output;
use crate::words::Language;

/// An allocation as programs read it.
#[derive(Serialize)]
struct Document<'a> {
    /// What kind of problem it is taken for, and why.
    regime: &'static str,
    why: &'a str,
    goal: Goal,
    value: f64,
    /// What no allocation can beat.
    bound: f64,
    /// How far the value is from the bound, as a share.
    gap: f64,
    /// Whether nothing can be better.
    optimal: bool,
    allocation: Vec<Row<'a>>,
    unmet: Vec<Missing<'a>>,
    took: Took,
}

/// Who does what: the fields of its regime.
#[derive(Serialize)]
#[serde(untagged)]
enum Row<'a> {
    Hands { unit: &'a str, hands: u64 },
    Answers { unit: &'a str, answers: u64 },
    Pair { unit: &'a str, mind: &'a str, count: u64 },
    Span { hand: u64, unit: &'a str, start_h: f64, end_h: f64 },
}

#[derive(Serialize)]
struct Missing<'a> {
    unit: &'a str,
    count: u64,
    reason: &'static str,
}

#[derive(Serialize)]
struct Took {
    read_s: f64,
    solve_s: f64,
    /// Processor seconds of solving, of all threads together.
    cpu_s: f64,
}

/// Rows shown to people; programs get all.
const SHOWN: usize = 20;

pub(super) fn run(options: &CrowdAllocate, output: &Output) -> Result<(), Problem> {
    let began = Instant::now();
    let instance = read(&options.instance)?;
    let read_s = began.elapsed().as_secs_f64();
    let bar = output.steps(0);
    let mut progress = |round: attnd_decide::crowd::Round| {
        bar.set_length(round.most as u64);
        bar.set_position(round.done as u64);
    };
    let (began, cpu_before_s) = (Instant::now(), super::processor_s());
    let found = allocate(&instance, &mut Run { seed: Seed(options.seed), progress: &mut progress });
    bar.finish_and_clear();
    let (regime, why, allocation) = found.map_err(|error| {
        Problem::new(ErrorCode::Undecidable, format!("{}: {error}", options.instance.display()))
    })?;
    let took =
        Took { read_s, solve_s: began.elapsed().as_secs_f64(), cpu_s: super::processor_s() - cpu_before_s };
    let document = document(&instance, regime.name, &why, &allocation, took);
    output.answer(&document, |document| words(document, output.language))
}

/// The instance in a file; `-` is standard input.
fn read(path: &Path) -> Result<Instance, Problem> {
    let unreadable = |error: std::io::Error| {
        Problem::new(ErrorCode::FileUnreadable, format!("{}: {error}", path.display()))
    };
    let bytes = if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).map_err(unreadable)?;
        bytes
    } else {
        std::fs::read(path).map_err(unreadable)?
    };
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    serde_json::from_slice(text)
        .map_err(|error| Problem::new(ErrorCode::Undecidable, format!("{}: {error}", path.display())))
}

fn document<'a>(
    instance: &'a Instance,
    regime: &'static str,
    why: &'a str,
    allocation: &Allocation,
    took: Took,
) -> Document<'a> {
    let unit = |unit: usize| instance.units[unit].id.as_str();
    let rows = match &allocation.given {
        Given::Hands(hands) => {
            (0..).zip(hands).map(|(at, &hands)| Row::Hands { unit: unit(at), hands }).collect()
        }
        Given::Answers(all) => {
            (0..).zip(all).map(|(at, &answers)| Row::Answers { unit: unit(at), answers }).collect()
        }
        Given::Pairs(pairs) => pairs
            .iter()
            .map(|pair| Row::Pair {
                unit: unit(pair.unit),
                mind: &instance.minds[pair.mind].id,
                count: pair.count,
            })
            .collect(),
        Given::Spans(spans) => spans
            .iter()
            .map(|span| Row::Span {
                hand: span.hand,
                unit: unit(span.unit),
                start_h: span.start_h,
                end_h: span.end_h,
            })
            .collect(),
    };
    let gap = allocation.gap();
    let unmet = allocation.unmet.iter();
    Document {
        regime,
        why,
        goal: allocation.goal,
        value: allocation.value,
        bound: allocation.bound,
        gap,
        optimal: gap < 1e-9,
        allocation: rows,
        unmet: unmet
            .map(|unmet| Missing { unit: unit(unmet.unit), count: unmet.count, reason: unmet.why.words() })
            .collect(),
        took,
    }
}

fn words(document: &Document<'_>, language: Language) -> String {
    let (en, zh) = match document.goal {
        Goal::Makespan => ("last hour", "最后完成（小时）"),
        Goal::Completion => ("weighted hours", "加权完成时间（小时）"),
        Goal::Correct => ("weight decided rightly", "预期正确权重"),
        Goal::Cost => ("cost", "成本"),
        Goal::Profit => ("profit", "收益"),
    };
    let proof = if document.optimal {
        language.pick("nothing is better", "已是最优").to_owned()
    } else {
        let (en, zh) = ("off the best at most", "距最优至多");
        format!("{} {:.2} %", language.pick(en, zh), 100.0 * document.gap)
    };
    let mut text = format!(
        "{}: {}\n{} {:.3} · {} {:.3} · {proof}\n",
        document.regime,
        document.why,
        language.pick(en, zh),
        document.value,
        language.pick("bound", "界"),
        document.bound,
    );
    let mut grid = Grid::default();
    for row in document.allocation.iter().take(SHOWN) {
        match row {
            Row::Hands { unit, hands: count } | Row::Answers { unit, answers: count } => {
                grid.row([(*unit).to_owned(), count.to_string()], None);
            }
            Row::Pair { unit, mind, count } => {
                grid.row([(*unit).to_owned(), (*mind).to_owned(), count.to_string()], None);
            }
            Row::Span { hand, unit, start_h, end_h } => grid.row(
                [(*unit).to_owned(), hand.to_string(), format!("{start_h:.3}"), format!("{end_h:.3}")],
                None,
            ),
        }
    }
    text += &grid.written(Room::of_output());
    if document.allocation.len() > SHOWN {
        let rest = document.allocation.len() - SHOWN;
        text += &format!("… {rest} {}\n", language.pick("more; --json has all", "行未显示；--json 给出全部"));
    }
    for missing in document.unmet.iter().take(SHOWN) {
        text += &format!("{} ×{}: {}\n", missing.unit, missing.count, missing.reason);
    }
    if document.unmet.len() > SHOWN {
        text += &format!("… {} {}\n", document.unmet.len() - SHOWN, language.pick("more unmet", "项未满足"));
    }
    text
}
