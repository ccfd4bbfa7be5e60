//! What is a category called in the terminal's language?

use attnd_core::Problem;
use attnd_engine::CategoryRules;

use crate::client::Client;
use crate::words::Language;

/// The names of categories; the rules carry their own labels in other languages.
pub(crate) struct CategoryNames {
    rules: Option<CategoryRules>,
    language: Language,
}

impl CategoryNames {
    /// Asks the daemon for labels where the language is not that of the paths.
    ///
    /// # Errors
    /// [`Problem`] when the daemon does not answer.
    pub(crate) fn fetch(client: &Client, language: Language) -> Result<Self, Problem> {
        let rules = match language {
            Language::English => None,
            Language::Chinese => {
                let answer = client.get("/api/v1/categories")?;
                // Rules nobody can read have no labels either: paths are shown as they are.
                CategoryRules::from_classes(&answer["categories"]).ok()
            }
        };
        Ok(Self { rules, language })
    }

    /// Paths as they are, in English.
    #[cfg(test)]
    pub(crate) fn of_paths() -> Self {
        Self { rules: None, language: Language::English }
    }

    /// The path in words, outermost first.
    pub(crate) fn of(&self, path: &[String]) -> String {
        match path {
            [] => self.uncategorized(),
            [only] if only == attnd_sense::category::UNCATEGORIZED => self.uncategorized(),
            path => match &self.rules {
                Some(rules) => rules.labels(path, "zh").join(" › "),
                None => path.join(" › "),
            },
        }
    }

    fn uncategorized(&self) -> String {
        self.language.pick("Not in a category", "未分类").to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_said_in_both_languages() {
        let path = ["Work".to_owned(), "Programming".to_owned()];
        let english = CategoryNames::of_paths();
        assert_eq!(english.of(&path), "Work › Programming");
        let rules = Some(CategoryRules::default_rules());
        let chinese = CategoryNames { rules, language: Language::Chinese };
        assert_eq!(chinese.of(&path), "工作 › 编程");
        assert_eq!(chinese.of(&["Uncategorized".to_owned()]), "未分类");
    }
}
