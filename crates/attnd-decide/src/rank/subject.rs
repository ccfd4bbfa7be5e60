//! Of what does a person have habits? The sides of an ask that past reactions are counted by.

use std::collections::HashMap;

use super::ask::Ask;
use super::fingerprint::{fingerprint, joined};

/// How many sides an ask has.
pub(super) const FACETS: usize = 7;

/// The sides of an ask, in the order of its subjects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Facet {
    Source,
    Sender,
    Thread,
    Kind,
    Reason,
    Topic,
    Ask,
}

/// Stands for one source, one sender, one conversation …; names cannot be read back from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub(super) struct Subject(pub(super) u64);

impl Subject {
    /// Everything: the counts of all asks.
    pub(super) const ALL: Self = Self(0);

    fn of(facet: Facet, name: &str) -> Self {
        Self(fingerprint(16 + facet as u8, name.as_bytes()))
    }

    /// Somebody who sends.
    pub(super) fn sender(name: &str) -> Self {
        Self::of(Facet::Sender, name)
    }
}

/// What an ask is about, facet by facet.
pub(super) fn subjects(ask: &Ask) -> [Option<Subject>; FACETS] {
    let named = |facet, name: &Option<String>| name.as_ref().map(|name| Subject::of(facet, name));
    let source = Subject::of(Facet::Source, &ask.source);
    let thread = ask.thread.as_ref().map(|thread| Subject::of(Facet::Thread, thread));
    [
        Some(source),
        ask.sender.as_deref().map(Subject::sender),
        thread.map(|thread| Subject(joined(source.0, thread.0))),
        Some(Subject::of(Facet::Kind, ask.kind.word())),
        ask.reason.as_ref().map(|reason| Subject::of(Facet::Reason, reason.word())),
        named(Facet::Topic, &ask.topic),
        Some(Subject::of(Facet::Ask, &ask.id)),
    ]
}

/// Subjects in the order they were first seen.
#[derive(Debug, Default)]
pub(super) struct Subjects {
    indices: HashMap<Subject, u32>,
}

impl Subjects {
    /// The index of what is not there.
    pub(super) const NONE: u32 = u32::MAX;

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.indices.len()
    }

    /// The index of a subject seen before.
    pub(super) fn known(&self, subject: Subject) -> Option<usize> {
        self.indices.get(&subject).map(|&index| index as usize)
    }

    pub(super) fn index(&mut self, subject: Option<Subject>) -> u32 {
        let Some(subject) = subject else { return Self::NONE };
        // A list that would overflow counts what comes after as unknown: it loses habits, nothing else.
        let next = u32::try_from(self.indices.len()).unwrap_or(Self::NONE);
        *self.indices.entry(subject).or_insert(next)
    }
}
