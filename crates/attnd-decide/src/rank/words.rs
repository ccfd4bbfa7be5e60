//! Where are the words of all asks kept? In one array, one ask after the other, so that all can be read in one sweep.

use super::terms::Term;

/// The words of every slot, side by side.
///
/// A slot's words are written once; what slots that were cleared leave behind is closed up when it is half of all.
#[derive(Debug, Default)]
pub(super) struct Words {
    terms: Vec<Term>,
    spans: Vec<Span>,
    /// Terms no slot has any more.
    left_behind: usize,
}

/// Where a slot's words lie.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    begin: usize,
    count: u32,
}

/// Fewer terms left behind than this are not worth closing up.
const LEFT_BEHIND: usize = 1 << 16;

impl Words {
    /// The words of a slot; none where it was never set.
    pub(super) fn of(&self, slot: u32) -> &[Term] {
        let span = self.spans.get(slot as usize).copied().unwrap_or_default();
        &self.terms[span.begin..span.begin + span.count as usize]
    }

    /// Gives a slot its words; what it had is gone.
    pub(super) fn set(&mut self, slot: u32, terms: &[Term]) {
        self.clear(slot);
        let slot = slot as usize;
        if slot >= self.spans.len() {
            self.spans.resize(slot + 1, Span::default());
        }
        self.spans[slot] = Span { begin: self.terms.len(), count: terms.len() as u32 };
        self.terms.extend_from_slice(terms);
    }

    /// Takes the words of a slot away.
    pub(super) fn clear(&mut self, slot: u32) {
        let Some(span) = self.spans.get_mut(slot as usize) else { return };
        self.left_behind += std::mem::take(span).count as usize;
        if self.left_behind >= LEFT_BEHIND.max(self.terms.len() / 2) {
            self.close_up();
        }
    }

    fn close_up(&mut self) {
        let mut kept = Vec::with_capacity(self.terms.len() - self.left_behind);
        for span in &mut self.spans {
            let of = &self.terms[span.begin..span.begin + span.count as usize];
            span.begin = kept.len();
            kept.extend_from_slice(of);
        }
        self.terms = kept;
        self.left_behind = 0;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_left_behind_is_closed_up() {
        let mut words = Words::default();
        let terms = [Term { bucket: 7, count: 1 }; 64];
        for _ in 0..10_000 {
            words.set(3, &terms);
        }
        assert!(words.terms.len() <= LEFT_BEHIND + 64, "{}", words.terms.len());
        assert_eq!(words.of(3), terms);
        assert!(words.of(2).is_empty() && words.of(9).is_empty());
    }

    proptest! {
        #[test]
        fn every_slot_keeps_its_own(steps in prop::collection::vec((0_u32..6, 0_u8..9), 1..60)) {
            let mut words = Words::default();
            let mut expected = vec![Vec::new(); 6];
            for (step, &(slot, count)) in steps.iter().enumerate() {
                let terms: Vec<Term> = (0..count).map(|count| Term { bucket: step as u16, count }).collect();
                words.set(slot, &terms);
                expected[slot as usize] = terms;
                if step % 7 == 6 {
                    words.close_up();
                }
            }
            for (slot, terms) in (0..).zip(&expected) {
                prop_assert_eq!(words.of(slot), terms.as_slice());
            }
        }
    }
}
