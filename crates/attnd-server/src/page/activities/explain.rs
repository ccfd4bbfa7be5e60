//! What does a regular expression look for, in plain words?

use crate::page::text::ActivitiesText;

/// An expression that is nothing but words and where they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Plain {
    Contains(Vec<String>),
    Is(String),
    Begins(String),
    Ends(String),
}

/// What a rule means: "windows whose title contains “docs.rs”".
pub(super) fn explain(text: ActivitiesText, pattern: &str, keys: &str) -> String {
    let place = place(text, keys);
    let quoted = |words: &String| text.quoted(words);
    match plain(pattern) {
        Some(Plain::Contains(words)) => {
            let words = words.iter().map(quoted).reduce(|first, second| text.or(&first, &second));
            text.contains(&place, &words.unwrap_or_default())
        }
        Some(Plain::Is(words)) => text.is_exactly(&place, &quoted(&words)),
        Some(Plain::Begins(words)) => text.begins(&place, &quoted(&words)),
        Some(Plain::Ends(words)) => text.ends(&place, &quoted(&words)),
        None => text.matches(&place),
    }
}

fn place(text: ActivitiesText, keys: &str) -> String {
    let word = |key: &str| match key {
        "app" => text.place_application(),
        "title" => text.place_title(),
        "url" => text.place_address(),
        other => other.to_owned(),
    };
    let words = keys.split(',').filter(|key| !key.is_empty()).map(word);
    words.reduce(|first, second| text.or(&first, &second)).unwrap_or_else(|| text.place_any())
}

/// The words of an expression without any sign that means more than itself.
fn plain(pattern: &str) -> Option<Plain> {
    // Borders of words narrow what is found; in plain words it is still the same word.
    let (rest, begins) = match pattern.strip_prefix('^') {
        Some(rest) => (rest, true),
        None => (pattern.strip_prefix(r"\b").unwrap_or(pattern), false),
    };
    let (rest, ends) = match rest.strip_suffix('$').filter(|rest| !ends_escaped(rest)) {
        Some(rest) => (rest, true),
        None => (rest.strip_suffix(r"\b").filter(|rest| !ends_escaped(rest)).unwrap_or(rest), false),
    };
    let words = alternatives(rest)?;
    match (&words[..], begins, ends) {
        (_, false, false) => Some(Plain::Contains(words)),
        ([only], true, true) => Some(Plain::Is(only.clone())),
        ([only], true, false) => Some(Plain::Begins(only.clone())),
        ([only], false, true) => Some(Plain::Ends(only.clone())),
        _ => None,
    }
}

/// Whether what follows is escaped: an odd number of backslashes stands before it.
fn ends_escaped(text: &str) -> bool {
    text.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

/// The texts between `|`, without escapes; `None` when there is more to it than words.
fn alternatives(pattern: &str) -> Option<Vec<String>> {
    let mut words = vec![String::new()];
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        let word = words.last_mut()?;
        match character {
            '|' => words.push(String::new()),
            '\\' => {
                // An escaped letter or digit is a class or a reference, not itself.
                word.push(characters.next().filter(|next| !next.is_alphanumeric())?);
            }
            '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '^' | '$' => return None,
            other => word.push(other),
        }
    }
    words.iter().all(|word| !word.is_empty()).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::text::Language;

    #[test]
    fn plain_expressions_are_said_in_plain_words() {
        let said = |pattern: &str, keys: &str| explain(ActivitiesText(Language::En), pattern, keys);
        for (pattern, keys, words) in [
            (r"docs\.rs", "title", "windows whose title contains “docs.rs”"),
            (r"docs\.rs|crates\.io", "url", "windows whose address contains “docs.rs” or “crates.io”"),
            (r"^Inbox$", "title", "windows whose title is “Inbox”"),
            (r"^Inbox \(", "title", "windows whose title begins with “Inbox (”"),
            (r" – attnd$", "title", "windows whose title ends with “ – attnd”"),
            (r"\bgit\b", "", "windows whose application, title or address contains “git”"),
            (r"a\$", "app,title", "windows whose application or title contains “a$”"),
            (r"a\\$", "title", r"windows whose title ends with “a\”"),
            (r"a.*b", "title", "windows whose title matches this expression"),
            (r"\d", "title", "windows whose title matches this expression"),
            ("a|", "title", "windows whose title matches this expression"),
            ("", "title", "windows whose title matches this expression"),
        ] {
            assert_eq!(said(pattern, keys), words, "{pattern}");
        }
    }
}
