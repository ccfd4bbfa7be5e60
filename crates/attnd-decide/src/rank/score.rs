//! How much is an ask worth attention, and why? Scores, and the parts that add up to them.

use serde::Serialize;

use super::phrase::Phrase;

/// How much an ask is worth attention by one ranker.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Score {
    /// Larger comes first. What it counts is said by `scale`.
    pub value: f64,
    /// What the value counts.
    pub scale: Scale,
    /// Probability that the person acts on it when they see it, where the ranker gives one.
    pub probability: Option<f64>,
}

/// What the value of a score counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Log-odds of acting on the ask.
    LogOdds,
    /// Share of the attention given to all asks together; it depends on how many there are.
    Share,
    /// Days, the later the more.
    Days,
    /// Reactions, old ones counting less.
    Reactions,
}

/// One reason for a score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Part {
    /// What it is, in a form that can be said in any language.
    #[serde(flatten)]
    pub phrase: Phrase,
    /// What it adds to the score, on the score's scale.
    pub value: f64,
}

/// Why a score is what it is: its parts, whose sum it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Explanation {
    /// Every part that is not nothing, the largest first.
    pub parts: Vec<Part>,
}

/// A language explanations are said in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Simplified Chinese.
    Chinese,
}

/// How many reasons are said: more are not read.
pub const REASONS_SAID: usize = 4;

impl Explanation {
    /// From parts in any order; those that add nothing are left out.
    #[must_use]
    pub fn of(mut parts: Vec<Part>) -> Self {
        parts.retain(|part| part.value != 0.0);
        parts.sort_by(|one, other| other.value.abs().total_cmp(&one.value.abs()));
        Self { parts }
    }

    /// The sum of all parts: the score's value.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.parts.iter().map(|part| part.value).sum()
    }

    /// The parts worth saying: those that speak for the ask, and where none does, the one that speaks most against it.
    pub fn said(&self) -> impl Iterator<Item = &Part> {
        let speaks = |part: &&Part| part.phrase.is_said();
        let pro = self.parts.iter().filter(speaks).filter(|part| part.value > 0.0).take(REASONS_SAID);
        let none = pro.clone().next().is_none();
        let contra = self.parts.iter().filter(speaks).take(usize::from(none));
        pro.chain(contra)
    }

    /// The reasons in words, such as "near 'Yearly report', which you work on; due 15:00; 5 similar asks waiting".
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        let said: Vec<String> = self.said().map(|part| part.phrase.words(part.value, language)).collect();
        match language {
            Language::English => said.join("; "),
            Language::Chinese => said.join("；"),
        }
    }
}
