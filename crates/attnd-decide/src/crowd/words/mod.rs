//! Which text is right, given several of the same? Transcripts, translations, free answers.
//!
//! | method | file | gives |
//! |---|---|---|
//! | closest answer | [`closest`] | the answer most like the others: always one that somebody gave |
//! | ROVER | [`rover`] | a text voted word by word: may be better than any that was given |

pub mod closest;
pub mod rover;
pub mod similarity;

pub use closest::{Closest, closest};
pub use rover::{rover, rover_of};
pub use similarity::{Likeness, edit_distance, likeness};

/// The words of a text, or its characters where it has no spaces, as in Chinese or Japanese.
#[must_use]
pub fn tokens(text: &str) -> Vec<&str> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() == 1 && words[0].chars().any(is_written_without_spaces) {
        return words[0].char_indices().map(|(at, of)| &words[0][at..at + of.len_utf8()]).collect();
    }
    words
}

/// Tokens as a text again: with spaces, but none beside a character of a script without them.
#[must_use]
pub fn text_of(tokens: &[&str]) -> String {
    let mut text = String::new();
    for token in tokens {
        let joins = |of: Option<char>| of.is_none_or(is_written_without_spaces);
        if !joins(text.chars().next_back()) && !joins(token.chars().next()) {
            text.push(' ');
        }
        text.push_str(token);
    }
    text
}

/// Chinese characters, kana, Thai.
fn is_written_without_spaces(of: char) -> bool {
    matches!(of, '\u{0e00}'..='\u{0e7f}' | '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_characters_go_apart_and_together() {
        for text in ["the cat sat", "猫坐在垫子上", "one", ""] {
            assert_eq!(text_of(&tokens(text)), text);
        }
        assert_eq!(tokens("猫坐").len(), 2);
    }
}
