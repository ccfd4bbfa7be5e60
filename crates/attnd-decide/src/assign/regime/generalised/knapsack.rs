//! Which units fill one mind's hours at the greatest profit, and what does it cost to force one in or out? The knapsack of the
//! relaxations, by dynamic programming.

/// Room for a knapsack's table, kept from one to the next.
#[derive(Debug, Default)]
pub(super) struct Knapsack {
    /// Name of a unit, its cells and its profit, above zero: what may go in.
    pub(super) inside: Vec<(usize, usize, f64)>,
    /// Names of those taken.
    pub(super) taken: Vec<usize>,
    /// For each of `inside` what is lost where it must stay out, and what where it must go in.
    pub(super) forced: Vec<(f64, f64)>,
    /// The greatest profit by cells, before any of `inside` and after each: `[units + 1, cells + 1]`.
    rows: Vec<f64>,
    /// The greatest profit of later units, by the cells left to earlier ones.
    later: Vec<f64>,
    /// Cells filled so far: what the work is measured by where it may not be by a clock.
    pub(super) cells: u64,
}

impl Knapsack {
    /// The greatest profit of `inside` within so many cells (`None`: room for all), and into `taken` which they are.
    pub(super) fn fill(&mut self, cells: Option<usize>) -> f64 {
        self.taken.clear();
        let all: usize = self.inside.iter().map(|unit| unit.1).sum();
        let Some(cells) = cells.filter(|&cells| all > cells) else {
            self.taken.extend(self.inside.iter().map(|unit| unit.0));
            self.cells += self.inside.len() as u64;
            return self.inside.iter().map(|unit| unit.2).sum();
        };
        self.tabulate(cells);
        let width = cells + 1;
        let mut cell = cells;
        for (place, &(unit, weight, _)) in self.inside.iter().enumerate().rev() {
            if self.rows[(place + 1) * width + cell] > self.rows[place * width + cell] {
                self.taken.push(unit);
                cell -= weight;
            }
        }
        self.rows[self.inside.len() * width + cells]
    }

    /// The greatest profit of `inside`, and into `forced` what is lost by forcing each.
    pub(super) fn force(&mut self, cells: Option<usize>) -> f64 {
        self.forced.clear();
        let Some(cells) = cells else {
            self.forced.extend(self.inside.iter().map(|unit| (unit.2, 0.0)));
            return self.inside.iter().map(|unit| unit.2).sum();
        };
        self.tabulate(cells);
        let width = cells + 1;
        self.cells += 2 * (width * self.inside.len()) as u64;
        let greatest = self.rows[self.inside.len() * width + cells];
        self.later.clear();
        self.later.resize(width, 0.0);
        for (place, &(_, weight, profit)) in self.inside.iter().enumerate().rev() {
            let earlier = &self.rows[place * width..][..width];
            let out = greatest_sum(earlier, &self.later);
            let within = profit + greatest_sum(earlier, &self.later[weight..]);
            self.forced.push((greatest - out, greatest - within));
            // Ascending, so that what is read has not yet this unit in it.
            for cell in 0..width - weight {
                let with = self.later[cell + weight] + profit;
                if with > self.later[cell] {
                    self.later[cell] = with;
                }
            }
        }
        self.forced.reverse();
        greatest
    }

    /// What is lost by forcing in a unit that is not in `inside`; after [`Self::force`] with the same cells.
    pub(super) fn forced_in(&self, cells: Option<usize>, weight: usize, profit: f64) -> f64 {
        let Some(cells) = cells else { return -profit };
        let last = &self.rows[self.inside.len() * (cells + 1)..][..=cells];
        last[cells] - last[cells - weight] - profit
    }

    fn tabulate(&mut self, cells: usize) {
        self.inside.retain(|unit| unit.1 <= cells);
        let width = cells + 1;
        let size = width * (self.inside.len() + 1);
        self.cells += size as u64;
        if self.rows.len() < size {
            self.rows.resize(size, 0.0);
        }
        self.rows[..width].fill(0.0);
        for (place, &(_, weight, profit)) in self.inside.iter().enumerate() {
            let (before, after) = self.rows[place * width..][..2 * width].split_at_mut(width);
            after[..weight].copy_from_slice(&before[..weight]);
            for ((after, without), with) in after[weight..].iter_mut().zip(&before[weight..]).zip(&*before) {
                let with = with + profit;
                *after = if with > *without { with } else { *without };
            }
        }
    }
}

/// The greatest of the sums at one place, as far as both reach.
fn greatest_sum(one: &[f64], other: &[f64]) -> f64 {
    const LANES: usize = 8;
    let length = one.len().min(other.len());
    let (one, other) = (one[..length].chunks_exact(LANES), other[..length].chunks_exact(LANES));
    let tail = one.remainder().iter().zip(other.remainder()).map(|(one, other)| one + other);
    let tail = tail.fold(f64::NEG_INFINITY, f64::max);
    let mut most = [f64::NEG_INFINITY; LANES];
    for (one, other) in one.zip(other) {
        for ((most, one), other) in most.iter_mut().zip(one).zip(other) {
            let sum = one + other;
            *most = if sum > *most { sum } else { *most };
        }
    }
    most.into_iter().fold(tail, f64::max)
}

/// Hours in whole cells.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    per_hour: f64,
    whole: bool,
}

/// Cells of a knapsack's table; capacities that are larger or not whole are rounded.
const MOST_CELLS: f64 = 4_096.0;

impl Grid {
    /// A grid for one mind's hours; where all are whole numbers it is exact.
    pub(super) fn of(hours: impl Iterator<Item = f64>, capacity_h: f64) -> Self {
        let whole = capacity_h <= MOST_CELLS && { hours }.all(|hours| hours.fract() == 0.0);
        Self { per_hour: if whole { 1.0 } else { MOST_CELLS / capacity_h.max(1e-300) }, whole }
    }

    /// Rounded down: what fits still fits, so a bound stays one.
    pub(super) fn down(self, hours: f64) -> usize {
        (hours * self.per_hour + 1e-9).floor() as usize
    }

    /// Rounded up: what fits in cells fits in hours.
    pub(super) fn up(self, hours: f64) -> usize {
        if self.whole { hours as usize } else { (hours * self.per_hour).ceil() as usize }
    }

    /// Whether cells are hours, nothing rounded.
    pub(super) fn is_exact(self) -> bool {
        self.whole
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn greatest(units: &[(usize, usize, f64)], cells: usize) -> f64 {
        let Some((&(_, weight, profit), others)) = units.split_first() else { return 0.0 };
        let without = greatest(others, cells);
        if weight > cells { without } else { without.max(profit + greatest(others, cells - weight)) }
    }

    proptest! {
        #[test]
        fn filled_and_forced_as_by_trying_all(
            units in prop::collection::vec((0_usize..9, 1_u8..50), 1..9), cells in 9_usize..40,
            weight in 0_usize..9, loss in 0_u8..9,
        ) {
            let named = units.iter().enumerate();
            let units: Vec<_> = named.map(|(name, unit)| (name, unit.0, f64::from(unit.1))).collect();
            let best = greatest(&units, cells);
            let mut table = Knapsack { inside: units.clone(), ..Knapsack::default() };
            prop_assert_eq!(table.fill(Some(cells)), best);
            prop_assert_eq!(table.taken.iter().map(|&name| units[name].2).sum::<f64>(), best);
            prop_assert!(table.taken.iter().map(|&name| units[name].1).sum::<usize>() <= cells);
            prop_assert_eq!(table.force(Some(cells)), best);
            for (place, &(_, weight, profit)) in units.iter().enumerate() {
                let others = [&units[..place], &units[place + 1..]].concat();
                let out = best - greatest(&others, cells);
                let within = best - profit - greatest(&others, cells - weight);
                prop_assert_eq!(table.forced[place], (out, within));
            }
            let loss = f64::from(loss);
            let other = best + loss - greatest(&units, cells - weight);
            prop_assert_eq!(table.forced_in(Some(cells), weight, -loss), other);
        }
    }
}
