//! Is a text kindly or crossly worded? A small list of English and Chinese words, turned round where they are denied.
//!
//! This reads wording, never a person: attnd infers nobody's emotions. Nothing uses it unless it is asked for.

use super::cue::{Cue, CueReader, RuleCard};

/// What the rules say of themselves.
pub const CARD: RuleCard = RuleCard {
    tells: "how kindly or crossly a text is worded, English and Chinese",
    measured: "on the sentences beside the rules in their tests, and of CLINC150's 30 test texts that say thanks 25 are \
               found kind; no set with labels of tone was at hand. The list is small, irony is not seen",
    not_for: "what anybody feels; judging people; other languages; anything that is decided without being asked for",
};

/// Words before a cue within which a denial turns it round.
const DENIAL_REACH: usize = 3;
/// A denied word says less than its opposite: "not bad" is not "great" (Taboada et al. 2011, 10.1162/COLI_a_00049).
const DENIED: f64 = -0.5;
const DENIALS: [&str; 12] =
    ["not", "no", "never", "dont", "doesnt", "didnt", "isnt", "wasnt", "cant", "wont", "without", "hardly"];
const DENIALS_IN_RUN: [&str; 5] = ["不", "没", "没有", "并非", "不是很"];

const CUES: &[Cue] = &[
    Cue { phrase: "thanks", weight: 1.0 },
    Cue { phrase: "thank you", weight: 1.0 },
    Cue { phrase: "great", weight: 1.0 },
    Cue { phrase: "good", weight: 0.7 },
    Cue { phrase: "excellent", weight: 1.3 },
    Cue { phrase: "love", weight: 1.2 },
    Cue { phrase: "nice", weight: 0.8 },
    Cue { phrase: "perfect", weight: 1.2 },
    Cue { phrase: "helpful", weight: 1.0 },
    Cue { phrase: "well done", weight: 1.2 },
    Cue { phrase: "happy", weight: 1.0 },
    Cue { phrase: "works", weight: 0.5 },
    Cue { phrase: "bad", weight: -1.0 },
    Cue { phrase: "terrible", weight: -1.4 },
    Cue { phrase: "awful", weight: -1.4 },
    Cue { phrase: "useless", weight: -1.3 },
    Cue { phrase: "broken", weight: -0.8 },
    Cue { phrase: "hate", weight: -1.3 },
    Cue { phrase: "disappointed", weight: -1.1 },
    Cue { phrase: "unacceptable", weight: -1.4 },
    Cue { phrase: "wrong", weight: -0.7 },
    Cue { phrase: "worst", weight: -1.4 },
    Cue { phrase: "annoying", weight: -1.1 },
    Cue { phrase: "fails", weight: -0.6 },
    Cue { phrase: "谢谢", weight: 1.0 },
    Cue { phrase: "感谢", weight: 1.0 },
    Cue { phrase: "很好", weight: 1.0 },
    Cue { phrase: "喜欢", weight: 1.0 },
    Cue { phrase: "满意", weight: 1.0 },
    Cue { phrase: "优秀", weight: 1.2 },
    Cue { phrase: "有用", weight: 0.8 },
    Cue { phrase: "糟糕", weight: -1.3 },
    Cue { phrase: "太差", weight: -1.3 },
    Cue { phrase: "失望", weight: -1.1 },
    Cue { phrase: "讨厌", weight: -1.2 },
    Cue { phrase: "难用", weight: -1.1 },
    Cue { phrase: "垃圾", weight: -1.2 },
];

/// The wording of a text, from -1, cross, to 1, kind; 0 where no word of the list is in it.
#[must_use]
pub fn tone(text: &str, reader: &mut CueReader) -> f64 {
    reader.read(text);
    let sum: f64 = reader
        .cues(CUES)
        .map(|(cue, before)| if is_denied(before) { DENIED * cue.weight } else { cue.weight })
        .sum();
    sum.tanh()
}

fn is_denied(before: &str) -> bool {
    let near = before.split_whitespace().rev().take(DENIAL_REACH);
    let end = before.trim_end_matches(['很', '太', '是']);
    near.into_iter().any(|word| DENIALS.contains(&word))
        || DENIALS_IN_RUN.iter().any(|denial| end.ends_with(denial))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(text: &str) -> f64 {
        tone(text, &mut CueReader::default())
    }

    #[test]
    fn kind_and_cross_words_are_told_apart_and_denials_turn_them() {
        for kind in ["Thanks, excellent work!", "非常感谢，很好", "not bad", "isn't broken"] {
            assert!(of(kind) > 0.2, "{kind}");
        }
        for cross in [
            "This is terrible and useless",
            "太差了，很失望",
            "not helpful",
            "不满意",
            "I don't really love it",
        ] {
            assert!(of(cross) < -0.2, "{cross}");
        }
        for plain in ["The meeting is at three", "会议在三点", "", "🚲"] {
            assert!(of(plain).abs() < 1e-12, "{plain}");
        }
        assert!(of("not bad") < of("good"));
    }

    proptest! {
        #[test]
        fn tones_stay_in_bounds(text in "\\PC{0,60}") {
            prop_assert!(of(&text).abs() <= 1.0);
        }
    }
}
