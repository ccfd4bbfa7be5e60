//! Which minds make one unit sure enough at least cost? A covering knapsack of a few dozen minds, solved exactly.
//!
//! Depth first by price per log-odds, cut where even fractions of the next minds would not be cheaper (Martello and Toth,
//! Knapsack Problems, Wiley 1990, ch. 2 and 3).

use super::Choice;

/// The cheapest cover of a unit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cover {
    /// What its minds cost at the prices asked with.
    pub cost: f64,
    /// Places among the unit's options.
    pub places: Vec<u16>,
}

/// Log-odds short of what is needed by this much are enough: sums round.
pub(super) const ROUNDING: f64 = 1e-9;

/// Nodes after which the best so far is taken for the best: never met by units of a few dozen options.
const MOST_NODES: u32 = 200_000;

/// The cheapest cover at a price for each option (`None`: may not be taken); `None` where there is none.
#[must_use]
pub fn cheapest(
    options: &[Choice],
    price: impl Fn(&Choice) -> Option<f64>,
    needed: f64,
    width: usize,
) -> Option<Cover> {
    let mut search = Search::default();
    let (cost, places) = search.cheapest(options, price, needed, width)?;
    Some(Cover { cost, places: places.to_vec() })
}

/// Room for the search, kept from one unit to the next.
#[derive(Debug, Default)]
pub(super) struct Search {
    /// Price, log-odds, place: cheapest per log-odds first.
    sorted: Vec<(f64, f64, u16)>,
    /// Log-odds of all from each place on.
    rest: Vec<f64>,
    chosen: Vec<u16>,
    best: Vec<u16>,
    best_cost: f64,
    width: usize,
    nodes: u32,
}

impl Search {
    /// As [`cheapest`]; a lower bound of the cost is the cost itself unless the search was cut.
    pub(super) fn cheapest(
        &mut self,
        options: &[Choice],
        price: impl Fn(&Choice) -> Option<f64>,
        needed: f64,
        width: usize,
    ) -> Option<(f64, &[u16])> {
        self.sorted.clear();
        self.sorted.extend(
            options.iter().zip(0..).filter_map(|(option, place)| Some((price(option)?, option.gain, place))),
        );
        self.sorted.sort_unstable_by(|a, b| (a.0 * b.1).total_cmp(&(b.0 * a.1)).then(a.2.cmp(&b.2)));
        self.rest.clear();
        self.rest.resize(self.sorted.len() + 1, 0.0);
        for place in (0..self.sorted.len()).rev() {
            self.rest[place] = self.rest[place + 1] + self.sorted[place].1;
        }
        if self.rest[0] < needed - ROUNDING {
            return None;
        }
        self.best_cost = f64::INFINITY;
        (self.width, self.nodes) = (width, 0);
        self.chosen.clear();
        self.best.clear();
        self.descend(0, 0.0, needed - ROUNDING);
        self.best_cost.is_finite().then_some((self.best_cost, self.best.as_slice()))
    }

    fn descend(&mut self, from: usize, cost: f64, needed: f64) {
        if needed <= 0.0 {
            if cost < self.best_cost {
                self.best_cost = cost;
                self.best.clone_from(&self.chosen);
            }
            return;
        }
        self.nodes += 1;
        if self.chosen.len() >= self.width || self.rest[from] < needed || self.nodes > MOST_NODES {
            return;
        }
        if cost + self.fraction(from, needed) >= self.best_cost - 1e-12 {
            return;
        }
        let (price, gain, place) = self.sorted[from];
        self.chosen.push(place);
        self.descend(from + 1, cost + price, needed - gain);
        self.chosen.pop();
        self.descend(from + 1, cost, needed);
    }

    /// What covering costs at least when the last mind may be taken in part.
    fn fraction(&self, from: usize, mut needed: f64) -> f64 {
        let mut cost = 0.0;
        for &(price, gain, _) in &self.sorted[from..] {
            if gain >= needed {
                return cost + price * needed / gain;
            }
            cost += price;
            needed -= gain;
        }
        f64::INFINITY
    }
}
