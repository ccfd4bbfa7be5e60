//! What waits? Every open ask, copies told apart from news, laid out so that all can be scored in milliseconds.

use std::collections::{BTreeMap, HashMap};

use super::ask::{Ask, InterruptionLevel, Reason};
use super::copies::{Copies, Marks, numbers};
use super::error::RankError;
use super::subject::{FACETS, Subjects, subjects};
use super::terms::{BUCKETS, Term, Terms};
use super::words::Words;

/// Every open ask.
///
/// Placing one costs its own words, whatever waits already; so does removing one, beside the copies it has.
#[derive(Debug)]
pub struct Inbox {
    slots: Vec<Slot>,
    /// What a score needs of each slot, and its words: apart from the rest, so that a sweep over all reads nothing else.
    facts: Vec<Facts>,
    words: Words,
    free: Vec<u32>,
    by_id: HashMap<Box<str>, u32>,
    subjects: Subjects,
    copies: Copies,
    groups: Vec<Group>,
    /// How many asks that lead use each bucket, and the sum of their weights in 1/1024: integers, so that the sums do not
    /// depend on the order asks came in.
    usage: Vec<Usage>,
    leads: usize,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Usage {
    pub(super) asks: u32,
    pub(super) weight: i64,
}

#[derive(Debug)]
struct Slot {
    ask: Option<Ask>,
    marks: Marks,
}

/// What a score needs of an ask and its copies, in numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    /// Index of each facet's subject, or [`Subjects::NONE`].
    pub(super) subjects: [u32; FACETS],
    pub(super) created_ns: i64,
    /// When something last happened to it or a copy.
    pub(super) touched_ns: i64,
    /// The first deadline among the copies; [`i64::MAX`] where there is none.
    pub(super) deadline_ns: i64,
    pub(super) level: InterruptionLevel,
    /// The ask among the copies whose reason says most by itself, and what it says.
    pub(super) reason_slot: u32,
    pub(super) reason_weight: f64,
    pub(super) urgency: f64,
    pub(super) collaborative: f64,
    /// How many asks it stands for; 0 where another one stands for it.
    pub(super) stands_for: u32,
    /// How many sources they are from.
    pub(super) sources: u32,
    group: u32,
}

/// An ask and its copies.
#[derive(Debug, Default)]
struct Group {
    members: Vec<u32>,
    /// How many members are from each source.
    sources: BTreeMap<u32, u32>,
    lead: u32,
}

impl Default for Inbox {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            facts: Vec::new(),
            words: Words::default(),
            free: Vec::new(),
            by_id: HashMap::new(),
            subjects: Subjects::default(),
            copies: Copies::default(),
            groups: Vec::new(),
            usage: vec![Usage::default(); BUCKETS],
            leads: 0,
        }
    }
}

impl Inbox {
    /// All these asks.
    ///
    /// # Errors
    /// What [`Self::place`] refuses.
    pub fn of(asks: impl IntoIterator<Item = Ask>) -> Result<Self, RankError> {
        let mut inbox = Self::default();
        for ask in asks {
            inbox.place(ask)?;
        }
        Ok(inbox)
    }

    /// How many asks wait, copies included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// How many asks wait when copies count once.
    #[must_use]
    pub fn distinct(&self) -> usize {
        self.leads
    }

    /// The ask of that id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Ask> {
        self.by_id.get(id).map(|&slot| self.ask(slot))
    }

    /// The asks that stand for themselves and their copies, in no order that means anything.
    pub fn leads(&self) -> impl Iterator<Item = &Ask> {
        let leads = self.facts.iter().map(|facts| facts.stands_for > 0);
        self.slots.iter().zip(leads).filter(|(_, leads)| *leads).filter_map(|(slot, _)| slot.ask.as_ref())
    }

    /// The other asks the ask of that id is a copy of, or that are copies of it.
    #[must_use]
    pub fn copies(&self, id: &str) -> Vec<&Ask> {
        let Some(&slot) = self.by_id.get(id) else { return Vec::new() };
        self.group(slot)
            .members
            .iter()
            .filter(|&&member| member != slot)
            .map(|&member| self.ask(member))
            .collect()
    }

    /// Adds an ask.
    ///
    /// # Errors
    /// [`RankError::SameId`] where an ask of that id waits already, and what [`Ask::check`] refuses.
    pub fn place(&mut self, ask: Ask) -> Result<(), RankError> {
        ask.check()?;
        if self.by_id.contains_key(ask.id.as_str()) {
            return Err(RankError::SameId { ask: ask.id });
        }
        let slot = match self.free.last() {
            Some(&slot) => slot,
            None => u32::try_from(self.slots.len())
                .ok()
                .filter(|&slot| slot < u32::MAX)
                .ok_or(RankError::TooMany)?,
        };
        let (terms, mut words) = Terms::with_words(&ask.title, &ask.text, numbers(ask.kind));
        let marks = Marks::of(&ask);
        let mut copies_of = Vec::new();
        let group_of = |other: u32| self.facts[other as usize].group;
        self.copies.note(slot, (ask.kind, &marks), &mut words, group_of, |other| copies_of.push(other));
        let facts = self.facts(&ask, slot);
        self.by_id.insert(ask.id.as_str().into(), slot);
        let source = facts.subjects[0];
        self.words.set(slot, &terms.of);
        let new = Slot { ask: Some(ask), marks };
        if self.free.pop().is_some() {
            self.slots[slot as usize] = new;
            self.facts[slot as usize] = facts;
        } else {
            self.groups.push(Group::default());
            self.slots.push(new);
            self.facts.push(facts);
        }
        self.groups[slot as usize] =
            Group { members: vec![slot], sources: BTreeMap::from([(source, 1)]), lead: slot };
        self.lead(slot);
        for other in copies_of {
            self.join(slot, other);
        }
        Ok(())
    }

    /// Notes that something happened to the ask of that id.
    pub fn touch(&mut self, id: &str, at: attnd_core::Timestamp) {
        let Some(&slot) = self.by_id.get(id) else { return };
        if let Some(ask) = &mut self.slots[slot as usize].ask {
            ask.updated = Some(ask.touched().max(at));
        }
        let lead = self.lead_of(slot);
        let lead = &mut self.facts[lead as usize];
        lead.touched_ns = lead.touched_ns.max(at.ns());
    }

    /// Notes what a recommender says of the ask of that id, 0 to 1, and the title of what that goes by.
    pub fn recommend(&mut self, id: &str, score: f64, because: Option<String>) {
        let Some(&slot) = self.by_id.get(id) else { return };
        if let Some(ask) = &mut self.slots[slot as usize].ask {
            ask.collaborative = Some(score.clamp(0.0, 1.0));
            ask.because = because;
        }
        let scores = self.group(slot).members.iter().filter_map(|&member| self.ask(member).collaborative);
        let most = scores.fold(0.0, f64::max);
        let lead = self.lead_of(slot);
        self.facts[lead as usize].collaborative = most;
        self.facts[slot as usize].collaborative = if slot == lead { most } else { score.clamp(0.0, 1.0) };
    }

    /// Takes the ask of that id out. Its copies stay.
    pub fn remove(&mut self, id: &str) -> Option<Ask> {
        let slot = self.by_id.remove(id)?;
        let group = self.facts[slot as usize].group;
        let heir = |key| {
            let members = self.groups[group as usize].members.iter().copied();
            members
                .filter(|&member| member != slot)
                .find(|&member| self.slots[member as usize].marks.has(key))
        };
        let gone = &self.slots[slot as usize];
        self.copies.forget(slot, &gone.marks, heir);
        let source = self.facts[slot as usize].subjects[0];
        self.unlead(self.groups[group as usize].lead);
        let of = &mut self.groups[group as usize];
        of.members.retain(|&member| member != slot);
        if let Some(count) = of.sources.get_mut(&source) {
            *count -= 1;
            if *count == 0 {
                of.sources.remove(&source);
            }
        }
        self.facts[slot as usize].stands_for = 0;
        self.words.clear(slot);
        self.free.push(slot);
        // The slot's own group entry may still hold others' members: they move to a member's place.
        if let Some(&first) = of.members.first() {
            let of = std::mem::take(of);
            of.members.iter().for_each(|&member| self.facts[member as usize].group = first);
            self.groups[first as usize] = of;
            self.settle(first);
        }
        self.slots[slot as usize].ask.take()
    }

    fn facts(&mut self, ask: &Ask, slot: u32) -> Facts {
        Facts {
            subjects: subjects(ask).map(|subject| self.subjects.index(subject)),
            created_ns: ask.created.ns(),
            touched_ns: ask.touched().ns(),
            deadline_ns: ask.deadline.map_or(i64::MAX, attnd_core::Timestamp::ns),
            level: ask.level,
            reason_slot: slot,
            reason_weight: ask.reason.as_ref().map_or(0.0, Reason::weight),
            urgency: ask.urgency.unwrap_or(0.0),
            collaborative: ask.collaborative.unwrap_or(0.0),
            stands_for: 0,
            sources: 1,
            group: slot,
        }
    }

    /// Makes one group of those two asks are in; the smaller moves, so that a million copies cost n log n moves at most.
    fn join(&mut self, one: u32, other: u32) {
        let groups = [one, other].map(|slot| self.facts[slot as usize].group);
        let [mut large, mut small] = groups;
        if large == small {
            return;
        }
        if self.groups[large as usize].members.len() < self.groups[small as usize].members.len() {
            std::mem::swap(&mut large, &mut small);
        }
        let moved = std::mem::take(&mut self.groups[small as usize]);
        let old_lead = self.groups[large as usize].lead;
        self.unlead(moved.lead);
        self.unlead(old_lead);
        for &member in &moved.members {
            self.facts[member as usize].group = large;
        }
        let lead = self.newer(old_lead, moved.lead);
        let of = &mut self.groups[large as usize];
        of.members.extend(moved.members);
        for (source, count) in moved.sources {
            *of.sources.entry(source).or_default() += count;
        }
        of.lead = lead;
        let [one, other] = [old_lead, moved.lead].map(|slot| self.facts[slot as usize]);
        let own = self.facts[lead as usize];
        self.facts[lead as usize] = self.together(own, one, other);
        self.lead(lead);
    }

    /// Counts a group anew after a member left.
    fn settle(&mut self, group: u32) {
        let members = std::mem::take(&mut self.groups[group as usize].members);
        let mut lead = members[0];
        let mut sum = self.own_facts(lead);
        for &member in &members[1..] {
            lead = self.newer(lead, member);
            sum = self.together(sum, sum, self.own_facts(member));
        }
        let own = self.own_facts(lead);
        self.facts[lead as usize] =
            Facts { subjects: own.subjects, created_ns: own.created_ns, group, ..sum };
        let of = &mut self.groups[group as usize];
        of.members = members;
        of.lead = lead;
        self.lead(lead);
    }

    /// The facts of `own` with what two groups say together.
    fn together(&self, own: Facts, one: Facts, other: Facts) -> Facts {
        // Of reasons that say as much, that of the smaller id: the order asks come in makes no difference.
        let key = |facts: &Facts| (facts.reason_weight, std::cmp::Reverse(self.id(facts.reason_slot)));
        let stronger = if key(&one) >= key(&other) { one } else { other };
        Facts {
            deadline_ns: one.deadline_ns.min(other.deadline_ns),
            touched_ns: one.touched_ns.max(other.touched_ns),
            level: one.level.max(other.level),
            reason_slot: stronger.reason_slot,
            reason_weight: stronger.reason_weight,
            urgency: one.urgency.max(other.urgency),
            collaborative: one.collaborative.max(other.collaborative),
            ..own
        }
    }

    fn id(&self, slot: u32) -> &str {
        &self.ask(slot).id
    }

    /// The facts of an ask without its copies.
    fn own_facts(&self, slot: u32) -> Facts {
        let (ask, known) = (self.ask(slot), self.facts[slot as usize]);
        Facts {
            touched_ns: ask.touched().ns(),
            deadline_ns: ask.deadline.map_or(i64::MAX, attnd_core::Timestamp::ns),
            level: ask.level,
            reason_slot: slot,
            reason_weight: ask.reason.as_ref().map_or(0.0, Reason::weight),
            urgency: ask.urgency.unwrap_or(0.0),
            collaborative: ask.collaborative.unwrap_or(0.0),
            stands_for: 0,
            ..known
        }
    }

    /// The one that came later; of two that came together the one whose id is smaller.
    fn newer(&self, one: u32, other: u32) -> u32 {
        let key = |slot: u32| (self.ask(slot).created, std::cmp::Reverse(self.ask(slot).id.as_str()));
        if key(one) >= key(other) { one } else { other }
    }

    fn lead(&mut self, slot: u32) {
        let of = &self.groups[self.facts[slot as usize].group as usize];
        let (members, sources) = (of.members.len() as u32, of.sources.len() as u32);
        let facts = &mut self.facts[slot as usize];
        facts.stands_for = members;
        facts.sources = sources;
        for term in self.words.of(slot) {
            let usage = &mut self.usage[usize::from(term.bucket)];
            usage.asks += 1;
            usage.weight += in_1024ths(*term);
        }
        self.leads += 1;
    }

    fn unlead(&mut self, slot: u32) {
        self.facts[slot as usize].stands_for = 0;
        for term in self.words.of(slot) {
            let usage = &mut self.usage[usize::from(term.bucket)];
            usage.asks -= 1;
            usage.weight -= in_1024ths(*term);
        }
        self.leads -= 1;
    }

    fn group(&self, slot: u32) -> &Group {
        &self.groups[self.facts[slot as usize].group as usize]
    }

    pub(super) fn ask(&self, slot: u32) -> &Ask {
        self.slots[slot as usize].ask.as_ref().expect("invariant: slots in use hold an ask")
    }

    pub(super) fn facts_of(&self, slot: u32) -> &Facts {
        &self.facts[slot as usize]
    }

    pub(super) fn terms_of(&self, slot: u32) -> &[Term] {
        self.words.of(slot)
    }

    pub(super) fn usage(&self) -> &[Usage] {
        &self.usage
    }

    pub(super) fn subjects(&self) -> &Subjects {
        &self.subjects
    }

    /// The ask that stands for it.
    pub(super) fn lead_of(&self, slot: u32) -> u32 {
        self.group(slot).lead
    }

    pub(super) fn slot(&self, id: &str) -> Option<u32> {
        self.by_id.get(id).copied()
    }

    /// Slots of the asks that lead.
    pub(super) fn lead_slots(&self) -> Vec<u32> {
        (0..).zip(&self.facts).filter(|(_, facts)| facts.stands_for > 0).map(|(slot, _)| slot).collect()
    }

    /// The members of an ask's group beside itself, by id.
    pub(super) fn others(&self, slot: u32, most: usize) -> Vec<&str> {
        let members = self.group(slot).members.iter().filter(|&&member| member != slot);
        let mut ids: Vec<&str> = members.map(|&member| self.ask(member).id.as_str()).collect();
        if ids.len() > most {
            ids.select_nth_unstable(most);
            ids.truncate(most);
        }
        ids.sort_unstable();
        ids
    }
}

fn in_1024ths(term: Term) -> i64 {
    (term.weight() * 1_024.0) as i64
}

#[cfg(test)]
mod tests {
    use attnd_core::Timestamp;
    use proptest::prelude::*;

    use super::*;

    fn ask(number: u32, title: &str) -> Ask {
        let created = Timestamp::from_ns_saturating(i64::from(number));
        Ask { title: title.to_owned(), ..Ask::new(number.to_string(), "mail", created) }
    }

    fn groups(inbox: &Inbox) -> Vec<(String, Vec<String>)> {
        let mut groups: Vec<_> = inbox
            .leads()
            .map(|lead| {
                let slot = inbox.slot(&lead.id).unwrap();
                (lead.id.clone(), inbox.others(slot, usize::MAX).into_iter().map(str::to_owned).collect())
            })
            .collect();
        groups.sort();
        groups
    }

    const TITLES: [&str; 8] = [
        "disk almost full on the server in the cellar",
        "Disk almost full on the server in the cellar!",
        "disk almost full on the server in the cellar again",
        "lunch on Friday?",
        "写年度报告",
        "写年度报告",
        "🔥",
        "",
    ];

    #[test]
    fn copies_are_one_and_the_newest_leads() {
        let inbox = Inbox::of((0..).zip(TITLES).map(|(number, title)| ask(number, title))).unwrap();
        assert_eq!(inbox.len(), 8);
        let groups = groups(&inbox);
        assert!(groups.contains(&("2".to_owned(), vec!["0".to_owned(), "1".to_owned()])), "{groups:?}");
        assert!(groups.contains(&("5".to_owned(), vec!["4".to_owned()])), "{groups:?}");
        assert_eq!(inbox.distinct(), 5);
    }

    #[test]
    fn cases_that_read_alike_stay_apart_and_a_conversation_is_one() {
        let case = |number| Ask {
            kind: crate::rank::AskKind::Case,
            ..ask(number, "is this a bird, or is it none?")
        };
        let inbox = Inbox::of([case(1), case(2)]).unwrap();
        assert_eq!(inbox.distinct(), 2);
        let said = |number, title| Ask { thread: Some("t".to_owned()), ..ask(number, title) };
        let elsewhere = Ask { source: "chat".to_owned(), ..said(3, "yes") };
        let inbox = Inbox::of([said(1, "lunch?"), said(2, "at noon"), elsewhere]).unwrap();
        assert_eq!(inbox.distinct(), 2);
        assert_eq!(inbox.copies("1")[0].id, "2");
    }

    #[test]
    fn the_first_deadline_and_the_highest_level_of_copies_count() {
        let level = Ask { level: InterruptionLevel::Critical, ..ask(1, "pay") };
        let due = Ask {
            deadline: Some(Timestamp::from_ns_saturating(99)),
            source: "bank".to_owned(),
            ..ask(2, "pay")
        };
        let mut inbox = Inbox::of([level, due, ask(3, "pay")]).unwrap();
        let facts = *inbox.facts_of(inbox.slot("3").unwrap());
        assert_eq!((facts.deadline_ns, facts.level), (99, InterruptionLevel::Critical));
        assert_eq!((facts.stands_for, facts.sources), (3, 2));
        inbox.remove("2").unwrap();
        let facts = *inbox.facts_of(inbox.slot("3").unwrap());
        assert_eq!((facts.deadline_ns, facts.stands_for, facts.sources), (i64::MAX, 2, 1));
    }

    #[test]
    fn two_asks_of_one_id_are_refused() {
        assert_eq!(
            Inbox::of([ask(1, "a"), ask(1, "b")]).unwrap_err(),
            RankError::SameId { ask: "1".to_owned() }
        );
    }

    #[test]
    fn a_million_identical_asks_are_one() {
        let inbox = Inbox::of((0..1_000_000).map(|number| ask(number, "disk full"))).unwrap();
        assert_eq!((inbox.len(), inbox.distinct()), (1_000_000, 1));
        assert_eq!(inbox.leads().next().unwrap().id, "999999");
    }

    fn usage(inbox: &Inbox) -> Vec<(u32, i64)> {
        inbox.usage().iter().map(|usage| (usage.asks, usage.weight)).collect()
    }

    proptest! {
        #[test]
        fn the_order_asks_come_in_makes_no_difference(
            (order, gone) in (Just((0..24_u32).collect::<Vec<_>>()).prop_shuffle(), prop::collection::vec(0..24_u32, 0..12))
        ) {
            let titled = |number: u32| ask(number, TITLES[number as usize % TITLES.len()]);
            let mut one = Inbox::of((0..24).map(titled)).unwrap();
            let mut other = Inbox::of(order.into_iter().map(titled)).unwrap();
            prop_assert_eq!(groups(&one), groups(&other));
            for &number in &gone {
                let id = number.to_string();
                prop_assert_eq!(one.remove(&id), other.remove(&id));
            }
            prop_assert_eq!(groups(&one), groups(&other));
            prop_assert_eq!(usage(&one), usage(&other));
            // What was taken out can come back, into whichever slot is free.
            let back: std::collections::BTreeSet<u32> = gone.into_iter().collect();
            for number in back {
                one.place(titled(number)).unwrap();
            }
            let fresh = Inbox::of((0..24).map(titled)).unwrap();
            prop_assert_eq!(groups(&one), groups(&fresh));
            prop_assert_eq!(usage(&one), usage(&fresh));
        }
    }
}
