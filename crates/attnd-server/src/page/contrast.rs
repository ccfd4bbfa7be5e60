//! Can everybody read it? Contrast of every text on every ground, computed from the style sheet's
//! own tokens, light and dark (WCAG 2.2, success criteria 1.4.3 and 1.4.11).

const TOKENS: &str = include_str!("../../assets/tokens.css");

/// Relative luminance of `#rrggbb` (WCAG 2.2, "relative luminance").
fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    assert!(colour.len() == 7 && colour.starts_with('#'), "{colour}");
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The light and the dark value of a token.
fn token(name: &str) -> [&'static str; 2] {
    let value =
        TOKENS.split(&format!("--{name}: light-dark(")).nth(1).and_then(|rest| rest.split(')').next());
    let (light, dark) = value.unwrap_or_else(|| panic!("no token {name}")).split_once(", ").unwrap();
    [light, dark]
}

#[test]
fn the_measure_is_right() {
    assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 1e-9);
    // The darkest grey that just passes on white, as WCAG's examples give it.
    assert!((contrast("#767676", "#ffffff") - 4.54).abs() < 0.005);
}

#[test]
fn every_text_can_be_read_on_every_ground() {
    for ground in ["ground", "raised"] {
        for text in ["ink", "muted", "mark-ink", "loss"] {
            for (ground, text) in token(ground).into_iter().zip(token(text)) {
                let contrast = contrast(ground, text);
                assert!(contrast >= 4.5, "{text} on {ground}: {contrast:.2}");
            }
        }
    }
    // The hint of an exact time is set the other way round.
    for (ground, text) in token("ink").into_iter().zip(token("ground")) {
        assert!(contrast(ground, text) >= 4.5);
    }
}

#[test]
fn marks_and_the_focus_ring_stand_out() {
    for mark in ["mark", "mark-ink", "focus-ring", "control"] {
        for (ground, mark) in token("ground").into_iter().zip(token(mark)) {
            let contrast = contrast(ground, mark);
            assert!(contrast >= 3.0, "{mark} on {ground}: {contrast:.2}");
        }
    }
}

#[test]
fn states_are_seen_and_never_told_by_colour_alone() {
    // The quiet states may fade; a lane's name and its time stand beside every bar.
    for (state, least) in
        [("focus", 3.0), ("shallow", 3.0), ("interrupted", 3.0), ("switching", 1.9), ("away", 1.75)]
    {
        for (ground, mark) in token("ground").into_iter().zip(token(state)) {
            let contrast = contrast(ground, mark);
            assert!(contrast >= least, "{state} on {ground}: {contrast:.2}");
        }
    }
    let template = include_str!("../../templates/today_states.html");
    assert!(template.contains("<span>{{ lane.name }}</span>"));
}

#[test]
fn colours_are_named_in_one_place() {
    let sheet = include_str!("../../assets/attnd.css");
    let colours = sheet.split(|c: char| !(c.is_ascii_alphanumeric() || c == '#')).filter(|word| {
        word.len() >= 4 && word.starts_with('#') && word[1..].bytes().all(|byte| byte.is_ascii_hexdigit())
    });
    assert_eq!(colours.collect::<Vec<_>>(), Vec::<&str>::new());
}
