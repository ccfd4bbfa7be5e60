//! How well and how fast is it learnt what people watch? `rank_movielens DIR [--write-split FOLDER]
//! [--seed N] [--threads N] [--only FILTER]`
//!
//! DIR holds one of MovieLens' files `u.data`, `ratings.dat` or `ratings.csv`; every rating counts as "watched".
//! Prints one JSON document: `protocol_a` gives a quarter of each film's viewers to judging, `protocol_c` the last film of
//! each viewer; processor seconds are those of all threads. `--write-split` writes protocol A's parts for other programs.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::num::NonZero;
use std::path::Path;
use std::time::Instant;

use attnd_decide::Seed;
use attnd_decide::rank::collaborative::{
    Case, Chosen, FILTERS, FilterKind, Histories, Interaction, Interactions, Run, Timed, choose,
    choose_by_shares, judge, stratified,
};
use serde_json::{Value, json};

/// Processor seconds of all threads of this program so far, those that ended too, as Linux counts: hundredths.
fn ran_s() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = |at: usize| text.rsplit(')').next()?.split_whitespace().nth(at)?.parse::<f64>().ok();
    ticks(11).zip(ticks(12)).map_or(f64::NAN, |(of_program, of_system)| (of_program + of_system) / 100.0)
}

/// Minds and things numbered by rising id of the file.
struct Ratings {
    minds: usize,
    things: usize,
    timed: Vec<Timed>,
}

impl Ratings {
    fn read(folder: &Path) -> Self {
        let files = [("u.data", "\t"), ("ratings.dat", "::"), ("ratings.csv", ",")];
        let (file, between) =
            files.iter().find(|(file, _)| folder.join(file).is_file()).unwrap_or_else(|| {
                panic!("{}: there is no u.data, ratings.dat or ratings.csv", folder.display())
            });
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        let headings = usize::from(*file == "ratings.csv");
        let rows: Vec<[i64; 3]> = text
            .lines()
            .skip(headings)
            .map(|line| {
                let fields: Vec<&str> = line.split(between).collect();
                [0, 1, 3].map(|field: usize| fields[field].trim().parse().unwrap())
            })
            .collect();
        let numbers = |field: usize| -> BTreeMap<i64, u32> {
            let ids: std::collections::BTreeSet<i64> = rows.iter().map(|row| row[field]).collect();
            ids.into_iter().zip(0..).collect()
        };
        let (minds, things) = (numbers(0), numbers(1));
        let timed = rows.iter().map(|row| Timed {
            interaction: Interaction { mind: minds[&row[0]], thing: things[&row[1]], weight: 1.0 },
            at: row[2],
        });
        Self { minds: minds.len(), things: things.len(), timed: timed.collect() }
    }
}

fn cases<'a>(train: &'a Interactions, test: &Interactions) -> Vec<Case<'a>> {
    let case =
        |mind| Case { history: train.of(mind), wanted: test.of(mind).iter().map(|one| one.thing).collect() };
    (0..train.minds()).map(case).collect()
}

fn next<'a>(known: &'a Histories, last: &[Option<u32>]) -> Vec<Case<'a>> {
    let case = |(history, last): (&'a Vec<_>, &Option<u32>)| Case {
        history,
        wanted: last.iter().copied().collect(),
    };
    known.of().iter().zip(last).map(case).collect()
}

/// Chosen by `choose`, learnt from `train`, judged on `cases`.
fn measured(
    kind: &FilterKind,
    choose: impl FnOnce() -> Chosen,
    train: &Interactions,
    cases: &[Case<'_>],
    run: Run,
) -> Value {
    let started = ran_s();
    let chosen = choose();
    let choose_cpu_s = ran_s() - started;
    let mut filter = chosen.setting.fit(train, run).unwrap();
    let (started, wall, mut fits) = (ran_s(), Instant::now(), 0);
    // Linux counts hundredths of a second: enough fits that they do not matter.
    while fits < 5 || wall.elapsed().as_secs_f64() < 2.0 {
        filter = chosen.setting.fit(train, run).unwrap();
        fits += 1;
    }
    let (train_cpu_s, train_wall_s) =
        ((ran_s() - started) / f64::from(fits), wall.elapsed().as_secs_f64() / f64::from(fits));
    let started = ran_s();
    let found = judge(filter.as_ref(), cases, 10, run);
    let score_cpu_s = ran_s() - started;
    json!({
        "ndcg_at_10": found.ndcg,
        "map": found.map,
        "precision_at_10": found.precision,
        "recall_at_10": found.recall,
        "hit_rate_at_10": found.hit_rate,
        "mrr": found.reciprocal_rank,
        "coverage": found.coverage,
        "minds": found.minds,
        "chosen": format!("{:?}", chosen.setting),
        "chosen_ndcg_at_10": chosen.ndcg,
        "tried": chosen.tried,
        "choose_cpu_s": choose_cpu_s,
        "train_cpu_s": train_cpu_s,
        "train_wall_s": train_wall_s,
        "score_cpu_s": score_cpu_s,
        "about": kind.about,
    })
}

fn write_split(folder: &Path, parts: &[(&str, &Interactions)]) {
    std::fs::create_dir_all(folder).unwrap();
    for (name, part) in parts {
        let mut text = String::new();
        part.iter().for_each(|one| writeln!(text, "{}\t{}", one.mind, one.thing).unwrap());
        std::fs::write(folder.join(format!("{name}.tsv")), text).unwrap();
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let after = |flag: &str| arguments.iter().position(|of| of == flag).map(|at| arguments[at + 1].clone());
    let number = |flag: &str, default: u64| after(flag).map_or(default, |text| text.parse().unwrap());
    let seed = Seed(number("--seed", 1));
    let threads = NonZero::new(usize::try_from(number("--threads", 2)).unwrap()).unwrap();
    let run = Run { seed, threads };
    let ratings = Ratings::read(Path::new(&arguments[0]));
    let histories = Histories::new(ratings.minds, ratings.things, &ratings.timed).unwrap();
    let split = stratified(&histories.interactions(), 0.75, seed);
    if let Some(folder) = after("--write-split") {
        // As `choose_by_shares` does: a peer can choose on what is chosen on here.
        let inner = stratified(&split.train, 0.75, seed);
        write_split(
            Path::new(&folder),
            &[("train", &inner.train), ("valid", &inner.test), ("test", &split.test)],
        );
    }
    let only = after("--only");
    let kinds = || FILTERS.iter().filter(|kind| only.as_ref().is_none_or(|only| only == kind.name));
    let cases_a = cases(&split.train, &split.test);
    let shares: BTreeMap<&str, Value> = kinds()
        .map(|kind| {
            let choose = || choose_by_shares(kind, &split.train, run).unwrap();
            (kind.name, measured(kind, choose, &split.train, &cases_a, run))
        })
        .collect();
    let (known, last) = histories.leave_last_out();
    let (earlier, second_last) = known.leave_last_out();
    let (train, before) = (known.interactions(), earlier.interactions());
    let order: BTreeMap<&str, Value> = kinds()
        .map(|kind| {
            let chosen = || choose(kind, &before, &next(&earlier, &second_last), run).unwrap();
            (kind.name, measured(kind, chosen, &train, &next(&known, &last), run))
        })
        .collect();
    println!(
        "{:#}",
        json!({
            "ratings": ratings.timed.len(),
            "minds": ratings.minds,
            "things": ratings.things,
            "threads": threads,
            "protocol_a": {"seed": seed, "models": shares},
            "protocol_c": {"models": order},
        })
    );
}
