//! How often would the right mind have been named? A past replayed in order, each ask ranked before it is learnt from.

use serde::Serialize;

use super::ask::Taken;
use super::error::RoutingError;
use super::model::Routing;
use super::tally::Tally;
use crate::rank::fingerprint::{fingerprint, joined};

/// How well one way of ordering named who took the asks. A mind that was no candidate counts as never named.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RoutingFigures {
    /// Which.
    pub ranker: &'static str,
    /// Share of asks whose first-named mind took them.
    pub acc_at_1: Option<f64>,
    /// Share of asks taken by one of the first three.
    pub hit_at_3: Option<f64>,
    /// Mean of one over the place of who took it.
    pub mrr: Option<f64>,
}

/// What a replay found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RoutingReplay {
    /// Asks in all.
    pub asks: usize,
    /// Of these, judged: the last quarter, less those taken by their own author.
    pub judged: usize,
    /// Of those judged, asks whose taker was no candidate: nobody could have named them.
    pub unreachable: usize,
    /// The model, then what it has to beat.
    pub rankers: Vec<RoutingFigures>,
}

const BASELINES: [&str; 3] = ["popularity", "recent_popularity", "author_affinity"];
/// Half-lives of the baselines in days: never, a month, a month with the author.
const FOREVER_DAYS: f64 = 1e9;
const RECENT_DAYS: f64 = 30.0;
/// How much of popularity stands in where an author's own counts are few.
const BACK_OFF: f64 = 0.1;

/// Ranks each ask of the last quarter, by what came before it, and learns from every ask in order.
///
/// # Errors
/// The place of the ask, from 0, and why it is refused.
pub fn replay(all: &[Taken]) -> Result<RoutingReplay, (usize, RoutingError)> {
    let mut model = Routing::new();
    let mut plain = Plain::new();
    let mut places: [Vec<Option<usize>>; 1 + BASELINES.len()] = Default::default();
    for (index, taken) in all.iter().enumerate() {
        if 4 * index >= 3 * all.len() && taken.ask.author != taken.mind {
            let ranked = model.rank(&taken.ask).map_err(|error| (index, error))?;
            places[0].push(ranked.iter().position(|candidate| candidate.mind == taken.mind));
            let mut names: Vec<&str> = ranked.iter().map(|candidate| candidate.mind.as_str()).collect();
            names.sort_unstable();
            for (ranker, places) in places[1..].iter_mut().enumerate() {
                places.push(plain.place(ranker, &names, taken));
            }
        }
        model.observe(taken).map_err(|error| (index, error))?;
        plain.observe(taken);
    }
    let names = ["routing"].into_iter().chain(BASELINES);
    Ok(RoutingReplay {
        asks: all.len(),
        judged: places[0].len(),
        unreachable: places[0].iter().filter(|place| place.is_none()).count(),
        rankers: names.zip(&places).map(|(ranker, places)| figures(ranker, places)).collect(),
    })
}

fn figures(ranker: &'static str, places: &[Option<usize>]) -> RoutingFigures {
    let mean = |gain: &dyn Fn(usize) -> f64| {
        let sum: f64 = places.iter().flatten().map(|&place| gain(place)).sum();
        (!places.is_empty()).then(|| sum / places.len() as f64)
    };
    RoutingFigures {
        ranker,
        acc_at_1: mean(&|place| f64::from(u8::from(place == 0))),
        hit_at_3: mean(&|place| f64::from(u8::from(place < 3))),
        mrr: mean(&|place| 1.0 / (place + 1) as f64),
    }
}

/// The plain orders: how much each takes, ever and lately, and of this author.
struct Plain {
    ever: Tally,
    recent: Tally,
    pairs: Tally,
}

impl Plain {
    fn new() -> Self {
        Self {
            ever: Tally::new(FOREVER_DAYS),
            recent: Tally::new(RECENT_DAYS),
            pairs: Tally::new(RECENT_DAYS),
        }
    }

    fn place(&self, ranker: usize, names: &[&str], taken: &Taken) -> Option<usize> {
        let now_s = taken.ask.at.ns() as f64 / 1e9;
        let score = |name: &str| {
            let mind = fingerprint(b'm', name.as_bytes());
            match ranker {
                0 => self.ever.get(mind, now_s),
                1 => self.recent.get(mind, now_s),
                _ => {
                    self.pairs.get(joined(mind, fingerprint(b'a', taken.ask.author.as_bytes())), now_s)
                        + BACK_OFF * self.recent.get(mind, now_s)
                }
            }
        };
        let mut scored: Vec<(f64, &str)> = names.iter().map(|&name| (score(name), name)).collect();
        scored.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
        scored.iter().position(|(_, name)| *name == taken.mind)
    }

    fn observe(&mut self, taken: &Taken) {
        let now_s = taken.ask.at.ns() as f64 / 1e9;
        let mind = fingerprint(b'm', taken.mind.as_bytes());
        self.ever.add(mind, now_s);
        self.recent.add(mind, now_s);
        self.pairs.add(joined(mind, fingerprint(b'a', taken.ask.author.as_bytes())), now_s);
    }
}
