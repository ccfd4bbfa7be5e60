//! Is this regular expression found in the text, in bounded time and memory?
//!
//! Patterns come from people and web pages. Most are plain and take linear time; those with
//! look-around or back-references can backtrack for ever and are given a number of steps.

/// The longest pattern accepted, in bytes.
pub const MAX_PATTERN_BYTES: usize = 32 * 1024;
/// Memory one compiled pattern may take, in bytes.
const MAX_COMPILED_BYTES: usize = 10 * 1024 * 1024;
/// The longest pattern with look-around or back-references, in bytes.
const MAX_BACKTRACKING_BYTES: usize = 4 * 1024;
/// Memory each part between look-arounds may take, in bytes; a pattern can have hundreds.
const MAX_PART_BYTES: usize = 512 * 1024;
/// How often a pattern may go back and try again on one text: some milliseconds.
const MAX_BACKTRACKS: usize = 50_000;
/// Instructions a backtracking pattern may compile to.
const MAX_INSTRUCTIONS: usize = 200_000;
/// Brackets within brackets, as in the regex crate.
const MAX_NESTING: usize = 250;

/// Whether upper and lower case differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Case {
    /// `a` is not `A`.
    Sensitive,
    /// `a` is `A`.
    Ignored,
}

/// A compiled regular expression.
#[derive(Clone, Debug)]
pub struct Pattern(Engine);

#[derive(Clone, Debug)]
enum Engine {
    /// Linear time.
    Plain(regex::Regex),
    /// Look-around and back-references, with a limit on steps.
    Backtracking(fancy_regex::Regex),
}

/// Why a pattern cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It is no regular expression.
    #[error("'{pattern}' is not a regular expression: {reason}")]
    Syntax {
        /// The beginning of the pattern.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// It is longer than [`MAX_PATTERN_BYTES`].
    #[error("a regular expression has at most {MAX_PATTERN_BYTES} bytes, this one has {bytes}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// It is nested too deeply or compiles to too much memory.
    #[error("the regular expression '{pattern}' is too large when compiled; use smaller repetitions")]
    TooLarge {
        /// The beginning of the pattern.
        pattern: String,
    },
    /// It went back too often on a text.
    #[error("the regular expression '{pattern}' needs too many steps; avoid repetitions within repetitions")]
    TooManySteps {
        /// The beginning of the pattern.
        pattern: String,
    },
}

impl Pattern {
    /// Compiles `pattern`.
    ///
    /// # Errors
    /// [`PatternError`] when it is not a regular expression or larger than allowed.
    pub fn new(pattern: &str, case: Case) -> Result<Self, PatternError> {
        check_size(pattern)?;
        let plain = regex::RegexBuilder::new(pattern)
            .case_insensitive(case == Case::Ignored)
            .size_limit(MAX_COMPILED_BYTES)
            .build();
        match plain {
            Ok(plain) => Ok(Self(Engine::Plain(plain))),
            Err(regex::Error::CompiledTooBig(_)) => {
                Err(PatternError::TooLarge { pattern: beginning(pattern) })
            }
            Err(_) => backtracking(pattern, case).map(|regex| Self(Engine::Backtracking(regex))),
        }
    }

    /// Whether the pattern is found anywhere in `text`.
    ///
    /// # Errors
    /// [`PatternError::TooManySteps`].
    pub fn is_match(&self, text: &str) -> Result<bool, PatternError> {
        match &self.0 {
            Engine::Plain(regex) => Ok(regex.is_match(text)),
            Engine::Backtracking(regex) => regex
                .is_match(text)
                .map_err(|_| PatternError::TooManySteps { pattern: beginning(regex.as_str()) }),
        }
    }
}

/// Refuses what would be costly even to compile.
pub(crate) fn check_size(pattern: &str) -> Result<(), PatternError> {
    if pattern.len() > MAX_PATTERN_BYTES {
        return Err(PatternError::TooLong { bytes: pattern.len() });
    }
    if nesting(pattern) > MAX_NESTING {
        return Err(PatternError::TooLarge { pattern: beginning(pattern) });
    }
    Ok(())
}

fn backtracking(pattern: &str, case: Case) -> Result<fancy_regex::Regex, PatternError> {
    use fancy_regex::{CompileError, Error};
    if pattern.len() > MAX_BACKTRACKING_BYTES {
        return Err(PatternError::TooLarge { pattern: beginning(pattern) });
    }
    fancy_regex::RegexBuilder::new(pattern)
        .case_insensitive(case == Case::Ignored)
        .backtrack_limit(MAX_BACKTRACKS)
        .delegate_size_limit(MAX_PART_BYTES)
        .max_prog_size(MAX_INSTRUCTIONS)
        .build()
        .map_err(|error| match error {
            Error::CompileError(cause) if matches!(*cause, CompileError::PatternTooComplex) => {
                PatternError::TooLarge { pattern: beginning(pattern) }
            }
            error => PatternError::Syntax { pattern: beginning(pattern), reason: error.to_string() },
        })
}

/// How deeply brackets stand within brackets, at most.
fn nesting(pattern: &str) -> usize {
    let (mut depth, mut deepest, mut escaped) = (0_usize, 0, false);
    for byte in pattern.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// Enough of a pattern to recognise it in a message.
pub(crate) fn beginning(pattern: &str) -> String {
    const SHOWN: usize = 60;
    let mut shown: String = pattern.chars().take(SHOWN).collect();
    if shown.len() < pattern.len() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(pattern: &str, text: &str) -> bool {
        Pattern::new(pattern, Case::Sensitive).unwrap().is_match(text).unwrap()
    }

    #[test]
    fn patterns_are_searched() {
        assert!(found("Fire", "Mozilla Firefox"));
        assert!(!found("^Fire", "Mozilla Firefox"));
        assert!(!found("fire", "Firefox"));
        assert!(Pattern::new("fire|x", Case::Ignored).unwrap().is_match("FIREFOX").unwrap());
        assert!(Pattern::new("x|fire", Case::Ignored).unwrap().is_match("FIREFOX").unwrap());
    }

    #[test]
    fn look_around_and_back_references_work() {
        assert!(found("Firefox(?! Developer)", "Firefox ESR"));
        assert!(!found("Firefox(?! Developer)", "Firefox Developer"));
        assert!(found(r"(\w)\1", "aa"));
        assert!(Pattern::new("(?=FIRE)f", Case::Ignored).unwrap().is_match("fire").unwrap());
    }

    #[test]
    fn bad_patterns_say_what_is_wrong() {
        assert!(matches!(Pattern::new("(a", Case::Sensitive), Err(PatternError::Syntax { .. })));
        assert!(matches!(Pattern::new("*", Case::Sensitive), Err(PatternError::Syntax { .. })));
        let long = "a".repeat(MAX_PATTERN_BYTES + 1);
        assert!(matches!(Pattern::new(&long, Case::Sensitive), Err(PatternError::TooLong { .. })));
        for pattern in ["(".repeat(30_000), "[".repeat(30_000), r"(?:\w{1,900}){1,900}".to_owned()] {
            assert!(matches!(Pattern::new(&pattern, Case::Sensitive), Err(PatternError::TooLarge { .. })));
        }
    }

    #[test]
    fn a_pattern_that_explodes_stops() {
        let text = "a".repeat(60) + "!";
        assert!(!found("^(a|a)*$", &text));
        let pattern = Pattern::new(r"^(a|a)*\1$", Case::Sensitive).unwrap();
        assert!(matches!(pattern.is_match(&text), Err(PatternError::TooManySteps { .. })));
    }

    proptest! {
        #[test]
        fn any_text_is_a_pattern_or_an_error(
            pattern in r"[a-c()|*+?\[\]\\^$.{}0-9=!<>:\-]{0,24}",
            text in "[a-c0-9]{0,20}",
        ) {
            if let Ok(pattern) = Pattern::new(&pattern, Case::Ignored) {
                let _ = pattern.is_match(&text);
            }
        }
    }
}
