//! Whom to believe among methods? A panel whose members assume different things, and evidence about each.
//!
//! No method is best everywhere, and held-out answers alone do not say which is: what tells how *minds* answer
//! (a full table for each) need not find the *truth*. So the rule is a panel, and evidence only ever takes away:
//!
//! 1. The panel is one method of each kind of assumption: every answer counts the same (`majority`), minds count by
//!    agreement (`wawa`), one weight a mind with a strong prior (`bwa`), one table a mind without any prior
//!    (`dawid-skene`), tables with a prior and shared errors (`ebcc`). Its posterior is the mean of theirs: where
//!    assumptions disagree none is believed alone, and votes keep what the surer ones are not at one about.
//! 2. A tenth of the answers is held out. A member that foretells them worse than the vote by more than twice the
//!    standard error of the difference leaves: its richer model is not borne out.
//! 3. Where there is gold, folds of it are held out instead; a member less accurate on them than the vote by more
//!    than twice the standard error leaves, and a single method of the whole list takes the panel's place where it is
//!    more accurate than the panel by more than one standard error.
//! 4. Probabilities are tempered to what was held out, see [`super::calibrate`].
//!
//! Evidence is gathered on a sample of units and then each member runs once on everything, so that time stays linear.

use std::borrow::Cow;

use rand::RngExt;
use rand::seq::SliceRandom;

use super::aggregator::{Aggregator, CrowdError, Round, Run};
use super::answers::{Answers, AnswersBuilder, Gold, Repeats};
use super::calibrate::{by_answers, by_gold, expected, tempered};
use super::consensus::{Consensus, Minds, Posterior};
use super::method::ebcc::{self, Ebcc};
use super::method::majority::{agreement, mean_row};
use super::method::{bwa, dawid_skene, glad, ibcc, mace, majority, named, one_coin, wawa};

/// What was chosen among and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// What the scores are.
    pub evidence: Evidence,
    /// All that were looked at, the panel's members first.
    pub candidates: Vec<Candidate>,
    /// Every logarithm of a probability was divided by this.
    pub temperature: f64,
}

/// What candidates are judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Accuracy on so many gold units, each unseen when its score was taken; ties in expectation.
    Gold {
        /// Gold units.
        units: usize,
    },
    /// Mean logarithm (nats) of the probability of so many answers held out.
    HeldOut {
        /// Answers.
        answers: usize,
    },
    /// Too little of either to judge by: the whole panel.
    None,
}

/// One method and what speaks for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Its name in the list of methods.
    pub name: &'static str,
    /// By the [`Evidence`]: more is better. `None` without evidence.
    pub score: Option<f64>,
    /// How much more than the vote's.
    pub over_vote: f64,
    /// Standard error of that difference.
    pub standard_error: f64,
    /// Its share in the consensus; 0 for one not taken.
    pub share: f64,
}

/// The panel, the vote first.
const PANEL: [&str; 5] =
    [majority::KIND.name, wawa::KIND.name, dawid_skene::KIND.name, bwa::KIND.name, ebcc::KIND.name];
/// Those that may take the panel's place where gold says so.
const SINGLES: [&str; 4] = [ibcc::KIND.name, one_coin::KIND.name, glad::KIND.name, mace::KIND.name];
/// Answers looked at to choose: they tell differences of some hundredths of a nat apart, in a second or two.
const SAMPLED: usize = 30_000;
/// One answer in so many is held out.
const HELD_OUT: f64 = 0.1;
/// Fewer held-out answers or gold units than this are no evidence: a standard error of so few is not one.
const LEAST_EVIDENCE: usize = 30;
/// Share of answers that no model foretells (slips, misread questions): bounds the price of one surprise.
const SURPRISES: f64 = 0.05;
/// Standard errors behind the vote before a member leaves; and before the panel before a single takes its place.
const BEHIND: f64 = 2.0;
const AHEAD: f64 = 1.0;
/// Parts of the gold, each held out once.
const FOLDS: usize = 5;
/// Starts of `ebcc`: its best of forty is seldom another one, and the panel forgives.
const STARTS: usize = 2;
/// `ebcc` keeps twenty times the numbers of the others and takes as many more times: with more answers it is left out.
const MOST_FOR_EBCC: usize = 2_000_000;
/// Parts of chance, away from those of the methods' starts.
const SAMPLE_PART: u64 = 1 << 32;
const HOLD_PART: u64 = SAMPLE_PART + 1;
const FOLD_PART: u64 = SAMPLE_PART + 2;

/// Chooses by the rule above and gives the consensus with its reasons.
///
/// # Errors
/// What the methods refuse; one whose tables do not fit is left out.
pub fn choose(answers: &Answers, gold: &Gold, run: &mut Run<'_>) -> Result<Consensus, CrowdError> {
    let (sample, known) = sampled(answers, gold, run)?;
    let mut choice = if known.len() >= LEAST_EVIDENCE {
        by_known(&sample, &known, run)?
    } else {
        by_held_out(&sample, &known, run)?
    };
    let taken: Vec<Candidate> =
        choice.candidates.iter().copied().filter(|candidate| candidate.share > 0.0).collect();
    let mut sum = Sum::default();
    for candidate in &taken {
        if let Some(consensus) = fitted(candidate.name, answers, gold, STARTS, run)? {
            sum.add(candidate.name, consensus, candidate.share);
        }
    }
    for candidate in &mut choice.candidates {
        candidate.share =
            if sum.names.contains(&candidate.name) { 1.0 / sum.names.len() as f64 } else { 0.0 };
    }
    let mut consensus = sum.into_consensus(answers)?;
    consensus.posterior = tempered(&consensus.posterior, gold, choice.temperature);
    consensus.choice = Some(choice);
    Ok(consensus)
}

/// Units drawn until they have enough answers; the same where there are not more.
fn sampled<'a>(
    answers: &'a Answers,
    gold: &'a Gold,
    run: &Run<'_>,
) -> Result<(Cow<'a, Answers>, Cow<'a, Gold>), CrowdError> {
    if answers.len() <= SAMPLED {
        return Ok((Cow::Borrowed(answers), Cow::Borrowed(gold)));
    }
    let mut order: Vec<usize> = (0..answers.units().len()).collect();
    order.shuffle(&mut run.seed.generator(SAMPLE_PART));
    // Known units first: they are the better evidence.
    order.sort_by_key(|&unit| gold.of(unit).is_none());
    let mut builder = AnswersBuilder::new(Repeats::Distinct);
    let mut drawn = 0;
    for unit in order {
        if drawn >= SAMPLED {
            break;
        }
        let name = answers.units().get(unit);
        for answer in answers.of(unit) {
            let mind = answers.minds().get(answer.mind as usize);
            builder.answer(name, mind, answers.labels().get(answer.label as usize))?;
            drawn += 1;
        }
        if let Some(truth) = gold.of(unit) {
            builder.gold(name, answers.labels().get(truth as usize))?;
        }
    }
    let (answers, gold) = builder.build()?;
    Ok((Cow::Owned(answers), Cow::Owned(gold)))
}

/// The consensus of one method; none where its tables do not fit or so many answers would take it too long.
fn fitted(
    name: &'static str,
    answers: &Answers,
    gold: &Gold,
    starts: usize,
    run: &mut Run<'_>,
) -> Result<Option<Consensus>, CrowdError> {
    // The objectives of different methods are not one curve: only that something goes on is told.
    let mut told = |round: Round| (run.progress)(Round { objective: None, ..round });
    let mut run = Run { seed: run.seed, progress: &mut told };
    let result = if name == ebcc::KIND.name {
        if answers.len() > MOST_FOR_EBCC {
            return Ok(None);
        }
        Ebcc { starts, ..Ebcc::default() }.aggregate(answers, gold, &mut run)
    } else {
        let kind = named(name).expect("invariant: the panel's names are in the list");
        (kind.make)().aggregate(answers, gold, &mut run)
    };
    match result {
        Ok(consensus) => Ok(Some(consensus)),
        Err(CrowdError::TooLarge { .. } | CrowdError::TooManyLabels { .. }) => Ok(None),
        Err(refused) => Err(refused),
    }
}

/// Without enough gold: what each member makes of answers it has not seen.
fn by_held_out(answers: &Answers, gold: &Gold, run: &mut Run<'_>) -> Result<Choice, CrowdError> {
    let mut chance = run.seed.generator(HOLD_PART);
    let mut kept_of_unit = (usize::MAX, 0);
    let mut held_places: Vec<(usize, u32, u32)> = Vec::new();
    let kept = answers.retained(|unit, answer| {
        if kept_of_unit.0 != unit {
            kept_of_unit = (unit, answers.of(unit).len());
        }
        // Every unit keeps an answer to be judged by.
        let hold = kept_of_unit.1 > 1 && chance.random_bool(HELD_OUT);
        if hold {
            kept_of_unit.1 -= 1;
            held_places.push((unit, answer.mind, answer.label));
        }
        !hold
    });
    if held_places.len() < LEAST_EVIDENCE {
        return Ok(whole_panel());
    }
    let mut at = held_places.iter().peekable();
    let held = answers.retained(|unit, answer| at.next_if_eq(&&(unit, answer.mind, answer.label)).is_some());
    let mut scores: Vec<(&'static str, Vec<f64>)> = Vec::new();
    let mut sum = Sum::default();
    for name in PANEL {
        let Some(consensus) = fitted(name, &kept, gold, 1, run)? else { continue };
        let logs = foretold(&consensus, &held);
        let stays = scores.first().is_none_or(|(_, vote)| {
            let (over, error) = difference(&logs, vote);
            over >= -BEHIND * error
        });
        scores.push((name, logs));
        if stays {
            sum.add(name, consensus, 1.0);
        }
    }
    let taken = sum.names.clone();
    let together = sum.into_consensus(&kept)?;
    // Answers may only make less sure: minds that err together foretell each other and would make it surer than it is right.
    let temperature = by_answers(&together.posterior, &together.minds, &held).unwrap_or(1.0).max(1.0);
    Ok(Choice {
        evidence: Evidence::HeldOut { answers: held_places.len() },
        candidates: candidates(&scores, &taken),
        temperature,
    })
}

/// Logarithms of the probabilities of the held-out answers, in their order.
fn foretold(consensus: &Consensus, held: &Answers) -> Vec<f64> {
    let labels = held.labels().len() as f64;
    let mut logs = Vec::with_capacity(held.len());
    for (unit, of) in held.by_unit().enumerate() {
        let row = consensus.posterior.of(unit);
        logs.extend(of.iter().map(|answer| {
            let probability = expected(row, &consensus.minds, answer.mind as usize, answer.label as usize);
            ((1.0 - SURPRISES) * probability + SURPRISES / labels).ln()
        }));
    }
    logs
}

/// With gold: how often each method is right on gold it has not seen.
fn by_known(answers: &Answers, gold: &Gold, run: &mut Run<'_>) -> Result<Choice, CrowdError> {
    let labels = answers.labels().len();
    let units = answers.units().len();
    let mut known: Vec<usize> = (0..units).filter(|&unit| gold.of(unit).is_some()).collect();
    known.shuffle(&mut run.seed.generator(FOLD_PART));
    let mut fold_of = vec![usize::MAX; units];
    known.iter().enumerate().for_each(|(place, &unit)| fold_of[unit] = place % FOLDS);
    known.sort_unstable();
    let mut unseen: Vec<(&'static str, Posterior)> = Vec::new();
    for name in PANEL.into_iter().chain(SINGLES) {
        let mut posterior = Posterior::new(labels, vec![1.0 / labels as f64; units * labels]);
        let mut fits = true;
        for fold in 0..FOLDS {
            let taught = gold.retained(|unit| fold_of[unit] != fold);
            let Some(consensus) = fitted(name, answers, &taught, 1, run)? else {
                fits = false;
                break;
            };
            for &unit in known.iter().filter(|&&unit| fold_of[unit] == fold) {
                posterior.of_mut(unit).copy_from_slice(consensus.posterior.of(unit));
            }
        }
        if fits {
            unseen.push((name, posterior));
        }
    }
    let right = |posterior: &Posterior| -> Vec<f64> {
        known.iter().map(|&unit| share_right(posterior.of(unit), gold.of(unit))).collect()
    };
    let scores: Vec<(&'static str, Vec<f64>)> =
        unseen.iter().map(|(name, posterior)| (*name, right(posterior))).collect();
    let vote = &scores[0].1;
    let stays = |(name, scores): &&(&'static str, Vec<f64>)| {
        let (over, error) = difference(scores, vote);
        PANEL.contains(name) && over >= -BEHIND * error
    };
    let panel: Vec<&'static str> = scores.iter().filter(stays).map(|(name, _)| *name).collect();
    let panel_posterior =
        mean(unseen.iter().filter(|(name, _)| panel.contains(name)).map(|(_, posterior)| posterior));
    let panel_scores = right(&panel_posterior);
    // The most accurate single, the earlier of equals, if it is ahead of the panel by more than chance.
    let best = scores
        .iter()
        .map(|(name, scores)| (*name, difference(scores, &panel_scores)))
        .filter(|(_, (ahead, error))| *ahead > AHEAD * error)
        .max_by(|(_, (one, _)), (_, (other, _))| one.total_cmp(other))
        .map(|(name, _)| name);
    let (taken, posterior) = match best {
        Some(name) => {
            (vec![name], mean(unseen.iter().filter(|(of, _)| *of == name).map(|(_, posterior)| posterior)))
        }
        None => (panel, panel_posterior),
    };
    Ok(Choice {
        evidence: Evidence::Gold { units: known.len() },
        candidates: candidates(&scores, &taken),
        temperature: by_gold(&posterior, gold).unwrap_or(1.0),
    })
}

/// How likely the likeliest label is the truth, one of equals taken at random.
fn share_right(row: &[f64], truth: Option<u32>) -> f64 {
    let most = row.iter().copied().fold(0.0, f64::max) - 1e-12;
    match truth {
        Some(truth) if row[truth as usize] >= most => {
            1.0 / row.iter().filter(|&&of| of >= most).count() as f64
        }
        _ => 0.0,
    }
}

fn mean<'a>(posteriors: impl Iterator<Item = &'a Posterior>) -> Posterior {
    let mut sum = Sum::default();
    posteriors.for_each(|posterior| sum.add_posterior(posterior.clone(), 1.0));
    sum.posterior.expect("invariant: the vote is among them")
}

fn whole_panel() -> Choice {
    let candidate = |name| Candidate { name, score: None, over_vote: 0.0, standard_error: 0.0, share: 1.0 };
    Choice { evidence: Evidence::None, candidates: PANEL.map(candidate).to_vec(), temperature: 1.0 }
}

/// Everyone with their score and difference to the first, which is the vote; those taken share alike.
fn candidates(scores: &[(&'static str, Vec<f64>)], taken: &[&str]) -> Vec<Candidate> {
    let candidate = |(name, of): &(&'static str, Vec<f64>)| {
        let (over_vote, standard_error) = difference(of, &scores[0].1);
        let share = if taken.contains(name) { 1.0 / taken.len() as f64 } else { 0.0 };
        let score = Some(of.iter().sum::<f64>() / of.len() as f64);
        Candidate { name, score, over_vote, standard_error, share }
    };
    scores.iter().map(candidate).collect()
}

/// Mean of the differences in pairs and its standard error.
fn difference(one: &[f64], other: &[f64]) -> (f64, f64) {
    let count = one.len() as f64;
    let mean = one.iter().zip(other).map(|(one, other)| one - other).sum::<f64>() / count;
    let squares = one.iter().zip(other).map(|(one, other)| (one - other - mean).powi(2)).sum::<f64>();
    (mean, (squares / (count - 1.0).max(1.0) / count).sqrt())
}

/// A weighted mean of posteriors on its way.
#[derive(Default)]
struct Sum {
    names: Vec<&'static str>,
    posterior: Option<Posterior>,
    weight: f64,
    /// Of the only one so far: a mean of one is that one with all it knows.
    alone: Option<(Minds, Vec<f64>, Vec<f64>)>,
}

impl Sum {
    fn add(&mut self, name: &'static str, consensus: Consensus, weight: f64) {
        self.alone = self.names.is_empty().then_some((consensus.minds, consensus.prior, consensus.objective));
        self.names.push(name);
        self.add_posterior(consensus.posterior, weight);
    }

    /// Keeps the mean rather than the sum, so that it is a posterior at all times.
    fn add_posterior(&mut self, posterior: Posterior, weight: f64) {
        self.weight += weight;
        let part = weight / self.weight;
        match &mut self.posterior {
            None => self.posterior = Some(posterior),
            Some(mean) => {
                for (unit, row) in posterior.rows().enumerate() {
                    for (mean, probability) in mean.of_mut(unit).iter_mut().zip(row) {
                        *mean += part * (probability - *mean);
                    }
                }
            }
        }
    }

    /// The mean; what it thinks of the minds is how often they say what it believes.
    fn into_consensus(self, answers: &Answers) -> Result<Consensus, CrowdError> {
        let posterior = self.posterior.ok_or(CrowdError::NoAnswers)?;
        let (minds, prior, objective) = self.alone.unwrap_or_else(|| {
            (Minds::Skills(agreement(answers, &posterior)), mean_row(&posterior), Vec::new())
        });
        Ok(Consensus { posterior, minds, prior, objective, choice: None })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Seed;
    use crate::crowd::method::picture::{drawn, some_answers};

    fn chosen(answers: &Answers, gold: &Gold) -> Consensus {
        choose(answers, gold, &mut Run { seed: Seed(7), progress: &mut |_| () }).unwrap()
    }

    fn shares(consensus: &Consensus) -> Vec<(&'static str, f64)> {
        let choice = consensus.choice.as_ref().unwrap();
        choice.candidates.iter().map(|candidate| (candidate.name, candidate.share)).collect()
    }

    /// So many units answered by minds that say the truth with those probabilities (of two labels), and their truths.
    fn crowd(units: usize, skills: &[f64], known: usize) -> (Answers, Gold, Vec<u32>) {
        let mut chance = Seed(3).generator(0);
        let mut builder = AnswersBuilder::new(Repeats::Distinct);
        let mut truths = Vec::new();
        builder.gold("order 0", "0").unwrap();
        builder.gold("order 1", "1").unwrap();
        for unit in 0..units {
            let truth = u32::from(chance.random_bool(0.5));
            for (mind, &skill) in skills.iter().enumerate() {
                let said = if chance.random_bool(skill) { truth } else { 1 - truth };
                builder.answer(&unit.to_string(), &mind.to_string(), &said.to_string()).unwrap();
            }
            if unit < known {
                builder.gold(&unit.to_string(), &truth.to_string()).unwrap();
            }
            truths.push(truth);
        }
        let (answers, gold) = builder.build().unwrap();
        (answers, gold, truths)
    }

    fn accuracy(consensus: &Consensus, truths: &[u32], from: usize) -> f64 {
        let right =
            (from..truths.len()).map(|unit| share_right(consensus.posterior.of(unit), Some(truths[unit])));
        right.sum::<f64>() / (truths.len() - from) as f64
    }

    #[test]
    fn few_answers_are_no_evidence_and_leave_the_whole_panel() {
        let answers = drawn("001|110|101");
        let consensus = chosen(&answers, &Gold::none(&answers));
        assert_eq!(consensus.choice.as_ref().unwrap().evidence, Evidence::None);
        assert_eq!(shares(&consensus), PANEL.map(|name| (name, 0.2)));
    }

    #[test]
    fn where_minds_differ_the_vote_is_beaten() {
        let (answers, gold, truths) = crowd(400, &[0.95, 0.9, 0.55, 0.5, 0.5, 0.45, 0.5], 0);
        let consensus = chosen(&answers, &gold);
        assert!(matches!(consensus.choice.as_ref().unwrap().evidence, Evidence::HeldOut { answers: 200.. }));
        let vote = fitted("majority", &answers, &gold, 1, &mut Run { seed: Seed(7), progress: &mut |_| () });
        let (ours, vote) = (accuracy(&consensus, &truths, 0), accuracy(&vote.unwrap().unwrap(), &truths, 0));
        assert!(ours > vote + 0.05, "{ours} {vote}");
    }

    #[test]
    fn gold_finds_out_where_most_are_wrong_together() {
        // Four of five share a wrong concept: whatever trusts agreement is misled, and only gold can tell.
        let (answers, gold, truths) = crowd(300, &[0.9, 0.25, 0.25, 0.25, 0.25], 120);
        let consensus = chosen(&answers, &gold);
        assert_eq!(consensus.choice.as_ref().unwrap().evidence, Evidence::Gold { units: 120 });
        assert_eq!(shares(&consensus)[0], ("majority", 0.0));
        assert!(accuracy(&consensus, &truths, 120) > 0.9);
        let blind = chosen(&answers, &Gold::none(&answers));
        assert!(accuracy(&blind, &truths, 120) < 0.5);
    }

    #[test]
    fn the_difference_of_pairs_has_its_standard_error() {
        // Differences 1, 0, 1, 0: mean one half, variance one third, of four.
        let (mean, error) = difference(&[1.0, 1.0, 2.0, 2.0], &[0.0, 1.0, 1.0, 2.0]);
        assert!((mean - 0.5).abs() < 1e-12 && (error - (1.0_f64 / 12.0).sqrt()).abs() < 1e-12);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn the_same_seed_chooses_the_same(answers in some_answers()) {
            let gold = Gold::none(&answers);
            prop_assert_eq!(chosen(&answers, &gold), chosen(&answers, &gold));
        }
    }
}
