//! `attnd rank eval`: how often would the right mind have been named to review a change?

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::Instant;

use attnd_core::time::NS_PER_S;
use attnd_core::{ErrorCode, Problem, Timestamp};
use attnd_decide::rank::{RoutingAsk, RoutingReplay, Taken, replay_routing};
use attnd_sense::reviews::{Review, reviews};
use serde::Serialize;

use crate::cli::RankEval;
use crate::columns::{Grid, Room};
use crate::output::Output;
use crate::words::Language;

/// What is answered.
#[derive(Serialize)]
struct Answer {
    /// Share of changes whose first-named mind reviewed them.
    acc_at_1: Option<f64>,
    /// Share reviewed by one of the first three named.
    hit_at_3: Option<f64>,
    /// Mean of one over the place of who reviewed.
    mrr: Option<f64>,
    /// Changes judged.
    n: usize,
    /// From the reviews in memory to the last one judged.
    seconds: f64,
    #[serde(flatten)]
    replay: RoutingReplay,
}

pub(super) fn run(options: &RankEval, output: &Output) -> Result<(), Problem> {
    let all = opened(&options.reviews)?;
    let place = |why: &dyn std::fmt::Display| format!("{}: {why}", options.reviews.display());
    let started = Instant::now();
    let replay = replay_routing(&all).map_err(|(index, error)| {
        let detail = place(&format!("review {}: {error}", index + 1));
        Problem::new(ErrorCode::InvalidTable, detail)
    })?;
    if replay.judged == 0 {
        let detail = place(&"no review by another than its author in the last quarter; give a longer past");
        return Err(Problem::new(ErrorCode::TooLittleData, detail));
    }
    let model = &replay.rankers[0];
    let answer = Answer {
        acc_at_1: model.acc_at_1,
        hit_at_3: model.hit_at_3,
        mrr: model.mrr,
        n: replay.judged,
        seconds: started.elapsed().as_secs_f64(),
        replay,
    };
    output.answer(&answer, |answer| text(answer, output.language))
}

fn opened(file: &Path) -> Result<Vec<Taken>, Problem> {
    let unreadable = |error: &dyn std::fmt::Display| {
        Problem::new(ErrorCode::FileUnreadable, format!("{}: {error}", file.display()))
    };
    let input: Box<dyn BufRead> = if file == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(BufReader::new(File::open(file).map_err(|error| unreadable(&error))?))
    };
    let mut all = Vec::new();
    reviews(input, |review| all.push(taken(review))).map_err(|error| unreadable(&error))?;
    Ok(all)
}

/// A change is an ask, its reviewer the mind that took it.
fn taken(review: Review) -> Taken {
    let at = Timestamp::from_ns_saturating(review.at_s.saturating_mul(NS_PER_S));
    let ask = RoutingAsk {
        number: review.number,
        title: review.title,
        text: review.description,
        paths: review.files,
        places: review.file_count,
        amount: review.added_lines as f64 + review.removed_lines as f64,
        ..RoutingAsk::new(at, review.author)
    };
    Taken { ask, mind: review.reviewer }
}

fn text(answer: &Answer, language: Language) -> String {
    let mut grid =
        Grid::with_head([language.pick("Ranker", "排序方式"), "Acc@1", "Hit@3", "MRR"].map(str::to_owned));
    for figures in &answer.replay.rankers {
        let numbers = [figures.acc_at_1, figures.hit_at_3, figures.mrr]
            .map(|number| number.map_or("–".to_owned(), |number| format!("{number:.3}")));
        grid.row([figures.ranker.to_owned()].into_iter().chain(numbers), None);
    }
    let (asks, judged, unreachable) = (answer.replay.asks, answer.n, answer.replay.unreachable);
    let head = match language {
        Language::English => format!(
            "{judged} of {asks} changes judged, each by what came before it; the reviewer of {unreachable} had not \
             been active for 180 days."
        ),
        Language::Chinese => format!(
            "共 {asks} 项变更，评判其中 {judged} 项，每项只用此前的记录；{unreachable} 项的评审者此前 180 天内未活跃。"
        ),
    };
    format!("{head}\n\n{}", grid.written(Room::of_output()))
}
