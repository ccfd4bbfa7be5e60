//! How do the categories look after one is added, changed, moved or removed?

use super::{Category, CategoryRules, Rule, classes::MAX_RULES};
use crate::pattern::{Pattern, PatternError};

/// A change a person makes to their categories. Categories are named by their place in the list.
#[derive(Clone, Debug, PartialEq)]
pub enum CategoryEdit {
    /// One more, after the others.
    Add(Category),
    /// Another name, place in the tree, rule or look; what lies in it moves with it.
    Replace {
        /// Which.
        at: usize,
        /// What it becomes.
        with: Category,
    },
    /// Away, with all that lies in it.
    Remove {
        /// Which.
        at: usize,
    },
    /// Before the one that stands before it in the same category. Of equally deep categories whose
    /// rules match, the later one wins.
    Earlier {
        /// Which.
        at: usize,
    },
    /// After the one that stands after it in the same category.
    Later {
        /// Which.
        at: usize,
    },
}

/// Why a change is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The list has no such place.
    #[error("there is no such category")]
    NoCategory,
    /// Its name is empty.
    #[error("a category needs a name")]
    NoName,
    /// Another category has this name in the same place.
    #[error("there is a category of this name already")]
    Taken,
    /// It would lie in itself.
    #[error("a category cannot lie in itself")]
    WithinItself,
    /// There would be more than can be compiled in a reasonable time.
    #[error("there are at most {MAX_RULES} categories")]
    TooMany,
    /// Its rule is found in every text.
    #[error("the rule matches every window")]
    MatchesEverything,
    /// Its rule cannot be used.
    #[error(transparent)]
    Pattern(#[from] PatternError),
}

impl CategoryRules {
    /// The rules after `edit`.
    ///
    /// # Errors
    /// [`EditError`]. A rule that stays as it was is not looked at: a person may rename a category
    /// whose rule another program wrote.
    pub fn edited(&self, edit: CategoryEdit) -> Result<Self, EditError> {
        let mut categories = self.categories().to_vec();
        match edit {
            CategoryEdit::Add(category) => {
                check_name(&categories, &category.name, None)?;
                check_rule(&category.rule)?;
                if categories.len() >= MAX_RULES {
                    return Err(EditError::TooMany);
                }
                categories.push(category);
            }
            CategoryEdit::Replace { at, with } => replace(&mut categories, at, with)?,
            CategoryEdit::Remove { at } => {
                let gone = categories.get(at).ok_or(EditError::NoCategory)?.name.clone();
                categories.retain(|category| !category.name.starts_with(&gone));
            }
            CategoryEdit::Earlier { at } => {
                let before = |place: &usize| *place < at;
                swap(&mut categories, at, |siblings| siblings.into_iter().rfind(before))?;
            }
            CategoryEdit::Later { at } => {
                let after = |place: &usize| *place > at;
                swap(&mut categories, at, |siblings| siblings.into_iter().find(after))?;
            }
        }
        Ok(Self::new(categories))
    }
}

/// Refuses a rule that cannot be used or that every window would match.
///
/// # Errors
/// [`EditError::Pattern`], [`EditError::MatchesEverything`].
pub fn check_rule(rule: &Rule) -> Result<(), EditError> {
    // Found in nothing at all, or in each of these, which have nothing in common.
    const UNLIKE: [&str; 4] = ["x", "7", "标", "-"];
    let Rule::Regex(rule) = rule else { return Ok(()) };
    let pattern = Pattern::new(&rule.regex, rule.case)?;
    let mut everywhere = true;
    for text in UNLIKE {
        everywhere &= pattern.is_match(text)?;
    }
    if everywhere || pattern.is_match("")? { Err(EditError::MatchesEverything) } else { Ok(()) }
}

fn replace(categories: &mut [Category], at: usize, with: Category) -> Result<(), EditError> {
    let old = categories.get(at).ok_or(EditError::NoCategory)?.clone();
    if with.name != old.name {
        check_name(categories, &with.name, Some(at))?;
        if with.name.starts_with(&old.name) {
            return Err(EditError::WithinItself);
        }
    }
    if with.rule != old.rule {
        check_rule(&with.rule)?;
    }
    let moved = |name: &[String]| [&with.name, &name[old.name.len()..]].concat();
    let (within, others): (Vec<_>, Vec<_>) =
        categories.iter().map(|category| &category.name).partition(|name| name.starts_with(&old.name));
    if with.name != old.name && within.into_iter().any(|name| others.contains(&&moved(name))) {
        return Err(EditError::Taken);
    }
    for category in categories.iter_mut().filter(|category| category.name.starts_with(&old.name)) {
        category.name = moved(&category.name);
    }
    categories[at] = with;
    Ok(())
}

fn check_name(categories: &[Category], name: &[String], own: Option<usize>) -> Result<(), EditError> {
    if name.is_empty() || name.iter().any(|part| part.trim().is_empty()) {
        return Err(EditError::NoName);
    }
    let taken = categories.iter().enumerate().any(|(place, other)| Some(place) != own && other.name == *name);
    if taken { Err(EditError::Taken) } else { Ok(()) }
}

/// Exchanges a category with one of its siblings; one that has none on that side stays.
fn swap(
    categories: &mut [Category],
    at: usize,
    choose: impl FnOnce(Vec<usize>) -> Option<usize>,
) -> Result<(), EditError> {
    let name = &categories.get(at).ok_or(EditError::NoCategory)?.name;
    let parent = &name[..name.len() - 1];
    let is_sibling = |other: &Category| other.name.len() == name.len() && other.name.starts_with(parent);
    let siblings = categories.iter().enumerate().filter(|(_, other)| is_sibling(other));
    if let Some(other) = choose(siblings.map(|(place, _)| place).collect()) {
        categories.swap(at, other);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Map;

    use super::*;
    use crate::category::rule::RegexRule;
    use crate::pattern::Case;

    fn category(path: &str, regex: &str) -> Category {
        let rule = RegexRule { regex: regex.to_owned(), case: Case::Ignored, select_keys: None };
        let rule = if regex.is_empty() { Rule::Nothing } else { Rule::Regex(rule) };
        Category { id: None, name: path.split('/').map(str::to_owned).collect(), rule, data: Map::new() }
    }

    fn tree() -> CategoryRules {
        let paths = ["Work", "Work/Mail", "Play", "Work/Code", "Work/Code/Rust"];
        CategoryRules::new(paths.map(|path| category(path, &path.to_lowercase())).to_vec())
    }

    fn paths(rules: &CategoryRules) -> Vec<String> {
        rules.categories().iter().map(|category| category.name.join("/")).collect()
    }

    fn after(edit: CategoryEdit) -> Result<Vec<String>, EditError> {
        tree().edited(edit).map(|rules| paths(&rules))
    }

    #[test]
    fn what_lies_in_a_category_moves_with_it() {
        let renamed = CategoryEdit::Replace { at: 0, with: category("Job", "work") };
        assert_eq!(after(renamed).unwrap(), ["Job", "Job/Mail", "Play", "Job/Code", "Job/Code/Rust"]);
        let moved = CategoryEdit::Replace { at: 3, with: category("Play/Code", "work/code") };
        assert_eq!(after(moved).unwrap(), ["Work", "Work/Mail", "Play", "Play/Code", "Play/Code/Rust"]);
        assert_eq!(after(CategoryEdit::Remove { at: 3 }).unwrap(), ["Work", "Work/Mail", "Play"]);
    }

    #[test]
    fn siblings_change_places() {
        let expected = ["Work", "Work/Code", "Play", "Work/Mail", "Work/Code/Rust"];
        assert_eq!(after(CategoryEdit::Later { at: 1 }).unwrap(), expected);
        assert_eq!(after(CategoryEdit::Earlier { at: 3 }).unwrap(), expected);
        assert_eq!(after(CategoryEdit::Earlier { at: 1 }).unwrap(), paths(&tree()));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let add = |path: &str, regex: &str| after(CategoryEdit::Add(category(path, regex))).unwrap_err();
        assert_eq!(add("Play", "x1"), EditError::Taken);
        assert_eq!(add("Play/ ", "x1"), EditError::NoName);
        let into_itself = CategoryEdit::Replace { at: 0, with: category("Work/Code/Work", "work") };
        assert_eq!(after(into_itself).unwrap_err(), EditError::WithinItself);
        assert_eq!(after(CategoryEdit::Remove { at: 5 }).unwrap_err(), EditError::NoCategory);
        for everything in [".*", "^", "a|", "(?s).", r"\w|\W", "x?"] {
            assert_eq!(add("New", everything), EditError::MatchesEverything, "{everything}");
        }
        for unusable in ["(", "a{99999999}", "*"] {
            assert!(matches!(add("New", unusable), EditError::Pattern(_)), "{unusable}");
        }
    }

    #[test]
    fn a_rule_that_stays_is_not_judged_again() {
        let rules = CategoryRules::new(vec![category("All", ".*"), category("Broken", "(")]);
        let renamed = CategoryEdit::Replace { at: 1, with: category("Odd", "(") };
        assert_eq!(paths(&rules.edited(renamed).unwrap()), ["All", "Odd"]);
        let changed = CategoryEdit::Replace { at: 0, with: category("All", ".+") };
        assert_eq!(rules.edited(changed).unwrap_err(), EditError::MatchesEverything);
    }

    proptest! {
        #[test]
        fn names_stay_unique_whatever_is_done(steps in prop::collection::vec((0..4_u8, 0..6_usize, "[A-C](/[A-C]){0,2}"), 0..12)) {
            let mut rules = tree();
            for (kind, at, path) in steps {
                let edit = match kind {
                    0 => CategoryEdit::Add(category(&path, "")),
                    1 => CategoryEdit::Replace { at, with: category(&path, "") },
                    2 => CategoryEdit::Remove { at },
                    _ => CategoryEdit::Later { at },
                };
                rules = rules.edited(edit).unwrap_or(rules);
                let mut names = paths(&rules);
                names.sort();
                let count = names.len();
                names.dedup();
                prop_assert_eq!(names.len(), count);
            }
        }
    }
}
