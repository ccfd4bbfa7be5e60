//! What would they say together, word by word? ROVER: texts are laid over each other and each place is voted on.
//!
//! Fiscus (1997), doi:10.1109/ASRU.1997.659110. Costs, preferences among equal alignments and the vote are those of
//! Crowd-Kit 1.4.2, whose published word error rates it reaches (doi:10.21105/joss.06227).

use super::similarity::edit_distance;
use super::{text_of, tokens};
use crate::crowd::given::Given;

/// Nothing said at a place: the empty word.
const NOTHING: &str = "";

/// One place of the network: the words said there and how many said each.
type Place<'a> = Vec<(&'a str, f64)>;

/// How a text goes on beside the network.
#[derive(Clone, Copy, PartialEq)]
enum Move {
    /// Its next word stands at the network's next place.
    Both,
    /// It says nothing at the network's next place.
    Skip,
    /// Its next word stands at a place of its own.
    Insert,
}

/// The voted words of one unit, from texts in the order they are laid over each other, with a weight each: 1 for
/// everyone, or how much the mind is trusted. Ties go to the longer word, then to the later in the alphabet.
///
/// O(texts × places × words).
#[must_use]
pub fn rover<'a>(texts: &[(Vec<&'a str>, f64)]) -> Vec<&'a str> {
    let Some(((first, weight), rest)) = texts.split_first() else { return Vec::new() };
    let mut network: Vec<Place<'a>> = first.iter().map(|&word| vec![(word, *weight)]).collect();
    let mut laid = *weight;
    for (words, weight) in rest {
        network = lay(network, words, *weight, laid);
        laid += weight;
    }
    network.iter().filter_map(|place| most_said(place)).filter(|word| *word != NOTHING).collect()
}

fn most_said<'a>(place: &Place<'a>) -> Option<&'a str> {
    let order = |one: &&(&str, f64), other: &&(&str, f64)| {
        let length = |word: &str| word.chars().count();
        one.1.total_cmp(&other.1).then(length(one.0).cmp(&length(other.0))).then(one.0.cmp(other.0))
    };
    place.iter().max_by(order).map(|(word, _)| *word)
}

/// Lays one more text over the network at least cost: a mismatch, an insertion, and saying nothing where so far
/// everyone said something cost 1.
fn lay<'a>(network: Vec<Place<'a>>, words: &[&'a str], weight: f64, laid: f64) -> Vec<Place<'a>> {
    let wide = network.len() + 1;
    let mut moves = vec![Move::Insert; (words.len() + 1) * wide];
    moves[1..wide].fill(Move::Skip);
    let mut above: Vec<usize> = (0..wide).collect();
    let mut costs = vec![0; wide];
    for (at, word) in words.iter().enumerate() {
        costs[0] = at + 1;
        for (place, said) in network.iter().enumerate() {
            let is_said = |word: &str| said.iter().any(|(said, _)| *said == word);
            let both = above[place] + usize::from(!is_said(word));
            let skip = costs[place] + usize::from(!is_said(NOTHING));
            let insert = above[place + 1] + 1;
            let (cost, step) = if both <= skip && both <= insert {
                (both, Move::Both)
            } else if skip <= insert {
                (skip, Move::Skip)
            } else {
                (insert, Move::Insert)
            };
            costs[place + 1] = cost;
            moves[(at + 1) * wide + place + 1] = step;
        }
        std::mem::swap(&mut above, &mut costs);
    }
    follow(network, words, weight, laid, &moves)
}

/// Goes back along the moves and writes the network down with the text in it.
fn follow<'a>(
    network: Vec<Place<'a>>,
    words: &[&'a str],
    weight: f64,
    laid: f64,
    moves: &[Move],
) -> Vec<Place<'a>> {
    let wide = network.len() + 1;
    let (mut at, mut place) = (words.len(), network.len());
    let mut joined = Vec::with_capacity(words.len().max(network.len()));
    let mut network = network;
    while at > 0 || place > 0 {
        let step = moves[at * wide + place];
        let mut said = match step {
            Move::Insert => vec![(NOTHING, laid)],
            Move::Both | Move::Skip => {
                place -= 1;
                std::mem::take(&mut network[place])
            }
        };
        let word = match step {
            Move::Skip => NOTHING,
            Move::Both | Move::Insert => {
                at -= 1;
                words[at]
            }
        };
        match said.iter_mut().find(|(said, _)| *said == word) {
            Some((_, times)) => *times += weight,
            None => said.push((word, weight)),
        }
        joined.push(said);
    }
    joined.reverse();
    joined
}

/// The voted text of each unit. Texts are laid over each other from the one most like all others outward, so the
/// order they came in does not matter.
#[must_use]
pub fn rover_of(given: &Given<String>) -> Vec<String> {
    let unit = |of: &[(u32, String)]| {
        let texts: Vec<Vec<&str>> = of.iter().map(|(_, text)| tokens(text)).collect();
        let order = outward(&texts);
        text_of(&rover(&order.into_iter().map(|place| (texts[place].clone(), 1.0)).collect::<Vec<_>>()))
    };
    given.by_unit().map(unit).collect()
}

/// Places of the texts from the one with the least edits to all others outward; of equals by the alphabet.
fn outward(texts: &[Vec<&str>]) -> Vec<usize> {
    let far = |one: &Vec<&str>| texts.iter().map(|other| edit_distance(one, other)).sum::<usize>();
    let mut order: Vec<(usize, usize)> = texts.iter().map(far).zip(0..).collect();
    order.sort_by(|one, other| one.0.cmp(&other.0).then_with(|| texts[one.1].cmp(&texts[other.1])));
    order.into_iter().map(|(_, place)| place).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::crowd::given::GivenBuilder;

    fn voted(texts: &[&str]) -> String {
        rover(&texts.iter().map(|text| (text.split(' ').collect(), 1.0)).collect::<Vec<_>>()).join(" ")
    }

    /// Computed by Crowd-Kit 1.4.2: `ROVER(tokenizer=lambda s: s.split(' '), detokenizer=' '.join)`.
    #[test]
    fn texts_are_voted_as_the_reference_does() {
        for (texts, reference) in REFERENCE {
            assert_eq!(voted(texts), *reference);
        }
    }

    const REFERENCE: &[(&[&str], &str)] = &[
        (
            &[
                "the cat sat on the mat",
                "the cat sat on mat",
                "a cat sits on the mat now",
                "the cat sat at the mat",
            ],
            "the cat sat on the mat",
        ),
        (
            &[
                "please call me back later today",
                "please call back later",
                "call me back today please",
                "please call me later today",
                "please call me back tomorrow",
            ],
            "please call me back later today",
        ),
        (&["b c d", "a b d", "a b c", "a c d e"], "a c d"),
    ];

    #[test]
    fn who_is_trusted_more_decides() {
        let texts = [(vec!["yes"], 1.0), (vec!["no"], 3.0), (vec!["yes"], 1.0)];
        assert_eq!(rover(&texts), ["no"]);
        assert!(rover(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn what_all_say_stays_and_order_does_not_matter(
            texts in prop::collection::vec(prop::collection::vec("[abc]", 0..6), 1..6), turn in 0..6_usize
        ) {
            let said: Vec<String> = texts.iter().map(|text| text.join(" ")).collect();
            let of = |said: &[String]| {
                let mut builder = GivenBuilder::default();
                said.iter().enumerate().for_each(|(mind, text)| builder.answer("u", &mind.to_string(), text.clone()).unwrap());
                rover_of(&builder.build().unwrap()).remove(0)
            };
            let mut turned = said.clone();
            turned.rotate_left(turn % said.len());
            prop_assert_eq!(of(&said), of(&turned));
            prop_assert_eq!(of(&vec![said[0].clone(); 3]), said[0].clone());
        }
    }
}
