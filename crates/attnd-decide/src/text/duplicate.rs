//! Which texts are the same news told again? Near-duplicates, whatever order they come and go in.
//!
//! Texts that read alike share most of their word triples. Of each text the least hashes of its triples are kept (bottom-k
//! sketch: Broder 1997, 10.1109/SEQUEN.1997.666900; Cohen and Kaplan 2007, 10.1145/1281100.1281133): up to that many triples the
//! overlap of two texts is exact, above it is estimated. Bands of minimal hashes (Leskovec, Rajaraman and Ullman, Mining of Massive
//! Datasets, ch. 3) bring together whom to compare. Texts of the same words are one at the price of one look-up each.

use std::collections::HashMap;

use super::fold::{Folded, PieceKind};

/// Hashes kept of a text: the overlap of longer ones is known to within about 9 points (one standard error at .5 is
/// √(.25 / 128) = .044).
const KEPT: usize = 128;
/// Minimal hashes in one band.
const ROWS: usize = 3;
/// How surely two texts that overlap just enough meet in one band at least.
const SURE: f64 = 0.99;
/// Words in one shingle.
const SHINGLE: usize = 3;
/// Different texts of one band that a new one is compared with. What meets is alike mostly, and one comparison joins it to all
/// that are one already; only where so many are not could the order of texts matter.
const MOST_MET: usize = 256;

/// One text and where it comes from.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The text.
    pub text: &'a str,
    /// What makes it one with others whatever it says: its thread, its address. None are empty.
    pub marks: &'a [&'a str],
}

/// How alike texts must be to be one, as the overlap of their shingles (Jaccard), in 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Alike(f64);

impl Default for Alike {
    /// Half: one word in ten changed, which changes three shingles in ten, still is the same news.
    fn default() -> Self {
        Self(0.5)
    }
}

impl Alike {
    /// That overlap; none outside .3 to 1: below, texts are compared with too many strangers.
    #[must_use]
    pub fn new(overlap: f64) -> Option<Self> {
        (0.3..=1.0).contains(&overlap).then_some(Self(overlap))
    }

    /// How many bands bring together what overlaps so much: `1 - (1 - s³)ᵇ ≥ .99`, 35 for half, 11 for .7.
    fn bands(self) -> usize {
        let apart = (1.0 - self.0.powi(ROWS as i32)).max(f64::MIN_POSITIVE);
        ((1.0 - SURE).ln() / apart.ln()).ceil().max(1.0) as usize
    }
}

/// Finds near-duplicates among texts that come and go, each known by a number.
///
/// Adding a text costs its words, and a comparison with each set of alike texts it meets; removing one costs as little.
#[derive(Debug)]
pub struct Finder {
    alike: Alike,
    /// The order of each row of the bands.
    orders: Vec<u64>,
    /// By number: which content it has, and its place among the members of that.
    noted: Vec<Option<(u32, u32)>>,
    contents: Vec<Content>,
    free: Vec<u32>,
    by_words: HashMap<u128, u32>,
    /// By band: the contents that have it.
    met: HashMap<u64, Met>,
}

/// Texts of the same words.
#[derive(Debug, Default)]
struct Content {
    words: u128,
    members: Vec<u32>,
    /// The least hashes of its shingles, in rising order.
    sketch: Box<[u32]>,
    /// Its bands.
    bands: Box<[u64]>,
}

/// Contents of one band. Most bands are of one text only: it needs no list.
#[derive(Debug)]
enum Met {
    One(u32),
    Many(Vec<u32>),
}

impl Finder {
    /// Finds texts as alike as that.
    #[must_use]
    pub fn new(alike: Alike) -> Self {
        Self {
            alike,
            orders: orders(alike.bands()),
            noted: Vec::new(),
            contents: Vec::new(),
            free: Vec::new(),
            by_words: HashMap::new(),
            met: HashMap::new(),
        }
    }

    /// Adds a text by the hashes of its words in their order, and tells `link` which texts added before it is the same as or
    /// like: one of each set. `set_of` tells which set a text belongs to by now. A text without words is like none.
    ///
    /// A number in use stands for what it did before.
    pub fn add(
        &mut self,
        number: u32,
        words: &[u64],
        set_of: impl Fn(u32) -> u32,
        mut link: impl FnMut(u32),
    ) {
        let place = number as usize;
        if words.is_empty() || self.noted.get(place).is_some_and(Option::is_some) {
            return;
        }
        if place >= self.noted.len() {
            self.noted.resize(place + 1, None);
        }
        let key = same_words(words);
        let content = match self.by_words.get(&key) {
            Some(&content) => {
                link(self.contents[content as usize].members[0]);
                content
            }
            None => self.different(key, words, set_of, link),
        };
        let members = &mut self.contents[content as usize].members;
        self.noted[place] = Some((content, members.len() as u32));
        members.push(number);
    }

    /// Adds a content, as yet without members.
    fn different(
        &mut self,
        key: u128,
        words: &[u64],
        set_of: impl Fn(u32) -> u32,
        mut link: impl FnMut(u32),
    ) -> u32 {
        let shingles = shingles(words);
        let (sketch, bands) = (sketch(&shingles), bands(&shingles, &self.orders));
        let content = self.free.pop().unwrap_or(self.contents.len() as u32);
        let mut joined: Vec<u32> = Vec::new();
        for &band in &bands {
            match self.met.entry(band) {
                std::collections::hash_map::Entry::Vacant(vacant) => drop(vacant.insert(Met::One(content))),
                std::collections::hash_map::Entry::Occupied(mut occupied) => {
                    for &other in occupied.get().all() {
                        let other = &self.contents[other as usize];
                        let set = set_of(other.members[0]);
                        if !joined.contains(&set) && overlap(&sketch, &other.sketch) >= self.alike.0 {
                            joined.push(set);
                            link(other.members[0]);
                        }
                    }
                    occupied.get_mut().add(content);
                }
            }
        }
        self.by_words.insert(key, content);
        let new = Content { words: key, members: Vec::new(), sketch, bands };
        match self.contents.get_mut(content as usize) {
            Some(old) => *old = new,
            None => self.contents.push(new),
        }
        content
    }

    /// Forgets a text. Those it was like stay what they are.
    pub fn remove(&mut self, number: u32) {
        let Some((content, place)) = self.noted.get_mut(number as usize).and_then(Option::take) else {
            return;
        };
        let of = &mut self.contents[content as usize];
        of.members.swap_remove(place as usize);
        if let Some(&moved) = of.members.get(place as usize) {
            self.noted[moved as usize] = Some((content, place));
        }
        if of.members.is_empty() {
            let gone = std::mem::take(of);
            self.by_words.remove(&gone.words);
            for band in &gone.bands {
                if self.met.get_mut(band).is_some_and(|met| met.remove(content)) {
                    self.met.remove(band);
                }
            }
            self.free.push(content);
        }
    }
}

impl Met {
    fn all(&self) -> &[u32] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }

    fn add(&mut self, content: u32) {
        match self {
            Self::One(one) => *self = Self::Many(vec![*one, content]),
            Self::Many(many) if many.len() < MOST_MET => many.push(content),
            Self::Many(_) => {}
        }
    }

    /// Takes a content out; whether none is left.
    fn remove(&mut self, content: u32) -> bool {
        match self {
            Self::One(one) => *one == content,
            Self::Many(many) => {
                many.retain(|&other| other != content);
                many.is_empty()
            }
        }
    }
}

/// For each text, the index of the first text of its cluster. Clusters are the same whatever the order of the texts.
///
/// A text is one with every text as alike as that, and so, by a chain, with texts less alike. More than 2³² texts are not told
/// apart from each other: those beyond are clusters of their own.
#[must_use]
pub fn clusters(told: &[Told<'_>], alike: Alike) -> Vec<usize> {
    let mut sets = Sets::new(told.len());
    let mut marks: HashMap<&str, usize> = HashMap::new();
    let mut finder = Finder::new(alike);
    let mut reader = Reader::default();
    let mut links = Vec::new();
    for (at, one) in told.iter().enumerate() {
        for &mark in one.marks {
            sets.join(*marks.entry(mark).or_insert(at), at);
        }
        let Ok(number) = u32::try_from(at) else { continue };
        reader.read(one.text);
        finder.add(
            number,
            &reader.words,
            |other| sets.find(other as usize) as u32,
            |other| links.push(other),
        );
        links.drain(..).for_each(|other| sets.join(other as usize, at));
    }
    (0..told.len()).map(|at| sets.first(at)).collect()
}

/// The hashes of a text's words.
#[derive(Default)]
struct Reader {
    folded: Folded,
    words: Vec<u64>,
}

impl Reader {
    fn read(&mut self, text: &str) {
        self.folded.fold(text);
        self.words.clear();
        for &piece in self.folded.pieces() {
            let characters = self.folded.of(piece);
            match piece.kind {
                PieceKind::Word => {
                    self.words
                        .push(characters.iter().fold(1, |hash, &character| mix(hash, character as u64)));
                }
                PieceKind::Run | PieceKind::Sign => {
                    self.words.extend(characters.iter().map(|&character| mix(1, character as u64)));
                }
            }
        }
    }
}

/// One number for words in their order. Two halves hashed apart: by 64 bits alone two of a thousand million texts would fall
/// together.
fn same_words(words: &[u64]) -> u128 {
    let half = |seed: u64| words.iter().fold(seed, |hash, &word| mix(hash, word));
    u128::from(half(3)) << 64 | u128::from(half(5))
}

/// The hashes of a text's shingles, each once, in rising order; of one too short, of all its words.
fn shingles(words: &[u64]) -> Vec<u64> {
    let together = |words: &[u64]| words.iter().fold(2, |hash, &word| mix(hash, word));
    let mut shingles: Vec<u64> = match words.len() {
        ..SHINGLE => vec![together(words)],
        _ => words.windows(SHINGLE).map(together).collect(),
    };
    shingles.sort_unstable();
    shingles.dedup();
    shingles
}

/// The least hashes of shingles.
fn sketch(shingles: &[u64]) -> Box<[u32]> {
    let mut least: Vec<u32> = shingles.iter().map(|shingle| (shingle >> 32) as u32).take(KEPT).collect();
    least.dedup();
    least.into()
}

/// The overlap of two sets of shingles: of the least hashes of both together, the share that is in both.
fn overlap(one: &[u32], other: &[u32]) -> f64 {
    let (mut left, mut right, mut both, mut all) = (0_usize, 0_usize, 0_usize, 0_usize);
    // Of sets that are kept whole all hashes count, else no more than are surely among the least of both.
    let most = if one.len() < KEPT && other.len() < KEPT { usize::MAX } else { KEPT };
    while all < most {
        let (Some(a), Some(b)) = (one.get(left), other.get(right)) else {
            all = (all + (one.len() - left) + (other.len() - right)).min(most);
            break;
        };
        left += usize::from(a <= b);
        right += usize::from(b <= a);
        both += usize::from(a == b);
        all += 1;
    }
    both as f64 / all.max(1) as f64
}

/// Bands of the least values of shingles, each row under an order of its own.
fn bands(shingles: &[u64], orders: &[u64]) -> Box<[u64]> {
    let mut least = vec![u64::MAX; orders.len()];
    for &shingle in shingles {
        for (least, order) in least.iter_mut().zip(orders) {
            *least = (*least).min(shingle.wrapping_mul(*order));
        }
    }
    let band = |(band, rows): (usize, &[u64])| rows.iter().fold(band as u64, |hash, &row| mix(hash, row));
    least.chunks_exact(ROWS).enumerate().map(band).collect()
}

/// An odd factor for each row of the bands: times it, hashes that are spread already come in another order (multiplicative
/// hashing: Dietzfelbinger et al. 1997, 10.1006/jagm.1997.0873).
fn orders(bands: usize) -> Vec<u64> {
    (1..=(bands * ROWS) as u64).map(|row| scramble(row.wrapping_mul(0x9E37_79B9_7F4A_7C15)) | 1).collect()
}

fn scramble(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

fn mix(hash: u64, value: u64) -> u64 {
    scramble(hash.rotate_left(23) ^ value.wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

/// Sets that are joined, each known by its least member.
struct Sets {
    parents: Vec<usize>,
}

impl Sets {
    fn new(count: usize) -> Self {
        Self { parents: (0..count).collect() }
    }

    fn find(&self, mut at: usize) -> usize {
        while self.parents[at] != at {
            at = self.parents[at];
        }
        at
    }

    fn first(&mut self, mut at: usize) -> usize {
        while self.parents[at] != at {
            self.parents[at] = self.parents[self.parents[at]];
            at = self.parents[at];
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.first(one), self.first(other));
        self.parents[one.max(other)] = one.min(other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand::RngExt;
    use rand::seq::SliceRandom;

    use crate::Seed;

    fn of(texts: &[&str]) -> Vec<usize> {
        let told: Vec<Told<'_>> = texts.iter().map(|&text| Told { text, marks: &[] }).collect();
        clusters(&told, Alike::default())
    }

    #[test]
    fn case_marks_and_a_changed_word_make_no_news() {
        let report = "The server in the north hall stopped answering at noon and was started again by hand";
        let told = [
            report,
            "THE SERVER in the north hall stopped answering at noon, and was started again by hand!",
            "The server in the north hall stopped answering at noon and was started again by Anna",
            "The printer in the south hall ran out of paper at nine and was filled again by hand",
        ];
        assert_eq!(of(&told), [0, 0, 0, 3]);
        assert_eq!(
            of(&["会议改到下午三点在大会议室", "会议改到下午三点，在大会议室。", "明天没有会议"]),
            [0, 0, 2]
        );
    }

    #[test]
    fn empty_texts_are_nobodys_copies_and_marks_join_across_texts() {
        assert_eq!(of(&["", "", "👍", "👍"]), [0, 1, 2, 2]);
        let told = [
            Told { text: "build failed", marks: &["thread:7"] },
            Told { text: "lunch?", marks: &["thread:8"] },
            Told { text: "fixed it", marks: &["thread:7", "https://ci.example/9"] },
            Told { text: "see here", marks: &["https://ci.example/9"] },
        ];
        assert_eq!(clusters(&told, Alike::default()), [0, 1, 0, 0]);
    }

    /// Forty words each, drawn from a thousand; copies with one word in twenty changed.
    #[test]
    fn edits_are_found_and_strangers_are_not() {
        let mut generator = Seed(4).generator(0);
        let mut word = |_| format!("w{}", generator.random_range(0..1000));
        let originals: Vec<Vec<String>> = (0..300).map(|_| (0..40).map(&mut word).collect()).collect();
        let mut texts: Vec<String> = originals.iter().map(|words| words.join(" ")).collect();
        for words in &originals {
            let mut edited = words.clone();
            edited[7] = word(0);
            edited[29] = word(0);
            texts.push(edited.join(" "));
        }
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let found = of(&texts);
        let recalled = (0..300).filter(|&at| found[300 + at] == at).count();
        let wrong = (0..300).filter(|&at| found[at] != at).count();
        assert!(recalled >= 297, "recall {recalled} of 300");
        assert_eq!(wrong, 0, "every cluster is of one original");
    }

    /// The estimate's standard error is √(J(1 - J) / 128): for half an overlap .044, so four of them are .18.
    #[test]
    fn sketches_agree_as_often_as_sets_overlap() {
        let one: Vec<u64> = (0..200).map(|at| mix(9, at)).collect();
        for shared in [0_usize, 50, 100, 150, 200] {
            let other: Vec<u64> = (0..200).map(|at| mix(9, at + 200 - shared as u64)).collect();
            let sketched = |hashes: &[u64]| {
                let mut hashes = hashes.to_vec();
                hashes.sort_unstable();
                sketch(&hashes)
            };
            let truth = shared as f64 / (400 - shared) as f64;
            assert!((overlap(&sketched(&one), &sketched(&other)) - truth).abs() < 0.18);
        }
    }

    /// Half of 60 and 90 shingles fit into sketches: their overlap is exact.
    #[test]
    fn the_overlap_of_short_texts_is_exact() {
        let hashes = |range: std::ops::Range<u64>| shingles(&range.map(|at| mix(9, at)).collect::<Vec<_>>());
        let (one, other) = (sketch(&hashes(0..62)), sketch(&hashes(30..122)));
        assert_eq!((one.len(), other.len()), (60, 90));
        assert_eq!(overlap(&one, &other), 30.0 / 120.0);
        assert_eq!((overlap(&one, &one), overlap(&one, &[])), (1.0, 0.0));
    }

    /// Sets that overlap by half meet in a row of bands, three minimal hashes alike, as often as .5³: in 35 bands of 200 pairs
    /// 875 times, give or take √(7,000 · .125 · .875) = 28.
    #[test]
    fn minimal_hashes_agree_as_often_as_sets_overlap() {
        let orders = orders(35);
        let of = |from: u64| bands(&(from..from + 30).map(|at| mix(9, at)).collect::<Vec<_>>(), &orders);
        let met: usize = (0..200)
            .map(|pair| {
                let (one, other) = (of(pair * 1_000), of(pair * 1_000 + 10));
                one.iter().zip(&other).filter(|(one, other)| one == other).count()
            })
            .sum();
        assert!((875 - 4 * 28..=875 + 4 * 28).contains(&met), "{met}");
    }

    #[test]
    fn bands_are_as_many_as_find_what_is_alike() {
        assert_eq!([0.5, 0.7, 1.0].map(|overlap| Alike::new(overlap).unwrap().bands()), [35, 11, 1]);
    }

    #[test]
    fn what_was_removed_is_found_no_more_and_what_stays_is() {
        let words =
            |changed: u64| -> Vec<u64> { (0..30).map(|at| mix(at, u64::from(at == 3) * changed)).collect() };
        let mut finder = Finder::new(Alike::default());
        let add = |finder: &mut Finder, number, changed| {
            let mut found = Vec::new();
            finder.add(number, &words(changed), |number| number, |other| found.push(other));
            found.sort_unstable();
            found
        };
        assert!(add(&mut finder, 7, 0).is_empty());
        assert_eq!(add(&mut finder, 2, 0), [7]);
        assert_eq!(add(&mut finder, 4, 1), [7]);
        finder.remove(7);
        assert_eq!(add(&mut finder, 5, 2), [2, 4]);
        for number in [2, 4, 5] {
            finder.remove(number);
        }
        assert!(add(&mut finder, 2, 0).is_empty());
        finder.remove(2);
        assert!(finder.by_words.is_empty() && finder.met.is_empty());
        assert_eq!(finder.free.len(), finder.contents.len());
    }

    #[test]
    fn a_million_identical_texts_are_one_cluster() {
        let told = vec![Told { text: "disk almost full on host seven", marks: &[] }; 1_000_000];
        assert!(clusters(&told, Alike::default()).iter().all(|&first| first == 0));
    }

    #[test]
    fn many_variants_of_one_alert_are_one_cluster() {
        let texts: Vec<String> = (0..20_000)
            .map(|at| format!("alert {at} the disk of the build host in the north hall is almost full again"))
            .collect();
        assert!(of(&texts.iter().map(String::as_str).collect::<Vec<_>>()).iter().all(|&first| first == 0));
    }

    proptest! {
        #[test]
        fn clusters_do_not_depend_on_the_order(texts in proptest::collection::vec("[ab]( [abc]){3,9}", 2..20), seed: u64) {
            let mut order: Vec<usize> = (0..texts.len()).collect();
            order.shuffle(&mut Seed(seed).generator(0));
            let straight = of(&texts.iter().map(String::as_str).collect::<Vec<_>>());
            let mixed = of(&order.iter().map(|&at| texts[at].as_str()).collect::<Vec<_>>());
            for one in 0..texts.len() {
                for other in 0..texts.len() {
                    prop_assert_eq!(mixed[one] == mixed[other], straight[order[one]] == straight[order[other]]);
                }
            }
        }
    }
}
