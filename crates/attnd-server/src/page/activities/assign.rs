//! Where does something belong? The page on which a category is assigned by an example: the
//! example, the rule it leads to, and what that rule would change before it is applied.

use askama::Template;
use attnd_engine::rules::RuleExample;
use attnd_engine::{Case, CategoryRules, EditError, Rule};

use crate::page::activities::Preview;
use crate::page::activities::explain::explain;
use crate::page::form::{Fields, address};
use crate::page::sentence::shortened;
use crate::page::settings::{named_path, pattern_fault, places, tree};
use crate::page::shell::{Choice, ChoiceState, Shell};
use crate::page::text::{ActivitiesText, SettingsText};
use crate::page::visitor::Visitor;

/// Everything the page is made from.
pub(super) struct Assign<'a> {
    /// For whom.
    pub(super) visitor: &'a Visitor,
    /// The rules in force.
    pub(super) rules: &'a CategoryRules,
    /// What is asked for.
    pub(super) asked: &'a AskedRule,
    /// What is wrong with it: the field and the words.
    pub(super) fault: Option<(&'static str, String)>,
    /// What the rule would change.
    pub(super) preview: Option<Preview>,
}

/// An example, a category and a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct AskedRule {
    /// What it is about.
    pub(super) example: RuleExample,
    /// An existing category, by its place; `new`, or nothing chosen.
    pub(super) category: String,
    /// The name of a new one.
    pub(super) new: String,
    /// What is looked for; none before attnd has proposed anything.
    pub(super) pattern: Option<String>,
    /// The fields looked at, with commas; empty for all.
    pub(super) keys: String,
    /// Whether capitals matter.
    pub(super) case: Option<Case>,
    /// Where to go on afterwards.
    pub(super) back: String,
}

#[derive(Template)]
#[template(path = "activities_assign.html")]
struct AssignPage<'a> {
    shell: Shell<'a>,
    text: ActivitiesText,
    settings: SettingsText,
    headline: String,
    example: Vec<(String, &'a str)>,
    now_in: Option<String>,
    fields: Vec<(&'static str, &'a str)>,
    asked: &'a AskedRule,
    pattern: &'a str,
    fault: Option<(&'static str, String)>,
    categories: Vec<Choice>,
    places: Vec<Choice>,
    means: Option<String>,
    preview: Option<Preview>,
}

/// The address of the page for an example; `back` is where one comes from.
pub(super) fn ask_address<'a>(
    example: impl IntoIterator<Item = (&'a str, &'a str)>,
    back: &'a str,
) -> String {
    address("/activities/assign", example.into_iter().chain([("back", back)]))
}

impl AskedRule {
    /// Reads the fields of an address or a form.
    pub(super) fn of(fields: &Fields) -> Self {
        let example = |name: &str| fields.filled(name).map(str::to_owned);
        let is_sent = fields.ticked("pattern");
        Self {
            example: RuleExample {
                application: example("application"),
                site: example("site"),
                title: example("title"),
            },
            category: fields.text("belongs").to_owned(),
            new: fields.text("new").trim().to_owned(),
            pattern: is_sent.then(|| fields.text("pattern").replace(['\r', '\n'], "").trim().to_owned()),
            keys: fields.text("keys").to_owned(),
            case: is_sent.then(|| if fields.ticked("ignore_case") { Case::Ignored } else { Case::Sensitive }),
            back: back(fields.text("back")),
        }
    }

    /// The same, with the rule attnd proposes.
    pub(super) fn proposed(self, rule: &Rule) -> Self {
        match rule {
            Rule::Regex(rule) => Self {
                pattern: Some(rule.regex.clone()),
                keys: rule.select_keys.as_ref().map(|keys| keys.join(",")).unwrap_or_default(),
                case: Some(rule.case),
                ..self
            },
            Rule::Nothing | Rule::Unknown(_) => Self { pattern: Some(String::new()), ..self },
        }
    }

    /// The path of the category chosen or named.
    ///
    /// # Errors
    /// The field to mend.
    pub(super) fn path(
        &self,
        rules: &CategoryRules,
        text: ActivitiesText,
    ) -> Result<Vec<String>, (&'static str, String)> {
        let at = self.category.parse::<usize>().ok();
        if let Some(category) = at.and_then(|at| rules.categories().get(at)) {
            return Ok(category.name.clone());
        }
        let parts = self.new.split(['›', '>']).map(|part| part.trim().to_owned());
        let path: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
        if path.is_empty() { Err(("belongs", text.choose_first())) } else { Ok(path) }
    }

    /// The rule as it was typed.
    ///
    /// # Errors
    /// The field to mend.
    pub(super) fn rule(&self, text: ActivitiesText) -> Result<Rule, (&'static str, String)> {
        let settings = SettingsText(text.0);
        let pattern = self.pattern.as_deref().unwrap_or_default();
        if pattern.is_empty() {
            return Err(("pattern", text.empty_pattern()));
        }
        let keys: Vec<String> =
            self.keys.split(',').filter(|key| !key.is_empty()).map(str::to_owned).collect();
        let rule = Rule::Regex(attnd_engine::RegexRule {
            regex: pattern.to_owned(),
            case: self.case.unwrap_or(Case::Ignored),
            select_keys: if keys.is_empty() { None } else { Some(keys) },
        });
        attnd_engine::check_rule(&rule).map(|()| rule).map_err(|error| {
            let words = match &error {
                EditError::Pattern(error) => pattern_fault(error, settings),
                _ => settings.matches_everything(),
            };
            ("pattern", words)
        })
    }

    fn ignores_case(&self) -> bool {
        self.case != Some(Case::Sensitive)
    }

    /// The fields of the example and the way back, which a form sends along.
    fn fields(&self) -> Vec<(&'static str, &str)> {
        let example = [
            ("application", &self.example.application),
            ("site", &self.example.site),
            ("title", &self.example.title),
        ];
        let example = example.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)));
        example.chain([("back", self.back.as_str())]).collect()
    }

    /// The page's own address, with all that was typed.
    pub(super) fn address(&self) -> String {
        let mut pairs = self.fields();
        if let Some(pattern) = &self.pattern {
            pairs.extend([("pattern", pattern.as_str()), ("keys", self.keys.as_str())]);
            pairs.extend([("belongs", self.category.as_str()), ("new", self.new.as_str())]);
            pairs.extend(self.ignores_case().then_some(("ignore_case", "on")));
        }
        address("/activities/assign", pairs)
    }
}

/// Where to go back to: only ever to Activities, whatever an address says.
fn back(asked: &str) -> String {
    let is_ours = asked.starts_with("/activities?") && !asked.contains(['#', '\\', '\r', '\n']);
    if is_ours { asked.to_owned() } else { "/activities".to_owned() }
}

impl Assign<'_> {
    /// The page.
    ///
    /// # Errors
    /// As every template, when it cannot be written.
    pub(super) fn html(self) -> askama::Result<String> {
        let text = ActivitiesText(self.visitor.language());
        let example = &self.asked.example;
        let name = [&example.title, &example.site, &example.application];
        let name = name.into_iter().flatten().next().map(|name| text.quoted(&shortened(name)));
        let headline = text.assign_headline(&name.unwrap_or_else(|| text.untitled()));
        let pattern = self.asked.pattern.as_deref().unwrap_or_default();
        let page = AssignPage {
            shell: Shell {
                visitor: self.visitor,
                title: headline.clone(),
                address: self.asked.address(),
                place: Some("/activities"),
            },
            text,
            settings: SettingsText(self.visitor.language()),
            headline,
            example: example_rows(text, example),
            now_in: self.now_in(text),
            fields: self.asked.fields(),
            asked: self.asked,
            pattern,
            categories: self.categories(text),
            places: self.places(),
            means: (!pattern.is_empty()).then(|| text.means(&explain(text, pattern, &self.asked.keys))),
            fault: self.fault,
            preview: self.preview,
        };
        page.render()
    }

    /// Where the example is now.
    fn now_in(&self, text: ActivitiesText) -> Option<String> {
        let example = &self.asked.example;
        // An application or a site alone can be in many.
        let title = example.title.as_deref()?;
        let application = example.application.as_deref().unwrap_or_default();
        let site = example.site.as_deref().unwrap_or_default();
        let data = attnd_core::Data::from([
            ("title", title.into()),
            ("app", application.into()),
            ("url", site.into()),
        ]);
        let path = self.rules.classify(&data);
        Some(text.now_in(&named_path(self.rules, &self.visitor.locale, path)))
    }

    fn choice(&self, value: String, label: String, present: &str) -> Choice {
        let state = ChoiceState::of(&value.as_str(), &present);
        Choice { label, address: value, tag: self.visitor.language().tag(), state }
    }

    fn categories(&self, text: ActivitiesText) -> Vec<Choice> {
        let present = self.asked.category.as_str();
        let category = |at: usize| {
            let path = &self.rules.categories()[at].name;
            self.choice(at.to_string(), named_path(self.rules, &self.visitor.locale, path), present)
        };
        let rows = tree(self.rules.categories()).into_iter().map(|row| category(row.at));
        let first = self.choice(String::new(), text.choose(), present);
        let last = self.choice("new".to_owned(), text.a_new_one(), present);
        std::iter::once(first).chain(rows).chain([last]).collect()
    }

    fn places(&self) -> Vec<Choice> {
        places(SettingsText(self.visitor.language()), &self.asked.keys)
            .into_iter()
            .map(|(value, label)| self.choice(value, label, &self.asked.keys))
            .collect()
    }
}

impl AssignPage<'_> {
    fn fault_of(&self, field: &str) -> Option<&str> {
        self.fault.as_ref().filter(|(own, _)| *own == field).map(|(_, words)| words.as_str())
    }
}

fn example_rows(text: ActivitiesText, example: &RuleExample) -> Vec<(String, &str)> {
    let rows = [
        (text.window_title(), &example.title),
        (text.application(), &example.application),
        (text.site(), &example.site),
    ];
    rows.into_iter().filter_map(|(label, value)| Some((label, value.as_deref()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::text::Language;

    #[test]
    fn the_way_back_leads_nowhere_else() {
        assert_eq!(back("/activities?from=2026-11-16"), "/activities?from=2026-11-16");
        for elsewhere in [
            "",
            "https://evil.example",
            "//evil.example",
            "/activities.evil",
            "/\\evil",
            "/activities?\r\nx: y",
            "javascript:alert(1)",
        ] {
            assert_eq!(back(elsewhere), "/activities", "{elsewhere}");
        }
    }

    #[test]
    fn a_category_is_chosen_or_named() {
        let rules = CategoryRules::default_rules();
        let text = ActivitiesText(Language::En);
        let path = |category: &str, new: &str| {
            let asked =
                AskedRule { category: category.to_owned(), new: new.to_owned(), ..AskedRule::default() };
            asked.path(&rules, text).map_err(|(field, _)| field)
        };
        assert_eq!(path("0", ""), Ok(rules.categories()[0].name.clone()));
        assert_eq!(path("new", " Work › Reading "), Ok(vec!["Work".to_owned(), "Reading".to_owned()]));
        assert_eq!(path("", "Reading"), Ok(vec!["Reading".to_owned()]));
        assert_eq!(path("", ""), Err("belongs"));
        assert_eq!(path("9999", " > "), Err("belongs"));
    }

    #[test]
    fn rules_that_cannot_be_meant_are_refused() {
        let fault = |pattern: &str| {
            let asked = AskedRule { pattern: Some(pattern.to_owned()), ..AskedRule::default() };
            asked.rule(ActivitiesText(Language::En)).map_err(|(_, words)| words)
        };
        assert!(fault("docs\\.rs").is_ok());
        assert!(fault("").unwrap_err().starts_with("Write what"));
        assert!(fault(".*").unwrap_err().starts_with("Every window"));
        assert!(fault("(").unwrap_err().starts_with("This is not a regular expression"));
        assert!(fault("(a{1000}){1000}").unwrap_err().starts_with("This expression becomes too large"));
    }
}
