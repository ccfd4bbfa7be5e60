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
/// multitasking in Benbunan-Fich, Adler and Mavlanova 2011, doi 10.1145/1970378.1970381.
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

#[cfg(test)]
mod tests {
    use super::super::example::measured;
    use super::*;

    #[test]
    fn the_drawing_at_the_top_holds() {
        assert_eq!(measured("N:10m").fragmentation, Some(0.0));
        let halves = measured("N:10m C:10m");
        assert_eq!(halves.fragmentation, Some(0.5));
        assert!((halves.entropy_nats.unwrap() - 2.0_f64.ln()).abs() < 1e-12);
        assert_eq!(halves.entropy, Some(1.0));
    }

    #[test]
    fn the_index_of_four_unequal_firms_is_reproduced() {
        // The United States Department of Justice's example of the index: shares of 30, 30, 20 and
        // 20 percent have 2,600 of 10,000 points.
        let fragmentation = measured("N:30 C:30 M:20 U:20").fragmentation.unwrap();
        assert!((fragmentation - (1.0 - 0.26)).abs() < 1e-12, "{fragmentation}");
    }

    #[test]
    fn a_session_is_one_block_whatever_is_in_it() {
        // 20 min with 2 of chat in them, then 20 min of news.
        assert_eq!(measured("P:9m C:2m P:9m N:20m").fragmentation, Some(0.5));
    }

    #[test]
    fn entropy_of_coins_and_letters_is_reproduced() {
        // Shannon's example of choosing among ½, ⅓ and ⅙: 1.459 bits; of a fair coin 1 bit.
        let bits = |weights: &[u64]| entropy(weights.iter().copied()).unwrap().nats / 2.0_f64.ln();
        assert!((bits(&[3, 2, 1]) - 1.459).abs() < 5e-4);
        assert!((bits(&[7, 7]) - 1.0).abs() < 1e-12);
        // And of ½, ¼, ⅛, ⅛: 1¾ bits.
        assert!((bits(&[4, 2, 1, 1, 0]) - 1.75).abs() < 1e-12);
    }

    #[test]
    fn one_kind_has_none_and_nothing_no_entropy() {
        assert_eq!(entropy([5].into_iter()), Some(Entropy { nats: 0.0, normalized: 0.0 }));
        assert_eq!(entropy([0].into_iter()), None);
        let nothing = measured("");
        assert_eq!((nothing.fragmentation, nothing.entropy, nothing.entropy_nats), (None, None, None));
    }

    #[test]
    fn moves_have_an_entropy_of_their_own() {
        // Chat → news three times, news → chat twice, news → mail once.
        let found = measured("C:10 N:10 C:10 N:10 C:10 N:10 M:10").transition_entropy.unwrap();
        let expected = entropy([3, 2, 1].into_iter()).unwrap().normalized;
        assert!((found - expected).abs() < 1e-12);
    }
}
