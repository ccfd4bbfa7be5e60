//! How does a report look in a terminal? As scikit-learn's `classification_report`, with what else has to be known below it.

use std::fmt;

use super::{BINS, Report};
use crate::metric::{ClassScore, Coverage, Interval};

/// What stands where a figure is not defined.
const UNDEFINED: &str = "not defined";

/// At most so many names are listed.
const NAMES: usize = 5;

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { question, estimator, answers, yes, people, .. } = self;
        writeln!(
            formatter,
            "{estimator}: {} ≥ {}, answers {answers} (yes {yes}), people {people}\n",
            question.scale.name, question.threshold
        )?;
        writeln!(
            formatter,
            "{:>14} {:>10} {:>10} {:>10} {:>10}\n",
            "", "precision", "recall", "f1-score", "support"
        )?;
        self.classes.iter().try_for_each(|score| class(formatter, score))?;
        writeln!(formatter)?;
        for score in [&self.averages.micro, &self.averages.macro_, &self.averages.weighted] {
            class(formatter, score)?;
        }
        self.confusion(formatter)?;
        self.figure_lines(formatter)?;
        self.coverage.as_ref().map_or(Ok(()), |coverage| sets(formatter, coverage))
    }
}

impl Report {
    fn confusion(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "\n{:>14} {:>14} {:>14}", "answered", "predicted no", "predicted yes")?;
        for (label, row) in self.confusion.labels.iter().zip(&self.confusion.counts) {
            write!(formatter, "{label:>14}")?;
            row.iter().try_for_each(|count| write!(formatter, " {count:>14}"))?;
            writeln!(formatter)?;
        }
        writeln!(formatter)
    }

    fn figure_lines(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |formatter: &mut fmt::Formatter<'_>, name: &str, figure: Option<f64>, beside: String| {
            let text = format!("{name:>18}  {:<13}{beside}", self::figure(figure));
            writeln!(formatter, "{}", text.trim_end())
        };
        line(formatter, "AUC pooled", self.auc_pooled, interval(self.intervals.auc_pooled))?;
        line(formatter, "AUC within person", self.auc_within, interval(self.intervals.auc_within))?;
        self.spread().iter().try_for_each(|text| writeln!(formatter, "{:33}{text}", ""))?;
        line(formatter, "Brier", self.brier, interval(self.intervals.brier))?;
        line(formatter, "log-loss", self.log_loss, interval(self.intervals.log_loss))?;
        let mass = figure(self.ece_equal_mass);
        let mass = format!("{BINS} bins of equal width; of equal mass {mass}");
        line(formatter, "ECE", self.ece, mass)?;
        line(formatter, "balanced accuracy", self.balanced_accuracy, String::new())
    }

    /// How the area differs between people, and who has none.
    fn spread(&self) -> Vec<String> {
        let sd = self.auc_within_sd.map_or(String::new(), |sd| format!("sd over people {sd:.3}; "));
        let mut lines = vec![format!("{sd}people {}", self.auc_within_people)];
        if !self.one_kind.is_empty() {
            let listed = self.one_kind.iter().take(NAMES).map(String::as_str).collect::<Vec<_>>().join(", ");
            let more = if self.one_kind.len() > NAMES { ", …" } else { "" };
            lines.push(format!("{} left out, one kind of answers: {listed}{more}", self.one_kind.len()));
        }
        lines
    }
}

/// One line for each report, 80 columns at most: trivial ones first, so that everybody sees what a model adds.
#[must_use]
pub fn side_by_side(reports: &[&Report]) -> String {
    let width = reports.iter().map(|report| report.estimator.chars().count()).max().unwrap_or(0).max(9);
    let mut text = format!(
        "{:<width$} {:>10} {:>18} {:>6} {:>8} {:>6} {:>8}\n",
        "estimator", "AUC pooled", "AUC within person", "Brier", "log-loss", "ECE", "bal.acc"
    );
    for report in reports {
        let within = match (report.auc_within, report.auc_within_sd) {
            (Some(mean), Some(sd)) => format!("{mean:.3} ± {sd:.3} ({})", report.auc_within_people),
            (Some(mean), None) => format!("{mean:.3} ({})", report.auc_within_people),
            _ => "–".to_owned(),
        };
        let short = |value: Option<f64>| value.map_or("–".to_owned(), |value| format!("{value:.3}"));
        text += &format!(
            "{:<width$} {:>10} {:>18} {:>6} {:>8} {:>6} {:>8}\n",
            report.estimator,
            short(report.auc_pooled),
            within,
            short(report.brier),
            short(report.log_loss),
            short(report.ece),
            short(report.balanced_accuracy),
        );
    }
    text
}

fn class(formatter: &mut fmt::Formatter<'_>, score: &ClassScore) -> fmt::Result {
    let ClassScore { label, precision, recall, f1, support } = score;
    writeln!(formatter, "{label:>14} {precision:>10.2} {recall:>10.2} {f1:>10.2} {support:>10}")
}

fn sets(formatter: &mut fmt::Formatter<'_>, coverage: &Coverage) -> fmt::Result {
    let Coverage { nominal, coverage: share, off_mean, known, people, worst_person: worst, .. } = coverage;
    writeln!(
        formatter,
        "{:>18}  {:<13}promised {nominal:.3}; known {:.0} % of the time",
        "coverage",
        figure(Some(*share)),
        known * 100.0
    )?;
    writeln!(
        formatter,
        "{:33}{} of {} people within 2 points; off by {off_mean:.3},",
        "",
        coverage.people_within_two_points,
        people.len(),
    )?;
    writeln!(formatter, "{:33}most for {}: {:.3} of {}", "", worst.person, worst.coverage, worst.answers)
}

fn figure(value: Option<f64>) -> String {
    value.map_or(UNDEFINED.to_owned(), |value| format!("{value:.3}"))
}

fn interval(interval: Option<Interval>) -> String {
    interval.map_or(String::new(), |Interval { low, high }| format!("[{low:.3}, {high:.3}]"))
}

#[cfg(test)]
mod tests {
    use attnd_core::recording::Scale;

    use super::*;
    use crate::dataset::Question;
    use crate::estimator::Seed;
    use crate::metric::{AnswerSet, PersonScored, Scored, SetScored};

    fn report(people: &[(&str, &[(f64, bool)])]) -> Report {
        let people: Vec<PersonScored> = people
            .iter()
            .map(|(person, scored)| PersonScored {
                person: (*person).to_owned(),
                scored: scored
                    .iter()
                    .map(|(probability, yes)| Scored { probability: *probability, yes: *yes })
                    .collect(),
            })
            .collect();
        let question = Question { scale: Scale::DISTRACTION, threshold: 4 };
        Report::of("person-mean", &question, &people, Seed(1))
    }

    fn mixed() -> Report {
        report(&[
            ("P1", &[(0.2, false), (0.7, true), (0.6, false), (0.4, false)]),
            ("P2", &[(0.9, true), (0.3, true), (0.1, false)]),
            ("P3", &[(0.1, false), (0.2, false)]),
        ])
    }

    #[test]
    fn looks_as_people_know_it() {
        let sets = [AnswerSet::Yes, AnswerSet::Both].map(|set| SetScored { set, yes: true });
        let coverage = Coverage::of(0.9, [("P1", &sets[..])]);
        insta::assert_snapshot!(mixed().with_coverage(coverage));
    }

    #[test]
    fn what_is_not_defined_is_said_so() {
        insta::assert_snapshot!(report(&[("P1", &[(0.2, false)])]));
        insta::assert_snapshot!("nobody", report(&[]));
    }

    #[test]
    fn reports_stand_side_by_side() {
        insta::assert_snapshot!(side_by_side(&[&mixed(), &report(&[("P1", &[(0.2, false)])])]));
    }

    #[test]
    fn figures_for_the_card_are_those_that_are_defined() {
        let names: Vec<String> = mixed().figures().into_keys().collect();
        assert_eq!(names, ["auc_pooled", "auc_within", "balanced_accuracy", "brier", "ece", "log_loss"]);
        assert!(report(&[]).figures().is_empty());
    }

    #[test]
    fn json_keeps_its_names_and_comes_back_the_same() {
        let json = serde_json::to_value(mixed()).unwrap();
        for key in ["auc_pooled", "auc_within", "brier", "log_loss", "ece"] {
            assert!(json[key].is_f64(), "{key}");
        }
        assert_eq!(serde_json::to_value(report(&[])).unwrap()["auc_pooled"], serde_json::Value::Null);
        assert_eq!(serde_json::from_value::<Report>(json).unwrap(), mixed());
    }
}
