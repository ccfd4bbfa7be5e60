//! How good is an estimator on people and times it has not seen, and does it beat the one before?
//!
//! ```text
//! fold ─► fit on its training part ─► predict each held example ─► then see its answer ─► report over all folds
//! ```

use crate::conformal::{self, Sets};
use crate::dataset::split::{Folds, HeldPerson, Judged, Known};
use crate::dataset::{Question, Training};
use crate::estimator::{Estimator, Model, ModelError, Progress, Run, Seed};
use crate::metric::{Interval, PersonScored, Scored, Totals, draws};
use crate::report::Report;

/// What came of one estimator on one split.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// Each held person's predictions and answers, by name.
    pub people: Vec<PersonJudged>,
    /// What was predicted of their earlier part, which calibrations and sets are made of; empty where none was known.
    pub rehearsed: Vec<PersonJudged>,
    /// The figures.
    pub report: Report,
}

/// What came of one held person.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Practice {
    /// Of what was known before, from [`HeldPerson::rehearse`].
    pub rehearsed: Vec<Judged>,
    /// Of what is held, from [`HeldPerson::predict`].
    pub held: Vec<Judged>,
}

impl From<Vec<Judged>> for Practice {
    fn from(held: Vec<Judged>) -> Self {
        Self { rehearsed: Vec::new(), held }
    }
}

/// One held person's predictions, in order of time.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonJudged {
    /// Whose.
    pub person: String,
    /// What was predicted and then answered.
    pub judged: Vec<Judged>,
}

/// One estimator among others: a figure for everyone, or why there is none.
#[derive(Debug)]
pub struct Compared {
    /// The estimator's name.
    pub estimator: String,
    /// What came of it.
    pub outcome: Result<Evaluation, ModelError>,
}

/// Whether a model is worth its weight, by the log-loss it saves per answer; 95 of 100 draws of people.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// It saves something whoever takes part.
    Earned(Interval),
    /// It may save or cost.
    Undecided(Interval),
    /// It costs something whoever takes part.
    Worse(Interval),
    /// They were not judged on the same answers, or of fewer than two people.
    NotComparable,
}

/// The share of conformal sets that shall hold the answer.
pub const PROMISED: f64 = 0.9;

/// Fits on each fold's training part and judges on its held part; conformal sets are made as far as the split lets a
/// person's own answers be known.
///
/// # Errors
/// The estimator's, of the first fold that fails.
pub fn evaluate(
    estimator: &dyn Estimator,
    folds: &Folds<'_>,
    run: &mut Run<'_>,
) -> Result<Evaluation, ModelError> {
    let evaluation = evaluate_by(estimator, estimator.name(), folds, run, |model, person| Practice {
        rehearsed: person.rehearse(|past, evidence| model.predict(past, evidence)),
        held: person.predict_by(model),
    })?;
    Ok(evaluation.with_sets(folds.known(), PROMISED))
}

/// As [`evaluate`], with `predict` in charge of one held person: to adapt the fold's model to what was known before, or to
/// calibrate it. `name` is what the report calls it.
///
/// # Errors
/// The estimator's, of the first fold that fails.
pub fn evaluate_by<P: Into<Practice>>(
    estimator: &dyn Estimator,
    name: &str,
    folds: &Folds<'_>,
    run: &mut Run<'_>,
    mut predict: impl FnMut(&dyn Model, HeldPerson<'_>) -> P,
) -> Result<Evaluation, ModelError> {
    let (mut people, mut rehearsed) = (Vec::new(), Vec::new());
    for (done, fold) in folds.iter().enumerate() {
        let model = fit(estimator, fold.training, run)?;
        for person in fold.held.people() {
            let practice = predict(model.as_ref(), person).into();
            let name = person.name().to_owned();
            rehearsed.push(PersonJudged { person: name.clone(), judged: practice.rehearsed });
            people.push(PersonJudged { person: name, judged: practice.held });
        }
        (run.watch)(Progress::Piece { what: "fold".to_owned(), done: done + 1, of: folds.len() });
    }
    for judged in [&mut people, &mut rehearsed] {
        judged.sort_by(|one, other| one.person.cmp(&other.person));
    }
    let evaluation = Evaluation::of(name, &folds.columns().question, people, run.seed);
    Ok(Evaluation { rehearsed, ..evaluation })
}

/// Judges each on the same folds, in this order. One that fails says why and does not stop the others.
pub fn compare(estimators: &[&dyn Estimator], folds: &Folds<'_>, run: &mut Run<'_>) -> Vec<Compared> {
    estimators
        .iter()
        .map(|estimator| Compared {
            estimator: estimator.name().to_owned(),
            outcome: evaluate(*estimator, folds, run),
        })
        .collect()
}

/// Whether `after` has earned its place against `before`: people are drawn again and again, the same ones for both
/// (paired bootstrap), and the saved log-loss must be above zero in 97.5 of 100 draws.
#[must_use]
pub fn earns_its_place(before: &Evaluation, after: &Evaluation, seed: Seed) -> Verdict {
    let question = &after.report.question;
    let same = before.people.len() == after.people.len()
        && before.people.iter().zip(&after.people).all(|(one, other)| one.is_about_the_same(other));
    if !same || before.report.question != *question {
        return Verdict::NotComparable;
    }
    let [old, new] = [before, after].map(|evaluation| Totals::log_loss(&evaluation.scored()));
    let saved = draws(before.people.len(), seed)
        .filter_map(|times| Some(old.mean(&times)? - new.mean(&times)?))
        .collect();
    match Interval::of(saved) {
        None => Verdict::NotComparable,
        Some(_) if before.people.len() < 2 => Verdict::NotComparable,
        Some(saved) if saved.low > 0.0 => Verdict::Earned(saved),
        Some(saved) if saved.high < 0.0 => Verdict::Worse(saved),
        Some(saved) => Verdict::Undecided(saved),
    }
}

impl Evaluation {
    /// With the figures of these predictions.
    #[must_use]
    pub fn of(name: &str, question: &Question, people: Vec<PersonJudged>, seed: Seed) -> Self {
        let scored: Vec<PersonScored> = people.iter().map(|person| person.scored(question)).collect();
        Self { report: Report::of(name, question, &scored, seed), people, rehearsed: Vec::new() }
    }

    /// With the coverage of conformal sets of the same predictions: adaptive ones where answers are known as they come,
    /// each person's own where only earlier ones are, none where a person never answers. How quickly adaptive ones
    /// follow is chosen on what was rehearsed.
    #[must_use]
    pub fn with_sets(self, known: Known, promised: f64) -> Self {
        let question = &self.report.question;
        let earlier: Vec<PersonScored> =
            self.rehearsed.iter().map(|person| person.scored(question)).collect();
        let kind = match known {
            Known::Nothing => return self,
            Known::Before => Sets::OwnOrGroup,
            Known::Prequential => Sets::Adaptive { step: conformal::choose_step(&earlier, promised) },
        };
        let coverage = conformal::over(kind, &earlier, &self.scored(), promised);
        Self { report: self.report.with_coverage(coverage), ..self }
    }

    /// Probabilities and answers alone.
    #[must_use]
    pub fn scored(&self) -> Vec<PersonScored> {
        self.people.iter().map(|person| person.scored(&self.report.question)).collect()
    }
}

impl PersonJudged {
    /// Probabilities and answers alone.
    #[must_use]
    pub fn scored(&self, question: &Question) -> PersonScored {
        let scored = self.judged.iter().map(|judged| judged.scored(question)).collect();
        PersonScored { person: self.person.clone(), scored }
    }

    fn is_about_the_same(&self, other: &Self) -> bool {
        self.person == other.person
            && self.judged.len() == other.judged.len()
            && self.judged.iter().zip(&other.judged).all(|(one, other)| one.answer == other.answer)
    }
}

impl Judged {
    /// Probability and answer alone.
    #[must_use]
    pub const fn scored(&self, question: &Question) -> Scored {
        Scored { probability: self.prediction.yes, yes: question.is_yes(self.answer.value) }
    }
}

/// Checkpoints belong to one fit: with those of another fold a model would have seen what it is judged on.
fn fit(
    estimator: &dyn Estimator,
    training: Training<'_>,
    run: &mut Run<'_>,
) -> Result<Box<dyn Model>, ModelError> {
    estimator.fit(training, &mut Run { seed: run.seed, watch: run.watch, checkpoints: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::baseline::{Majority, PersonMean};
    use crate::dataset::sample;
    use crate::dataset::split::{later_halves, leave_one_person_out};

    fn run<T>(with: impl FnOnce(&mut Run<'_>) -> T) -> T {
        with(&mut Run { seed: Seed(1), watch: &mut |_| {}, checkpoints: None })
    }

    /// Eight people who always answer the same, half of them yes.
    fn steady() -> crate::Dataset {
        let people: Vec<(String, [i32; 8])> =
            (0..8).map(|person| (format!("p{person}"), [if person % 2 == 0 { 5 } else { 1 }; 8])).collect();
        let spec: Vec<(&str, &[i32])> =
            people.iter().map(|(name, answers)| (name.as_str(), &answers[..])).collect();
        sample::dataset(&spec)
    }

    #[test]
    fn knowing_a_person_earns_its_place_and_says_so_both_ways() {
        let dataset = steady();
        let folds = later_halves(dataset.whole(), Known::Prequential).unwrap();
        let majority = run(|run| evaluate(&Majority, &folds, run)).unwrap();
        let own = run(|run| evaluate(&PersonMean, &folds, run)).unwrap();
        assert_eq!(own.report.auc_pooled, Some(1.0));
        assert_eq!(own.report.auc_within, None);
        assert_eq!(own.report.one_kind.len(), 8);
        let coverage = own.report.coverage.as_ref().unwrap();
        assert_eq!((coverage.people.len(), coverage.people[0].answers), (8, 4));
        assert_eq!(own.rehearsed[0].judged.len(), 4);
        assert!(
            matches!(earns_its_place(&majority, &own, Seed(1)), Verdict::Earned(saved) if saved.low > 0.3)
        );
        assert!(matches!(earns_its_place(&own, &majority, Seed(1)), Verdict::Worse(_)));
        assert!(matches!(earns_its_place(&own, &own, Seed(1)), Verdict::Undecided(_)));
    }

    #[test]
    fn other_answers_are_not_comparable() {
        let dataset = steady();
        let halves = later_halves(dataset.whole(), Known::Nothing).unwrap();
        let whole = leave_one_person_out(dataset.whole(), Known::Nothing).unwrap();
        let one = run(|run| evaluate(&Majority, &halves, run)).unwrap();
        let other = run(|run| evaluate(&Majority, &whole, run)).unwrap();
        assert_eq!(earns_its_place(&one, &other, Seed(1)), Verdict::NotComparable);
    }

    #[test]
    fn tells_of_every_fold() {
        let dataset = steady();
        let folds = leave_one_person_out(dataset.whole(), Known::Nothing).unwrap();
        let mut told = Vec::new();
        let mut watch = |progress| told.push(progress);
        let mut run = Run { seed: Seed(1), watch: &mut watch, checkpoints: None };
        evaluate(&Majority, &folds, &mut run).unwrap();
        assert_eq!(told.last(), Some(&Progress::Piece { what: "fold".to_owned(), done: 8, of: 8 }));
    }
}
