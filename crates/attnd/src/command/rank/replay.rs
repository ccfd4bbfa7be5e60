//! `attnd rank replay`: how high would each ranker have put what people reacted to?

use std::time::Instant;

use attnd_core::Problem;
use attnd_decide::Seed;
use attnd_decide::rank::{Ask, Others, Reaction, Replay, Replayed, replay};
use serde_json::json;

use super::{many, refused};
use crate::cli::RankReplay;
use crate::columns::{Grid, Room};
use crate::output::Output;
use crate::words::Language;

/// Degrees of variety compared.
const VARIETIES: [f64; 4] = [0.0, 0.3, 0.5, 0.8];

pub(super) fn run(options: &RankReplay, output: &Output) -> Result<(), Problem> {
    let (asks, reactions): (Vec<Ask>, Vec<Reaction>) = (many(&options.asks)?, many(&options.reactions)?);
    let what = Replay {
        asks: &asks,
        reactions: &reactions,
        learn_first: options.learn_first,
        half_life_days: options.half_life_days,
        others: if options.team { Others::Heard } else { Others::Counted },
        varieties: &VARIETIES,
    };
    let started = Instant::now();
    let replayed = replay(&what, Seed(1)).map_err(|error| refused(&error))?;
    let mut document = json!(replayed);
    document["seconds"] = json!(started.elapsed().as_secs_f64());
    output.answer(&document, |_| text(&replayed, output.language))
}

fn text(replayed: &Replayed, language: Language) -> String {
    let mut rankers =
        Grid::with_head([language.pick("Ranker", "排序方式"), "HR@10", "nDCG@10", "MRR"].map(str::to_owned));
    for figures in &replayed.rankers {
        let numbers =
            [figures.hit_at_10, figures.ndcg_at_10, figures.mrr].map(|number| format!("{number:.3}"));
        rankers.row([figures.ranker.to_owned()].into_iter().chain(numbers), None);
    }
    let head = ["Variety", "nDCG@10", "Coverage", "Likeness", "Gini"];
    let head_zh = ["多样性", "nDCG@10", "覆盖率", "相似度", "基尼系数"];
    let mut variety =
        Grid::with_head(head.into_iter().zip(head_zh).map(|(en, zh)| language.pick(en, zh).to_owned()));
    for figures in &replayed.variety {
        let of = &figures.diversity;
        let numbers = [figures.ndcg_at_10, of.coverage, of.intra_list_similarity, of.gini];
        let numbers = numbers.map(|number| format!("{number:.3}"));
        variety.row([format!("{:.1}", figures.variety)].into_iter().chain(numbers), None);
    }
    let head = match language {
        Language::English => format!(
            "{} reactions judged after {} learnt from, among {:.0} asks each.",
            replayed.judged, replayed.learnt, replayed.mean_candidates
        ),
        Language::Chinese => format!(
            "先从 {} 次反应中学习，再评判其后的 {} 次，每次平均 {:.0} 条候选。",
            replayed.learnt, replayed.judged, replayed.mean_candidates
        ),
    };
    format!("{head}\n\n{}\n{}", rankers.written(Room::of_output()), variety.written(Room::of_output()))
}
