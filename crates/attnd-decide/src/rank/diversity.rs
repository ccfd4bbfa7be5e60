//! Does a person see all there is, or ever the same? Variety, coverage, novelty and concentration of what was shown.

use std::collections::BTreeMap;

use serde::Serialize;

use super::moment::Moment;
use super::slate::Slate;

/// What was shown, slate after slate.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exposure {
    /// How often each ask was shown.
    asks: BTreeMap<String, u64>,
    sources: BTreeMap<String, u64>,
    /// Sources shown for the first time, of those shown.
    slates: u64,
    similarity: f64,
    similar_slates: u64,
    novelty_bits: f64,
    shown: u64,
}

/// How varied what was shown is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Diversity {
    /// Slates looked at.
    pub slates: u64,
    /// Share of all asks there were that were shown at least once.
    pub coverage: f64,
    /// How unevenly places went to asks, those never shown among them: 0 evenly, near 1 to few (Gini coefficient).
    pub gini: f64,
    /// Mean likeness of two asks of one slate, 0 to 1.
    pub intra_list_similarity: f64,
    /// Mean bits of surprise of an ask shown: -log₂ of the share of reactions that went to it before.
    pub novelty_bits: f64,
    /// How many bits the source of a place carries (Shannon entropy); 2 to its power is how many sources it is like.
    pub source_entropy_bits: f64,
    /// Probability that two places are of one source (Herfindahl-Hirschman index).
    pub source_concentration: f64,
}

impl Exposure {
    /// Takes in a slate. `reactions` is how often anybody reacted to all asks before.
    pub fn note(&mut self, moment: &Moment<'_>, slate: &Slate, reactions: f64) {
        let leads: Vec<_> = slate.places.iter().filter_map(|place| moment.lead(&place.ask)).collect();
        let mut likeness = moment.likeness();
        let mut sum = 0.0;
        for (place, &one) in leads.iter().enumerate() {
            likeness.take(moment.terms(one));
            let likenesses = leads[place + 1..].iter().map(|&other| {
                let terms = moment.terms(other);
                likeness.to(terms, likeness.length(terms))
            });
            sum += likenesses.sum::<f64>();
            let ask = moment.ask(one);
            *self.asks.entry(ask.id.clone()).or_default() += 1;
            *self.sources.entry(ask.source.clone()).or_default() += 1;
            // One reaction more for each ask: what nobody reacted to is surprising, not infinitely so.
            let share = (moment.others_acted(one) + 1.0) / (reactions + moment.inbox().distinct() as f64);
            self.novelty_bits -= share.min(1.0).log2();
            self.shown += 1;
        }
        if leads.len() > 1 {
            self.similarity += sum / (leads.len() * (leads.len() - 1) / 2) as f64;
            self.similar_slates += 1;
        }
        self.slates += 1;
    }

    /// How varied it was, of so many asks there were.
    #[must_use]
    pub fn diversity(&self, asks: usize) -> Diversity {
        let counts: Vec<u64> = self.asks.values().copied().collect();
        let sources: Vec<u64> = self.sources.values().copied().collect();
        let mean = |sum: f64, of: u64| if of == 0 { 0.0 } else { sum / of as f64 };
        Diversity {
            slates: self.slates,
            coverage: if asks == 0 { 0.0 } else { counts.len() as f64 / asks as f64 },
            gini: gini(&counts, asks),
            intra_list_similarity: mean(self.similarity, self.similar_slates),
            novelty_bits: mean(self.novelty_bits, self.shown),
            source_entropy_bits: entropy_bits(&sources),
            source_concentration: concentration(&sources),
        }
    }

    /// How far what was shown is from a mix of sources the person declared, in bits (Kullback-Leibler divergence of the
    /// declared from the shown mix; Steck 2018, doi 10.1145/3240323.3240372). Shares need not sum to one.
    #[must_use]
    pub fn bits_from_declared(&self, declared: &BTreeMap<String, f64>) -> f64 {
        let wanted: f64 = declared.values().sum();
        let shown = self.shown.max(1) as f64;
        let bits = |(source, &share): (&String, &f64)| {
            let share = share / wanted;
            let real = self.sources.get(source).copied().unwrap_or(0) as f64 / shown;
            // As published: a hundredth of the declared mix is mixed in, so that a source never shown is no infinity.
            let real = 0.99f64.mul_add(real, 0.01 * share);
            if share > 0.0 { share * (share / real).log2() } else { 0.0 }
        };
        if wanted > 0.0 { declared.iter().map(bits).sum::<f64>().max(0.0) } else { 0.0 }
    }
}

/// What to look at where variety falls.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct NarrowingAlarm {
    /// Coverage of the period before.
    pub before: f64,
    /// Coverage now.
    pub now: f64,
}

/// Coverage may fall by this share from one week to the next before somebody is told.
const COVERAGE_MAY_FALL: f64 = 0.2;

impl Diversity {
    /// Whether much less of what there is was shown than in the period before.
    #[must_use]
    pub fn narrowed_since(&self, before: &Self) -> Option<NarrowingAlarm> {
        let falls = self.coverage < before.coverage * (1.0 - COVERAGE_MAY_FALL);
        falls.then_some(NarrowingAlarm { before: before.coverage, now: self.coverage })
    }
}

/// Gini coefficient of counts, with so many in all, those not counted being zero.
fn gini(counts: &[u64], all: usize) -> f64 {
    let mut counts = counts.to_vec();
    counts.sort_unstable();
    let sum: u64 = counts.iter().sum();
    if sum == 0 || all == 0 {
        return 0.0;
    }
    let zeros = all.saturating_sub(counts.len());
    let weighted: f64 =
        counts.iter().enumerate().map(|(index, &count)| (zeros + index + 1) as f64 * count as f64).sum();
    let all = (zeros + counts.len()) as f64;
    2.0 * weighted / (all * sum as f64) - (all + 1.0) / all
}

fn entropy_bits(counts: &[u64]) -> f64 {
    let sum: u64 = counts.iter().sum();
    let bits = |&count: &u64| {
        let share = count as f64 / sum as f64;
        if count == 0 { 0.0 } else { -share * share.log2() }
    };
    // One source carries no bits, not minus none.
    counts.iter().map(bits).sum::<f64>().abs()
}

fn concentration(counts: &[u64]) -> f64 {
    let sum: u64 = counts.iter().sum();
    counts.iter().map(|&count| (count as f64 / sum as f64).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_distributions_have_their_known_figures() {
        // Gini of 1..5 is 4/15; one that has all of n is (n - 1)/n.
        assert!((gini(&[3, 1, 5, 2, 4], 5) - 4.0 / 15.0).abs() < 1e-12);
        assert!((gini(&[7], 4) - 0.75).abs() < 1e-12);
        assert_eq!((gini(&[2, 2, 2], 3), gini(&[], 3)), (0.0, 0.0));
        assert!((entropy_bits(&[1, 1, 1, 1]) - 2.0).abs() < 1e-12);
        assert!((concentration(&[1, 1, 2]) - 0.375).abs() < 1e-12);
    }

    #[test]
    fn the_declared_mix_is_kept_or_missed() {
        let shown = [("a", 3), ("b", 1)].map(|(source, count)| (source.to_owned(), count));
        let exposure = Exposure { sources: shown.into(), shown: 4, ..Exposure::default() };
        let declared = |a: f64, b: f64| BTreeMap::from([("a".to_owned(), a), ("b".to_owned(), b)]);
        assert!(exposure.bits_from_declared(&declared(3.0, 1.0)) < 1e-9);
        // .5 log2(.5 / (.99 · .75 + .005)) + .5 log2(.5 / (.99 · .25 + .005)).
        let bits = exposure.bits_from_declared(&declared(1.0, 1.0));
        assert!((bits - 0.202_4).abs() < 1e-3, "{bits}");
    }

    #[test]
    fn a_fall_of_coverage_is_told() {
        let of = |coverage| Diversity { coverage, ..Exposure::default().diversity(0) };
        assert_eq!(of(0.5).narrowed_since(&of(0.6)), None);
        assert_eq!(of(0.4).narrowed_since(&of(0.6)), Some(NarrowingAlarm { before: 0.6, now: 0.4 }));
    }

    proptest! {
        #[test]
        fn figures_keep_their_bounds(counts in prop::collection::vec(0_u64..50, 1..20), more in 0_usize..9) {
            let gini = gini(&counts, counts.len() + more);
            prop_assert!((-1e-12..1.0).contains(&gini), "{gini}");
            if counts.iter().sum::<u64>() > 0 {
                prop_assert!(entropy_bits(&counts) <= (counts.len() as f64).log2() + 1e-9);
                prop_assert!(concentration(&counts) * counts.len() as f64 >= 1.0 - 1e-9);
            }
        }
    }
}
