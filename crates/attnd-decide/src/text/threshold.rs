//! Below which scope is a text none of the labels? A bound learnt from texts held out of the training ones.
//!
//! Where nothing out of scope was seen, it is the scope that one in twenty of the texts in scope stays below: what that
//! costs is known, what it catches is not. Where training texts are marked out of scope they may move it. Bounds are then
//! judged by balanced accuracy, the mean of the shares told right on either side: it does not ask how common texts out of
//! scope are, which nobody knows. Over few texts it is almost flat and its top is chance, so of all bounds within one
//! standard error of the best (Breiman et al. 1984, Classification and Regression Trees, 3.4.3) the one that refuses most
//! nearly one in twenty is taken.

use serde::Serialize;

use super::evaluate::Judged;

/// Share of the texts in scope that may be refused where nothing out of scope was seen.
const REFUSED: f64 = 0.05;
/// Texts on a side for a bound to be learnt from it: of 20 one is the share above.
pub(super) const FEWEST: usize = 20;

/// A bound of scope and what it did on the texts held out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Threshold {
    /// Texts whose scope is below are none of the labels.
    pub scope: f64,
    /// What it did on texts held out: those in scope were not learnt from, the bound was chosen on them.
    pub held_out: Refusals,
    /// Texts in scope that were held out.
    pub in_scope_texts: usize,
    /// Texts out of scope that were held out; none were seen where it is 0.
    pub oos_texts: usize,
}

/// What refusing texts below a bound did.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Refusals {
    /// Share of the texts out of scope that were refused.
    pub oos_recall: Option<f64>,
    /// Share of the refused texts that are out of scope.
    pub oos_precision: Option<f64>,
    /// Share of the texts in scope that were not refused.
    pub in_scope_kept: Option<f64>,
    /// Share of the texts in scope that were given their label and not refused.
    pub in_scope_accuracy: Option<f64>,
}

impl Threshold {
    /// The bound for texts judged like these, which were held out; none where fewer than twenty are in scope.
    #[must_use]
    pub fn choose(held_out: &[Judged]) -> Option<Self> {
        let (inside, outside): (Vec<Judged>, Vec<Judged>) =
            held_out.iter().partition(|judged| judged.truth.is_some());
        if inside.len() < FEWEST {
            return None;
        }
        let scope = if outside.len() < FEWEST { one_in_twenty(&inside) } else { most_balanced(held_out) };
        Some(Self {
            scope,
            held_out: Refusals::of(held_out, scope),
            in_scope_texts: inside.len(),
            oos_texts: outside.len(),
        })
    }
}

impl Refusals {
    /// What refusing texts below that scope does to judged texts.
    #[must_use]
    pub fn of(judged: &[Judged], scope: f64) -> Self {
        let (mut inside, mut kept, mut right, mut outside, mut told) = (0_u64, 0, 0, 0, 0);
        for judged in judged {
            let is_refused = judged.scope < scope;
            match judged.truth {
                None => {
                    outside += 1;
                    told += u64::from(is_refused);
                }
                Some(truth) => {
                    inside += 1;
                    kept += u64::from(!is_refused);
                    right += u64::from(!is_refused && truth == judged.given);
                }
            }
        }
        let share = |part: u64, all: u64| (all > 0).then(|| part as f64 / all as f64);
        Self {
            oos_recall: share(told, outside),
            oos_precision: share(told, told + inside - kept),
            in_scope_kept: share(kept, inside),
            in_scope_accuracy: share(right, inside),
        }
    }
}

/// The scope that at most one in twenty texts stays below.
fn one_in_twenty(inside: &[Judged]) -> f64 {
    let mut scopes: Vec<f64> = inside.iter().map(|judged| judged.scope).collect();
    scopes.sort_by(f64::total_cmp);
    scopes[(REFUSED * scopes.len() as f64) as usize]
}

/// Of the bounds halfway between two scopes whose mean of the shares told right on either side is within one standard
/// error of the best, the one that refuses most nearly one in twenty of the texts in scope; the lowest of equals.
fn most_balanced(judged: &[Judged]) -> f64 {
    let mut scored: Vec<(f64, bool)> =
        judged.iter().map(|judged| (judged.scope, judged.truth.is_some())).collect();
    scored.sort_by(|one, other| one.0.total_cmp(&other.0));
    let inside = scored.iter().filter(|(_, is_inside)| *is_inside).count() as f64;
    let outside = scored.len() as f64 - inside;
    // A bound, the share of texts out of scope below it and that of texts in scope above it.
    let mut cuts = vec![(scored[0].0, 0.0, 1.0)];
    let (mut refused, mut told) = (0.0, 0.0);
    for pair in scored.windows(2) {
        let [(scope, is_inside), (next, _)] = [pair[0], pair[1]];
        if is_inside {
            refused += 1.0;
        } else {
            told += 1.0;
        }
        if scope < next {
            cuts.push((f64::midpoint(scope, next), told / outside, 1.0 - refused / inside));
        }
    }
    let balanced = |&(_, recall, kept): &(f64, f64, f64)| f64::midpoint(recall, kept);
    let best = cuts.iter().max_by(|one, other| balanced(one).total_cmp(&balanced(other)));
    let enough = best.map_or(0.0, |best| {
        let (_, recall, kept) = *best;
        balanced(best) - (variance(recall, outside) + variance(kept, inside)).sqrt() / 2.0
    });
    let good = cuts.iter().filter(|cut| balanced(cut) >= enough);
    let off = |&(_, _, kept): &(f64, f64, f64)| (1.0 - kept - REFUSED).abs();
    good.min_by(|one, other| off(one).total_cmp(&off(other))).map_or(scored[0].0, |(bound, ..)| *bound)
}

/// The variance of a share of so many texts, one text more counted on either side (Wilson's for one standard error; Agresti
/// and Coull 1998, 10.1080/00031305.1998.10480550): a share of all of few texts is not sure.
fn variance(share: f64, texts: f64) -> f64 {
    let share = (share * texts + 1.0) / (texts + 2.0);
    share * (1.0 - share) / texts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn judged(scopes: &[f64], truth: Option<usize>) -> impl Iterator<Item = Judged> + '_ {
        scopes.iter().map(move |&scope| Judged { truth, given: 0, probability: 1.0, scope })
    }

    /// scikit-learn 1.9: of all bounds on these scores `balanced_accuracy_score` is greatest, 0.8, between .35 and .4. Its
    /// standard error there is √(17·5/22²/20 + 33·9/42²/40) / 2 = 0.057. Of the bounds with 0.743 at least the one between .25 and
    /// .3 refuses the share nearest to one in twenty, one in ten.
    #[test]
    fn the_bound_is_as_balanced_as_the_best_of_scikit_learn_and_refuses_few() {
        let inside = [0.9, 0.8, 0.7, 0.6, 0.55, 0.5, 0.45, 0.4, 0.3, 0.2];
        let outside = [0.1, 0.15, 0.25, 0.35, 0.5];
        let all: Vec<Judged> = (0..4)
            .flat_map(|_| judged(&inside, Some(0)).chain(judged(&outside, None)).collect::<Vec<_>>())
            .collect();
        let threshold = Threshold::choose(&all).unwrap();
        assert!((threshold.scope - 0.275).abs() < 1e-12, "{threshold:?}");
        let Refusals { oos_recall, oos_precision, in_scope_kept, in_scope_accuracy } = threshold.held_out;
        assert_eq!((oos_recall, in_scope_kept), (Some(0.6), Some(0.9)));
        assert_eq!((oos_precision, in_scope_accuracy), (Some(0.75), Some(0.9)));
    }

    #[test]
    fn without_texts_out_of_scope_one_in_twenty_is_refused() {
        let scopes: Vec<f64> = (0..200).map(|at| f64::from(at * 37 % 200) / 200.0).collect();
        let all: Vec<Judged> = judged(&scopes, Some(0)).collect();
        let threshold = Threshold::choose(&all).unwrap();
        assert_eq!((threshold.scope, threshold.held_out.in_scope_kept), (0.05, Some(0.95)));
        assert_eq!((threshold.held_out.oos_recall, threshold.oos_texts), (None, 0));
        assert_eq!(Threshold::choose(&all[..19]), None);
    }

    fn some() -> impl Strategy<Value = Vec<Judged>> {
        let one = (0_u8..50, any::<bool>(), 0_usize..3).prop_map(|(scope, is_inside, truth)| Judged {
            truth: is_inside.then_some(truth),
            given: 1,
            probability: 1.0,
            scope: f64::from(scope) / 50.0,
        });
        proptest::collection::vec(one, 0..150)
    }

    fn balanced(judged: &[Judged], scope: f64) -> f64 {
        let refusals = Refusals::of(judged, scope);
        refusals.oos_recall.unwrap_or(0.0) + refusals.in_scope_kept.unwrap_or(0.0)
    }

    proptest! {
        #[test]
        fn no_other_bound_is_much_more_balanced_and_order_is_nothing(mut all in some()) {
            let found = Threshold::choose(&all);
            if let Some(threshold) = found.filter(|threshold| threshold.oos_texts >= FEWEST) {
                // Half is the greatest standard deviation of a share: no standard error is above this.
                let texts = [threshold.in_scope_texts, threshold.oos_texts].map(|texts| 0.25 / texts as f64);
                let own = balanced(&all, threshold.scope) + (texts[0] + texts[1]).sqrt();
                for other in 0..=50 {
                    prop_assert!(own >= balanced(&all, f64::from(other) / 50.0) - 1e-12);
                }
            } else if let Some(threshold) = found {
                prop_assert!(threshold.held_out.in_scope_kept.unwrap() >= 0.95 - 1e-12);
            }
            all.reverse();
            prop_assert_eq!(found, Threshold::choose(&all));
        }
    }
}
