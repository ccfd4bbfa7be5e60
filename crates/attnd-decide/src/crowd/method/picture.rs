//! What do answers look like in a test? A picture of them, or some drawn at random.

use proptest::prelude::*;

use crate::crowd::{Answers, AnswersBuilder, Gold, Repeats};

/// Units between bars, one sign for each mind's answer, `-` where it gave none.
pub(crate) fn drawn(picture: &str) -> Answers {
    drawn_with_gold(picture, "").0
}

/// The same with one sign of gold for each unit, `-` where none is known.
pub(crate) fn drawn_with_gold(picture: &str, gold: &str) -> (Answers, Gold) {
    let mut builder = AnswersBuilder::new(Repeats::Distinct);
    let mut labels: Vec<char> = picture.chars().filter(|sign| sign.is_alphanumeric()).collect();
    labels.sort_unstable();
    labels.dedup();
    // Labels in their own order, whatever answer comes first.
    for label in labels {
        builder.gold(&format!("order {label}"), &label.to_string()).unwrap();
    }
    for (unit, signs) in picture.split('|').enumerate() {
        for (mind, sign) in signs.chars().enumerate().filter(|(_, sign)| *sign != '-') {
            builder.answer(&unit.to_string(), &format!("mind {mind}"), &sign.to_string()).unwrap();
        }
    }
    for (unit, sign) in gold.chars().enumerate().filter(|(_, sign)| *sign != '-') {
        builder.gold(&unit.to_string(), &sign.to_string()).unwrap();
    }
    builder.build().unwrap()
}

/// Two to twelve units, two to six minds, two to four labels, at least one answer.
pub(crate) fn some_answers() -> impl Strategy<Value = Answers> {
    (2..=12_usize, 2..=6_usize, 2..=4_u8).prop_flat_map(|(units, minds, labels)| {
        let answer = prop_oneof![1 => Just(None), 4 => (0..labels).prop_map(Some)];
        proptest::collection::vec(answer, units * minds)
            .prop_filter("an answer", |answers| answers.iter().any(Option::is_some))
            .prop_map(move |answers| {
                let mut builder = AnswersBuilder::new(Repeats::Distinct);
                for (at, answer) in answers.into_iter().enumerate() {
                    if let Some(label) = answer {
                        let (unit, mind) = ((at / minds).to_string(), (at % minds).to_string());
                        builder.answer(&unit, &mind, &label.to_string()).unwrap();
                    }
                }
                builder.build().unwrap().0
            })
    })
}
