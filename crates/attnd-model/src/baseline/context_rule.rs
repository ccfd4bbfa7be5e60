//! What if one word of the context says it all? The single best word, chosen on other people.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::json;

use super::rates::Rates;
use super::{Tally, best};
use crate::dataset::{Evidence, Example, Past, Training};
use crate::estimator::{Estimator, Model, ModelError, Prediction, Reason, Run, Stage, Tensors};

/// One question with two cases: is this word in this column? The word is the one whose two shares of yes fit best the
/// people left out in turn of the training part. Where there is no word at all it is the share of everybody.
#[derive(Clone, Copy, Debug)]
pub struct ContextRule;

#[derive(Clone, Debug, PartialEq)]
struct ContextRuleModel {
    rule: Option<Rule>,
    rates: Rates<Case>,
}

/// The word and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rule {
    column: usize,
    name: String,
    word: Arc<str>,
}

/// Whether the word is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
enum Case {
    Word,
    AnotherWord,
    Missing,
}

impl Estimator for ContextRule {
    fn name(&self) -> &'static str {
        "context-rule"
    }

    fn fit(&self, training: Training<'_>, _run: &mut Run<'_>) -> Result<Box<dyn Model>, ModelError> {
        Tally::of(training)?;
        let counted: Vec<Vec<ColumnTallies>> =
            training.people().map(|person| count(training, person.examples())).collect();
        let fitted = |rule: Option<Rule>| {
            let people = counted.iter().map(|columns| cases(columns, rule.as_ref())).collect();
            let (rates, loss) = Rates::fit(&people);
            (ContextRuleModel { rule, rates }, loss)
        };
        let rules = std::iter::once(None).chain(words(training).into_iter().map(Some));
        let model = best(rules.map(fitted)).expect("invariant: no rule is one of the candidates");
        Ok(Box::new(model))
    }
}

/// One person's answers by the words of one column: counted once, so that thousands of words can be tried.
#[derive(Clone, Debug, Default)]
struct ColumnTallies {
    all: Tally,
    missing: Tally,
    words: BTreeMap<Arc<str>, Tally>,
}

/// `[column]`; the last one has no words, so that no rule is a rule like others.
fn count(training: Training<'_>, examples: &[Example]) -> Vec<ColumnTallies> {
    let mut columns = vec![ColumnTallies::default(); training.columns().contexts.len() + 1];
    for example in examples {
        let is_yes = training.question().is_yes(example.answer.value);
        let words = example.evidence.contexts.iter().chain([&None]);
        for (column, word) in columns.iter_mut().zip(words) {
            column.all.count(is_yes);
            match word {
                Some(word) => column.words.entry(Arc::clone(word)).or_default().count(is_yes),
                None => column.missing.count(is_yes),
            }
        }
    }
    columns
}

fn cases(columns: &[ColumnTallies], rule: Option<&Rule>) -> BTreeMap<Case, Tally> {
    let column = rule.map_or_else(|| columns.last(), |rule| columns.get(rule.column));
    let Some(ColumnTallies { all, missing, words }) = column else {
        return BTreeMap::new();
    };
    let word = rule.and_then(|rule| words.get(&rule.word)).copied().unwrap_or_default();
    let another = all.without(*missing).without(word);
    let cases = [(Case::Word, word), (Case::AnotherWord, another), (Case::Missing, *missing)];
    cases.into_iter().filter(|(_, tally)| tally.answers > 0).collect()
}

/// Every word of every column, in order.
fn words(training: Training<'_>) -> BTreeSet<Rule> {
    let names = &training.columns().contexts;
    let examples = training.people().flat_map(|person| person.examples());
    examples
        .flat_map(|example| example.evidence.contexts.iter().enumerate())
        .filter_map(|(column, word)| {
            let word = Arc::clone(word.as_ref()?);
            Some(Rule { column, name: names.get(column)?.clone(), word })
        })
        .collect()
}

impl Case {
    fn of(rule: Option<&Rule>, evidence: &Evidence) -> Self {
        let Some(rule) = rule else {
            return Self::Missing;
        };
        match evidence.contexts.get(rule.column).and_then(Option::as_ref) {
            Some(word) if *word == rule.word => Self::Word,
            Some(_) => Self::AnotherWord,
            None => Self::Missing,
        }
    }
}

impl Model for ContextRuleModel {
    fn name(&self) -> &'static str {
        ContextRule.name()
    }

    fn predict(&self, _past: Past<'_>, evidence: &Evidence) -> Prediction {
        Prediction::yes_or_no(self.rates.of(Some(&Case::of(self.rule.as_ref(), evidence))))
    }

    /// The word, and how much more or less likely than a missing one it makes a yes.
    fn explain(&self, _past: Past<'_>, evidence: &Evidence) -> Vec<Reason> {
        let Some(rule) = &self.rule else {
            return Vec::new();
        };
        let log_odds = |yes: f64| (yes / (1.0 - yes)).ln();
        let case = Case::of(Some(rule), evidence);
        let usual = self.rates.of(None);
        vec![Reason {
            name: rule.name.clone(),
            value: None,
            word: evidence.contexts.get(rule.column).cloned().flatten().map(|word| word.to_string()),
            usual: None,
            effect: log_odds(self.rates.of(Some(&case))) - log_odds(usual),
        }]
    }

    fn adapted(&self, _past: Past<'_>, _stage: Stage) -> Option<Box<dyn Model>> {
        None
    }

    fn tensors(&self) -> Tensors {
        let rule = self.rule.as_ref().map(|rule| json!({ "column": rule.name, "word": &*rule.word }));
        Tensors { settings: json!({ "rule": rule, "rates": self.rates }), arrays: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::{Answer, sample};
    use crate::estimator::Seed;

    fn dataset(of: impl Fn(usize, i64) -> (Option<&'static str>, i32)) -> crate::Dataset {
        let people = ["a", "b", "c", "d"].into_iter().enumerate();
        sample::of(people.flat_map(|(index, person)| {
            let of = &of;
            (0..12).map(move |moment| {
                let (word, value) = of(index, moment);
                let answer = Answer { value, answered: sample::second(moment * 100) };
                (person, Example { evidence: sample::evidence(moment * 100, 0.0, word), answer })
            })
        }))
    }

    fn fit(dataset: &crate::Dataset) -> Box<dyn Model> {
        let mut run = Run { seed: Seed(1), watch: &mut |_| {}, checkpoints: None };
        ContextRule.fit(dataset.whole(), &mut run).unwrap()
    }

    #[test]
    fn finds_the_word_that_holds_for_everybody() {
        let words = [Some("train"), Some("office"), Some("home"), None];
        let dataset = dataset(|person, moment| {
            let word = words[usize::try_from(moment).unwrap() % 4];
            // On the train nobody can; elsewhere it changes by itself.
            let usually = if (moment / 4 + i64::try_from(person).unwrap()) % 2 == 0 { 5 } else { 2 };
            (word, if word == Some("train") { 1 } else { usually })
        });
        let model = fit(&dataset);
        let said = |word| model.predict(Past::EMPTY, &sample::evidence(1, 0.0, word)).yes;
        assert!(said(Some("train")) < 0.1);
        assert!((said(Some("office")) - said(Some("home"))).abs() < 1e-12, "only one word is looked at");
        assert_eq!(model.tensors().settings["rule"]["word"], "train");
        let reason = &model.explain(Past::EMPTY, &sample::evidence(1, 0.0, Some("train")))[0];
        assert_eq!((reason.name.as_str(), reason.word.as_deref()), ("location", Some("train")));
        assert!(reason.effect < -1.0);
    }

    #[test]
    fn a_word_of_one_person_is_no_rule() {
        let names = ["w", "x", "y", "z"];
        let dataset = dataset(|person, _| (Some(names[person]), if person < 2 { 5 } else { 1 }));
        assert_eq!(fit(&dataset).tensors().settings["rule"], serde_json::Value::Null);
    }
}
