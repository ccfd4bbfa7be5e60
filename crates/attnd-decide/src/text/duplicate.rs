//! Which texts are the same news told again? Near-duplicates in clusters, whatever order they come in.
//!
//! Texts that read alike share most of their word triples. MinHash (Broder 1997, 10.1109/SEQUEN.1997.666900) keeps a sketch
//! whose places agree as often as two sets overlap; bands of it (Leskovec, Rajaraman and Ullman, Mining of Massive
//! Datasets, ch. 3) bring together whom to compare. What shares a mark, such as a thread or an address, is one without
//! looking at words. Texts that fold to the same characters are one cluster at the price of one look-up each.

use std::collections::HashMap;

use super::fold::{Folded, PieceKind};

/// Places of a sketch: their agreement tells the overlap of two sets to within about 9 points (one standard error at .5
/// is √(.25 / 128) = .044).
const PLACES: usize = 128;
/// Places in one band: 32 bands of four bring together sets that overlap by half with probability 1 - (1 - .5⁴)³² = .87,
/// by .7 with .9998, and by .2 with .05.
const BAND: usize = 4;
/// Words in one shingle.
const SHINGLE: usize = 3;

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
    /// That overlap; none outside .3 to 1: sketches do not find less.
    #[must_use]
    pub fn new(overlap: f64) -> Option<Self> {
        (0.3..=1.0).contains(&overlap).then_some(Self(overlap))
    }
}

/// For each text, the index of the first text of its cluster. Clusters are the same whatever the order of the texts.
///
/// A text is one with every text as alike as that, and so, by a chain, with texts less alike.
#[must_use]
pub fn clusters(told: &[Told<'_>], alike: Alike) -> Vec<usize> {
    let mut sets = Sets::new(told.len());
    let mut marks: HashMap<&str, usize> = HashMap::new();
    let mut contents: HashMap<u128, usize> = HashMap::new();
    let mut different = Vec::new();
    let mut reader = Shingles::default();
    for (at, one) in told.iter().enumerate() {
        for &mark in one.marks {
            sets.join(*marks.entry(mark).or_insert(at), at);
        }
        reader.read(one.text);
        let Some(content) = reader.content() else { continue };
        let first = *contents.entry(content).or_insert(at);
        if first == at {
            different.push(Sketched { at, sketch: sketch(&reader.hashes) });
        } else {
            sets.join(first, at);
        }
    }
    join_alike(&different, alike, &mut sets);
    (0..told.len()).map(|at| sets.first(at)).collect()
}

/// A text and its sketch.
struct Sketched {
    at: usize,
    sketch: Box<[u32; PLACES]>,
}

/// Compares what meets in a band. Sorted, not hashed: neighbours with the same band lie together, memory is one row a text.
fn join_alike(different: &[Sketched], alike: Alike, sets: &mut Sets) {
    let mut order: Vec<(u64, usize)> = Vec::with_capacity(different.len());
    for band in 0..PLACES / BAND {
        let hash = |one: &Sketched| {
            one.sketch[band * BAND..][..BAND].iter().fold(0, |hash, &place| mix(hash, u64::from(place)))
        };
        order.clear();
        order.extend(different.iter().enumerate().map(|(index, one)| (hash(one), index)));
        order.sort_unstable();
        for met in order.chunk_by(|one, other| one.0 == other.0) {
            join_met(met, different, alike, sets);
        }
    }
}

/// Joins the alike among texts of one band.
///
/// Most that meet are alike, so each is first compared with the first of them; what then still lies in different sets is
/// compared set by set, each pair of sets until they are one. A million variants of one alert cost a million comparisons.
fn join_met(met: &[(u64, usize)], different: &[Sketched], alike: Alike, sets: &mut Sets) {
    let leader = &different[met[0].1];
    for &(_, other) in &met[1..] {
        let other = &different[other];
        if sets.first(leader.at) != sets.first(other.at) && overlap(leader, other) >= alike.0 {
            sets.join(leader.at, other.at);
        }
    }
    let mut by_set: Vec<(usize, usize)> =
        met.iter().map(|&(_, one)| (sets.first(different[one].at), one)).collect();
    by_set.sort_unstable();
    let groups: Vec<&[(usize, usize)]> = by_set.chunk_by(|one, other| one.0 == other.0).collect();
    for (place, one) in groups.iter().enumerate() {
        for other in &groups[place + 1..] {
            let mut pairs = one.iter().flat_map(|one| other.iter().map(move |other| (one.1, other.1)));
            let apart = sets.first(one[0].0) != sets.first(other[0].0);
            if apart && pairs.any(|(one, other)| overlap(&different[one], &different[other]) >= alike.0) {
                sets.join(one[0].0, other[0].0);
            }
        }
    }
}

/// The overlap of two sets of shingles as their sketches tell it.
fn overlap(one: &Sketched, other: &Sketched) -> f64 {
    let same = one.sketch.iter().zip(&*other.sketch).filter(|(one, other)| one == other).count();
    same as f64 / PLACES as f64
}

/// The hashes of a text's shingles.
#[derive(Default)]
struct Shingles {
    folded: Folded,
    words: Vec<u64>,
    hashes: Vec<u64>,
}

impl Shingles {
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
        self.hashes.clear();
        let together = |words: &[u64]| words.iter().fold(2, |hash, &word| mix(hash, word));
        if self.words.len() < SHINGLE {
            self.hashes.push(together(&self.words));
        } else {
            self.hashes.extend(self.words.windows(SHINGLE).map(together));
        }
    }

    /// One number for the whole content; none where it has no word. Two halves hashed apart: by 64 bits alone two of a
    /// thousand million texts would fall together.
    fn content(&self) -> Option<u128> {
        let half = |seed: u64| self.words.iter().fold(seed, |hash, &word| mix(hash, word));
        (!self.words.is_empty()).then(|| u128::from(half(3)) << 64 | u128::from(half(5)))
    }
}

/// For each place the least of the shingles' values under that place's own order.
fn sketch(shingles: &[u64]) -> Box<[u32; PLACES]> {
    let mut least = Box::new([u32::MAX; PLACES]);
    for &shingle in shingles {
        let mut value = shingle;
        for least in &mut *least {
            // A walk of the generator SplitMix64 (Steele et al. 2014, 10.1145/2660193.2660195) from the shingle's hash.
            value = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
            *least = (*least).min((scramble(value) >> 32) as u32);
        }
    }
    least
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
            let sketched = |hashes: &[u64]| Sketched { at: 0, sketch: sketch(hashes) };
            let truth = shared as f64 / (400 - shared) as f64;
            assert!((overlap(&sketched(&one), &sketched(&other)) - truth).abs() < 0.18);
        }
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
