//! Which of these patterns are found in the text? One pass over the text for all that can share it.

use crate::pattern::{Case, Pattern, PatternError, check_size};

/// Memory one set of patterns may take compiled, in bytes.
const MAX_SET_BYTES: usize = 32 * 1024 * 1024;

/// Patterns with a number each.
#[derive(Debug, Default)]
pub(crate) struct PatternSet {
    together: Vec<Together>,
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

/// Plain patterns of one case, searched in one pass.
#[derive(Debug)]
struct Together {
    numbers: Vec<usize>,
    set: regex::RegexSet,
}

impl PatternSet {
    /// Compiles the members; those that cannot be compiled are left out and returned beside it.
    pub(crate) fn new(members: &[Member<'_>]) -> (Self, Vec<(usize, PatternError)>) {
        let mut set = Self::default();
        let mut errors = Vec::new();
        for case in [Case::Sensitive, Case::Ignored] {
            let same: Vec<_> = members.iter().copied().filter(|member| member.case == case).collect();
            errors.extend(set.add(&same, case));
        }
        set.alone.sort_by_key(|(number, _)| *number);
        errors.sort_by_key(|(number, _)| *number);
        (set, errors)
    }

    /// Adds to `numbers` those of the patterns searched together that are found in `text`.
    pub(crate) fn matches(&self, text: &str, numbers: &mut Vec<usize>) {
        for together in &self.together {
            numbers.extend(together.set.matches(text).into_iter().map(|index| together.numbers[index]));
        }
    }

    /// The patterns that must be searched one by one: they can take long, or did not fit.
    pub(crate) fn alone(&self) -> &[(usize, Pattern)] {
        &self.alone
    }

    /// Adds members of one case. Compiling them together is tried first, as nearly always all
    /// are plain; only if that fails is each looked at.
    fn add(&mut self, members: &[Member<'_>], case: Case) -> Vec<(usize, PatternError)> {
        let mut errors = Vec::new();
        let (small, large): (Vec<_>, Vec<_>) = members
            .iter()
            .map(|member| (*member, check_size(member.pattern)))
            .partition(|(_, size)| size.is_ok());
        errors.extend(large.into_iter().filter_map(|(member, size)| Some((member.number, size.err()?))));
        let small: Vec<_> = small.into_iter().map(|(member, _)| member).collect();
        if let Some(together) = together(&small, case) {
            self.together.push(together);
            return errors;
        }
        let mut plain = Vec::new();
        for member in small {
            match Pattern::new(member.pattern, case) {
                Ok(pattern) if pattern.is_plain() => plain.push((member, pattern)),
                Ok(pattern) => self.alone.push((member.number, pattern)),
                Err(error) => errors.push((member.number, error)),
            }
        }
        let members: Vec<_> = plain.iter().map(|(member, _)| *member).collect();
        match together(&members, case) {
            Some(together) => self.together.push(together),
            None => self.alone.extend(plain.into_iter().map(|(member, pattern)| (member.number, pattern))),
        }
        errors
    }
}

fn together(members: &[Member<'_>], case: Case) -> Option<Together> {
    let set = regex::RegexSetBuilder::new(members.iter().map(|member| member.pattern))
        .case_insensitive(case == Case::Ignored)
        .size_limit(MAX_SET_BYTES)
        .build()
        .ok()?;
    Some(Together { numbers: members.iter().map(|member| member.number).collect(), set })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_and_backtracking_patterns_do_not_spoil_the_rest() {
        let member = |number, pattern, case| Member { number, pattern, case };
        let (set, errors) = PatternSet::new(&[
            member(0, "fox", Case::Sensitive),
            member(1, "(", Case::Sensitive),
            member(2, "fire(?!x)", Case::Ignored),
            member(3, "FIRE", Case::Ignored),
            member(4, "FIRE", Case::Sensitive),
        ]);
        assert_eq!(errors.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1]);
        let mut numbers = Vec::new();
        set.matches("firefox", &mut numbers);
        numbers.sort_unstable();
        assert_eq!(numbers, [0, 3]);
        assert_eq!(set.alone().iter().map(|(number, _)| *number).collect::<Vec<_>>(), [2]);
    }
}
