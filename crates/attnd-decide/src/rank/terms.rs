//! Which words does an ask use? Its leading words as a short list of numbered buckets.

use super::fingerprint::fingerprint;

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

/// The words of an ask, by bucket, and the number that stands for them all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Terms {
    /// Each bucket once, in rising order.
    pub(super) of: Vec<Term>,
    /// The same for asks whose leading words are the same.
    pub(super) content: u64,
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
        let mut reader = Reader { of: Vec::with_capacity(32), content: 0, numbers, word: String::new() };
        reader.read(title, TITLE_COUNTS);
        reader.read(text, 1);
        let Reader { mut of, content, .. } = reader;
        of.sort_unstable();
        Self { of, content }
    }

    /// How alike two lists of words are, 0 to 1: the cosine of their damped counts.
    pub(super) fn cosine(one: &[Term], other: &[Term]) -> f64 {
        let mut product = 0.0;
        let (mut left, mut right) = (one.iter().peekable(), other.iter().peekable());
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            match a.bucket.cmp(&b.bucket) {
                std::cmp::Ordering::Less => drop(left.next()),
                std::cmp::Ordering::Greater => drop(right.next()),
                std::cmp::Ordering::Equal => {
                    product += f64::from(a.weight()) * f64::from(b.weight());
                    left.next();
                    right.next();
                }
            }
        }
        let norm = |terms: &[Term]| terms.iter().map(|term| f64::from(term.weight()).powi(2)).sum::<f64>();
        let norms = (norm(one) * norm(other)).sqrt();
        if norms > 0.0 { product / norms } else { 0.0 }
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
    content: u64,
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
                self.term(character.encode_utf8(&mut [0; 4]), counts);
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
        if self.numbers == Numbers::Matter || !word.starts_with(|first: char| first.is_ascii_digit()) {
            self.term(&word, counts);
        }
        self.word = word;
        self.word.clear();
    }

    fn term(&mut self, word: &str, counts: u8) {
        let hash = fingerprint(0, word.as_bytes());
        let bucket = (hash >> 48) as u16;
        if let Some(known) = self.of.iter_mut().find(|term| term.bucket == bucket) {
            known.count = known.count.saturating_add(counts).min(MOST_COUNTED);
        } else if self.of.len() < MOST_TERMS {
            self.of.push(Term { bucket, count: counts });
            // A sum, so that the order of words makes no difference.
            self.content = self.content.wrapping_add(hash);
        }
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
        assert_ne!(of("cat").content, of("dog").content);
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
        let alert = |text| Terms::of(text, "", Numbers::Alike);
        assert_eq!(alert("CPU at 93 % for 5m").content, alert("CPU at 97 % for 12m").content);
        assert_ne!(of("Invoice 1001").content, of("Invoice 1002").content);
    }

    #[test]
    fn ten_megabytes_are_no_more_than_a_page() {
        let long = "word ".repeat(2_000_000);
        assert_eq!(of(&long).of, [Term { bucket: of("word").of[0].bucket, count: MOST_COUNTED }]);
    }

    #[test]
    fn the_cosine_is_that_of_damped_counts() {
        // (1 + ln 2, 1) and (1, 0): 1.693 / sqrt(1.693² + 1) = 0.861037.
        let cosine = Terms::cosine(&of("cat cat dog").of, &of("cat").of);
        assert!((cosine - 0.861_037).abs() < 1e-6, "{cosine}");
        assert_eq!(Terms::cosine(&of("cat").of, &of("").of), 0.0);
    }

    proptest! {
        #[test]
        fn any_text_is_read(title in ".{0,40}", text in ".{0,400}") {
            let terms = Terms::of(&title, &text, Numbers::Matter);
            prop_assert!(terms.of.len() <= MOST_TERMS);
            prop_assert!(terms.of.windows(2).all(|pair| pair[0].bucket < pair[1].bucket));
            let same = Terms::cosine(&terms.of, &terms.of);
            prop_assert!(terms.of.is_empty() || (same - 1.0).abs() < 1e-9);
        }
    }
}
