//! How pressing does a text say it is? Words of haste and time in English and Chinese, by rules that can be read.
//!
//! Rules serve until there are a person's own labels: labels like "now" and "later" given to
//! [`super::TextClassifier`] learn what is urgent to that person. What a text says of itself is no proof: whoever asks may
//! shout. Nothing here raises an ask above normal by itself.

use super::cue::{Cue, CueReader, RuleCard};

/// What the rules say of themselves.
pub const CARD: RuleCard = RuleCard {
    tells: "how pressing a text says it is, from words of haste, times and exclamation marks, English and Chinese",
    measured: "weights were set by hand, not fitted. It reads wording, not what a matter is: of BANKING77's 160 test texts \
               on stolen, compromised or swallowed cards and phones it finds 6 pressing, and 37 of the 2920 others \
               (AUROC .56); no set with labels of urgency was at hand",
    not_for: "other languages; deciding alone whom to interrupt; judging who writes",
};

/// Log-odds of a text without any cue: one in eight is pressing, so that silence is calm.
const BASE: f64 = -2.0;
/// What the first exclamation mark adds; the next ones half of the one before.
const EXCLAMATION: f64 = 0.5;
/// What a text adds most of whose words are in capitals.
const SHOUTED: f64 = 0.7;
/// Words of this many letters count as shouted; shorter ones are often abbreviations.
const SHOUTED_LETTERS: usize = 4;

/// Words of haste: strong ones name it, medium ones a time soon, those that calm are below nothing.
const CUES: &[Cue] = &[
    Cue { phrase: "urgent", weight: 3.0 },
    Cue { phrase: "urgently", weight: 3.0 },
    Cue { phrase: "asap", weight: 3.0 },
    Cue { phrase: "as soon as possible", weight: 3.0 },
    Cue { phrase: "immediately", weight: 2.5 },
    Cue { phrase: "right now", weight: 2.5 },
    Cue { phrase: "right away", weight: 2.5 },
    Cue { phrase: "emergency", weight: 3.0 },
    Cue { phrase: "critical", weight: 2.0 },
    Cue { phrase: "outage", weight: 2.0 },
    Cue { phrase: "is down", weight: 1.5 },
    Cue { phrase: "blocked", weight: 1.5 },
    Cue { phrase: "blocking", weight: 1.5 },
    Cue { phrase: "deadline", weight: 1.5 },
    Cue { phrase: "overdue", weight: 2.0 },
    Cue { phrase: "expires", weight: 1.5 },
    Cue { phrase: "last chance", weight: 1.0 },
    Cue { phrase: "final reminder", weight: 1.5 },
    Cue { phrase: "in minutes", weight: 1.5 },
    Cue { phrase: "minutes left", weight: 2.0 },
    Cue { phrase: "within the hour", weight: 2.5 },
    Cue { phrase: "today", weight: 1.0 },
    Cue { phrase: "tonight", weight: 1.0 },
    Cue { phrase: "by noon", weight: 1.5 },
    Cue { phrase: "by tomorrow", weight: 1.0 },
    Cue { phrase: "end of day", weight: 1.5 },
    Cue { phrase: "eod", weight: 1.5 },
    Cue { phrase: "not urgent", weight: -5.0 },
    Cue { phrase: "no rush", weight: -3.5 },
    Cue { phrase: "no hurry", weight: -3.5 },
    Cue { phrase: "whenever you", weight: -2.0 },
    Cue { phrase: "when you have time", weight: -2.0 },
    Cue { phrase: "next week", weight: -1.0 },
    Cue { phrase: "next month", weight: -1.5 },
    Cue { phrase: "some day", weight: -2.0 },
    Cue { phrase: "fyi", weight: -1.5 },
    Cue { phrase: "紧急", weight: 3.0 },
    Cue { phrase: "加急", weight: 3.0 },
    Cue { phrase: "尽快", weight: 2.5 },
    Cue { phrase: "马上", weight: 2.5 },
    Cue { phrase: "立即", weight: 2.5 },
    Cue { phrase: "立刻", weight: 2.5 },
    Cue { phrase: "赶紧", weight: 2.5 },
    Cue { phrase: "急需", weight: 2.5 },
    Cue { phrase: "故障", weight: 1.5 },
    Cue { phrase: "宕机", weight: 2.0 },
    Cue { phrase: "截止", weight: 1.5 },
    Cue { phrase: "逾期", weight: 2.0 },
    Cue { phrase: "分钟内", weight: 2.5 },
    Cue { phrase: "小时内", weight: 2.0 },
    Cue { phrase: "今天", weight: 1.0 },
    Cue { phrase: "今晚", weight: 1.0 },
    Cue { phrase: "下班前", weight: 1.5 },
    Cue { phrase: "不急", weight: -3.5 },
    Cue { phrase: "不紧急", weight: -6.0 },
    Cue { phrase: "不着急", weight: -3.5 },
    Cue { phrase: "有空", weight: -2.0 },
    Cue { phrase: "下周", weight: -1.0 },
    Cue { phrase: "下个月", weight: -1.5 },
    Cue { phrase: "仅供参考", weight: -1.5 },
];

/// How pressing a text says it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Urgency {
    /// From 0, calm, to 1, pressing; in order, but no probability measured on anything.
    pub degree: f64,
    /// The phrases that count, as they are in the list.
    pub cues: Vec<&'static str>,
}

/// How pressing the text says it is.
#[must_use]
pub fn urgency(text: &str, reader: &mut CueReader) -> Urgency {
    reader.read(text);
    let mut odds = BASE;
    let mut cues = Vec::new();
    for (cue, _) in reader.cues(CUES) {
        odds += cue.weight;
        cues.push(cue.phrase);
    }
    let marks = reader.signs('!').min(16) as i32;
    odds += EXCLAMATION * 2.0 * (1.0 - 0.5_f64.powi(marks));
    if is_shouted(text) {
        odds += SHOUTED;
    }
    Urgency { degree: 1.0 / (1.0 + (-odds).exp()), cues }
}

/// Whether most of the longer words are in capitals, of two at least.
fn is_shouted(text: &str) -> bool {
    let long = text
        .split_whitespace()
        .filter(|word| word.chars().filter(|letter| letter.is_alphabetic()).count() >= SHOUTED_LETTERS);
    let (mut all, mut loud) = (0, 0);
    for word in long {
        let cased = word.chars().any(|letter| letter.is_uppercase() || letter.is_lowercase());
        all += usize::from(cased);
        loud += usize::from(cased && !word.chars().any(char::is_lowercase));
    }
    loud >= 2 && 2 * loud > all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn degree(text: &str) -> f64 {
        urgency(text, &mut CueReader::default()).degree
    }

    #[test]
    fn pressing_texts_are_above_calm_ones() {
        let pressing = [
            "URGENT: production is down",
            "Please answer ASAP, the deadline is today",
            "We need this within the hour!",
            "紧急：服务器宕机，请马上处理",
            "请在30分钟内回复",
            "your payment is overdue, final reminder",
        ];
        let calm = [
            "Not urgent, no rush",
            "Lunch next week, whenever you like",
            "FYI the minutes of our meeting",
            "不急，有空再看",
            "不紧急",
            "The library has new books",
            "",
            "👍",
        ];
        let least = pressing.map(degree).into_iter().fold(1.0, f64::min);
        let most = calm.map(degree).into_iter().fold(0.0, f64::max);
        assert!(least > 0.5 && most < 0.2, "{least} {most}");
    }

    #[test]
    fn shouting_adds_and_says_no_word() {
        let loud = urgency("WHERE IS THAT REPORT!!!", &mut CueReader::default());
        assert!(loud.degree > degree("where is that report") + 0.1);
        assert!(loud.cues.is_empty());
        assert!(!is_shouted("NASA and ESA will meet") && !is_shouted("会议改到三点"));
    }

    proptest! {
        #[test]
        fn any_text_has_a_degree_and_marks_never_calm(text in "\\PC{0,60}") {
            let one = degree(&text);
            prop_assert!((0.0..=1.0).contains(&one));
            let louder = degree(&[text.as_str(), " !"].concat());
            prop_assert!(louder >= one);
        }
    }
}
