//! From what to what does attention move? The busiest categories, the rest together.

use std::collections::BTreeMap;

use attnd_engine::measure::{CategoryPath, Transition};

/// Categories shown by themselves.
const MOST_CATEGORIES: usize = 8;

/// Moves between categories.
#[derive(Debug, PartialEq)]
pub(crate) struct Moves {
    /// The categories, busiest first.
    pub(crate) categories: Vec<CategoryPath>,
    /// How many others are together; they have the number after the last category.
    pub(crate) others: usize,
    /// The moves, most frequent first, none from a category to itself.
    pub(crate) links: Vec<Link>,
    /// How many moves in all, those between the others too.
    pub(crate) count: u64,
}

/// Moves from one to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// Index into [`Moves::categories`], or their number for the others.
    pub(crate) from: usize,
    /// The same.
    pub(crate) to: usize,
    /// How often.
    pub(crate) count: u64,
}

/// The moves of a period; `None` when there were none.
pub(crate) fn moves(transitions: &[Transition]) -> Option<Moves> {
    let between = || transitions.iter().filter(|transition| transition.from != transition.to);
    let mut busy: BTreeMap<&CategoryPath, u64> = BTreeMap::new();
    for transition in between() {
        for end in [&transition.from, &transition.to] {
            *busy.entry(end).or_default() += transition.count;
        }
    }
    let mut busy: Vec<_> = busy.into_iter().collect();
    busy.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    // One alone is shown by its name: "others (1)" says less in as much room.
    let shown = if busy.len() == MOST_CATEGORIES + 1 { busy.len() } else { MOST_CATEGORIES.min(busy.len()) };
    let number: BTreeMap<&CategoryPath, usize> =
        busy.iter().enumerate().map(|(index, (path, _))| (*path, index.min(shown))).collect();
    let mut links: BTreeMap<(usize, usize), u64> = BTreeMap::new();
    for transition in between() {
        let (from, to) = (number[&transition.from], number[&transition.to]);
        if from != to {
            *links.entry((from, to)).or_default() += transition.count;
        }
    }
    let mut links: Vec<_> = links.into_iter().map(|((from, to), count)| Link { from, to, count }).collect();
    links.sort_by_key(|link| (std::cmp::Reverse(link.count), link.from, link.to));
    if links.is_empty() {
        return None;
    }
    Some(Moves {
        categories: busy.iter().take(shown).map(|(path, _)| CategoryPath::clone(path)).collect(),
        others: busy.len() - shown,
        links,
        count: between().map(|transition| transition.count).sum(),
    })
}

#[cfg(test)]
mod tests {
    use attnd_core::Duration;

    use super::*;

    fn transition(from: &str, to: &str, count: u64) -> Transition {
        let path = |name: &str| CategoryPath::from([name.to_owned()]);
        Transition { from: path(from), to: path(to), count, active: Duration::from_s(60) }
    }

    #[test]
    fn the_busiest_come_first_and_nothing_leads_to_itself() {
        let moves = moves(&[
            transition("Code", "Mail", 7),
            transition("Mail", "Code", 5),
            transition("Code", "Code", 99),
        ])
        .unwrap();
        assert_eq!(moves.links, [Link { from: 0, to: 1, count: 7 }, Link { from: 1, to: 0, count: 5 }]);
        assert_eq!((moves.count, moves.others), (12, 0));
        assert_eq!(moves.categories[0][0], "Code");
        assert!(super::moves(&[transition("Code", "Code", 3)]).is_none());
    }

    #[test]
    fn the_many_small_are_together() {
        let mut transitions = vec![transition("Code", "Mail", 100)];
        transitions.extend((0..20).map(|index| transition("Code", &format!("Small {index:02}"), 20 - index)));
        transitions.push(transition("Small 18", "Small 19", 3));
        let moves = moves(&transitions).unwrap();
        assert_eq!((moves.categories.len(), moves.others), (8, 14));
        assert!(moves.links.iter().all(|link| link.from != link.to && link.to <= 8));
        let shown: u64 = moves.links.iter().map(|link| link.count).sum();
        assert_eq!(moves.count, shown + 3, "moves among the others are counted, not drawn");
    }
}
