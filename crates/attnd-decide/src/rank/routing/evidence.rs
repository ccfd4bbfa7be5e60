//! What does the past say about each mind that could take an ask? Every number is from events before it.

use std::collections::{BTreeMap, VecDeque};

use attnd_core::time::NS_PER_S;
use serde::{Deserialize, Serialize};

use super::ask::{RoutingAsk, Taken};
use super::keys::{KEY_DAYS, PATHS, all_of, author, keys};
use super::reason::RoutingReason;
use super::rhythm::{absence, is_weekend, rhythm};
use super::tally::Tally;
use crate::rank::fingerprint::{fingerprint, joined};

const DAY_S: f64 = 86_400.0;
const HOUR_S: f64 = 3_600.0;
/// A mind is a candidate for so long after it last took something.
const ACTIVE_S: f64 = 180.0 * DAY_S;
/// Half-lives of how much a mind takes: from "in this very sitting" to "these years".
const SHARE_DAYS: [f64; 9] = [0.03, 0.1, 0.5, 2.0, 7.0, 14.0, 30.0, 90.0, 365.0];
/// Which of them stands for how much a mind takes lately, and in the long run.
const LATELY: usize = 5;
const LONG: usize = 6;
/// Which stands for what it takes today.
const TODAY: usize = 2;
const AUTHOR_DAYS: [f64; 2] = [14.0, 180.0];
const PRESENT_DAYS: [f64; 2] = [0.3, 14.0];
/// Events a mind's rhythm is read from; more change nothing within the half-lives above.
const RHYTHM_EVENTS: usize = 512;
/// Times kept at which the running number grew; older asks count as of the oldest.
const NUMBERS: usize = 4096;
/// Events kept for who was active since an ask was opened.
const RECENT: usize = 512;

/// Numbers about one candidate.
pub(super) const EVIDENCE: usize = 38;
/// Numbers about the ask itself; every mind has its own weights for them.
pub(super) const TRAITS: usize = 12;

/// What each number about a candidate speaks of, in their order.
pub(super) const REASONS: [RoutingReason; EVIDENCE] = {
    use RoutingReason::{Author, Hour, Kind, Places, Present, Share, Waited, Words};
    [
        Present, Present, Share, Share, Share, Share, Share, Share, Share, Author, Author, Author, Author,
        Present, Present, Present, Present, Hour, Hour, Hour, Hour, Hour, Hour, Hour, Hour, Hour, Places,
        Places, Words, Hour, Kind, Places, Author, Waited, Waited, Waited, Present, Share,
    ]
};
/// The same for the numbers about the ask.
pub(super) const TRAIT_REASONS: [RoutingReason; TRAITS] = {
    use RoutingReason::{Author, Hour, Kind, Places, Share};
    [Share, Hour, Hour, Hour, Hour, Hour, Author, Kind, Kind, Places, Places, Kind]
};
/// The number that orders candidates before anything is learnt: how much each takes lately.
pub(super) const FIRST_GUESS: usize = LATELY;

/// The candidates for an ask and what is known of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Evidence {
    /// Numbers of the minds, in the order of their names.
    pub(super) minds: Vec<u32>,
    /// Numbers about each, `[mind, EVIDENCE]`, less their mean over the candidates.
    pub(super) rows: Vec<f64>,
    /// Numbers about the ask.
    pub(super) traits: [f64; TRAITS],
}

/// A mind and when it took something.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Mind {
    name: String,
    last_s: f64,
    /// Its last events, the oldest first.
    times_s: VecDeque<f64>,
}

/// Everything that is remembered of who took what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Past {
    minds: Vec<Mind>,
    numbers: BTreeMap<String, u32>,
    shares: Vec<Tally>,
    authors: Vec<Tally>,
    present: Vec<Tally>,
    keys: Vec<Tally>,
    waited: Vec<Tally>,
    /// By author: when someone last took an ask of theirs, and who.
    last_taken: BTreeMap<u64, (f64, u32)>,
    /// By author and mind: when.
    last_pair_s: BTreeMap<u64, f64>,
    last_authored_s: BTreeMap<u64, f64>,
    /// Largest running numbers, and when each was first seen.
    opened: VecDeque<(u64, f64)>,
    recent: VecDeque<(f64, u32)>,
}

/// What is worked out once for all candidates of an ask.
struct Asked {
    now_s: f64,
    author: u64,
    keys: Vec<(usize, u64)>,
    waited: Option<[u64; 2]>,
    opened_s: f64,
    share_sums: [f64; SHARE_DAYS.len()],
    since: Vec<u32>,
}

impl Past {
    pub(super) fn new() -> Self {
        let tallies = |days: &[f64]| days.iter().map(|&days| Tally::new(days)).collect();
        Self {
            minds: Vec::new(),
            numbers: BTreeMap::new(),
            shares: tallies(&SHARE_DAYS),
            authors: tallies(&AUTHOR_DAYS),
            present: tallies(&PRESENT_DAYS),
            keys: tallies(&KEY_DAYS),
            waited: tallies(&[365.0, 180.0]),
            last_taken: BTreeMap::new(),
            last_pair_s: BTreeMap::new(),
            last_authored_s: BTreeMap::new(),
            opened: VecDeque::new(),
            recent: VecDeque::new(),
        }
    }

    pub(super) fn name(&self, mind: u32) -> &str {
        &self.minds[mind as usize].name
    }

    pub(super) fn last_s(&self, mind: u32) -> f64 {
        self.minds[mind as usize].last_s
    }

    /// The candidates: whoever took something in the last 180 days, less the author.
    fn candidates(&self, ask: &RoutingAsk, now_s: f64) -> Vec<u32> {
        let active = |mind: &u32| now_s - self.last_s(*mind) <= ACTIVE_S && self.name(*mind) != ask.author;
        self.numbers.values().copied().filter(active).collect()
    }

    /// What is known of the candidates. Costs candidates × (keys of the ask + events of a mind's rhythm).
    pub(super) fn evidence(&self, ask: &RoutingAsk) -> Evidence {
        let now_s = seconds(ask);
        let minds = self.candidates(ask, now_s);
        let asked = self.asked(ask, &minds, now_s);
        let mut rows = Vec::with_capacity(minds.len() * EVIDENCE);
        for &mind in &minds {
            self.row(&asked, mind, &minds, &mut rows);
        }
        centre(&mut rows);
        Evidence { traits: self.traits(ask, now_s), minds, rows }
    }

    fn asked(&self, ask: &RoutingAsk, minds: &[u32], now_s: f64) -> Asked {
        let opened_s = ask.number.map_or(now_s, |number| self.opened_s(number, now_s));
        let sum = |tally: &Tally| minds.iter().map(|&mind| tally.get(u64::from(mind), now_s)).sum();
        let mut share_sums = [0.0; SHARE_DAYS.len()];
        for (place, tally) in share_sums.iter_mut().zip(&self.shares) {
            *place = sum(tally);
        }
        let mut since = vec![0; minds.len()];
        for &(_, mind) in self.recent.iter().rev().take_while(|(at_s, _)| *at_s >= opened_s) {
            if let Some(place) = minds.iter().position(|&one| one == mind) {
                since[place] += 1;
            }
        }
        Asked {
            now_s,
            author: author(&ask.author),
            keys: keys(ask, now_s),
            waited: ask.number.map(|number| self.waited_keys(number, now_s)),
            opened_s,
            share_sums,
            since,
        }
    }

    /// The numbers about one candidate, in the order of [`REASONS`].
    fn row(&self, asked: &Asked, mind: u32, minds: &[u32], row: &mut Vec<f64>) {
        let now_s = asked.now_s;
        let begin = row.len();
        let among = minds.len() as f64;
        let share = |place: usize, prior: f64| {
            (self.shares[place].get(u64::from(mind), now_s) + prior)
                / (asked.share_sums[place] + prior * among)
        };
        row.extend((0..SHARE_DAYS.len()).map(|place| share(place, if place == 0 { 0.02 } else { 0.1 }).ln()));
        let long = share(LONG, 0.3);
        for tally in &self.authors {
            let of = |mind: u32| tally.get(joined(asked.author, u64::from(mind)), now_s);
            let all: f64 = minds.iter().map(|&mind| of(mind)).sum();
            row.push(((of(mind) + long) / (all + 1.0) / long).ln());
        }
        let repeat = match self.last_taken.get(&asked.author) {
            Some(&(at_s, by)) if by == mind => (-(now_s - at_s) / (3.0 * DAY_S)).exp(),
            _ => 0.0,
        };
        row.push(repeat);
        let pair = self.last_pair_s.get(&joined(asked.author, u64::from(mind)));
        row.push(pair.map_or((24.0 * 365.0f64).ln(), |&at_s| hours_ln(now_s - at_s, 0.2)));
        row.push(hours_ln(now_s - self.last_s(mind), 0.2));
        let itself = author(self.name(mind));
        row.extend(self.present.iter().map(|tally| (tally.get(itself, now_s) + 0.05).ln()));
        // Who never asked counts as having asked a year ago.
        let asked_last = self.last_authored_s.get(&itself);
        row.push(asked_last.map_or((24.0 * 365.0f64).ln(), |&at_s| hours_ln(now_s - at_s, 0.5)));
        row.extend(rhythm(&self.minds[mind as usize].times_s, now_s));
        self.known(&asked.keys, mind, now_s, row);
        self.waiting(asked, mind, row);
        let lately = share(LATELY, 0.1);
        let place = minds.iter().position(|&one| one == mind).unwrap_or_default();
        let all: u32 = asked.since.iter().sum();
        let since = (f64::from(asked.since[place]) + 3.0 * lately) / (f64::from(all) + 3.0) / lately;
        row.push(if asked.opened_s < now_s { since.ln() } else { 0.0 });
        row.push(absence(&self.minds[mind as usize].times_s, now_s));
        row.push(self.fill_of_day(mind, now_s));
        debug_assert_eq!(row.len() - begin, EVIDENCE);
    }

    /// How full its day is: what it took today beside what it takes on a usual one, as a log-ratio.
    fn fill_of_day(&self, mind: u32, now_s: f64) -> f64 {
        let taken = |place: usize| self.shares[place].get(u64::from(mind), now_s);
        // A count of half-life h settles at rate × h / ln 2, so that on the same rate the counts are as the half-lives.
        let usual = taken(LATELY) * SHARE_DAYS[TODAY] / SHARE_DAYS[LATELY];
        ((taken(TODAY) + 0.3) / (usual + 0.3)).ln()
    }

    /// How much more the mind takes of what has the ask's keys than of all: log-ratios, shrunk where little is known.
    fn known(&self, keys: &[(usize, u64)], mind: u32, now_s: f64, row: &mut Vec<f64>) {
        let mut sums = [(0.0, 0.0); KEY_DAYS.len()];
        for (kind, tally) in self.keys.iter().enumerate() {
            let all = all_of(kind);
            let base = (tally.get(joined(all, u64::from(mind)), now_s) + 0.1) / (tally.get(all, now_s) + 1.0);
            for &(_, key) in keys.iter().filter(|(of, _)| *of == kind) {
                let seen = tally.get(key, now_s);
                if seen >= 0.3 {
                    let by = tally.get(joined(key, u64::from(mind)), now_s);
                    sums[kind].0 += ((by + 2.0 * base) / ((seen + 2.0) * base)).ln();
                    sums[kind].1 += 1.0;
                }
            }
        }
        // Keys of one kind repeat each other; the square root stands between their sum and their mean.
        row.extend(sums.map(|(sum, count)| if count > 0.0 { sum / f64::sqrt(count) } else { 0.0 }));
    }

    fn waiting(&self, asked: &Asked, mind: u32, row: &mut Vec<f64>) {
        let Some(keys) = asked.waited else {
            row.extend([0.0; 2]);
            return;
        };
        for (place, (tally, key)) in self.waited.iter().zip(keys).enumerate() {
            let all = all_of(KEY_DAYS.len() + place);
            let usual = (tally.get(key, asked.now_s) + 1.0) / (tally.get(all, asked.now_s) + 12.0);
            let by = tally.get(joined(key, u64::from(mind)), asked.now_s);
            let of = tally.get(joined(all, u64::from(mind)), asked.now_s);
            row.push(((by + 5.0 * usual) / ((of + 5.0) * usual)).ln());
        }
    }

    fn traits(&self, ask: &RoutingAsk, now_s: f64) -> [f64; TRAITS] {
        let turn = now_s.rem_euclid(DAY_S) / DAY_S * std::f64::consts::TAU;
        let inside = self.numbers.get(&ask.author).is_some_and(|&mind| now_s - self.last_s(mind) <= ACTIVE_S);
        let paths = &ask.paths[..ask.paths.len().min(PATHS)];
        let share = |is: &dyn Fn(&str) -> bool| {
            paths.iter().filter(|path| is(path)).count() as f64 / paths.len().max(1) as f64
        };
        [
            1.0,
            turn.sin(),
            turn.cos(),
            (2.0 * turn).sin(),
            (2.0 * turn).cos(),
            f64::from(u8::from(is_weekend(now_s))),
            f64::from(u8::from(inside)),
            ask.amount.ln_1p() / 4.0 - 1.0,
            f64::from(ask.places).ln_1p() / 2.0 - 0.5,
            share(&|path| path.contains("doc") || path.ends_with(".md")),
            share(&|path| path.contains("test")),
            (ask.text.chars().count() as f64).ln_1p() / 4.0 - 1.0,
        ]
    }

    /// When an ask of that number was opened at the latest: when a number as large was first seen.
    fn opened_s(&self, number: u64, now_s: f64) -> f64 {
        let place = self.opened.partition_point(|&(seen, _)| seen < number);
        self.opened.get(place).map_or(now_s, |&(_, at_s)| at_s)
    }

    /// The keys of how long it waited: by numbers passed, and by hours.
    fn waited_keys(&self, number: u64, now_s: f64) -> [u64; 2] {
        let newest = self.opened.back().map_or(0, |&(seen, _)| seen);
        let passed = (1.max(newest.saturating_sub(number)) as f64).log2().min(12.0);
        let hours = (1.0 + (now_s - self.opened_s(number, now_s)) / HOUR_S).log2() / 1.5;
        [fingerprint(b'n', &[passed as u8]), fingerprint(b'h', &[hours.min(9.0) as u8])]
    }

    /// Remembers who took an ask.
    pub(super) fn observe(&mut self, taken: &Taken) {
        let now_s = seconds(&taken.ask);
        let mind = self.number_of(&taken.mind);
        let author = author(&taken.ask.author);
        let pair = joined(author, u64::from(mind));
        self.shares.iter_mut().for_each(|tally| tally.add(u64::from(mind), now_s));
        self.authors.iter_mut().for_each(|tally| tally.add(pair, now_s));
        self.present.iter_mut().for_each(|tally| tally.add(author, now_s));
        let asked_keys = keys(&taken.ask, now_s);
        for (kind, tally) in self.keys.iter_mut().enumerate() {
            let own = asked_keys.iter().filter(|(of, _)| *of == kind).map(|&(_, key)| key);
            for key in own.chain([all_of(kind)]) {
                tally.add(key, now_s);
                tally.add(joined(key, u64::from(mind)), now_s);
            }
        }
        if let Some(number) = taken.ask.number {
            let waited = self.waited_keys(number, now_s);
            for (place, (tally, key)) in self.waited.iter_mut().zip(waited).enumerate() {
                for key in [key, all_of(KEY_DAYS.len() + place)] {
                    tally.add(key, now_s);
                    tally.add(joined(key, u64::from(mind)), now_s);
                }
            }
            if self.opened.back().is_none_or(|&(seen, _)| seen < number) {
                push_bounded(&mut self.opened, (number, now_s), NUMBERS);
            }
        }
        self.last_taken.insert(author, (now_s, mind));
        self.last_pair_s.insert(pair, now_s);
        self.last_authored_s.insert(author, now_s);
        push_bounded(&mut self.recent, (now_s, mind), RECENT);
        let mind = &mut self.minds[mind as usize];
        mind.last_s = now_s;
        push_bounded(&mut mind.times_s, now_s, RHYTHM_EVENTS);
    }

    fn number_of(&mut self, name: &str) -> u32 {
        if let Some(&mind) = self.numbers.get(name) {
            return mind;
        }
        let mind = u32::try_from(self.minds.len()).unwrap_or(u32::MAX);
        self.minds.push(Mind { name: name.to_owned(), ..Mind::default() });
        self.numbers.insert(name.to_owned(), mind);
        mind
    }
}

fn push_bounded<T>(queue: &mut VecDeque<T>, value: T, most: usize) {
    if queue.len() == most {
        queue.pop_front();
    }
    queue.push_back(value);
}

fn seconds(ask: &RoutingAsk) -> f64 {
    ask.at.ns() as f64 / NS_PER_S as f64
}

fn hours_ln(age_s: f64, least_hours: f64) -> f64 {
    (age_s / HOUR_S + least_hours).ln()
}

/// Takes from each number its mean over the candidates: only differences decide.
fn centre(rows: &mut [f64]) {
    let among = rows.len() / EVIDENCE;
    for place in 0..EVIDENCE {
        let mean = rows.iter().skip(place).step_by(EVIDENCE).sum::<f64>() / among as f64;
        rows.iter_mut().skip(place).step_by(EVIDENCE).for_each(|value| *value -= mean);
    }
}
