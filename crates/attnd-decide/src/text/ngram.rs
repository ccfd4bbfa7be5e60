//! What is a text made of, as numbers? Hashed n-grams of characters and words, in views that are weighed apart.
//!
//! A feature's number is a hash of its characters (Weinberger et al. 2009, arXiv 0902.2206), so no dictionary is kept and
//! any script works. Three views see each text: n-grams of characters inside a word, words and pairs of neighbours, and
//! pairs of words that stand within ten words of each other.

use super::fold::{Folded, PieceKind};

/// Bits of a hashed feature inside its view: 2^20 numbers a view, so that of 50,000 features one in twenty shares its number.
pub const BITS: u32 = 20;

/// One way of seeing a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// N-grams of two to five characters inside a word with its borders; one to three of Chinese and Japanese.
    Characters,
    /// Words and pairs of neighbouring words; each character of Chinese and Japanese is a word.
    Words,
    /// Two words of the text in their order, others between them or none.
    Pairs,
}

/// All views, in the order of their numbers.
pub const VIEWS: [View; 3] = [View::Characters, View::Words, View::Pairs];

/// Characters read of one text; what comes after them is not read. The topic of a text is clear by its thousandth page.
pub const MOST_CHARACTERS: usize = 1 << 20;

const SHORTEST: usize = 2;
const LONGEST: usize = 5;
const LONGEST_IN_RUN: usize = 3;
/// How far apart, in words, the two of a pair are at most: all pairs of a long text would be as many as its words squared.
const REACH: usize = 10;

/// The view and the hash in one number: what is counted.
pub type Feature = u32;

/// The index in [`VIEWS`] of the view a feature belongs to.
#[must_use]
pub fn view_of(feature: Feature) -> usize {
    (feature >> BITS) as usize
}

/// How many numbers a feature can have.
#[must_use]
pub fn space() -> usize {
    VIEWS.len() << BITS
}

/// Where in the folded characters a feature was read: one stretch, and a second where it is made of two words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// First character and the place after the last one.
    pub first: (usize, usize),
    /// The second word's.
    pub second: Option<(usize, usize)>,
}

/// Reads features out of texts; its memory serves the next text too.
#[derive(Clone, Debug, Default)]
pub struct FeatureReader {
    folded: Folded,
    words: Vec<Word>,
}

#[derive(Clone, Copy, Debug)]
struct Word {
    hash: u64,
    at: (usize, usize),
}

impl FeatureReader {
    /// Puts the text's features into `out`, each as often as it occurs, in no promised order.
    pub fn read(&mut self, text: &str, out: &mut Vec<Feature>) {
        out.clear();
        self.visit(text, |feature, _| out.push(feature));
    }

    /// Tells each feature of the text and where it was read.
    pub fn visit(&mut self, text: &str, mut tell: impl FnMut(Feature, Place)) {
        self.folded.fold(text);
        self.words.clear();
        let all = self.folded.characters();
        for &piece in self.folded.pieces() {
            let (start, end) = (piece.start, piece.end);
            match piece.kind {
                PieceKind::Word => {
                    grams_in_word(all, start, end, &mut tell);
                    self.words.push(Word { hash: word_hash(&all[start..end]), at: (start, end) });
                }
                PieceKind::Run | PieceKind::Sign => {
                    grams_in_run(all, start, end, &mut tell);
                    let word = |at| Word { hash: word_hash(&all[at..=at]), at: (at, at + 1) };
                    self.words.extend((start..end).map(word));
                }
            }
        }
        grams_of_words(&self.words, &mut tell);
    }

    /// The folded characters at a place of the text visited last, its two words with a space between them.
    #[must_use]
    pub fn text_at(&self, place: Place) -> String {
        let all = self.folded.characters();
        let mut text: String = all[place.first.0..place.first.1].iter().collect();
        if let Some((start, end)) = place.second {
            text.push(' ');
            text.extend(&all[start..end]);
        }
        text
    }

    /// How many words the text visited last has.
    #[must_use]
    pub fn words(&self) -> usize {
        self.words.len()
    }
}

/// Where hashes of characters and of words begin: digits of pi.
const CHARACTERS: u64 = 0x243F_6A88_85A3_08D3;
const WORD: u64 = 0x1319_8A2E_0370_7344;
/// An odd number without pattern: 2^64 over the golden ratio.
const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;
/// What stands before and after a word.
const BORDER: u64 = ' ' as u64;

/// One step of a hash: rotate, exclusive or, multiply. The upper bits are the good ones.
fn mix(hash: u64, value: u64) -> u64 {
    (hash.rotate_left(5) ^ value).wrapping_mul(MULTIPLIER)
}

fn word_hash(characters: &[char]) -> u64 {
    characters.iter().fold(WORD, |hash, &character| mix(hash, character as u64))
}

fn feature(view: View, hash: u64) -> Feature {
    ((view as u32) << BITS) | (hash >> (64 - BITS)) as u32
}

/// N-grams of a word with a border on both sides, each begun where the one before it was and hashed on from there.
fn grams_in_word(all: &[char], start: usize, end: usize, tell: &mut impl FnMut(Feature, Place)) {
    let mut from_border = mix(CHARACTERS, BORDER);
    for (length, at) in (start..end).take(LONGEST - 1).enumerate() {
        from_border = mix(from_border, all[at] as u64);
        debug_assert!(length + 2 >= SHORTEST);
        tell(feature(View::Characters, from_border), Place { first: (start, at + 1), second: None });
    }
    if end - start + 2 <= LONGEST {
        let hash = mix(from_border, BORDER);
        tell(feature(View::Characters, hash), Place { first: (start, end), second: None });
    }
    for from in start..end {
        let mut hash = CHARACTERS;
        let stop = end.min(from + LONGEST);
        for (at, &character) in (from..stop).zip(&all[from..stop]) {
            hash = mix(hash, character as u64);
            if at + 1 - from >= SHORTEST {
                tell(feature(View::Characters, hash), Place { first: (from, at + 1), second: None });
            }
        }
        if end - from < LONGEST {
            tell(feature(View::Characters, mix(hash, BORDER)), Place { first: (from, end), second: None });
        }
    }
}

fn grams_in_run(all: &[char], start: usize, end: usize, tell: &mut impl FnMut(Feature, Place)) {
    for from in start..end {
        let mut hash = CHARACTERS;
        let stop = end.min(from + LONGEST_IN_RUN);
        for (at, &character) in (from..stop).zip(&all[from..stop]) {
            hash = mix(hash, character as u64);
            tell(feature(View::Characters, hash), Place { first: (from, at + 1), second: None });
        }
    }
}

fn grams_of_words(words: &[Word], tell: &mut impl FnMut(Feature, Place)) {
    for (index, word) in words.iter().enumerate() {
        tell(feature(View::Words, word.hash), Place { first: word.at, second: None });
        let after = &words[index + 1..words.len().min(index + 1 + REACH)];
        for (distance, other) in after.iter().enumerate() {
            let place = Place { first: word.at, second: Some(other.at) };
            let hash = mix(word.hash, other.hash);
            if distance == 0 {
                tell(feature(View::Words, hash), place);
            }
            tell(feature(View::Pairs, hash), place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<(usize, String)> {
        let mut reader = FeatureReader::default();
        let mut places = Vec::new();
        reader.visit(text, |feature, place| places.push((view_of(feature), place)));
        places.into_iter().map(|(view, place)| (view, reader.text_at(place))).collect()
    }

    fn of(view: View, text: &str) -> Vec<String> {
        read(text).into_iter().filter(|(of, _)| *of == view as usize).map(|(_, text)| text).collect()
    }

    /// `TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5))` of scikit-learn 1.9 gives these fourteen for "card":
    /// " c", "ca", "ar", "rd", "d ", " ca", "car", "ard", "rd ", " car", "card", "ard ", " card", "card ".
    #[test]
    fn a_word_has_the_n_grams_of_scikit_learn() {
        let mut grams = of(View::Characters, "Card");
        grams.sort();
        let expected =
            ["ar", "ard", "ard", "c", "ca", "ca", "car", "car", "card", "card", "card", "d", "rd", "rd"];
        assert_eq!(grams, expected);
        // " a " is one n-gram with two borders beside " a" and "a ".
        assert_eq!(of(View::Characters, "a").len(), 3);
    }

    #[test]
    fn chinese_is_read_in_one_to_three_characters() {
        assert_eq!(of(View::Characters, "开会吗"), ["开", "开会", "开会吗", "会", "会吗", "吗"]);
        assert_eq!(of(View::Words, "开会吗"), ["开", "开 会", "会", "会 吗", "吗"]);
    }

    #[test]
    fn pairs_reach_over_words_between() {
        assert_eq!(of(View::Pairs, "a b c"), ["a b", "a c", "b c"]);
        let long = "w ".repeat(100);
        assert_eq!(of(View::Pairs, &long).len(), 89 * 10 + 55 - 10 + 10);
    }

    proptest! {
        #[test]
        fn features_stay_inside_their_space(text in "\\PC{0,80}") {
            let mut features = Vec::new();
            FeatureReader::default().read(&text, &mut features);
            prop_assert!(features.iter().all(|&feature| (feature as usize) < space()));
        }

        #[test]
        fn case_and_width_do_not_matter(text in "[a-zA-Z0-9 ]{0,40}") {
            let wide: String = text.chars().map(|character| match character {
                ' ' => '\u{3000}',
                other => char::from_u32(other as u32 + 0xFEE0).unwrap(),
            }).collect();
            let (mut plain, mut folded) = (Vec::new(), Vec::new());
            FeatureReader::default().read(&text.to_lowercase(), &mut plain);
            FeatureReader::default().read(&wide, &mut folded);
            prop_assert_eq!(plain, folded);
        }
    }
}
