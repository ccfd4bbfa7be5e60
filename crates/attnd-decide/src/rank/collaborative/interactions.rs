//! Who handled what, how often? A sparse table of minds and things.

use super::error::CollaborativeError;

/// What all interactions of one mind with one thing may weigh together: a count beyond it teaches nothing more,
/// and products of four such still fit 32-bit floats.
pub const MOST_WEIGHT: f32 = 1e6;

/// One mind handled one thing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interaction {
    /// Who, from 0.
    pub mind: u32,
    /// What, from 0.
    pub thing: u32,
    /// How much that says: a count, or 1. Above 0.
    pub weight: f32,
}

/// A thing that somebody handled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Handled {
    /// What, from 0.
    pub thing: u32,
    /// How much that says. Above 0.
    pub weight: f32,
}

/// Who handled what: compressed rows, columns in rising order, each pair once.
#[derive(Clone, Debug, PartialEq)]
pub struct Interactions {
    starts: Vec<usize>,
    handled: Vec<Handled>,
    things: usize,
}

impl Interactions {
    /// Interactions in any order; those of one mind with one thing are summed.
    ///
    /// # Errors
    /// [`CollaborativeError`] where a number lies beyond `minds` or `things`, a weight is not above 0 or sums to
    /// more than [`MOST_WEIGHT`], or there are more minds or things than 32 bits count.
    pub fn new(
        minds: usize,
        things: usize,
        interactions: impl IntoIterator<Item = Interaction>,
    ) -> Result<Self, CollaborativeError> {
        for (count, what) in [(minds, "minds"), (things, "things")] {
            if u32::try_from(count).is_err() {
                return Err(CollaborativeError::TooMany { what });
            }
        }
        let mut all: Vec<(usize, Interaction)> = interactions.into_iter().enumerate().collect();
        for &(at, Interaction { mind, thing, weight }) in &all {
            if mind as usize >= minds {
                return Err(CollaborativeError::NoSuchMind { at, mind, minds });
            }
            if thing as usize >= things {
                return Err(CollaborativeError::NoSuchThing { at, thing, things });
            }
            if !(weight > 0.0 && weight <= MOST_WEIGHT) {
                return Err(CollaborativeError::Weight { at, weight, most: MOST_WEIGHT });
            }
        }
        // Equal pairs by weight, so that their sum does not depend on the order they came in.
        all.sort_unstable_by(|(_, a), (_, b)| {
            (a.mind, a.thing).cmp(&(b.mind, b.thing)).then(a.weight.total_cmp(&b.weight))
        });
        let mut starts = Vec::with_capacity(minds + 1);
        let mut handled: Vec<Handled> = Vec::with_capacity(all.len());
        let mut rest = all.as_slice();
        starts.push(0);
        for mind in 0..minds {
            let of = rest.partition_point(|(_, one)| one.mind as usize == mind);
            let (row, more) = rest.split_at(of);
            rest = more;
            for same in row.chunk_by(|(_, a), (_, b)| a.thing == b.thing) {
                let weight = same.iter().map(|(_, one)| f64::from(one.weight)).sum::<f64>() as f32;
                if weight > MOST_WEIGHT {
                    let at = same.iter().map(|&(at, _)| at).max().unwrap_or_default();
                    return Err(CollaborativeError::Weight { at, weight, most: MOST_WEIGHT });
                }
                handled.push(Handled { thing: same[0].1.thing, weight });
            }
            starts.push(handled.len());
        }
        Ok(Self { starts, handled, things })
    }

    /// How many minds there are, those that handled nothing too.
    #[must_use]
    pub fn minds(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many things there are, those nobody handled too.
    #[must_use]
    pub fn things(&self) -> usize {
        self.things
    }

    /// How many pairs of a mind and a thing it handled there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.handled.len()
    }

    /// Whether nobody handled anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.handled.is_empty()
    }

    /// What that mind handled, things in rising order.
    #[must_use]
    pub fn of(&self, mind: usize) -> &[Handled] {
        &self.handled[self.starts[mind]..self.starts[mind + 1]]
    }

    /// Every pair, minds in rising order, then things.
    pub fn iter(&self) -> impl Iterator<Item = Interaction> + '_ {
        (0..self.minds()).flat_map(|mind| {
            let number = u32::try_from(mind).expect("invariant: minds were counted when made");
            self.of(mind).iter().map(move |one| Interaction {
                mind: number,
                thing: one.thing,
                weight: one.weight,
            })
        })
    }

    /// Things as minds, minds as things.
    #[must_use]
    pub fn transposed(&self) -> Self {
        let mut starts = vec![0_usize; self.things + 1];
        for one in &self.handled {
            starts[one.thing as usize + 1] += 1;
        }
        for at in 0..self.things {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut handled = vec![Handled { thing: 0, weight: 0.0 }; self.handled.len()];
        for one in self.iter() {
            let place = &mut next[one.thing as usize];
            handled[*place] = Handled { thing: one.mind, weight: one.weight };
            *place += 1;
        }
        Self { starts, handled, things: self.minds() }
    }

    /// Where each mind's things begin, and where the last one's end.
    pub(super) fn starts(&self) -> &[usize] {
        &self.starts
    }
}
