//! Which asks are one and the same? Copies of an ask are found whatever the order they come in.

use std::collections::HashMap;

use super::ask::{Ask, AskKind};
use super::fingerprint::{fingerprint, joined};
use super::terms::Numbers;
use crate::text::address::canonical;
use crate::text::duplicate::{Alike, Finder};

/// Asks are copies where they share so much of their word triples: of nineteen words one may differ, or one more may follow on
/// three. More than the half by which news told again is found elsewhere: a copy is not shown.
const COPY_OVERLAP: f64 = 0.7;

/// Where copies of an ask would be found.
#[derive(Debug)]
pub(super) struct Copies {
    /// The first ask seen with each key: conversation, address.
    first: HashMap<u64, u32>,
    finder: Finder,
}

/// What an ask shares with its copies beside its words: asks that share one of these are one.
#[derive(Debug)]
pub(super) struct Marks {
    conversation: Option<u64>,
    address: Option<u64>,
}

/// Whether numbers tell asks of that kind apart.
pub(super) fn numbers(kind: AskKind) -> Numbers {
    match kind {
        AskKind::Alert | AskKind::Notification => Numbers::Alike,
        _ => Numbers::Matter,
    }
}

/// Whether asks of that kind are answered each by itself, even where one reads like another.
fn is_apart(kind: AskKind) -> bool {
    matches!(kind, AskKind::Unit | AskKind::Case | AskKind::Approval | AskKind::Task)
}

impl Marks {
    pub(super) fn of(ask: &Ask) -> Self {
        let source = fingerprint(1, ask.source.as_bytes());
        let thread = ask.thread.as_ref().map(|thread| joined(source, fingerprint(2, thread.as_bytes())));
        let address = ask.url.as_deref().and_then(canonical);
        Self { conversation: thread, address: address.map(|address| fingerprint(3, address.as_bytes())) }
    }

    fn keys(&self) -> impl Iterator<Item = u64> {
        self.conversation.into_iter().chain(self.address)
    }

    /// Whether an ask has that key.
    pub(super) fn has(&self, key: u64) -> bool {
        self.keys().any(|of| of == key)
    }
}

impl Default for Copies {
    fn default() -> Self {
        let alike = Alike::new(COPY_OVERLAP).expect("invariant: sketches find an overlap of .7");
        Self { first: HashMap::new(), finder: Finder::new(alike) }
    }
}

impl Copies {
    /// Notes an ask by the numbers of its words, and tells `link` what it is a copy of: one ask of each group that `group_of`
    /// knows by now.
    pub(super) fn note(
        &mut self,
        slot: u32,
        (kind, marks): (AskKind, &Marks),
        words: &mut [u64],
        group_of: impl Fn(u32) -> u32,
        mut link: impl FnMut(u32),
    ) {
        for key in marks.keys() {
            let first = *self.first.entry(key).or_insert(slot);
            if first != slot {
                link(first);
            }
        }
        if !is_apart(kind) {
            // A message about an alert is no alert.
            words.iter_mut().for_each(|word| *word = joined(*word, kind as u64));
            self.finder.add(slot, words, group_of, link);
        }
    }

    /// Forgets an ask; `heir` is a copy of it with the same mark, if there is one.
    pub(super) fn forget(&mut self, slot: u32, marks: &Marks, heir: impl Fn(u64) -> Option<u32>) {
        for key in marks.keys() {
            if self.first.get(&key) == Some(&slot) {
                match heir(key) {
                    Some(heir) => self.first.insert(key, heir),
                    None => self.first.remove(&key),
                };
            }
        }
        self.finder.remove(slot);
    }
}
