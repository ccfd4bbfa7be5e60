//! How well would each ranker have ordered the past? Reactions in time, each ranked with what was known before it.

use std::collections::{BTreeMap, BTreeSet};

use attnd_core::Timestamp;
use serde::{Deserialize, Serialize};

use super::arrange::{Options, arrange};
use super::ask::Ask;
use super::context::{Answered, Context};
use super::diversity::{Diversity, Exposure};
use super::error::RankError;
use super::feedback::{Feedback, FeedbackKind, Lesson};
use super::inbox::Inbox;
use super::memory::Memory;
use super::moment::{Lead, Moment};
use super::ranker::{Attention, Example, Personal, RANKERS, Ranker};
use super::reliability::{Reliability, Sayings};
use super::team::GrowingTeam;
use crate::Seed;

/// Somebody did something with an ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reaction {
    /// Who.
    pub mind: String,
    /// Id of the ask.
    pub ask: String,
    /// When.
    pub at: Timestamp,
}

/// How each ranker did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Replayed {
    /// First reactions of somebody to an ask that were judged: the later ones.
    pub judged: usize,
    /// First reactions before them, which were only learnt from.
    pub learnt: usize,
    /// How many asks there were to choose among, on average.
    pub mean_candidates: f64,
    /// Each ranker's figures.
    pub rankers: Vec<Figures>,
    /// The default ranker's slates of ten at several degrees of variety.
    pub variety: Vec<VarietyFigures>,
    /// The same without variety, at several degrees of lending: how much asks alike speak for each other.
    pub lending: Vec<VarietyFigures>,
    /// How far the default ranker's probabilities are from what came: of the ten asks last touched, which the person reacts to.
    pub reliability: Reliability,
}

/// How high the ask a person reacted to stood, with the other asks they had not reacted to below and above it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// The ranker.
    pub ranker: &'static str,
    /// Share within the first ten.
    pub hit_at_10: f64,
    /// 1 / log₂(1 + place) within the first ten, else 0.
    pub ndcg_at_10: f64,
    /// 1 / place.
    pub mrr: f64,
}

/// What variety costs and gives.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VarietyFigures {
    /// How much likeness costs in the slate.
    pub variety: f64,
    /// How much asks alike lend each other.
    pub lending: f64,
    /// As in [`Figures`].
    pub ndcg_at_10: f64,
    /// How varied the slates were.
    #[serde(flatten)]
    pub diversity: Diversity,
}

/// What is replayed, and how.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Replay<'a> {
    /// Every ask there ever was.
    pub asks: &'a [Ask],
    /// What was done, in any order.
    pub reactions: &'a [Reaction],
    /// Share of the first reactions that is learnt from before any is judged.
    pub learn_first: f64,
    /// Half of what the memory holds is forgotten after so many days.
    pub half_life_days: f64,
    /// Whether what others reacted to before speaks for asks.
    pub others: Others,
    /// Degrees of variety to compare.
    pub varieties: &'a [f64],
}

/// Whether what others reacted to speaks for asks, as [`Team`](super::team::Team) hears it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Others {
    /// Only how many they were counts.
    #[default]
    Counted,
    /// What people alike reacted to counts more.
    Heard,
}

/// How many of a person's last reactions surround them.
const ANSWERED_KEPT: usize = 10;
/// The length of slates judged.
const SLATE: usize = 10;
/// Degrees of lending compared, as in the measurements the ranking was designed by.
const LENDINGS: [f64; 4] = [0.0, 0.1, 0.3, 0.5];

/// Replays the reactions: at each, every ranker orders the asks that were there and that the person had not reacted to, knowing
/// only what came before; then all learn from it. Judged is the first reaction of a person to an ask.
///
/// # Errors
/// [`RankError::UnknownAsk`] for a reaction to an ask that is not there, [`RankError::BeforeAsk`] for one before it came, and
/// what [`Inbox::place`] refuses.
pub fn replay(what: &Replay<'_>, seed: Seed) -> Result<Replayed, RankError> {
    let reactions = ordered(what)?;
    let firsts = reactions.iter().filter(|(_, first)| *first).count();
    let learnt = (firsts as f64 * what.learn_first.clamp(0.0, 1.0)).round() as usize;
    let mut course = Course::new(what, seed);
    let mut seen = 0;
    for (reaction, first) in reactions {
        course.arrive(reaction.at)?;
        if first {
            course.react(reaction, seen >= learnt)?;
            seen += 1;
        }
        course.inbox.touch(&reaction.ask, reaction.at);
    }
    Ok(course.figures(seen.min(learnt)))
}

/// Reactions in order of time, and whether each is a person's first to its ask.
fn ordered<'a>(what: &Replay<'a>) -> Result<Vec<(&'a Reaction, bool)>, RankError> {
    let created: BTreeMap<&str, Timestamp> =
        what.asks.iter().map(|ask| (ask.id.as_str(), ask.created)).collect();
    let mut reactions: Vec<&Reaction> = what.reactions.iter().collect();
    reactions.sort_by_key(|reaction| (reaction.at, &reaction.mind, &reaction.ask));
    let mut known = BTreeSet::new();
    let checked = reactions.into_iter().map(|reaction| {
        let ask = reaction.ask.clone();
        match created.get(reaction.ask.as_str()) {
            None => Err(RankError::UnknownAsk { ask }),
            Some(&created) if created > reaction.at => {
                Err(RankError::BeforeAsk { ask, at: reaction.at, created })
            }
            Some(_) => Ok((reaction, known.insert((&reaction.mind, &reaction.ask)))),
        }
    });
    checked.collect()
}

/// Someone reacting.
#[derive(Debug)]
struct Somebody {
    memory: Memory,
    personal: Vec<Personal>,
    reader: Personal,
    answered: Vec<Answered>,
    reacted: BTreeSet<String>,
}

#[derive(Debug, Default)]
struct Sums {
    hits: f64,
    ndcg: f64,
    reciprocal: f64,
}

/// Slates laid out in one way.
struct Trial {
    options: Options,
    ndcg: f64,
    exposure: Exposure,
}

/// A replay on its way.
struct Course<'a> {
    what: &'a Replay<'a>,
    seed: Seed,
    coming: Vec<&'a Ask>,
    inbox: Inbox,
    everybody: Memory,
    people: BTreeMap<&'a str, Somebody>,
    rankers: Vec<Box<dyn Ranker>>,
    sums: Vec<Sums>,
    trials: Vec<Trial>,
    /// The default ranker again: it learns from every ask on a page, the others from choices.
    reader: Attention,
    team: GrowingTeam,
    sayings: Sayings,
    judged: usize,
    candidates: usize,
}

impl<'a> Course<'a> {
    fn new(what: &'a Replay<'a>, seed: Seed) -> Self {
        let mut coming: Vec<&Ask> = what.asks.iter().collect();
        coming.sort_by(|one, other| (other.created, &other.id).cmp(&(one.created, &one.id)));
        Self {
            what,
            seed,
            coming,
            inbox: Inbox::default(),
            everybody: Memory::fading(what.half_life_days),
            people: BTreeMap::new(),
            rankers: RANKERS.iter().map(|kind| (kind.make)()).collect(),
            sums: RANKERS.iter().map(|_| Sums::default()).collect(),
            trials: trials(what),
            reader: Attention::default(),
            team: GrowingTeam::default(),
            sayings: Sayings::default(),
            judged: 0,
            candidates: 0,
        }
    }

    /// Places what came until then.
    fn arrive(&mut self, now: Timestamp) -> Result<(), RankError> {
        while let Some(ask) = self.coming.pop_if(|ask| ask.created <= now) {
            self.inbox.place(Ask { updated: None, ..ask.clone() })?;
        }
        Ok(())
    }

    fn react(&mut self, reaction: &'a Reaction, judged: bool) -> Result<(), RankError> {
        let half_life_days = self.what.half_life_days;
        let somebody = self.people.entry(&reaction.mind).or_insert_with(|| Somebody {
            memory: Memory::fading(half_life_days),
            personal: RANKERS.iter().map(|_| Personal::default()).collect(),
            reader: Personal::default(),
            answered: Vec::new(),
            reacted: BTreeSet::new(),
        });
        if self.what.others == Others::Heard {
            self.team.speak(&reaction.mind, &mut self.inbox, self.seed)?;
            self.team.note(reaction);
        }
        let context = Context {
            mind: Some(reaction.mind.clone()),
            answered: somebody.answered.clone(),
            ..Context::at(reaction.at)
        };
        let moment = Moment::new(&self.inbox, &context, &somebody.memory, Some(&self.everybody))?;
        let mut among = moment.leads();
        among.retain(|&lead| !somebody.reacted.contains(&moment.ask(lead).id));
        let chosen =
            moment.lead(&reaction.ask).and_then(|lead| among.iter().position(|&other| other == lead));
        if let Some(chosen) = chosen {
            for (index, ranker) in self.rankers.iter_mut().enumerate() {
                let personal = std::mem::take(&mut somebody.personal[index]);
                let before = ranker.exchange_person(personal);
                if judged {
                    self.sums[index].note(place_of(&moment, &among, &ranker.scores(&moment, &among), chosen));
                }
                if judged && index == 0 {
                    let reactions = self.everybody.lessons(reaction.at);
                    for trial in &mut self.trials {
                        let (name, options) = (RANKERS[0].name, &trial.options);
                        let slate = arrange(&moment, name, ranker.as_ref(), &among, options, self.seed)?;
                        let id = &moment.ask(among[chosen]).id;
                        let place = slate.places.iter().position(|place| place.ask == *id);
                        trial.ndcg += place.map_or(0.0, |place| gain(place + 1));
                        trial.exposure.note(&moment, &slate, reactions);
                    }
                }
                ranker.learn(&moment, &Example::Chose { among: &among, chosen });
                somebody.personal[index] = ranker.exchange_person(before);
            }
            read_page(
                &moment,
                &among,
                chosen,
                (&mut self.reader, &mut somebody.reader),
                judged.then_some(&mut self.sayings),
            );
            self.judged += usize::from(judged);
            self.candidates += if judged { among.len() } else { 0 };
        }
        let feedback = Feedback::new(reaction.ask.clone(), FeedbackKind::Opened, reaction.at);
        if let Some(ask) = self.inbox.get(&reaction.ask) {
            somebody.memory.learn(ask, &feedback);
            self.everybody.learn(ask, &feedback);
            somebody
                .answered
                .insert(0, Answered { title: ask.title.clone(), text: ask.text.clone(), at: reaction.at });
            somebody.answered.truncate(ANSWERED_KEPT);
            somebody.reacted.insert(reaction.ask.clone());
        }
        Ok(())
    }

    fn figures(self, learnt: usize) -> Replayed {
        let count = self.judged.max(1) as f64;
        let figures = |(kind, sums): (&&super::ranker::RankerKind, &Sums)| Figures {
            ranker: kind.name,
            hit_at_10: sums.hits / count,
            ndcg_at_10: sums.ndcg / count,
            mrr: sums.reciprocal / count,
        };
        let asks = self.inbox.distinct();
        let mut variety = self.trials.into_iter().map(|trial| VarietyFigures {
            variety: trial.options.variety,
            lending: trial.options.lending,
            ndcg_at_10: trial.ndcg / count,
            diversity: trial.exposure.diversity(asks),
        });
        Replayed {
            judged: self.judged,
            learnt,
            mean_candidates: self.candidates as f64 / count,
            rankers: RANKERS.iter().zip(&self.sums).map(figures).collect(),
            variety: variety.by_ref().take(self.what.varieties.len()).collect(),
            lending: variety.collect(),
            reliability: self.sayings.reliability(),
        }
    }
}

/// Slates of every degree of variety, then of lending.
fn trials(what: &Replay<'_>) -> Vec<Trial> {
    let varied = what.varieties.iter().map(|&variety| Options { variety, ..Options::plain(SLATE) });
    let lent = LENDINGS.iter().map(|&lending| Options { lending, ..Options::plain(SLATE) });
    varied.chain(lent).map(|options| Trial { options, ndcg: 0.0, exposure: Exposure::default() }).collect()
}

/// Holds what the ranker says of each ask on a page, the ten last touched, against what the person reacts to, and lets it learn.
fn read_page(
    moment: &Moment<'_>,
    among: &[Lead],
    chosen: usize,
    (reader, personal): (&mut Attention, &mut Personal),
    mut sayings: Option<&mut Sayings>,
) {
    let mut page: Vec<Lead> = among.to_vec();
    page.sort_by_key(|&lead| (std::cmp::Reverse(moment.facts(lead).touched_ns), &moment.ask(lead).id));
    page.truncate(SLATE);
    let before = reader.exchange_person(std::mem::take(personal));
    let scores = reader.scores(moment, &page);
    for (&lead, score) in page.iter().zip(scores) {
        let happened = lead == among[chosen];
        if let (Some(sayings), Some(said)) = (&mut sayings, reader.probability(score)) {
            sayings.note(said, happened);
        }
        let lesson = Lesson { worth: f64::from(u8::from(happened)), weight: 1.0 };
        reader.learn(moment, &Example::Reacted { lead, lesson });
    }
    *personal = reader.exchange_person(before);
}

impl Sums {
    fn note(&mut self, place: usize) {
        if place <= SLATE {
            self.hits += 1.0;
            self.ndcg += gain(place);
        }
        self.reciprocal += 1.0 / place as f64;
    }
}

/// What finding it at that place is worth, the first being 1.
fn gain(place: usize) -> f64 {
    1.0 / (1.0 + place as f64).log2()
}

/// Which place the chosen ask takes among all, the first being 1; of equal scores the smaller id comes first.
fn place_of(moment: &Moment<'_>, among: &[Lead], scores: &[f64], chosen: usize) -> usize {
    let id = |place: usize| &moment.ask(among[place]).id;
    let before = |&place: &usize| match scores[place].total_cmp(&scores[chosen]) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => place != chosen && id(place) < id(chosen),
        std::cmp::Ordering::Less => false,
    };
    1 + (0..among.len()).filter(before).count()
}

#[cfg(test)]
mod tests {
    use attnd_core::time::NS_PER_S;

    use super::*;

    fn hour(hours: i64) -> Timestamp {
        Timestamp::from_ns_saturating(hours * 3_600 * NS_PER_S)
    }

    /// Two people, each of whom only reacts to what one sender sends.
    fn world() -> (Vec<Ask>, Vec<Reaction>) {
        let mut asks = Vec::new();
        let mut reactions = Vec::new();
        for number in 0..120_i64 {
            let sender = ["ann", "ben"][(number % 2) as usize];
            let ask = Ask {
                sender: Some(sender.to_owned()),
                title: format!("word{number} word{}", number * 7),
                ..Ask::new(format!("{number:03}"), "feed", hour(number))
            };
            let mind = format!("reader of {sender}");
            // They look once in a while, at everything since.
            reactions.push(Reaction { mind, ask: ask.id.clone(), at: hour(number / 12 * 12 + 12) });
            asks.push(ask);
        }
        (asks, reactions)
    }

    #[test]
    fn who_acts_on_one_sender_is_learnt_and_the_future_is_not_seen() {
        let (asks, reactions) = world();
        let what = |reactions| Replay {
            asks: &asks,
            reactions,
            learn_first: 0.5,
            half_life_days: 60.0,
            others: Others::default(),
            varieties: &[0.0, 0.3],
        };
        let found = replay(&what(&reactions), Seed(1)).unwrap();
        assert_eq!((found.judged, found.learnt), (60, 60));
        let of = |name| found.rankers.iter().find(|figures| figures.ranker == name).unwrap();
        assert!(of("attention").hit_at_10 > 0.9, "{found:?}");
        assert!(of("attention").mrr > of("recency").mrr + 0.1, "{found:?}");
        assert!(
            found.variety[1].diversity.intra_list_similarity
                <= found.variety[0].diversity.intra_list_similarity
        );
        let mut shuffled = reactions.clone();
        shuffled.reverse();
        assert_eq!(replay(&what(&shuffled), Seed(1)).unwrap(), found);
    }

    #[test]
    fn reactions_to_nothing_or_before_their_ask_are_refused() {
        let (asks, _) = world();
        let refused = |ask: &str, at| {
            let reactions = [Reaction { mind: "m".to_owned(), ask: ask.to_owned(), at }];
            let what = Replay {
                asks: &asks,
                reactions: &reactions,
                learn_first: 0.5,
                half_life_days: 60.0,
                others: Others::default(),
                varieties: &[],
            };
            replay(&what, Seed(1)).unwrap_err()
        };
        assert!(matches!(refused("999", hour(500)), RankError::UnknownAsk { .. }));
        assert!(matches!(refused("100", hour(99)), RankError::BeforeAsk { .. }));
    }
}
