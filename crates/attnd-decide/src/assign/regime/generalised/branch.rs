//! What is the cheapest way to share some minds' units among those minds? Branch and bound on the relaxation that leaves a
//! knapsack for each mind.
//!
//! Something cheaper than what is known is looked for, so a pair goes as soon as the bound with that unit forced onto that mind
//! shows nothing cheaper: the knapsacks tell this for all pairs at once. Few pairs stay open, and most neighbourhoods are
//! closed at the root (Posta, Ferland and Michelon 2012, DOI 10.1007/s10589-011-9432-0).

use std::rc::Rc;

use super::Problem;
use super::knapsack::{Grid, Knapsack};

/// Subgradient rounds at the root and at each node below it.
const ROUNDS: (usize, usize) = (60, 12);

/// Times a node is priced again because pairs went; each has fewer pairs.
const SWEEPS: usize = 4;

/// How much smaller the search below a child is taken to be when its bound rises through the whole gap: by e to this.
const STEEPNESS: f64 = 6.0;

/// Some minds and the units they hold; columns are places in `minds`, rows places in `units`.
pub(super) struct Neighbourhood {
    units: Vec<usize>,
    minds: Vec<usize>,
    /// `[row, column]`.
    cost: Vec<f64>,
    cells: Vec<usize>,
    capacity: Vec<Option<usize>>,
    /// What improves a whole-numbered cost at least.
    least_step: f64,
    /// The cheapest found: a column for each row, and its cost.
    best: Vec<usize>,
    best_cost: f64,
    improved: bool,
    price: Vec<f64>,
}

/// Columns still open to each row, `[row, column]`, and that of the rows that have only one.
#[derive(Clone)]
struct Node {
    open: Vec<bool>,
    fixed: Vec<Option<usize>>,
}

/// How a search of a neighbourhood ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Searched {
    /// Nothing cheaper is inside, or the cheapest was found.
    Whole,
    /// The work was used up.
    Cut,
}

/// A node that is yet to be searched: its parent, the row that is given to a column, and what it costs at least.
struct Waiting {
    parent: Rc<(Node, Vec<f64>)>,
    given: Option<(usize, usize)>,
    least: f64,
}

impl Neighbourhood {
    /// The neighbourhood of those minds and of the units they hold; the last mind of the problem, which stands for leaving
    /// undone, belongs to each. What is less than `allowance` dearer than now is looked for too.
    pub(super) fn of(
        problem: &Problem,
        minds: &[usize],
        held: &[Vec<u32>],
        grids: &[Grid],
        unit_price: &[f64],
        allowance: f64,
    ) -> Self {
        let minds: Vec<usize> = minds.to_vec();
        let mut units: Vec<(usize, usize)> = Vec::new();
        for (column, &mind) in minds.iter().enumerate() {
            units.extend(held[mind].iter().map(|&unit| (unit as usize, column)));
        }
        units.sort_unstable();
        let (mut cost, mut cells) = (Vec::new(), Vec::new());
        for &(unit, _) in &units {
            for &mind in &minds {
                cost.push(problem.costs(unit)[mind]);
                cells.push(grids[mind].up(problem.hours(unit)[mind]));
            }
        }
        let capacity = minds.iter().map(|&mind| {
            let hours = problem.capacity_h[mind];
            hours.is_finite().then(|| grids[mind].down(hours))
        });
        let best_cost: f64 = units.iter().map(|&(unit, column)| problem.costs(unit)[minds[column]]).sum();
        Self {
            capacity: capacity.collect(),
            best: units.iter().map(|unit| unit.1).collect(),
            price: units.iter().map(|unit| unit_price[unit.0]).collect(),
            units: units.into_iter().map(|unit| unit.0).collect(),
            minds,
            cost,
            cells,
            least_step: if problem.is_whole() { 1.0 } else { 1e-7 },
            best_cost: best_cost + allowance,
            improved: false,
        }
    }

    /// Looks only for what costs no more than that.
    pub(super) fn within(mut self, most: f64) -> Self {
        self.best_cost = self.best_cost.min(most + self.least_step);
        self
    }

    /// Searches it, depth first, until so many cells of knapsacks are filled.
    pub(super) fn search(&mut self, table: &mut Knapsack, most_cells: u64) -> Searched {
        let until = table.cells.saturating_add(most_cells);
        let open = self.cost.iter().map(|cost| cost.is_finite()).collect();
        let root = Node { open, fixed: vec![None; self.units.len()] };
        let parent = Rc::new((root, self.price.clone()));
        let mut stack = vec![Waiting { parent, given: None, least: f64::NEG_INFINITY }];
        while let Some(waiting) = stack.pop() {
            if self.is_too_dear(waiting.least) {
                continue;
            }
            if table.cells > until {
                return Searched::Cut;
            }
            let (mut node, mut price) = Rc::unwrap_or_clone(waiting.parent);
            let rounds = if let Some((row, column)) = waiting.given {
                node.open[row * self.minds.len()..][..self.minds.len()].fill(false);
                node.open[row * self.minds.len() + column] = true;
                node.fixed[row] = Some(column);
                ROUNDS.1
            } else {
                ROUNDS.0
            };
            let Some(least) = self.settle(&mut node, &mut price, rounds, table) else { continue };
            let children = self.children(&node, &least);
            let parent = Rc::new((node, price));
            stack.extend(children.into_iter().map(|(least, row, column)| Waiting {
                parent: Rc::clone(&parent),
                given: Some((row, column)),
                least,
            }));
        }
        Searched::Whole
    }

    /// The assignment where one was found: unit and mind.
    pub(super) fn improvement(&self) -> Option<impl Iterator<Item = (usize, usize)>> {
        self.improved
            .then(|| self.units.iter().zip(&self.best).map(|(&unit, &column)| (unit, self.minds[column])))
    }

    fn is_too_dear(&self, least: f64) -> bool {
        least > self.best_cost - self.least_step + 1e-6
    }

    /// The children of the row whose search is expected to be the shortest, the most promising last.
    fn children(&self, node: &Node, least: &[f64]) -> Vec<(f64, usize, usize)> {
        let columns = self.minds.len();
        let limit = self.best_cost - self.least_step + 1e-6;
        let open = |row: usize| (0..columns).filter(move |column| node.open[row * columns + column]);
        let lowest = |row: usize| open(row).map(|column| least[row * columns + column]).fold(limit, f64::min);
        let rows = || (0..self.units.len()).filter(|&row| node.fixed[row].is_none());
        let floor = rows().map(lowest).fold(limit, f64::min);
        let gap = (limit - floor).max(1e-9);
        let effort = |row: usize| -> f64 {
            open(row).map(|column| (STEEPNESS * (floor - least[row * columns + column]) / gap).exp()).sum()
        };
        let row = rows().map(|row| (effort(row), row)).min_by(|a, b| a.0.total_cmp(&b.0));
        let Some((_, row)) = row else { return Vec::new() };
        let mut children: Vec<_> =
            open(row).map(|column| (least[row * columns + column], row, column)).collect();
        children.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.2.cmp(&a.2)));
        children
    }

    /// Raises the bound of a node and closes pairs until little more is closed: what the open pairs cost at least, or nothing
    /// where nothing cheaper is below it.
    fn settle(
        &mut self,
        node: &mut Node,
        price: &mut Vec<f64>,
        rounds: usize,
        table: &mut Knapsack,
    ) -> Option<Vec<f64>> {
        let mut least = vec![0.0; node.open.len()];
        for sweep in 0..SWEEPS {
            let room = self.fit(node)?;
            let rounds = if sweep == 0 { rounds } else { rounds.div_ceil(2) };
            self.ascend(node, &room, price, rounds, table)?;
            let before = node.open.iter().filter(|&&open| open).count();
            self.close(node, &room, price, &mut least, table)?;
            let after = node.open.iter().filter(|&&open| open).count();
            if after * 20 > before * 19 {
                break;
            }
        }
        // What was fixed last must fit too.
        self.fit(node).map(|_| least)
    }

    /// Fixes rows with one column left and closes what no longer fits, until nothing changes: the cells left in each column.
    fn fit(&self, node: &mut Node) -> Option<Vec<Option<usize>>> {
        let columns = self.minds.len();
        let mut room = self.capacity.clone();
        for (row, column) in node.fixed.iter().enumerate().filter_map(|(row, column)| Some((row, (*column)?)))
        {
            if let Some(room) = &mut room[column] {
                *room = room.checked_sub(self.cells[row * columns + column])?;
            }
        }
        loop {
            let mut changed = false;
            for row in (0..self.units.len()).filter(|&row| node.fixed[row].is_none()).collect::<Vec<_>>() {
                let (mut count, mut last) = (0, 0);
                for column in 0..columns {
                    let pair = row * columns + column;
                    node.open[pair] &= room[column].is_none_or(|room| self.cells[pair] <= room);
                    if node.open[pair] {
                        (count, last) = (count + 1, column);
                    }
                }
                if count == 0 {
                    return None;
                }
                if count == 1 {
                    node.fixed[row] = Some(last);
                    if let Some(room) = &mut room[last] {
                        *room = room.checked_sub(self.cells[row * columns + last])?;
                    }
                    changed = true;
                }
            }
            if !changed {
                return Some(room);
            }
        }
    }

    /// The open units of a column that are worth their price, into the table.
    fn gather(&self, node: &Node, price: &[f64], column: usize, table: &mut Knapsack) {
        let columns = self.minds.len();
        table.inside.clear();
        for (row, price) in price.iter().enumerate() {
            let pair = row * columns + column;
            let profit = price - self.cost[pair];
            if node.open[pair] && profit > 0.0 && node.fixed[row].is_none() {
                table.inside.push((row, self.cells[pair], profit));
            }
        }
    }

    fn fixed_cost(&self, node: &Node) -> f64 {
        let fixed = node.fixed.iter().enumerate().filter_map(|(row, column)| Some((row, (*column)?)));
        fixed.map(|(row, column)| self.cost[row * self.minds.len() + column]).sum()
    }

    /// Raises the bound along the subgradient; nothing where nothing cheaper is below the node. The prices become the best
    /// found.
    fn ascend(
        &mut self,
        node: &Node,
        room: &[Option<usize>],
        price: &mut Vec<f64>,
        rounds: usize,
        table: &mut Knapsack,
    ) -> Option<()> {
        let rows = self.units.len();
        let fixed_cost = self.fixed_cost(node);
        let mut times = vec![0_i32; rows];
        let mut smoothed = vec![0.0; rows];
        let mut taken: Vec<(usize, usize)> = Vec::with_capacity(rows * 2);
        let (mut best, mut best_price) = (f64::NEG_INFINITY, price.clone());
        let mut scale = 1.0;
        for _ in 0..rounds {
            taken.clear();
            let mut value = fixed_cost;
            for ((times, fixed), price) in times.iter_mut().zip(&node.fixed).zip(&*price) {
                *times = i32::from(fixed.is_none());
                value += if fixed.is_none() { *price } else { 0.0 };
            }
            for (column, &room) in room.iter().enumerate() {
                self.gather(node, price, column, table);
                value -= table.fill(room);
                for &row in &table.taken {
                    times[row] -= 1;
                    taken.push((row, column));
                }
            }
            if value > best {
                best = value;
                best_price.copy_from_slice(price);
            } else {
                scale *= 0.85;
            }
            if self.is_too_dear(best) {
                return None;
            }
            self.round_off(node, room, &taken);
            if times.iter().all(|&times| times == 0) {
                // What the knapsacks took is an assignment that costs the bound.
                return None;
            }
            let mut squared = 0.0;
            for (smoothed, &times) in smoothed.iter_mut().zip(&times) {
                *smoothed = 0.8 * f64::from(times) + 0.2 * *smoothed;
                squared += *smoothed * *smoothed;
            }
            let target = self.best_cost - 0.5 * self.least_step.min(1.0);
            let step = scale * (target - value).max(1e-3) / f64::max(squared, 1e-9);
            price.iter_mut().zip(&smoothed).for_each(|(price, direction)| *price += step * direction);
        }
        std::mem::swap(price, &mut best_price);
        Some(())
    }

    /// Closes the pairs that nothing cheaper has; into `least` what those left cost at least.
    fn close(
        &self,
        node: &mut Node,
        room: &[Option<usize>],
        price: &[f64],
        least: &mut [f64],
        table: &mut Knapsack,
    ) -> Option<()> {
        let columns = self.minds.len();
        let open = |node: &Node, row: usize| node.fixed[row].is_none();
        let mut value = self.fixed_cost(node);
        value += (0..price.len()).filter(|&row| open(node, row)).map(|row| price[row]).sum::<f64>();
        // What is lost in all columns where the row goes into none, less that of its own column where it goes there.
        let mut outside = vec![0.0; price.len()];
        for (column, &room) in room.iter().enumerate() {
            self.gather(node, price, column, table);
            value -= table.force(room);
            for (&(row, ..), &(out, within)) in table.inside.iter().zip(&table.forced) {
                outside[row] += out;
                least[row * columns + column] = within - out;
            }
            for row in (0..price.len()).filter(|&row| open(node, row)) {
                let pair = row * columns + column;
                let profit = price[row] - self.cost[pair];
                if node.open[pair] && profit <= 0.0 {
                    least[pair] = table.forced_in(room, self.cells[pair], profit);
                }
            }
        }
        for row in (0..price.len()).filter(|&row| node.fixed[row].is_none()) {
            let mut any = false;
            let pairs = row * columns..(row + 1) * columns;
            for (least, open) in least[pairs.clone()].iter_mut().zip(&mut node.open[pairs]) {
                *least += value + outside[row];
                *open &= !self.is_too_dear(*least);
                any |= *open;
            }
            if !any {
                return None;
            }
        }
        Some(())
    }

    /// What the knapsacks took made into an assignment: units taken twice stay where they are cheapest, those not taken go
    /// where they fit at least cost, the largest first.
    fn round_off(&mut self, node: &Node, room: &[Option<usize>], taken: &[(usize, usize)]) {
        let columns = self.minds.len();
        let mut chosen: Vec<Option<usize>> = node.fixed.clone();
        for &(row, column) in taken {
            let cost = |column: usize| self.cost[row * columns + column];
            if node.fixed[row].is_none() && chosen[row].is_none_or(|other| cost(column) < cost(other)) {
                chosen[row] = Some(column);
            }
        }
        let mut left: Vec<Option<usize>> = room.to_vec();
        let mut cost = 0.0;
        for (row, column) in chosen.iter().enumerate().filter_map(|(row, column)| Some((row, (*column)?))) {
            cost += self.cost[row * columns + column];
            if let (None, Some(left)) = (node.fixed[row], &mut left[column]) {
                *left -= self.cells[row * columns + column];
            }
        }
        let mut missing: Vec<usize> = (0..chosen.len()).filter(|&row| chosen[row].is_none()).collect();
        let size = |row: usize| self.cells[row * columns..][..columns].iter().copied().max().unwrap_or(0);
        missing.sort_by_key(|&row| (std::cmp::Reverse(size(row)), row));
        for row in missing {
            let fits = (0..columns).filter(|&column| {
                let pair = row * columns + column;
                node.open[pair] && left[column].is_none_or(|left| left >= self.cells[pair])
            });
            let cheapest =
                fits.min_by(|&a, &b| self.cost[row * columns + a].total_cmp(&self.cost[row * columns + b]));
            let Some(column) = cheapest else { return };
            cost += self.cost[row * columns + column];
            if let Some(left) = &mut left[column] {
                *left -= self.cells[row * columns + column];
            }
            chosen[row] = Some(column);
        }
        if cost < self.best_cost - 0.5 * self.least_step {
            self.best_cost = cost;
            self.improved = true;
            self.best.clear();
            self.best.extend(chosen.into_iter().flatten());
        }
    }
}
