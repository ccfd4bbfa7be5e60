//! Which units fill one mind's hours at the greatest profit? The knapsack of the relaxations, by dynamic programming.

/// Room for a knapsack's table, kept from one to the next.
#[derive(Debug, Default)]
pub(super) struct Knapsack {
    /// Name of a unit, its cells and its profit, above zero: what may go in.
    pub(super) inside: Vec<(usize, usize, f64)>,
    /// Names of those taken.
    pub(super) taken: Vec<usize>,
    best: Vec<f64>,
    next: Vec<f64>,
    took: Vec<bool>,
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
        self.inside.retain(|unit| unit.1 <= cells);
        let width = cells + 1;
        self.cells += (width * self.inside.len()) as u64;
        self.best.clear();
        self.best.resize(width, 0.0);
        self.next.resize(width, 0.0);
        self.next.truncate(width);
        self.took.resize(width * self.inside.len(), false);
        for (&(_, weight, profit), took) in self.inside.iter().zip(self.took.chunks_exact_mut(width)) {
            self.next[..weight].copy_from_slice(&self.best[..weight]);
            took[..weight].fill(false);
            let without = &self.best[weight..];
            let with = &self.best[..width - weight];
            for (((next, took), without), with) in
                self.next[weight..].iter_mut().zip(&mut took[weight..]).zip(without).zip(with)
            {
                let with = with + profit;
                *took = with > *without;
                *next = if with > *without { with } else { *without };
            }
            std::mem::swap(&mut self.best, &mut self.next);
        }
        let mut cell = cells;
        for (place, &(unit, weight, _)) in self.inside.iter().enumerate().rev() {
            if self.took[place * width + cell] {
                self.taken.push(unit);
                cell -= weight;
            }
        }
        self.best[cells]
    }
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
}
