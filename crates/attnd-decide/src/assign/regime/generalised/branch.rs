//! What is the cheapest way to share some minds' units among those minds? Branch and bound on the relaxation that leaves a
//! knapsack for each mind.
//!
//! With one assignment already known, most neighbourhoods are closed at the root: the bound shows that no cheaper one is
//! inside. The others are dived into: the unit that the knapsacks agree on most is fixed, the prices follow.

use super::Problem;
use super::knapsack::{Grid, Knapsack};

/// Subgradient rounds at the root and at each node below it.
const ROUNDS: (usize, usize) = (60, 14);

/// Nodes of one neighbourhood at most.
const MOST_NODES: u32 = 60;

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
    nodes: u32,
    price: Vec<f64>,
}

/// Rows fixed to a column, and columns forbidden to a row.
#[derive(Clone)]
struct Node {
    fixed: Vec<Option<usize>>,
    /// `[row, column]`.
    open: Vec<bool>,
}

/// How a search of a neighbourhood ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Searched {
    /// Nothing cheaper is inside, or the cheapest was found.
    Whole,
    /// There were too many nodes.
    Cut,
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
            nodes: 0,
        }
    }

    /// Searches it.
    pub(super) fn search(&mut self, table: &mut Knapsack) -> Searched {
        let node = Node {
            fixed: vec![None; self.units.len()],
            open: self.cost.iter().map(|cost| cost.is_finite()).collect(),
        };
        let price = self.price.clone();
        self.descend(node, price, table);
        if self.nodes >= MOST_NODES { Searched::Cut } else { Searched::Whole }
    }

    /// The assignment where one was found: unit and mind.
    pub(super) fn improvement(&self) -> Option<impl Iterator<Item = (usize, usize)>> {
        self.improved
            .then(|| self.units.iter().zip(&self.best).map(|(&unit, &column)| (unit, self.minds[column])))
    }

    /// Depth first with an own stack: the branch that follows the knapsacks is taken before the one that forbids it.
    fn descend(&mut self, root: Node, price: Vec<f64>, table: &mut Knapsack) {
        let mut stack = vec![(root, price)];
        while let Some((node, mut price)) = stack.pop() {
            if self.nodes >= MOST_NODES {
                return;
            }
            let rounds = if self.nodes == 0 { ROUNDS.0 } else { ROUNDS.1 };
            self.nodes += 1;
            let Some((row, column)) = self.relax(&node, &mut price, rounds, table) else { continue };
            let mut without = node.clone();
            without.open[row * self.minds.len() + column] = false;
            let mut with = node;
            with.fixed[row] = Some(column);
            stack.push((without, price.clone()));
            stack.push((with, price));
        }
    }

    /// Raises the bound of a node; the pair to branch on, or nothing where nothing cheaper is below it.
    fn relax(
        &mut self,
        node: &Node,
        price: &mut [f64],
        rounds: usize,
        table: &mut Knapsack,
    ) -> Option<(usize, usize)> {
        let (rows, columns) = (self.units.len(), self.minds.len());
        let mut room = self.capacity.clone();
        let mut fixed_cost = 0.0;
        for (row, column) in node.fixed.iter().enumerate().filter_map(|(row, column)| Some((row, (*column)?)))
        {
            fixed_cost += self.cost[row * columns + column];
            if let Some(room) = &mut room[column] {
                *room = room.checked_sub(self.cells[row * columns + column])?;
            }
        }
        let mut share = vec![0.0_f64; rows * columns];
        let mut times = vec![0_i32; rows];
        let mut taken: Vec<(usize, usize)> = Vec::with_capacity(rows * 2);
        let mut best = f64::NEG_INFINITY;
        let mut scale = 1.0;
        for _ in 0..rounds {
            taken.clear();
            times.fill(1);
            let mut value = fixed_cost;
            for (row, price) in price.iter().enumerate() {
                if node.fixed[row].is_some() { times[row] = 0 } else { value += price }
            }
            for (column, &room) in room.iter().enumerate() {
                table.inside.clear();
                for row in (0..rows).filter(|&row| node.fixed[row].is_none()) {
                    let pair = row * columns + column;
                    let profit = price[row] - self.cost[pair];
                    if node.open[pair] && profit > 0.0 {
                        table.inside.push((row, self.cells[pair], profit));
                    }
                }
                value -= table.fill(room);
                for &row in &table.taken {
                    times[row] -= 1;
                    taken.push((row, column));
                }
            }
            share.iter_mut().for_each(|share| *share *= 0.85);
            taken.iter().for_each(|&(row, column)| share[row * columns + column] += 0.15);
            if value > best {
                best = value
            } else {
                scale *= 0.85
            }
            if best > self.best_cost - self.least_step + 1e-6 {
                return None;
            }
            self.round_off(node, &room, &taken);
            let squared: f64 = times.iter().map(|&times| f64::from(times * times)).sum();
            if squared == 0.0 {
                return None;
            }
            let target = self.best_cost - 0.5 * self.least_step.min(1.0);
            let step = scale * (target - value).max(1e-3) / squared;
            price.iter_mut().zip(&times).for_each(|(price, &times)| *price += step * f64::from(times));
        }
        // The surest of the unsettled: fixing what the knapsacks agree on costs least and settles most.
        let open = (0..rows).filter(|&row| node.fixed[row].is_none());
        open.flat_map(|row| (0..columns).map(move |column| (row, column)))
            .filter(|&(row, column)| node.open[row * columns + column])
            .map(|(row, column)| (share[row * columns + column], row, column))
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)).then(b.2.cmp(&a.2)))
            .map(|(_, row, column)| (row, column))
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
