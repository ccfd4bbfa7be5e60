//! In how many pieces was the time? Fragmentation and multitasking entropy.
//!
//! ```text
//! one block    [                     ]      fragmentation 0
//! two halves   [a        ][b         ]      1 − (¼ + ¼) = ½      entropy ln 2, of at most ln 2: 1
//! ```

use attnd_core::Duration;

use super::course::Course;
use super::run::Run;
use super::transition::Move;
use super::{FocusSession, Share};

/// F = 1 − Σ(bⱼ/T)²: one less the Herfindahl index (Simpson 1949, doi 10.1038/163688a0) of the
/// blocks bⱼ, which are the active times of focus sessions and, outside them, of runs of one
/// category. No unit; `None` without active time.
///
/// Source: fragmented days are rated less productive in Sánchez and others 2017.
///
/// Bounds: between 0, one block, and 1 − 1/n, n equal blocks.
pub(super) fn fragmentation(
    course: &Course<'_>,
    runs: &[Run<u32>],
    sessions: &[FocusSession],
    active: Duration,
) -> Option<Share> {
    if active.is_zero() {
        return None;
    }
    let squares: f64 = blocks(course, runs, sessions).map(|block| square(block, active)).sum();
    Some((1.0 - squares).clamp(0.0, 1.0))
}

/// The blocks' active times: they sum to T.
fn blocks<'a>(
    course: &'a Course<'_>,
    runs: &'a [Run<u32>],
    sessions: &'a [FocusSession],
) -> impl Iterator<Item = Duration> + 'a {
    let mut sessions = sessions.iter().peekable();
    let mut blocks: Vec<Duration> = Vec::new();
    let mut current: Option<Block> = None;
    for (number, run) in runs.iter().enumerate() {
        for step in &course.steps[run.parts.clone()] {
            while sessions.next_if(|session| session.range.end() <= step.range.start()).is_some() {}
            let session = sessions.peek().filter(|session| session.range.start() <= step.range.start());
            let block = session.map_or(Block::Run(number), |session| Block::Session(session.range.start()));
            match blocks.last_mut() {
                Some(last) if current == Some(block) => *last = last.saturating_add(step.range.duration()),
                _ => blocks.push(step.range.duration()),
            }
            current = Some(block);
        }
    }
    blocks.into_iter()
}

/// What makes time one block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    /// A session, told by its beginning.
    Session(attnd_core::Timestamp),
    /// A run outside sessions, told by its number.
    Run(usize),
}

fn square(part: Duration, whole: Duration) -> f64 {
    let share = part.ns() as f64 / whole.ns() as f64;
    share * share
}

/// Entropy in nats, and as a share of the most it could be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Entropy {
    /// H = −Σ pₖ ln pₖ.
    pub(super) nats: f64,
    /// H / ln K, K of them above zero; 0 when there is one.
    pub(super) normalized: Share,
}

/// H = −Σ pₖ ln pₖ, in nats, of the shares pₖ that `weights` are of their sum; `None` if all are 0.
///
/// Source: Shannon 1948, doi 10.1002/j.1538-7305.1948.tb01338.x; over contexts as a measure of
/// multitasking in Benbunan-Fich, Adler and Mavlanova 2011, doi 10.1145/1970378.1970384.
///
/// Bounds: 0 ≤ H ≤ ln K; normalised between 0 and 1.
pub(super) fn entropy(weights: impl Iterator<Item = u64> + Clone) -> Option<Entropy> {
    let weights = weights.filter(|weight| *weight > 0).map(|weight| weight as f64);
    let total: f64 = weights.clone().sum();
    let kinds = weights.clone().count();
    if kinds == 0 {
        return None;
    }
    let nats: f64 = weights.map(|weight| weight / total).map(|share| -share * share.ln()).sum();
    let most = (kinds as f64).ln();
    let nats = nats.clamp(0.0, most);
    let normalized = if kinds == 1 { 0.0 } else { nats / most };
    Some(Entropy { nats, normalized })
}

/// The entropy of time over categories.
pub(super) fn time_entropy(active_per_category: &[Duration]) -> Option<Entropy> {
    entropy(active_per_category.iter().map(|active| active.ns().unsigned_abs()))
}

/// The entropy of the kinds of moves cᵢ₋₁ → cᵢ, by how often each was made.
pub(super) fn transition_entropy(moves: &[Move]) -> Option<Entropy> {
    entropy(moves.iter().map(|one| one.count))
}
