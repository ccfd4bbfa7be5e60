//! What is this window's title without its counters? `(3) Inbox` and `(4) Inbox` are one window.

use std::borrow::Cow;
use std::sync::LazyLock;

use attnd_core::Event;
use regex::Regex;

use super::per_data::map_data;

static FRAMES: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"FPS:\s+[0-9.]+").expect("invariant: the pattern is fixed"));

/// Simplifies the string each event has at `key` (see [`simplified_title`]).
#[must_use]
pub fn simplify_window_titles(mut events: Vec<Event>, key: &str) -> Vec<Event> {
    map_data(&mut events, |data| {
        let Some(title) = data.text(key) else { return data.clone() };
        let simple = simplified_title(title);
        if simple == title {
            return data.clone();
        }
        let simple = simple.into_owned();
        let mut data = data.clone();
        data.fields_mut().insert(key.to_owned(), simple.into());
        data
    });
    events
}

/// The title without a leading count of unread messages, `(3) `, or mark of unsaved changes, `● `
/// or `*`, and with frames per second, `FPS: 59.9`, as `FPS: ...`.
#[must_use]
pub fn simplified_title(title: &str) -> Cow<'_, str> {
    FRAMES.replace_all(without_mark(without_count(title)), "FPS: ...")
}

fn without_count(title: &str) -> &str {
    let counted = title.strip_prefix('(').and_then(|rest| rest.split_once(')'));
    match counted {
        Some((count, rest)) if !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit()) => {
            rest.trim_start()
        }
        _ => title,
    }
}

fn without_mark(title: &str) -> &str {
    title.strip_prefix(['●', '*']).map_or(title, str::trim_start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::example::{event, field};

    #[test]
    fn counters_and_marks_go() {
        for (title, simple) in [
            ("(3) Inbox", "Inbox"),
            ("(12)Inbox", "Inbox"),
            ("● main.rs - code", "main.rs - code"),
            ("*main.rs", "main.rs"),
            ("(2) ● both", "both"),
            ("Game - FPS: 59.94 - level 3", "Game - FPS: ... - level 3"),
            ("() nothing", "() nothing"),
            ("(a) letter", "(a) letter"),
            ("f(3) = 9", "f(3) = 9"),
            ("", ""),
        ] {
            assert_eq!(simplified_title(title), simple);
        }
    }

    #[test]
    fn only_the_key_changes() {
        let list = vec![event(0.0, 1.0, field("title", "(1) x")), event(1.0, 1.0, field("app", "(1) x"))];
        let simple = simplify_window_titles(list.clone(), "title");
        assert_eq!(simple[0].data.text("title"), Some("x"));
        assert_eq!(simple[1], list[1]);
    }
}
