//! By what is an ask counted? Its places, its words, its day and size: what one ask may share with another.

use super::ask::RoutingAsk;
use crate::rank::fingerprint::{fingerprint, joined};

/// Kinds of keys, and the half-life of their counts in days: two levels of the places, three, words of the title, weekday,
/// size, whole places, places of this author.
pub(super) const KEY_DAYS: [f64; 7] = [180.0, 180.0, 365.0, 180.0, 365.0, 365.0, 180.0];
const NARROW: usize = 0;
const DEEP: usize = 1;
const WORD: usize = 2;
const WEEKDAY: usize = 3;
const SIZE: usize = 4;
const WHOLE: usize = 5;
const OF_AUTHOR: usize = 6;

/// Paths looked at: an ask about more is about everything.
pub(super) const PATHS: usize = 40;

const DAY_S: f64 = 86_400.0;

/// Every key of an ask with its kind, each once.
pub(super) fn keys(ask: &RoutingAsk, now_s: f64) -> Vec<(usize, u64)> {
    let author = author(&ask.author);
    let mut keys = Vec::new();
    for path in ask.paths.iter().take(PATHS) {
        let path = path.rsplit(" => ").next().unwrap_or(path);
        let levels = |levels: usize| {
            let end = path.match_indices('/').nth(levels - 1).map_or(path.len(), |(end, _)| end);
            fingerprint(b'p', &path.as_bytes()[..end])
        };
        keys.extend([(NARROW, levels(2)), (DEEP, levels(3)), (OF_AUTHOR, joined(author, levels(3)))]);
        keys.push((WHOLE, fingerprint(b'p', path.as_bytes())));
    }
    let title = ask.title.to_lowercase();
    let words = title.split(|letter: char| !letter.is_alphabetic() && letter != '_');
    keys.extend(words.filter(|word| word.len() > 1).map(|word| (WORD, fingerprint(b'w', word.as_bytes()))));
    let weekday = (now_s / DAY_S).floor().rem_euclid(7.0) as u8;
    keys.push((WEEKDAY, fingerprint(b'd', &[weekday])));
    let size = ((1.0 + ask.amount).log2() / 2.0) as u8;
    keys.push((SIZE, fingerprint(b's', &[size])));
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The key of a name as one who asks.
pub(super) fn author(name: &str) -> u64 {
    fingerprint(b'a', name.as_bytes())
}

/// The key of everything of a kind.
pub(super) fn all_of(kind: usize) -> u64 {
    fingerprint(b'*', &[kind as u8])
}

#[cfg(test)]
mod tests {
    use attnd_core::Timestamp;

    use super::*;

    fn of(author: &str, paths: &[&str]) -> Vec<(usize, u64)> {
        let paths = paths.iter().map(|&path| path.to_owned()).collect();
        keys(&RoutingAsk { paths, ..RoutingAsk::new(Timestamp::MIN, author) }, 0.0)
    }

    fn shared(one: &[(usize, u64)], other: &[(usize, u64)]) -> Vec<usize> {
        one.iter().filter(|key| other.contains(key)).map(|(kind, _)| *kind).collect()
    }

    #[test]
    fn places_are_shared_by_level_and_moved_ones_count_where_they_are_now() {
        let one = of("ada", &["src/core/plan/a.rs"]);
        let all = [NARROW, DEEP, WEEKDAY, SIZE];
        assert_eq!(shared(&one, &of("bob", &["src/core/plan/b.rs"])), all);
        assert_eq!(shared(&one, &of("ada", &["src/core/plan/b.rs"])), [&all[..], &[OF_AUTHOR]].concat());
        assert_eq!(shared(&one, &of("bob", &["src/core/b.rs"])), [NARROW, WEEKDAY, SIZE]);
        assert_eq!(
            shared(&one, &of("bob", &["old/b.rs => src/core/plan/a.rs"])),
            [&all[..], &[WHOLE]].concat()
        );
    }

    #[test]
    fn a_place_named_twice_is_one() {
        assert_eq!(of("ada", &["a/b", "a/b"]), of("ada", &["a/b"]));
        assert_eq!(of("ada", &vec!["a/b"; 1_000]).len(), of("ada", &["a/b"]).len());
    }
}
