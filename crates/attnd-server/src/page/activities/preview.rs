//! What would a rule change, in words and rows?

use attnd_engine::CategoryRules;
use attnd_engine::rules::{RulePreview, RuleWarning};

use crate::page::locale::Locale;
use crate::page::settings::named_path;
use crate::page::text::ActivitiesText;

/// What a rule would change, as the template writes it down.
pub(crate) struct Preview {
    /// The words around it.
    pub(crate) text: ActivitiesText,
    /// In one sentence.
    pub(crate) sentence: String,
    /// What to think of first.
    pub(crate) warnings: Vec<String>,
    /// From where to where, most first.
    pub(crate) moves: Vec<MoveRow>,
    /// Windows it is found in, most time first.
    pub(crate) samples: Vec<SampleRow>,
}

/// Time that would move.
pub(crate) struct MoveRow {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) time: String,
}

/// A window the rule is found in.
pub(crate) struct SampleRow {
    pub(crate) title: String,
    /// The application, and the site in a browser.
    pub(crate) place: String,
    /// Where it would be.
    pub(crate) to: String,
    pub(crate) time: String,
}

impl Preview {
    /// The engine's answer in the visitor's words.
    pub(crate) fn of(preview: &RulePreview, rules: &CategoryRules, locale: &Locale) -> Self {
        let text = ActivitiesText(locale.language);
        let named = |path: &[String]| named_path(rules, locale, path);
        let windows = locale.count(usize::try_from(preview.windows).unwrap_or(usize::MAX));
        let (matched, moved) = (locale.length(preview.matched), locale.length(preview.moved));
        let sentence = match (preview.matched.is_zero(), preview.moved.is_zero()) {
            (true, _) => text.preview_nothing(),
            (false, true) => text.preview_stays(&matched, &windows),
            (false, false) => text.preview_moves(&moved, &matched, &windows),
        };
        let warning = |warning: &RuleWarning| match warning {
            RuleWarning::MatchesNearlyAll => Some(text.warn_nearly_all()),
            RuleWarning::TakesFromOthers => Some(text.warn_takes()),
            // The sentence says so.
            RuleWarning::MatchesNothing => None,
        };
        let moves = preview.moves.iter().map(|one| MoveRow {
            from: named(&one.from),
            to: named(&one.to),
            time: locale.length(one.active),
        });
        let samples = preview.samples.iter().map(|sample| SampleRow {
            title: if sample.title.is_empty() { text.untitled() } else { sample.title.clone() },
            place: [Some(sample.application.as_str()), sample.site.as_deref()]
                .into_iter()
                .flatten()
                .filter(|name| !name.is_empty())
                .collect::<Vec<_>>()
                .join(" · "),
            to: named(&sample.to),
            time: locale.length(sample.active),
        });
        Self {
            text,
            sentence,
            warnings: preview.warnings.iter().filter_map(warning).collect(),
            moves: moves.collect(),
            samples: samples.collect(),
        }
    }
}
