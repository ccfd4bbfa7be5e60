//! How do scores become a slate? Smoothed while little is known, varied, now and then trying something out.

use rand::RngExt;

use super::error::RankError;
use super::moment::{Lead, Moment};
use super::phrase::Phrase;
use super::ranker::{Ranker, Scored, logistic, softmax};
use super::score::{Explanation, Part, Scale, Score};
use super::slate::{OTHERS_NAMED, Place, Slate};
use super::surroundings::Likeness;
use crate::Seed;

/// How a slate is laid out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// How many asks it holds at most.
    pub budget: usize,
    /// How much likeness to what stands above costs, against the whole range of scores: 0 nothing, 1 all. Up to 0.3 variety is
    /// nearly free.
    pub variety: f64,
    /// Probability, for each place of the lower half, that something else is tried out there.
    pub exploration: f64,
    /// Share of slates in which two neighbours change places, to learn how much each place is looked at.
    pub exchange: f64,
    /// How much asks alike lend each other while nothing was learnt; it fades as reactions come in.
    pub smoothing: f64,
    /// How much asks alike lend each other however much was learnt: the self-attention of the formula, as one part of a whole.
    pub lending: f64,
    /// Temperature of the shares of attention that are shown.
    pub temperature: f64,
}

impl Default for Options {
    /// 20 asks; variety .3; 1 place in 10 of the lower half explores; 1 slate in 50 is exchanged.
    fn default() -> Self {
        Self {
            budget: 20,
            variety: 0.3,
            exploration: 0.1,
            exchange: 0.02,
            smoothing: 0.15,
            lending: 0.0,
            temperature: 1.0,
        }
    }
}

impl Options {
    /// The plain order of the scores: no variety, no chance.
    #[must_use]
    pub fn plain(budget: usize) -> Self {
        Self {
            budget,
            variety: 0.0,
            exploration: 0.0,
            exchange: 0.0,
            smoothing: 0.0,
            lending: 0.0,
            temperature: 1.0,
        }
    }

    fn check(&self) -> Result<(), RankError> {
        let knobs = [
            ("variety", self.variety, 1.0),
            ("exploration", self.exploration, 1.0),
            ("exchange", self.exchange, 1.0),
            ("smoothing", self.smoothing, 0.99),
            ("lending", self.lending, 0.99),
            ("temperature", self.temperature, 1e6),
        ];
        let wrong = knobs.into_iter().find(|(_, value, most)| !(0.0..=*most).contains(value));
        match wrong {
            Some((knob, value, most)) => Err(RankError::Knob { knob, value, most }),
            None => Ok(()),
        }
    }
}

/// How many asks are considered for each place of the slate, and at least.
const POOL_PER_PLACE: usize = 4;
const LEAST_POOL: usize = 100;

/// Variety is sought in the first places only, where it is seen; likeness costs the square of them.
const VARIED_PLACES: usize = 100;

/// So many reactions halve the smoothing.
const REACTIONS_HALVE_SMOOTHING: f64 = 20.0;

/// Rounds of the smoothing: what is left after them is below .15²⁰.
const SMOOTHING_ROUNDS: usize = 20;

/// Orders `leads`, asks of the moment.
///
/// Costs one score for each ask, and a few hundred comparisons of words; the same seed on the same moment gives the same slate,
/// in whatever order the asks came.
///
/// # Errors
/// [`RankError::Knob`] where an option is outside its bounds.
pub fn arrange(
    moment: &Moment<'_>,
    kind: &'static str,
    ranker: &dyn Ranker,
    leads: &[Lead],
    options: &Options,
    seed: Seed,
) -> Result<Slate, RankError> {
    options.check()?;
    let inbox = moment.inbox();
    let mut slate = Slate {
        ranker: kind,
        places: Vec::new(),
        asks: inbox.len(),
        distinct: inbox.distinct(),
        exchanged: None,
    };
    if leads.is_empty() || options.budget == 0 {
        return Ok(slate);
    }
    let scores = ranker.scores(moment, leads);
    let scored = Scored { leads, scores: &scores };
    let mut pool = pool(moment, &scored, options.budget);
    if ranker.scale() == Scale::LogOdds {
        smooth(moment, &mut pool, options);
    }
    let chosen = choose(moment, &pool, options, seed, &mut slate.exchanged);
    slate.places = places(moment, ranker, &scored, &pool, &chosen, options);
    Ok(slate)
}

/// An ask considered for the slate.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    lead: Lead,
    /// Its place in the list of all scores.
    index: usize,
    /// Its score after smoothing.
    value: f64,
}

/// The asks of the highest scores, highest first; of equal ones the smaller id.
fn pool(moment: &Moment<'_>, scored: &Scored<'_>, budget: usize) -> Vec<Candidate> {
    let most = budget.saturating_mul(POOL_PER_PLACE).max(LEAST_POOL).min(scored.leads.len());
    let order = |one: &Candidate, other: &Candidate| {
        let ids = || moment.ask(one.lead).id.cmp(&moment.ask(other.lead).id);
        other.value.total_cmp(&one.value).then_with(ids)
    };
    // Of 100,000 asks a few thousand pass the least value among those kept so far, which rises with every cut.
    let mut best: Vec<Candidate> = Vec::with_capacity(2 * most);
    let mut least = f64::NEG_INFINITY;
    for (index, (&lead, &value)) in scored.leads.iter().zip(scored.scores).enumerate() {
        if value < least {
            continue;
        }
        best.push(Candidate { lead, index, value });
        if best.len() == 2 * most {
            best.select_nth_unstable_by(most - 1, order);
            best.truncate(most);
            least = best[most - 1].value;
        }
    }
    best.sort_unstable_by(order);
    best.truncate(most);
    best
}

/// Lets asks alike lend each other probability: `s = (1 - α)(I - αA)⁻¹ p`, A the likeness of each to the others with rows
/// summing to one; personalised PageRank over asks (Haveliwala 2002, doi 10.1145/511446.511513), in 20 rounds.
fn smooth(moment: &Moment<'_>, pool: &mut [Candidate], options: &Options) {
    let lessons = moment.memory().lessons(moment.context().now);
    let fading = options.smoothing * REACTIONS_HALVE_SMOOTHING / (REACTIONS_HALVE_SMOOTHING + lessons);
    let alpha = fading.max(options.lending);
    let count = pool.len().min(VARIED_PLACES);
    if alpha < 1e-3 || count < 2 {
        return;
    }
    let rows = likenesses(moment, &pool[..count]);
    let own: Vec<f64> = pool[..count].iter().map(|candidate| logistic(candidate.value)).collect();
    let mut smoothed = own.clone();
    for _ in 0..SMOOTHING_ROUNDS {
        let lent = |row: &[f64]| row.iter().zip(&smoothed).map(|(like, value)| like * value).sum::<f64>();
        smoothed = rows
            .chunks_exact(count)
            .zip(&own)
            .map(|(row, own)| alpha.mul_add(lent(row), (1.0 - alpha) * own))
            .collect();
    }
    for (candidate, value) in pool.iter_mut().zip(smoothed) {
        let value = value.clamp(1e-9, 1.0 - 1e-9);
        candidate.value = (value / (1.0 - value)).ln();
    }
    let ids = |one: &Candidate, other: &Candidate| moment.ask(one.lead).id.cmp(&moment.ask(other.lead).id);
    pool.sort_by(|one, other| other.value.total_cmp(&one.value).then_with(|| ids(one, other)));
}

/// Likeness of each to each other, `[ask, ask]`, rows summing to one; an ask like no other keeps its own.
fn likenesses(moment: &Moment<'_>, of: &[Candidate]) -> Vec<f64> {
    let mut rows = vec![0.0; of.len() * of.len()];
    let mut likeness = moment.likeness();
    let lengths = lengths(moment, &likeness, of);
    for (row, one) in of.iter().enumerate() {
        likeness.take(moment.terms(one.lead));
        let cells = &mut rows[row * of.len()..][..of.len()];
        for (column, other) in of.iter().enumerate() {
            let like = || likeness.to(moment.terms(other.lead), lengths[column]);
            cells[column] = if row == column { 0.0 } else { like() };
        }
        let sum: f64 = cells.iter().sum();
        if sum > 0.0 {
            cells.iter_mut().for_each(|cell| *cell /= sum);
        } else {
            cells[row] = 1.0;
        }
    }
    rows
}

fn lengths(moment: &Moment<'_>, likeness: &Likeness<'_>, of: &[Candidate]) -> Vec<f32> {
    of.iter().map(|candidate| likeness.length(moment.terms(candidate.lead))).collect()
}

/// A candidate by its place in the pool, and how likely it was to come where it is.
#[derive(Clone, Copy, Debug)]
struct Chosen {
    candidate: usize,
    propensity: f64,
}

/// Greedy choice of what has the best score less its likeness to what stands above (maximal marginal relevance: Carbonell and
/// Goldstein 1998, doi 10.1145/290941.291025), with chance in the lower half.
fn choose(
    moment: &Moment<'_>,
    pool: &[Candidate],
    options: &Options,
    seed: Seed,
    exchanged: &mut Option<usize>,
) -> Vec<Chosen> {
    let budget = options.budget.min(pool.len());
    let mut left: Vec<usize> = (0..pool.len()).collect();
    let mut likest = vec![0.0_f64; pool.len()];
    let (best, least) = (pool[0].value, pool[pool.len() - 1].value);
    let range = if best > least { best - least } else { 1.0 };
    let mut likeness = moment.likeness();
    let lengths = lengths(moment, &likeness, pool);
    let mut chance = seed.generator(CHANCE_OF_SLATES);
    let mut chosen: Vec<Chosen> = Vec::with_capacity(budget);
    for place in 0..budget {
        let worth = |candidate: usize| {
            let relevance = (pool[candidate].value - least) / range;
            if moment.is_protected(pool[candidate].lead) {
                return relevance;
            }
            relevance - options.variety * likest[candidate]
        };
        // The pool is in order of score: of equals the first stays.
        let mut best = 0;
        if options.variety > 0.0 && place < VARIED_PLACES {
            for next in 1..left.len() {
                if worth(left[next]) > worth(left[best]) {
                    best = next;
                }
            }
        }
        let explores = options.exploration > 0.0
            && place >= budget.div_ceil(2)
            && left.len() > 1
            && !moment.is_protected(pool[left[best]].lead);
        let (taken, propensity) =
            if explores { explored(best, left.len(), options.exploration, &mut chance) } else { (best, 1.0) };
        let candidate = left.remove(taken);
        chosen.push(Chosen { candidate, propensity });
        if options.variety > 0.0 && place + 1 < VARIED_PLACES {
            likeness.take(moment.terms(pool[candidate].lead));
            for &other in &left {
                let like = likeness.to(moment.terms(pool[other].lead), lengths[other]);
                likest[other] = likest[other].max(like);
            }
        }
    }
    *exchanged = exchange(moment, pool, &mut chosen, options.exchange, &mut chance);
    chosen
}

/// Which stream of chance slates draw from.
const CHANCE_OF_SLATES: u64 = 0x51a7e;

/// Takes the best one, or with the probability `exploration` any of those left, and tells how likely what was taken was.
fn explored(best: usize, left: usize, exploration: f64, chance: &mut impl rand::Rng) -> (usize, f64) {
    let any = exploration / left as f64;
    let taken = if chance.random::<f64>() < exploration { chance.random_range(0..left) } else { best };
    (taken, if taken == best { 1.0 - exploration + any } else { any })
}

/// Lets two neighbours change places in a share of slates; never something urgent.
fn exchange(
    moment: &Moment<'_>,
    pool: &[Candidate],
    chosen: &mut [Chosen],
    share: f64,
    chance: &mut impl rand::Rng,
) -> Option<usize> {
    if chosen.len() < 2 || share <= 0.0 || chance.random::<f64>() >= share {
        return None;
    }
    let place = chance.random_range(0..chosen.len() - 1);
    if chosen[place..place + 2].iter().any(|chosen| moment.is_protected(pool[chosen.candidate].lead)) {
        return None;
    }
    chosen.swap(place, place + 1);
    Some(place)
}

fn places(
    moment: &Moment<'_>,
    ranker: &dyn Ranker,
    scored: &Scored<'_>,
    pool: &[Candidate],
    chosen: &[Chosen],
    options: &Options,
) -> Vec<Place> {
    let indices: Vec<usize> = chosen.iter().map(|chosen| pool[chosen.candidate].index).collect();
    let explanations = ranker.explain(moment, scored, &indices);
    let mut shares: Vec<f64> = chosen.iter().map(|chosen| pool[chosen.candidate].value).collect();
    if ranker.scale() == Scale::Share {
        let sum: f64 = shares.iter().sum();
        shares.iter_mut().for_each(|share| *share /= sum);
    } else {
        softmax(&mut shares, options.temperature.max(1e-3));
    }
    let placed = chosen.iter().zip(explanations).zip(shares);
    let place = |((chosen, explanation), share): ((&Chosen, Explanation), f64)| {
        let candidate = pool[chosen.candidate];
        let (lent, mut parts) = (candidate.value - scored.scores[candidate.index], explanation.parts);
        parts.push(Part { phrase: Phrase::Neighbours, value: lent });
        let facts = moment.facts(candidate.lead);
        Place {
            ask: moment.ask(candidate.lead).id.clone(),
            others: moment.others(candidate.lead, OTHERS_NAMED),
            stands_for: facts.stands_for as usize,
            score: Score {
                value: candidate.value,
                scale: ranker.scale(),
                probability: ranker.probability(candidate.value),
            },
            share,
            propensity: chosen.propensity,
            explanation: Explanation::of(parts),
        }
    };
    placed.map(place).collect()
}
