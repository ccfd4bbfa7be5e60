//! Which of these patterns are found in the text? One pass over the text for all that can share it.
//!
//! The pass runs on an automaton, which cannot tell a word boundary in text beyond ASCII: `\b`
//! over Chinese titles would be some 300 times slower. So the patterns of the pass are loosened,
//! every word boundary left out, and those it finds are searched once more as they were written.

use std::sync::OnceLock;

use regex_syntax::hir::{Class, Hir, HirKind, Look};

use crate::pattern::{Case, Pattern, PatternError, beginning, check_size};

/// Automaton states one pattern may need, estimated: some 10 MB.
const MAX_STATES: u64 = 150_000;
/// States all patterns of a set may need.
const MAX_SET_STATES: u64 = 500_000;
/// Memory that many states never take, in bytes.
const MAX_SET_BYTES: usize = 128 * 1024 * 1024;
/// Brackets within brackets of loosened patterns: writing them out adds some.
const MAX_SET_NESTING: u32 = 2_000;
/// Length of all patterns of a set together that have look-around or back-references, in bytes:
/// they are slow to search and what they compile to is hard to foresee.
const MAX_BACKTRACKING_BYTES: usize = 16 * 1024;

/// Patterns with a number each.
#[derive(Debug)]
pub(crate) struct PatternSet {
    together: Together,
    alone: Vec<(usize, Pattern)>,
}

/// A pattern of a set to be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member<'a> {
    /// What [`PatternSet`] calls it.
    pub(crate) number: usize,
    /// The regular expression.
    pub(crate) pattern: &'a str,
    /// Whether case matters.
    pub(crate) case: Case,
}

/// Plain patterns searched in one pass.
#[derive(Debug)]
struct Together {
    set: regex::RegexSet,
    members: Vec<Plain>,
}

/// A pattern without look-around and back-references.
#[derive(Debug)]
struct Plain {
    number: usize,
    /// As it takes part in the pass.
    loosened: String,
    /// As it was written, if the pass may find too much.
    written: Option<Written>,
}

/// A pattern compiled when it is first asked.
#[derive(Debug)]
struct Written {
    pattern: String,
    case: Case,
    compiled: OnceLock<Option<regex::Regex>>,
}

impl PatternSet {
    /// Compiles the members; those that cannot be compiled are left out and returned beside it.
    pub(crate) fn new(members: &[Member<'_>]) -> (Self, Vec<(usize, PatternError)>) {
        let (mut plain, mut alone, mut errors) = (Vec::new(), Vec::new(), Vec::new());
        let (mut states, mut backtracking_bytes) = (0_u64, 0);
        for member in members {
            let too_large = || PatternError::TooLarge { pattern: beginning(member.pattern) };
            let added = check_size(member.pattern).and_then(|()| match hir(member) {
                Some(hir) => {
                    let more = states_of(&hir);
                    if more > MAX_STATES || states.saturating_add(more) > MAX_SET_STATES {
                        return Err(too_large());
                    }
                    states += more;
                    plain.push(Plain::new(member, hir));
                    Ok(())
                }
                None => {
                    backtracking_bytes += member.pattern.len();
                    if backtracking_bytes > MAX_BACKTRACKING_BYTES {
                        return Err(too_large());
                    }
                    alone.push((member.number, Pattern::new(member.pattern, member.case)?));
                    Ok(())
                }
            });
            errors.extend(added.err().map(|error| (member.number, error)));
        }
        let together = Together::new(plain).unwrap_or_else(|| {
            // The states were estimated; where that was far off, no rule is better than no query.
            let plain = members.iter().filter(|member| hir(member).is_some());
            errors.extend(plain.map(|member| {
                (member.number, PatternError::TooLarge { pattern: beginning(member.pattern) })
            }));
            errors.sort_by_key(|(number, _)| *number);
            errors.dedup_by_key(|(number, _)| *number);
            Together { set: regex::RegexSet::empty(), members: Vec::new() }
        });
        (Self { together, alone }, errors)
    }

    /// Adds to `numbers` those of the patterns searched together that are found in `text`.
    pub(crate) fn matches(&self, text: &str, numbers: &mut Vec<usize>) {
        let Together { set, members } = &self.together;
        let found = set.matches(text).into_iter().map(|index| &members[index]);
        numbers.extend(found.filter(|member| member.is_match(text)).map(|member| member.number));
    }

    /// The patterns that must be searched one by one, by number, because they can take long.
    pub(crate) fn alone(&self) -> &[(usize, Pattern)] {
        &self.alone
    }
}

impl Together {
    /// `None` if they cannot be compiled together.
    fn new(members: Vec<Plain>) -> Option<Self> {
        let patterns = members.iter().map(|member| &member.loosened);
        let set = regex::RegexSetBuilder::new(patterns)
            .size_limit(MAX_SET_BYTES)
            .nest_limit(MAX_SET_NESTING)
            .build()
            .ok()?;
        Some(Self { set, members })
    }
}

impl Plain {
    fn new(member: &Member<'_>, hir: Hir) -> Self {
        let written = hir.properties().look_set().contains_word_unicode().then(|| Written {
            pattern: member.pattern.to_owned(),
            case: member.case,
            compiled: OnceLock::new(),
        });
        Self { number: member.number, loosened: loosened(hir).to_string(), written }
    }

    /// Whether the pattern is found in `text`, in which its loosened form was found.
    fn is_match(&self, text: &str) -> bool {
        self.written.as_ref().is_none_or(|written| written.is_match(text))
    }
}

impl Written {
    fn is_match(&self, text: &str) -> bool {
        let compile = || {
            regex::RegexBuilder::new(&self.pattern)
                .case_insensitive(self.case == Case::Ignored)
                .size_limit(MAX_SET_BYTES)
                .build()
                .ok()
        };
        self.compiled.get_or_init(compile).as_ref().is_some_and(|regex| regex.is_match(text))
    }
}

/// The pattern as an expression; `None` if it is not plain.
fn hir(member: &Member<'_>) -> Option<Hir> {
    let ignored = member.case == Case::Ignored;
    regex_syntax::ParserBuilder::new().case_insensitive(ignored).build().parse(member.pattern).ok()
}

/// About how many states an automaton for the expression has.
fn states_of(hir: &Hir) -> u64 {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len() as u64,
        HirKind::Class(Class::Unicode(class)) => class.ranges().len() as u64,
        HirKind::Class(Class::Bytes(class)) => class.ranges().len() as u64,
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min).max(repetition.min).max(1);
            states_of(&repetition.sub).saturating_add(1).saturating_mul(times.into())
        }
        HirKind::Capture(capture) => states_of(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().map(states_of).fold(1, u64::saturating_add)
        }
    }
}

/// The expression without its word boundaries: found wherever the expression itself is.
fn loosened(hir: Hir) -> Hir {
    match hir.into_kind() {
        HirKind::Empty => Hir::empty(),
        HirKind::Literal(literal) => Hir::literal(literal.0),
        HirKind::Class(class) => Hir::class(class),
        HirKind::Look(look) if is_word_boundary(look) => Hir::empty(),
        HirKind::Look(look) => Hir::look(look),
        HirKind::Repetition(mut repetition) => {
            repetition.sub = Box::new(loosened(*repetition.sub));
            Hir::repetition(repetition)
        }
        HirKind::Capture(capture) => loosened(*capture.sub),
        HirKind::Concat(parts) => Hir::concat(parts.into_iter().map(loosened).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.into_iter().map(loosened).collect()),
    }
}

const fn is_word_boundary(look: Look) -> bool {
    matches!(
        look,
        Look::WordUnicode
            | Look::WordUnicodeNegate
            | Look::WordStartUnicode
            | Look::WordEndUnicode
            | Look::WordStartHalfUnicode
            | Look::WordEndHalfUnicode
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn member(number: usize, pattern: &str, case: Case) -> Member<'_> {
        Member { number, pattern, case }
    }

    fn found(set: &PatternSet, text: &str) -> Vec<usize> {
        let mut numbers = Vec::new();
        set.matches(text, &mut numbers);
        numbers.sort_unstable();
        numbers
    }

    #[test]
    fn bad_and_backtracking_patterns_do_not_spoil_the_rest() {
        let (set, errors) = PatternSet::new(&[
            member(0, "fox", Case::Sensitive),
            member(1, "(", Case::Sensitive),
            member(2, "fire(?!x)", Case::Ignored),
            member(3, "FIRE", Case::Ignored),
            member(4, "FIRE", Case::Sensitive),
        ]);
        assert_eq!(errors.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1]);
        assert_eq!(found(&set, "firefox"), [0, 3]);
        assert_eq!(set.alone().iter().map(|(number, _)| *number).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn word_boundaries_hold_in_any_script() {
        let (set, _) = PatternSet::new(&[
            member(0, r"\bcode\b", Case::Ignored),
            member(1, r"(?-u:\b)报告", Case::Sensitive),
            member(2, r"\b报告\b", Case::Sensitive),
            member(3, r"(a|\Bb)+c", Case::Sensitive),
        ]);
        assert_eq!(found(&set, "Code — 报告"), [0, 2]);
        assert!(found(&set, "decode 报告书").is_empty());
        assert!(found(&set, "x 编code").is_empty());
        assert_eq!(found(&set, "xbc"), [3]);
        assert!(found(&set, "bc").is_empty());
    }

    #[test]
    fn what_would_compile_to_too_much_is_refused() {
        let huge =
            [r"\w{900}", r"(?:a{900}){900}", r"((a{900}){900}){900}", r"\pL{500}", &r"\w".repeat(10_000)];
        let nested = format!("{}a{}", "(b|(c".repeat(40), "))*".repeat(40));
        let (set, errors) = PatternSet::new(&[member(0, &nested, Case::Sensitive)]);
        assert_eq!((found(&set, "bcca").len(), errors.len()), (1, 0));
        for pattern in huge {
            let (set, errors) =
                PatternSet::new(&[member(0, pattern, Case::Ignored), member(1, "a", Case::Ignored)]);
            assert!(matches!(errors[..], [(0, PatternError::TooLarge { .. })]), "{pattern}");
            assert_eq!(found(&set, "a"), [1]);
        }
        let patterns: Vec<String> = (0..30).map(|number| format!(r"^\w{{{}}}$", 40 + number)).collect();
        let members: Vec<_> = patterns
            .iter()
            .enumerate()
            .map(|(number, pattern)| member(number, pattern, Case::Ignored))
            .collect();
        let (set, errors) = PatternSet::new(&members);
        assert!(!errors.is_empty() && errors.len() < members.len());
        assert_eq!(found(&set, &"x".repeat(45)), [5]);
        let many = "(?=a)".repeat(500);
        let (_, errors) = PatternSet::new(&[member(0, &many, Case::Sensitive); 10]);
        assert_eq!(errors.len(), 4);
    }

    proptest! {
        #[test]
        fn together_is_one_by_one(
            patterns in proptest::collection::vec(r"(\\b|\\B|\^)?[a中](b|\\b|\\b\{start\}|[.]c?\\B)[A中c]?(\$|\\b)?", 1..8),
            text in "[aAbc中 ]{0,8}",
        ) {
            let members: Vec<_> =
                patterns.iter().enumerate().map(|(number, pattern)| member(number, pattern, Case::Ignored)).collect();
            let (set, errors) = PatternSet::new(&members);
            prop_assert_eq!(errors, []);
            let single = |pattern: &String| Pattern::new(pattern, Case::Ignored).unwrap().is_match(&text).unwrap();
            let expected: Vec<usize> = (0..patterns.len()).filter(|&number| single(&patterns[number])).collect();
            prop_assert_eq!(found(&set, &text), expected);
        }
    }
}
