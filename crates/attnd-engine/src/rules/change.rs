//! How does a rule come into force, and out of it again? Proposed from an example, checked, joined
//! to what belongs to its category already, and taken back as one step.

use std::sync::Arc;

use attnd_core::store::Write;
use attnd_core::{ErrorCode, PersonId, Problem};
use attnd_sense::category::{Category, CategoryEdit, CategoryRules, EditError, RegexRule, Rule, check_rule};
use attnd_sense::pattern::Case;
use serde_json::{Map, Value, json};

use super::{RuleExample, RuleProposal};
use crate::settings::CLASSES;
use crate::{Access, Engine};

/// Where the categories before the last applied rule are kept, and those after it: a change made
/// since by other hands is not undone with it.
const BEFORE: &str = "attnd_categories_before";

impl Engine {
    /// The rule an example stands for: its site, else its application, else its title.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidParameter`] for a category without a name or an example of nothing.
    pub fn propose_rule(
        &self,
        _person: PersonId,
        example: &RuleExample,
        category: Vec<String>,
    ) -> Result<RuleProposal, Problem> {
        check_path(&category)?;
        proposed(example, category)
            .ok_or_else(|| invalid("an example names a site, an application or a title".to_owned()))
    }

    /// Adds what a proposal names to its category, which is made if there is none. What belonged to
    /// it before still does.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidParameter`] with the reason for a rule that cannot be used or matches
    /// everything; [`ErrorCode::Conflict`] where the category's rule cannot be joined to; [`Problem`]
    /// of the store.
    pub async fn apply_rule(
        self: &Arc<Self>,
        access: &Access,
        proposal: &RuleProposal,
    ) -> Result<(), Problem> {
        let person = access.person();
        let after = with_proposal(&self.category_rules(person), proposal)?.to_classes();
        let before = self.setting(person, CLASSES).await?;
        let kept = json!({"before": before, "after": after});
        // First the way back: if the change itself fails, it leads nowhere and is not offered.
        self.write(person, Write::PutSetting { key: BEFORE.to_owned(), value: kept }).await?;
        self.put_setting(access, CLASSES, after).await?;
        self.note(access, "rule.apply", proposal.category.join(" > ")).await
    }

    /// Takes back the rule applied last, with all that was so before.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when none was applied, or the categories were changed since;
    /// [`Problem`] of the store.
    pub async fn undo_rules(self: &Arc<Self>, access: &Access) -> Result<(), Problem> {
        let person = access.person();
        let Some(before) = self.before_rules(person) else {
            return Err(Problem::new(ErrorCode::NotFound, "no rule was applied since the last change"));
        };
        match before {
            Value::Null => self.delete_setting(access, CLASSES).await?,
            classes => self.put_setting(access, CLASSES, classes).await?,
        }
        self.write(person, Write::DeleteSetting(BEFORE.to_owned())).await?;
        self.note(access, "rule.undo", "").await
    }

    /// Whether the rule applied last can be taken back.
    #[must_use]
    pub fn can_undo_rules(&self, person: PersonId) -> bool {
        self.before_rules(person).is_some()
    }

    /// The categories before the last applied rule, as they were set; `null` where they were attnd's.
    fn before_rules(&self, person: PersonId) -> Option<Value> {
        let mut kept = self.store.settings(person).ok()?.remove(BEFORE)?;
        (kept["after"] == self.category_rules(person).to_classes()).then(|| kept["before"].take())
    }
}

/// The rule an example stands for; `None` for an example of nothing.
pub(super) fn proposed(example: &RuleExample, category: Vec<String>) -> Option<RuleProposal> {
    let said = |text: &Option<String>| text.as_deref().map(str::trim).map(str::to_owned);
    let [site, application, title] = [&example.site, &example.application, &example.title]
        .map(|text| said(text).filter(|text| !text.is_empty()).map(|text| escaped(&text)));
    let regex = site
        .map(|site| format!(r"\b{site}\b"))
        .or_else(|| application.map(|application| format!("^{application}$")))
        .or(title)?;
    Some(RuleProposal {
        category,
        rule: Rule::Regex(RegexRule { regex, case: Case::Ignored, select_keys: None }),
    })
}

/// The rules with a proposal among them.
///
/// # Errors
/// [`ErrorCode::InvalidParameter`], [`ErrorCode::Conflict`].
pub(super) fn with_proposal(
    rules: &CategoryRules,
    proposal: &RuleProposal,
) -> Result<CategoryRules, Problem> {
    check_path(&proposal.category)?;
    if proposal.rule == Rule::Nothing {
        return Err(invalid("the rule is empty".to_owned()));
    }
    check_rule(&proposal.rule).map_err(refused)?;
    let at = rules.categories().iter().position(|category| category.name == proposal.category);
    let edit = match at {
        None => CategoryEdit::Add(Category {
            id: None,
            name: proposal.category.clone(),
            rule: proposal.rule.clone(),
            data: Map::new(),
        }),
        Some(at) => {
            let category = &rules.categories()[at];
            let rule = joined(&category.rule, &proposal.rule).ok_or_else(|| {
                let path = category.name.join(" > ");
                Problem::new(
                    ErrorCode::Conflict,
                    format!("the rule of '{path}' is of another kind; change it in Settings"),
                )
            })?;
            CategoryEdit::Replace { at, with: Category { rule, ..category.clone() } }
        }
    };
    rules.edited(edit).map_err(refused)
}

/// What either rule matches; `None` where one expression cannot say that.
fn joined(old: &Rule, new: &Rule) -> Option<Rule> {
    match (old, new) {
        (Rule::Nothing, new) => Some(new.clone()),
        (Rule::Regex(old), Rule::Regex(new)) if old.select_keys == new.select_keys => {
            let addition = match (old.case, new.case) {
                (Case::Sensitive, Case::Ignored) => format!("(?i:{})", new.regex),
                (Case::Ignored, Case::Sensitive) => format!("(?-i:{})", new.regex),
                _ => new.regex.clone(),
            };
            // An alternative binds loosest: only what has a flag for all of it needs parentheses.
            let own =
                if old.regex.starts_with("(?") { format!("(?:{})", old.regex) } else { old.regex.clone() };
            let regex = format!("{own}|{addition}");
            Some(Rule::Regex(RegexRule { regex, ..old.clone() }))
        }
        _ => None,
    }
}

fn check_path(path: &[String]) -> Result<(), Problem> {
    let named = !path.is_empty() && path.iter().all(|part| !part.trim().is_empty());
    let category = path != [attnd_sense::category::UNCATEGORIZED];
    if named && category {
        Ok(())
    } else {
        Err(invalid("a category's path is words, outermost first".to_owned()))
    }
}

/// The text with what an expression would take for more than a character escaped.
fn escaped(text: &str) -> String {
    let mut expression = String::with_capacity(text.len());
    for character in text.chars() {
        if r"\.+*?()|[]{}^$".contains(character) {
            expression.push('\\');
        }
        expression.push(character);
    }
    expression
}

fn invalid(detail: String) -> Problem {
    Problem::new(ErrorCode::InvalidParameter, detail)
}

fn refused(error: EditError) -> Problem {
    invalid(error.to_string())
}

#[cfg(test)]
mod tests {
    use attnd_core::Data;

    use super::*;

    fn path(name: &str) -> Vec<String> {
        name.split(" > ").map(str::to_owned).collect()
    }

    fn rule(regex: &str, case: Case) -> Rule {
        Rule::Regex(RegexRule { regex: regex.to_owned(), case, select_keys: None })
    }

    fn regex_of(example: &RuleExample) -> String {
        match proposed(example, path("Work")).unwrap().rule {
            Rule::Regex(rule) => rule.regex,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_example_becomes_the_narrowest_rule() {
        let text = |text: &str| Some(text.to_owned());
        let zed = RuleExample { application: text("Zed (Preview)"), title: text("x"), site: None };
        assert_eq!(regex_of(&zed), r"^Zed \(Preview\)$");
        let docs = RuleExample { application: text("Firefox"), site: text("docs.rs"), title: text("x") };
        assert_eq!(regex_of(&docs), r"\bdocs\.rs\b");
        let title = RuleExample { title: text(" a+b "), ..RuleExample::default() };
        assert_eq!(regex_of(&title), r"a\+b");
        assert_eq!(
            proposed(&RuleExample { application: text(" "), ..RuleExample::default() }, path("W")),
            None
        );
    }

    #[test]
    fn what_belonged_to_a_category_still_does() {
        let rules = CategoryRules::default_rules();
        let proposal =
            RuleProposal { category: path("Work > Programming"), rule: rule("^Quill$", Case::Ignored) };
        let changed = with_proposal(&rules, &proposal).unwrap();
        let of =
            |rules: &CategoryRules, app: &str| rules.classify(&Data::from([("app", app.into())])).join(" > ");
        assert_ne!(of(&rules, "Quill"), "Work > Programming");
        assert_eq!(of(&changed, "quill"), "Work > Programming");
        assert_eq!(of(&changed, "Code"), of(&rules, "Code"));
        let new = RuleProposal { category: path("Garden"), rule: rule("^Seeds$", Case::Sensitive) };
        assert_eq!(of(&with_proposal(&changed, &new).unwrap(), "Seeds"), "Garden");
    }

    #[test]
    fn rules_of_either_case_are_joined() {
        let (sensitive, ignored) = (rule("A", Case::Sensitive), rule("b", Case::Ignored));
        let joined = |old: &Rule, new: &Rule| match joined(old, new) {
            Some(Rule::Regex(rule)) => rule.regex,
            other => panic!("{other:?}"),
        };
        assert_eq!(joined(&sensitive, &ignored), "A|(?i:b)");
        assert_eq!(joined(&ignored, &sensitive), "b|(?-i:A)");
        assert_eq!(super::joined(&Rule::Unknown(Value::Null), &ignored), None);
    }

    #[test]
    fn rules_that_cannot_be_meant_are_refused() {
        let rules = CategoryRules::default_rules();
        for bad in ["", ".*", "(", "x*"] {
            let proposal = RuleProposal { category: path("Work"), rule: rule(bad, Case::Ignored) };
            assert_eq!(
                with_proposal(&rules, &proposal).unwrap_err().code,
                ErrorCode::InvalidParameter,
                "{bad}"
            );
        }
        for bad in [vec![], vec![" ".to_owned()], vec!["Uncategorized".to_owned()]] {
            let proposal = RuleProposal { category: bad, rule: rule("x", Case::Ignored) };
            assert_eq!(with_proposal(&rules, &proposal).unwrap_err().code, ErrorCode::InvalidParameter);
        }
    }
}
