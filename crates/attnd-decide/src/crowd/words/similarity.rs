//! How alike are two texts?

/// What is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Likeness {
    /// One less the edits from one to the other over the longer one's length, by characters.
    #[default]
    Edits,
    /// The same by words: one less the word error rate's kin.
    Words,
    /// Harmonic mean of the shares of common runs of three characters (the idea of chrF: Popović 2015,
    /// doi:10.18653/v1/W15-3049); forgives words in another order.
    Trigrams,
}

/// From 0, nothing in common, to 1, equal.
#[must_use]
pub fn likeness(one: &str, other: &str, by: Likeness) -> f64 {
    match by {
        Likeness::Edits => by_edits(&one.chars().collect::<Vec<_>>(), &other.chars().collect::<Vec<_>>()),
        Likeness::Words => by_edits(&super::tokens(one), &super::tokens(other)),
        Likeness::Trigrams => by_trigrams(one, other),
    }
}

fn by_edits<T: PartialEq>(one: &[T], other: &[T]) -> f64 {
    let longest = one.len().max(other.len());
    if longest == 0 { 1.0 } else { 1.0 - edit_distance(one, other) as f64 / longest as f64 }
}

/// Least number of insertions, deletions and substitutions from one to the other. O(product of the lengths) time,
/// O(the other's length) memory.
///
/// Levenshtein (1966); Wagner and Fischer (1974), doi:10.1145/321796.321811.
#[must_use]
pub fn edit_distance<T: PartialEq>(one: &[T], other: &[T]) -> usize {
    // What both begin and end with is never edited.
    let head = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    let (one, other) = (&one[head..], &other[head..]);
    let tail = one.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| one == other).count();
    let (one, other) = (&one[..one.len() - tail], &other[..other.len() - tail]);
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (above, left) in one.iter().enumerate() {
        let mut diagonal = above;
        row[0] = above + 1;
        for (at, upper) in other.iter().enumerate() {
            let substituted = diagonal + usize::from(left != upper);
            diagonal = row[at + 1];
            row[at + 1] = substituted.min(diagonal + 1).min(row[at] + 1);
        }
    }
    row[other.len()]
}

fn by_trigrams(one: &str, other: &str) -> f64 {
    let (one, other) = (trigrams(one), trigrams(other));
    if one.is_empty() || other.is_empty() {
        return f64::from(u8::from(one == other));
    }
    let (mut common, mut at, mut beside) = (0_usize, 0, 0);
    while at < one.len() && beside < other.len() {
        match one[at].cmp(&other[beside]) {
            std::cmp::Ordering::Less => at += 1,
            std::cmp::Ordering::Greater => beside += 1,
            std::cmp::Ordering::Equal => {
                common += 1;
                at += 1;
                beside += 1;
            }
        }
    }
    2.0 * common as f64 / (one.len() + other.len()) as f64
}

/// Runs of three characters in order, with a space before and after the text so that short ones have some.
fn trigrams(text: &str) -> Vec<[char; 3]> {
    let text = text.trim();
    if text.is_empty() {
        return Vec::new();
    }
    let padded: Vec<char> = std::iter::once(' ').chain(text.chars()).chain([' ']).collect();
    let mut runs: Vec<[char; 3]> = padded.windows(3).map(|run| [run[0], run[1], run[2]]).collect();
    runs.sort_unstable();
    runs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn distances_are_the_textbooks() {
        for (one, other, distance) in [
            ("kitten", "sitting", 3),
            ("saturday", "sunday", 3),
            ("intention", "execution", 5),
            ("", "abc", 3),
        ] {
            let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
            assert_eq!(edit_distance(&one, &other), distance);
        }
    }

    #[test]
    fn trigrams_forgive_order() {
        let apart = |by| likeness("call me today", "today call me", by);
        assert!(apart(Likeness::Trigrams) > 0.6 && apart(Likeness::Edits) < 0.5);
        assert_eq!(likeness("", "", Likeness::Trigrams), 1.0);
    }

    proptest! {
        #[test]
        fn distance_is_a_metric(one in "[ab]{0,8}", other in "[ab]{0,8}", third in "[ab]{0,8}") {
            let distance = |one: &str, other: &str| edit_distance(one.as_bytes(), other.as_bytes());
            prop_assert_eq!(distance(&one, &other), distance(&other, &one));
            prop_assert_eq!(distance(&one, &other) == 0, one == other);
            prop_assert!(distance(&one, &third) <= distance(&one, &other) + distance(&other, &third));
        }

        #[test]
        fn likeness_is_a_share_and_equal_texts_are_alike(one in "[abc 猫]{0,12}", other in "[abc 猫]{0,12}") {
            for by in [Likeness::Edits, Likeness::Words, Likeness::Trigrams] {
                prop_assert!((0.0..=1.0).contains(&likeness(&one, &other, by)));
                prop_assert_eq!(likeness(&one, &one, by), 1.0);
            }
        }
    }
}
