//! What would a job have cost that stops where it is sure? `job FOLDER` replays its labels.csv against its truth.csv.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::expect_used)]

use attnd_decide::Seed;
use attnd_decide::assign::job::{Dealt, Enough, JobPolicy, Learning, run};
use attnd_decide::assign::{Assurance, Gain, StoppingRule, Sureness};
use attnd_decide::crowd::method::majority::shares;
use attnd_decide::crowd::simulate::Population;
use attnd_decide::crowd::{Answers, AnswersBuilder, Gold, Repeats};

fn read(folder: &str) -> (Answers, Gold) {
    let mut builder = AnswersBuilder::new(Repeats::Distinct);
    let labels = std::fs::read_to_string(format!("{folder}/labels.csv")).unwrap();
    for line in labels.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        builder.answer(cells[0], cells[1], cells[2]).unwrap();
    }
    let truth = std::fs::read_to_string(format!("{folder}/truth.csv")).unwrap();
    for line in truth.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        builder.gold(cells[0], cells[1]).unwrap();
    }
    builder.build().unwrap()
}

fn simulated(folder: &str, units: usize, minds: usize, each: usize) -> (Answers, Gold) {
    let (answers, gold) = read(folder);
    let population = Population::like(&answers, &shares(&answers, &gold)).with_minds(minds, Seed(5));
    println!("{:?}", population.difficulty());
    let mut builder = AnswersBuilder::new(Repeats::Distinct);
    let mut draw = population.draw(each, Seed(6));
    let mut of = Vec::new();
    for unit in 0..units {
        let truth = draw.next_unit(&mut of);
        builder.gold(&unit.to_string(), &truth.to_string()).unwrap();
        for answer in &of {
            builder.answer(&unit.to_string(), &answer.mind.to_string(), &answer.label.to_string()).unwrap();
        }
    }
    builder.build().unwrap()
}

fn main() {
    let folder = std::env::args().nth(1).expect("a folder");
    let (answers, gold) = match std::env::args().nth(2) {
        Some(_) => simulated(&folder, 1000, 85, 20),
        None => read(&folder),
    };
    println!(
        "{folder}: {} units {} minds {} answers",
        answers.units().len(),
        answers.minds().len(),
        answers.len()
    );
    let confidence = |confidence| {
        Enough::Rule(StoppingRule { least: 1, most: 1000, sureness: Sureness::Confidence(confidence) })
    };
    let fixed = |most| Enough::Rule(StoppingRule { least: most, most, sureness: Sureness::Never });
    let wanted = |wanted, assurance| Enough::Accuracy { wanted, assurance, least: 1, most: 1000 };
    let mut policies = Vec::new();
    for most in [3, 5, 10, 20, 1000] {
        policies.push((format!("fixed {most}"), fixed(most)));
    }
    for of in [0.9, 0.95, 0.99, 0.999] {
        policies.push((format!("confidence {of}"), confidence(of)));
    }
    for of in [0.85, 0.9, 0.95] {
        policies.push((format!("accuracy {of} measured"), wanted(of, Assurance::AsMeasured)));
        policies.push((format!("accuracy {of} average"), wanted(of, Assurance::OnAverage)));
    }
    for (name, enough) in policies {
        print!("{name:24}");
        for (dealt, learning) in [
            (Dealt::ByChance, Learning::Gold),
            (Dealt::ByChance, Learning::Closed),
            (Dealt::ByGain(Gain::Information), Learning::Closed),
            (Dealt::ByGain(Gain::Accuracy), Learning::Closed),
        ] {
            let policy = JobPolicy { enough, dealt, learning, gold_share: 0.2 };
            let runs = 5;
            let (mut accuracy, mut each) = (0.0, 0.0);
            for seed in 0..runs {
                let report = run(&answers, &gold, &policy, Seed(seed)).unwrap();
                accuracy += report.accuracy / runs as f64;
                each += report.answers_per_unit / runs as f64;
            }
            print!("  {accuracy:.3} @{each:5.2}");
        }
        println!();
    }
}
