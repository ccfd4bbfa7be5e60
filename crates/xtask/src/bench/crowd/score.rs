//! How often is a posterior right? Accuracy as expected where ties are broken at random.

use std::collections::HashMap;
use std::path::Path;

use crate::process::Fault;

/// Two probabilities nearer than this, relative to the greater, are a tie: rounding makes equal shares differ.
const TIE: f64 = 1e-9;

/// The probability of each label of one unit.
type Row = Vec<(String, f64)>;

/// Mean over the units that have both a truth and a posterior: one where the truth alone is likeliest, a share of one
/// where it is tied, nothing where it is not among the likeliest.
pub(super) fn expected_accuracy(posterior: &Path, truth: &Path) -> Result<f64, Fault> {
    let rows = read_posterior(posterior)?;
    let (mut right, mut all) = (0.0, 0_usize);
    for (unit, truth) in read_truth(truth)? {
        if let Some(row) = rows.get(&unit) {
            right += share(row, &truth);
            all += 1;
        }
    }
    if all == 0 {
        return Err(Fault(format!("{}: no unit has both a posterior and a truth", posterior.display())));
    }
    Ok(right / all as f64)
}

/// The share of the likeliest labels that the truth is.
fn share(row: &Row, truth: &str) -> f64 {
    let most = row.iter().map(|&(_, probability)| probability).fold(0.0, f64::max);
    let mut best = row.iter().filter(|&&(_, probability)| probability >= most * (1.0 - TIE));
    let count = best.clone().count();
    if best.any(|(label, _)| label == truth) { 1.0 / count as f64 } else { 0.0 }
}

/// The columns `task,label,probability`, by task.
fn read_posterior(path: &Path) -> Result<HashMap<String, Row>, Fault> {
    let mut rows: HashMap<String, Row> = HashMap::new();
    for record in csv::Reader::from_path(path)?.deserialize() {
        let (task, label, probability): (String, String, f64) = record?;
        rows.entry(task).or_default().push((label, probability));
    }
    Ok(rows)
}

/// The columns `task,label`.
fn read_truth(path: &Path) -> Result<Vec<(String, String)>, Fault> {
    Ok(csv::Reader::from_path(path)?.deserialize().collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tie_is_right_by_its_share() {
        let row = |probabilities: [f64; 3]| -> Row {
            ["a", "b", "c"].map(str::to_owned).into_iter().zip(probabilities).collect()
        };
        for (probabilities, expected) in [
            ([0.5, 0.3, 0.2], 1.0),
            ([0.2, 0.5, 0.3], 0.0),
            ([0.4, 0.4, 0.2], 0.5),
            ([0.1 + 0.2, 0.3, 0.3], 1.0 / 3.0),
        ] {
            assert_eq!(share(&row(probabilities), "a"), expected, "{probabilities:?}");
        }
        assert_eq!(share(&row([0.5, 0.3, 0.2]), "never answered"), 0.0);
    }
}
