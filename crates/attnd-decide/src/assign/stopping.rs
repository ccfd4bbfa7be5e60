//! Does a unit have enough answers?

use super::belief::Belief;

/// How sure one has to be to stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sureness {
    /// The likeliest label has at least this probability: the dynamic overlap of Toloka.
    Confidence(f64),
    /// The likeliest label is ahead of the next by ln((1 − δ) / δ) for this error rate δ: the sequential test of Wald 1945,
    /// doi 10.1214/aoms/1177731118, of the two labels left. With two labels and no prior it is the confidence 1 − δ.
    Error(f64),
    /// Never: every unit gets the most answers.
    Never,
}

/// When a unit has enough answers.
///
/// The confidence is what the models of the minds make of the answers, not what the answers turn out to be worth: choose it on
/// gold with [`super::threshold::for_accuracy`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StoppingRule {
    /// Answers every unit gets.
    pub least: u32,
    /// Answers no unit gets more than.
    pub most: u32,
    /// In between, how sure is enough.
    pub sureness: Sureness,
}

/// Whether a unit needs another answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It does.
    More,
    /// It is sure enough.
    Sure,
    /// It is not, and has had the most answers: for an expert, or to be left with what there is.
    Exhausted,
}

impl StoppingRule {
    /// Whether a unit of which this is believed needs another answer.
    #[must_use]
    pub fn verdict(&self, belief: &Belief) -> Verdict {
        if belief.answers() < self.least.min(self.most) {
            return Verdict::More;
        }
        let is_sure = match self.sureness {
            Sureness::Confidence(confidence) => belief.best().1 >= confidence,
            Sureness::Error(error) => belief.lead() >= ((1.0 - error) / error).ln(),
            Sureness::Never => false,
        };
        match (is_sure, belief.answers() >= self.most) {
            (true, _) => Verdict::Sure,
            (false, true) => Verdict::Exhausted,
            (false, false) => Verdict::More,
        }
    }
}

/// Whether so many more answers can change which label is likeliest, where the strongest of them shifts the odds of two labels by
/// at most `strongest` (a logarithm; of a skill p among K labels it is ln(p (K − 1) / (1 − p))).
///
/// Where they cannot, asking on is waste whatever the confidence; CDAS, Liu and others 2012, doi 10.14778/2336664.2336676.
#[must_use]
pub fn may_be_overtaken(belief: &Belief, remaining: u32, strongest: f64) -> bool {
    belief.lead() <= f64::from(remaining) * strongest
}

/// Skill of a mind by its answers to gold units as Toloka estimates it, (½ + right) / (1 + all): one half before any answer.
#[must_use]
pub fn gold_skill(right: u32, all: u32) -> f64 {
    (0.5 + f64::from(right)) / (1.0 + f64::from(all))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::assign::belief::MindModel;

    const OK: usize = 0;
    const BAD: usize = 1;

    #[test]
    fn confidence_is_that_of_dynamic_overlap() {
        // Toloka's worked example: three labels, skills .7, .9 and .8.
        let mut belief = Belief::uniform(3);
        belief.add(MindModel::Skill(0.7), OK);
        let mut agreed = belief.clone();
        agreed.add(MindModel::Skill(0.9), OK);
        assert_eq!(agreed.best().0, OK);
        assert!((agreed.best().1 - 0.976_74).abs() < 5e-6);
        belief.add(MindModel::Skill(0.9), BAD);
        assert_eq!(belief.best().0, BAD);
        assert!((belief.best().1 - 0.760_56).abs() < 5e-6);
        let rule = StoppingRule { least: 1, most: 3, sureness: Sureness::Confidence(0.95) };
        assert_eq!(rule.verdict(&belief), Verdict::More);
        belief.add(MindModel::Skill(0.8), BAD);
        assert_eq!(belief.best().0, BAD);
        assert!((belief.best().1 - 0.962_14).abs() < 5e-6);
        assert_eq!(rule.verdict(&belief), Verdict::Sure);
        assert_eq!(rule.verdict(&agreed), Verdict::Sure);
    }

    #[test]
    fn who_was_never_seen_has_even_odds() {
        assert!((gold_skill(0, 0) - 0.5).abs() < 1e-15);
        assert!((gold_skill(9, 9) - 0.95).abs() < 1e-15);
    }

    #[test]
    fn the_least_and_the_most_come_first() {
        let mut belief = Belief::uniform(2);
        let rule = StoppingRule { least: 2, most: 3, sureness: Sureness::Confidence(0.9) };
        belief.add(MindModel::Skill(0.99), 0);
        assert_eq!(rule.verdict(&belief), Verdict::More);
        belief.add(MindModel::Skill(0.99), 1);
        assert_eq!(rule.verdict(&belief), Verdict::More);
        belief.add(MindModel::Skill(0.5), 1);
        assert_eq!(rule.verdict(&belief), Verdict::Exhausted);
        let never = StoppingRule { least: 9, most: 4, sureness: Sureness::Never };
        assert_eq!(never.verdict(&belief), Verdict::More);
        belief.add(MindModel::Skill(0.99), 0);
        assert_eq!(never.verdict(&belief), Verdict::Exhausted);
    }

    #[test]
    fn a_vote_is_over_when_the_rest_cannot_turn_it() {
        // Equal minds: three to nothing of five cannot be turned; two to nothing of five can become a loss.
        let mind = MindModel::Skill(0.8);
        let strongest = (0.8_f64 / 0.2).ln();
        let mut belief = Belief::uniform(2);
        (0..2).for_each(|_| belief.add(mind, 0));
        assert!(may_be_overtaken(&belief, 3, strongest));
        belief.add(mind, 0);
        assert!(!may_be_overtaken(&belief, 2, strongest));
    }

    proptest! {
        #[test]
        fn with_two_labels_the_lead_is_the_confidence(
            answers in prop::collection::vec((0.55_f64..0.95, 0_usize..2), 1..15), error in 0.01_f64..0.2,
        ) {
            let mut belief = Belief::uniform(2);
            answers.iter().for_each(|&(right, answer)| belief.add(MindModel::Skill(right), answer));
            let far = (belief.best().1 - (1.0 - error)).abs() > 1e-9;
            let verdict = |sureness| StoppingRule { least: 0, most: 50, sureness }.verdict(&belief);
            prop_assert!(!far || verdict(Sureness::Error(error)) == verdict(Sureness::Confidence(1.0 - error)));
        }

        #[test]
        fn who_asks_for_more_confidence_never_stops_sooner(
            answers in prop::collection::vec((0.4_f64..0.95, 0_usize..3), 1..20), confidence in 0.4_f64..0.98,
        ) {
            let stops_after = |confidence: f64| {
                let rule = StoppingRule { least: 1, most: 20, sureness: Sureness::Confidence(confidence) };
                let mut belief = Belief::uniform(3);
                answers.iter().position(|&(right, answer)| {
                    belief.add(MindModel::Skill(right), answer);
                    rule.verdict(&belief) != Verdict::More
                }).unwrap_or(answers.len())
            };
            prop_assert!(stops_after(confidence) <= stops_after(confidence + 0.02));
        }
    }
}
