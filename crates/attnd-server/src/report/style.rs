//! What does a report look like where nothing can be loaded? The pages' own colours, resolved for
//! light and dark, with a sheet of its own, in one piece.

use std::fmt::Write;
use std::sync::LazyLock;

const TOKENS: &str = include_str!("../../assets/tokens.css");
const SHEET: &str = include_str!("../../assets/report/report.css");

/// The style sheet. A report is read years later and elsewhere: `light-dark()` is resolved, for
/// mail readers and older browsers do not know it.
pub(super) static STYLE: LazyLock<String> = LazyLock::new(|| {
    let (light, dark) = colours(TOKENS);
    format!(
        ":root {{\n{light}}}\n@media screen and (prefers-color-scheme: dark) {{ :root {{\n{dark}}} }}\n{SHEET}"
    )
});

/// The colour tokens, light and dark, as declarations.
fn colours(tokens: &str) -> (String, String) {
    let (mut light, mut dark) = (String::new(), String::new());
    for line in tokens.lines() {
        let pair = line
            .split_once(": light-dark(")
            .and_then(|(name, values)| Some((name.trim(), values.split_once(')')?.0.split_once(", ")?)));
        if let Some((name, (day, night))) = pair {
            let _ = writeln!(light, "  {name}: {day};");
            let _ = writeln!(dark, "  {name}: {night};");
        }
    }
    (light, dark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_is_there_light_and_dark() {
        let (light, dark) = colours(TOKENS);
        assert!(light.contains("--focus: #2f6fde;") && dark.contains("--focus: #5b93ff;"), "{light}{dark}");
        let all = TOKENS.matches("light-dark(").count();
        assert_eq!((light.lines().count(), dark.lines().count()), (all, all));
        assert!(!STYLE.contains("light-dark("), "a reader that does not know it shows no colour at all");
    }

    #[test]
    fn nothing_is_loaded() {
        for load in ["url(", "@import", "@font-face", "http"] {
            assert!(!STYLE.contains(load), "{load}");
        }
    }

    #[test]
    fn what_the_sheet_names_is_a_token() {
        let (light, _) = colours(TOKENS);
        for used in SHEET.split("var(").skip(1).filter_map(|rest| rest.split(')').next()) {
            assert!(light.contains(&format!("  {used}: ")), "{used} is no colour of the pages");
        }
    }
}
