//! Are units given to minds as cheaply as is known to be possible? Chu and Beasley's generalised assignments.

use std::path::Path;

use attnd_decide::Seed;
use attnd_decide::assign::{Given, Goal, Instance, Mind, Pairs, Unit, allocate};
use attnd_decide::crowd::Run;

use super::set;

/// Agents and jobs, costs `[agent, job]`, resources `[agent, job]`, capacities.
fn instance(path: &Path) -> Instance {
    let text = std::fs::read_to_string(path).unwrap();
    let mut numbers = text.split_whitespace().map(|number| number.parse::<f64>().unwrap());
    let (minds, units) = (numbers.next().unwrap() as usize, numbers.next().unwrap() as usize);
    let mut table = || {
        let mut table = vec![vec![None; minds]; units];
        for mind in 0..minds {
            table.iter_mut().for_each(|row| row[mind] = numbers.next());
        }
        Some(table)
    };
    let pairs = Pairs { cost: table(), work_h: table(), accuracy: None };
    let minds =
        (0..minds).map(|mind| Mind { capacity_h: numbers.next(), ..Mind::new(mind.to_string()) }).collect();
    let units = (0..units).map(|unit| Unit::new(unit.to_string())).collect();
    Instance { goal: Some(Goal::Cost), units, minds, pairs, ..Instance::default() }
}

/// Each instance at hand of one type: its name, the share by which its cost is over the best known one, and that one.
fn over_best_known(kind: char) -> Vec<(String, f64)> {
    let folder = set("planning/gap");
    let mut found = Vec::new();
    for line in std::fs::read_to_string(folder.join("data.csv")).unwrap().lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let path = folder.join(cells[0]);
        let name = cells[0].rsplit('/').next().unwrap();
        if !cells[0].starts_with("chu1997") || !name.starts_with(kind) || !path.is_file() {
            continue;
        }
        let instance = instance(&path);
        let (regime, _, allocation) =
            allocate(&instance, &mut Run { seed: Seed(1), progress: &mut |_| {} }).unwrap();
        assert_eq!(regime.name, "generalised");
        let bound: f64 = cells[5].parse().unwrap();
        let best: f64 = cells[7].parse().unwrap();
        assert!(allocation.bound <= best, "{name}: {} is no bound of {best}", allocation.bound);
        assert!(allocation.bound >= bound * 0.99, "{name}: the bound {} is loose", allocation.bound);
        assert!(allocation.unmet.is_empty(), "{name}");
        let Given::Pairs(pairs) = &allocation.given else { panic!("{name}: {:?}", allocation.given) };
        let cost = |unit: usize, mind: usize| instance.pairs.cost.as_ref().unwrap()[unit][mind].unwrap();
        let hours = |unit: usize, mind: usize| instance.pairs.work_h.as_ref().unwrap()[unit][mind].unwrap();
        assert_eq!(
            pairs.iter().map(|pair| cost(pair.unit, pair.mind)).sum::<f64>(),
            allocation.value,
            "{name}"
        );
        for (mind, of) in instance.minds.iter().enumerate() {
            let used: f64 =
                pairs.iter().filter(|pair| pair.mind == mind).map(|pair| hours(pair.unit, mind)).sum();
            assert!(used <= of.capacity_h.unwrap(), "{name}: mind {mind}");
        }
        println!("{name}: {} of {best}", allocation.value);
        found.push((name.to_owned(), allocation.value / best - 1.0));
    }
    assert!(!found.is_empty(), "no instance of type {kind}");
    found
}

#[test]
fn wide_choices_are_solved_to_the_best_known() {
    for kind in ['a', 'b', 'c'] {
        for (name, over) in over_best_known(kind) {
            assert!(over <= 0.0, "{name} is {:.2} % over", 100.0 * over);
        }
    }
}

#[test]
fn costs_that_fall_where_hours_rise_come_near_the_best_known() {
    for (name, over) in over_best_known('d') {
        assert!(over <= 0.003, "{name} is {:.2} % over", 100.0 * over);
    }
}
