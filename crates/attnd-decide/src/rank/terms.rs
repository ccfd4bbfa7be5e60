//! Which words does an ask use? Its leading words as a short list of numbered buckets.

use super::fingerprint::{fingerprint, joined};

/// How many buckets words fall into: two bytes a term, so that 100,000 asks fit a processor's cache level by level.
pub(super) const BUCKETS: usize = 1 << 16;

/// How many different words of an ask count: the title and the lead say what it is, and a text of ten megabytes costs no
/// more than a page.
pub(super) const MOST_TERMS: usize = 64;

/// How many bytes of a text are read.
const MOST_BYTES: usize = 4_096;

/// How often a word of the title counts.
const TITLE_COUNTS: u8 = 2;

/// A word's bucket and how often it occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Term {
    pub(super) bucket: u16,
    pub(super) count: u8,
}

/// The words of an ask, by bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Terms {
    /// Each bucket once, in rising order.
    pub(super) of: Vec<Term>,
}

/// Whether numbers tell asks apart: two alerts that differ in a measured value are one, two invoices are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    Matter,
    Alike,
}

impl Terms {
    /// The words of a title and a text.
    ///
    /// A word is a run of letters and digits in lower case. Chinese, Japanese and Korean write without spaces: each
    /// character and each pair of neighbours is a word. Signs outside every script, emoji among them, are words too.
    pub(super) fn of(title: &str, text: &str, numbers: Numbers) -> Self {
        Self::with_words(title, text, numbers).0
    }

    /// The same, with a number for every word in its order, by which copies are told.
    ///
    /// Where numbers matter, those of the title are part of every word: whatever else they share, what has other numbers in its
    /// title is no copy.
    pub(super) fn with_words(title: &str, text: &str, numbers: Numbers) -> (Self, Vec<u64>) {
        let mut reader = Reader {
            of: Vec::with_capacity(32),
            words: Vec::with_capacity(64),
            measured: 0,
            numbers,
            word: String::new(),
        };
        reader.read(title, TITLE_COUNTS);
        let measured = reader.measured;
        reader.read(text, 1);
        let Reader { mut of, mut words, .. } = reader;
        of.sort_unstable();
        if measured != 0 {
            words.iter_mut().for_each(|word| *word = joined(*word, measured));
        }
        (Self { of }, words)
    }
}

impl Term {
    /// What it counts in its ask: 1 + ln count, so that a word said ten times is not ten words.
    pub(super) fn weight(self) -> f32 {
        damped(u16::from(self.count))
    }
}

/// What a word counts that occurs so often.
pub(super) fn damped(times: u16) -> f32 {
    DAMPED[usize::from(times) % DAMPED.len()]
}

/// A word said more often counts as said so often.
const MOST_COUNTED: u8 = 15;

/// 1 + ln n for n from 1; a word that does not occur counts nothing.
const DAMPED: [f32; 16] = [
    0.0, 1.0, 1.693_147, 2.098_612, 2.386_294, 2.609_438, 2.791_759, 2.945_91, 3.079_442, 3.197_225,
    3.302_585, 3.397_895, 3.484_907, 3.564_949, 3.639_057, 3.708_05,
];

struct Reader {
    of: Vec<Term>,
    words: Vec<u64>,
    /// Stands for the numbers read so far, 0 for none.
    measured: u64,
    numbers: Numbers,
    word: String,
}

impl Reader {
    fn read(&mut self, text: &str, counts: u8) {
        let (all, text) = (text.len(), &text[..text.floor_char_boundary(MOST_BYTES)]);
        let mut before: Option<char> = None;
        for character in text.chars() {
            let dense = is_dense(character);
            if dense || !character.is_alphanumeric() {
                self.end(counts);
            }
            if dense {
                let mut pair = String::new();
                if let Some(before) = before {
                    pair.extend([before, character]);
                    self.term(&pair, counts);
                }
                let word = self.term(character.encode_utf8(&mut [0; 4]), counts);
                self.words.push(word);
            } else if character.is_alphanumeric() {
                self.word.extend(character.to_lowercase());
            }
            before = dense.then_some(character);
        }
        if text.len() < all {
            // The word that was cut is none.
            self.word.clear();
        }
        self.end(counts);
    }

    /// Ends the word being read.
    fn end(&mut self, counts: u8) {
        if self.word.is_empty() {
            return;
        }
        let word = std::mem::take(&mut self.word);
        let measures = word.starts_with(|first: char| first.is_ascii_digit());
        if self.numbers == Numbers::Matter || !measures {
            let hash = self.term(&word, counts);
            self.words.push(hash);
            if measures {
                self.measured = joined(self.measured, hash);
            }
        }
        self.word = word;
        self.word.clear();
    }

    /// Counts a word, and gives the number that stands for it.
    fn term(&mut self, word: &str, counts: u8) -> u64 {
        let hash = fingerprint(0, word.as_bytes());
        let bucket = (hash >> 48) as u16;
        if let Some(known) = self.of.iter_mut().find(|term| term.bucket == bucket) {
            known.count = known.count.saturating_add(counts).min(MOST_COUNTED);
        } else if self.of.len() < MOST_TERMS {
            self.of.push(Term { bucket, count: counts });
        }
        hash
    }
}

/// Whether the character is a word by itself: scripts without spaces, and signs such as emoji.
fn is_dense(character: char) -> bool {
    matches!(u32::from(character),
        0x2600..=0x27bf | 0x3040..=0x30ff | 0x3400..=0x9fff | 0xac00..=0xd7af | 0xf900..=0xfaff | 0x1_f000..=0x1_faff
        | 0x2_0000..=0x3_ffff)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> Terms {
        Terms::of("", text, Numbers::Matter)
    }

    #[test]
    fn words_count_and_their_order_does_not() {
        assert_eq!(of("the cat and the dog").of.len(), 4);
        assert_eq!(of("The cat, and THE dog!"), of("dog the and cat the"));
        assert_ne!(of("cat"), of("dog"));
    }

    #[test]
    fn chinese_needs_no_spaces_and_emoji_are_words() {
        // Three characters and two pairs.
        assert_eq!(of("写报告").of.len(), 5);
        assert_eq!(of("🔥🔥").of.len(), 2);
        assert!(of("… — !").of.is_empty());
    }

    #[test]
    fn measured_values_do_not_tell_alerts_apart() {
        let alert = |text| Terms::with_words(text, "", Numbers::Alike);
        assert_eq!(alert("CPU at 93 % for 5m"), alert("CPU at 97 % for 12m"));
        let invoice =
            |title| Terms::with_words(title, "please pay until the end of the month", Numbers::Matter).1;
        let (one, other) = (invoice("Invoice 1001"), invoice("Invoice 1002"));
        assert!(one.iter().all(|word| !other.contains(word)));
        // Only those of the title: a text that counts its readers is no news each time.
        let read = |text| Terms::with_words("Weekly news", text, Numbers::Matter).1;
        let (one, other) = (read("read 12 times"), read("read 13 times"));
        assert_eq!(one.iter().zip(&other).filter(|(one, other)| one == other).count(), 4);
    }

    #[test]
    fn ten_megabytes_are_no_more_than_a_page() {
        let long = "word ".repeat(2_000_000);
        assert_eq!(of(&long).of, [Term { bucket: of("word").of[0].bucket, count: MOST_COUNTED }]);
    }

    proptest! {
        #[test]
        fn any_text_is_read(title in ".{0,40}", text in ".{0,400}") {
            let terms = Terms::of(&title, &text, Numbers::Matter);
            prop_assert!(terms.of.len() <= MOST_TERMS);
            prop_assert!(terms.of.windows(2).all(|pair| pair[0].bucket < pair[1].bucket));
        }
    }
}
