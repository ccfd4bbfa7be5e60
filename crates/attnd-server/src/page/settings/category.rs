//! How is a category shown and edited? Its row in the tree, and the page with its form.

use askama::Template;
use attnd_engine::{Case, Category, CategoryRules, EditError, PatternError, Rule, UNCATEGORIZED};
use serde_json::{Value, json};

use crate::page::activities::Preview;
use crate::page::form::{Fields, address};
use crate::page::locale::Locale;
use crate::page::sentence;
use crate::page::settings::{named_path, tree};
use crate::page::shell::{Choice, ChoiceState, Shell};
use crate::page::text::SettingsText;
use crate::page::visitor::Visitor;

/// A category in the tree.
pub(super) struct CategoryRow {
    /// Names it in forms.
    pub(super) which: String,
    /// Where it is edited.
    pub(super) address: String,
    /// The last part of its path.
    pub(super) name: String,
    /// How far it is indented, as the style sheet knows it.
    pub(super) depth: usize,
    /// `#rrggbb`, its own or inherited.
    pub(super) color: Option<String>,
    /// What is looked for; empty where there is nothing.
    pub(super) pattern: String,
    /// What to say where there is nothing.
    pub(super) no_pattern: String,
    /// Whether time in it is focus.
    pub(super) focus: ChoiceState,
    /// What the button that changes that does.
    pub(super) focus_label: String,
}

/// A rule that matches nothing.
pub(super) struct Fault {
    /// Which, and why.
    pub(super) words: String,
    /// Where it is mended.
    pub(super) address: String,
}

/// The page of one category's form.
pub(super) struct CategoryForm<'a> {
    /// For whom.
    pub(super) visitor: &'a Visitor,
    /// The rules in force.
    pub(super) rules: &'a CategoryRules,
    /// The category; none for a new one.
    pub(super) at: Option<usize>,
    /// What the fields hold.
    pub(super) typed: Typed,
    /// What is wrong with one of them.
    pub(super) fault: Option<FieldFault>,
    /// What the rule would match.
    pub(super) preview: Option<Preview>,
}

/// A field that cannot be taken as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FieldFault {
    /// Its name.
    pub(super) field: &'static str,
    /// What is wrong and what to do.
    pub(super) words: String,
}

/// What the form's fields hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Typed {
    pub(super) name: String,
    /// Which category it lies in; empty for none.
    pub(super) inside: String,
    pub(super) pattern: String,
    /// Fields looked at, with commas; empty for all.
    pub(super) keys: String,
    /// `on` where capitals do not matter.
    pub(super) ignore_case: String,
    /// `on` where it has a colour of its own.
    pub(super) own_colour: String,
    pub(super) colour: String,
    /// `yes`, `no`, or empty for what the parent says.
    pub(super) focus: String,
}

#[derive(Template)]
#[template(path = "settings_category.html")]
struct CategoryPage<'a> {
    shell: Shell<'a>,
    text: SettingsText,
    headline: String,
    which: String,
    typed: &'a Typed,
    fault: Option<&'a FieldFault>,
    insides: Vec<Choice>,
    places: Vec<Choice>,
    focuses: Vec<Choice>,
    removal: Option<String>,
    preview: Option<&'a Preview>,
}

/// The grey a colour field begins with.
const NO_COLOUR: &str = "#8a8f98";

impl CategoryRow {
    pub(super) fn is_focus(&self) -> bool {
        self.focus == ChoiceState::Chosen
    }
}

impl CategoryPage<'_> {
    fn fault_of(&self, field: &str) -> Option<&str> {
        self.fault.filter(|fault| fault.field == field).map(|fault| fault.words.as_str())
    }
}

/// Names a category in forms: its place in the list, and its path to know it again by.
pub(super) fn which(at: usize, category: &Category) -> String {
    format!("{at}/{}", category.name.join("\u{1f}"))
}

/// The category of that name, if it still stands in that place.
pub(super) fn find(rules: &CategoryRules, which: &str) -> Option<usize> {
    let at = which.split_once('/')?.0.parse::<usize>().ok()?;
    (self::which(at, rules.categories().get(at)?) == which).then_some(at)
}

/// The tree.
pub(super) fn rows(rules: &CategoryRules, locale: &Locale) -> Vec<CategoryRow> {
    let text = SettingsText(locale.language);
    let row = |row: crate::page::settings::TreeRow| {
        let category = &rules.categories()[row.at];
        let which = which(row.at, category);
        let name = rules.labels(&category.name, locale.language.code()).last().copied().unwrap_or_default();
        let focus = ChoiceState::of(&rules.is_focus(&category.name), &true);
        let (pattern, no_pattern) = match &category.rule {
            Rule::Regex(rule) => (rule.regex.clone(), String::new()),
            Rule::Nothing => (String::new(), text.no_rule()),
            Rule::Unknown(_) => (String::new(), text.unknown_rule()),
        };
        CategoryRow {
            address: address("/settings/category", [("which", which.as_str())]),
            which,
            name: name.to_owned(),
            depth: row.depth.min(4),
            color: rules.color(&category.name).filter(|color| is_color(color)).map(str::to_owned),
            pattern,
            no_pattern,
            focus_label: match focus {
                ChoiceState::Chosen => text.focus_turn_off(name),
                ChoiceState::Offered => text.focus_turn_on(name),
            },
            focus,
        }
    };
    tree(rules.categories()).into_iter().map(row).collect()
}

/// How many there are.
pub(super) fn summary(rules: &CategoryRules, locale: &Locale) -> String {
    let text = SettingsText(locale.language);
    let categories = rules.categories();
    if categories.is_empty() {
        return text.categories_none();
    }
    let focus = categories.iter().filter(|category| rules.is_focus(&category.name)).count();
    text.categories_all(&locale.count(categories.len()), &locale.count(focus))
}

/// The rules that match nothing because of how they are written.
pub(super) fn faults(rules: &CategoryRules, locale: &Locale) -> Vec<Fault> {
    let text = SettingsText(locale.language);
    let fault = |problem: &attnd_engine::CategoryProblem| {
        let at = rules.categories().iter().position(|category| category.name == problem.category)?;
        let which = which(at, &rules.categories()[at]);
        Some(Fault {
            words: text.broken_rule(
                &sentence::shortened(&named_path(rules, locale, &problem.category)),
                &shortened(&problem.reason.to_string()),
            ),
            address: address("/settings/category", [("which", which.as_str())]),
        })
    };
    rules.problems().iter().filter_map(fault).collect()
}

fn shortened(reason: &str) -> String {
    let line = reason.lines().collect::<Vec<_>>().join(" ");
    line.trim_end_matches('.').chars().take(200).collect()
}

/// Whether it is `#rgb` or `#rrggbb`: colours come from files too, and stand in the page.
fn is_color(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|digits| {
        matches!(digits.len(), 3 | 6) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// The six digits a colour field wants.
fn six_digits(color: &str) -> String {
    match color.strip_prefix('#') {
        Some(digits) if digits.len() == 3 => digits.chars().fold("#".to_owned(), |mut all, digit| {
            all.extend([digit, digit]);
            all
        }),
        _ => color.to_ascii_lowercase(),
    }
}

impl Typed {
    /// What a form sent.
    pub(super) fn of_fields(fields: &Fields) -> Self {
        Self {
            name: fields.text("name").trim().to_owned(),
            inside: fields.text("inside").to_owned(),
            // A line break in the field is for reading only.
            pattern: fields.text("pattern").replace(['\r', '\n'], "").trim().to_owned(),
            keys: fields.text("keys").to_owned(),
            ignore_case: fields.text("ignore_case").to_owned(),
            own_colour: fields.text("own_colour").to_owned(),
            colour: fields.text("colour").to_owned(),
            focus: fields.text("focus").to_owned(),
        }
    }

    /// A new category in another.
    pub(super) fn new_in(inside: &str) -> Self {
        Self {
            inside: inside.to_owned(),
            ignore_case: "on".to_owned(),
            colour: NO_COLOUR.to_owned(),
            ..Self::default()
        }
    }

    /// A category as it is.
    pub(super) fn of_category(rules: &CategoryRules, at: usize, locale: &Locale) -> Self {
        let category = &rules.categories()[at];
        let parent = &category.name[..category.name.len() - 1];
        let inside = rules.categories().iter().position(|other| other.name == parent);
        let (pattern, keys, case) = match &category.rule {
            Rule::Regex(rule) => {
                let keys = rule.select_keys.as_ref().map(|keys| keys.join(",")).unwrap_or_default();
                (rule.regex.clone(), keys, rule.case)
            }
            Rule::Nothing | Rule::Unknown(_) => (String::new(), String::new(), Case::Ignored),
        };
        let on = |state: bool| if state { "on" } else { "" }.to_owned();
        let own = category.data.get("color").and_then(Value::as_str).filter(|color| is_color(color));
        let shown = own.or_else(|| rules.color(&category.name).filter(|color| is_color(color)));
        Self {
            name: label(rules, category, locale),
            inside: inside.map(|at| which(at, &rules.categories()[at])).unwrap_or_default(),
            pattern,
            keys,
            ignore_case: on(case == Case::Ignored),
            own_colour: on(own.is_some()),
            colour: shown.map_or_else(|| NO_COLOUR.to_owned(), six_digits),
            focus: match category.data.get("focus").and_then(Value::as_bool) {
                Some(true) => "yes".to_owned(),
                Some(false) => "no".to_owned(),
                None => String::new(),
            },
        }
    }

    /// The rule the fields say.
    pub(super) fn rule(&self, text: SettingsText) -> Result<Rule, FieldFault> {
        let keys: Vec<&str> = self.keys.split(',').filter(|key| !key.is_empty()).collect();
        let mut rule =
            json!({"type": "regex", "regex": self.pattern, "ignore_case": self.ignore_case == "on"});
        if !keys.is_empty() {
            rule["select_keys"] = json!(keys);
        }
        let broken = |reason: &str| FieldFault { field: "pattern", words: text.not_a_pattern(reason) };
        Rule::from_json(&rule).map_err(broken)
    }

    /// The category the fields say; `old` is what it was.
    pub(super) fn category(
        &self,
        rules: &CategoryRules,
        old: Option<usize>,
        locale: &Locale,
    ) -> Result<Category, FieldFault> {
        let text = SettingsText(locale.language);
        let old = old.map(|at| &rules.categories()[at]);
        let mut name = match self.inside.as_str() {
            "" => Vec::new(),
            inside => match find(rules, inside) {
                Some(at) => rules.categories()[at].name.clone(),
                None => return Err(FieldFault { field: "inside", words: text.categories_changed() }),
            },
        };
        let mut category = old.cloned().unwrap_or_else(|| Category {
            id: None,
            name: Vec::new(),
            rule: Rule::Nothing,
            data: serde_json::Map::new(),
        });
        // A name that was not touched keeps what it is called in other languages.
        match old.filter(|old| label(rules, old, locale) == self.name).and_then(|old| old.name.last()) {
            Some(own) => name.push(own.clone()),
            None => {
                name.push(self.name.clone());
                category.data.remove("label");
            }
        }
        category.name = name;
        // A rule of an unknown kind stays while nothing is written in its place.
        if !(matches!(category.rule, Rule::Unknown(_)) && self.pattern.is_empty()) {
            category.rule = self.rule(text)?;
        }
        if self.own_colour == "on" && is_color(&self.colour) {
            category.data.insert("color".to_owned(), self.colour.clone().into());
        } else {
            category.data.remove("color");
        }
        match self.focus.as_str() {
            "yes" => category.data.insert("focus".to_owned(), true.into()),
            "no" => category.data.insert("focus".to_owned(), false.into()),
            _ => category.data.remove("focus"),
        };
        Ok(category)
    }
}

/// What its last part is called in the visitor's language.
fn label(rules: &CategoryRules, category: &Category, locale: &Locale) -> String {
    rules.labels(&category.name, locale.language.code()).last().copied().unwrap_or_default().to_owned()
}

/// Which field an edit was refused for, and why.
pub(super) fn fault_of(error: &EditError, text: SettingsText) -> FieldFault {
    let (field, words) = match error {
        EditError::NoCategory => ("name", text.categories_changed()),
        EditError::NoName => ("name", text.no_name()),
        EditError::Taken => ("name", text.name_taken()),
        EditError::TooMany => ("name", text.too_many()),
        EditError::WithinItself => ("inside", text.within_itself()),
        EditError::MatchesEverything => ("pattern", text.matches_everything()),
        EditError::Pattern(error) => ("pattern", pattern_fault(error, text)),
    };
    FieldFault { field, words }
}

/// What is wrong with a regular expression.
pub(crate) fn pattern_fault(error: &PatternError, text: SettingsText) -> String {
    match error {
        PatternError::Syntax { reason, .. } => text.not_a_pattern(&shortened(reason)),
        PatternError::TooLong { .. } | PatternError::TooLarge { .. } => text.pattern_too_large(),
        PatternError::TooManySteps { .. } => text.pattern_too_slow(),
    }
}

impl CategoryForm<'_> {
    /// The page.
    ///
    /// # Errors
    /// As every template, when it cannot be written.
    pub(super) fn html(&self) -> askama::Result<String> {
        let text = SettingsText(self.visitor.language());
        let category = self.at.map(|at| &self.rules.categories()[at]);
        let named = |category: &Category| named_path(self.rules, &self.visitor.locale, &category.name);
        let headline = category.map_or_else(|| text.category_new(), |own| text.category_edit(&named(own)));
        let which = self.at.zip(category).map(|(at, category)| which(at, category)).unwrap_or_default();
        let address = match which.as_str() {
            "" => "/settings/category".to_owned(),
            which => address("/settings/category", [("which", which)]),
        };
        let page = CategoryPage {
            shell: Shell {
                visitor: self.visitor,
                title: headline.clone(),
                address,
                place: Some("/settings"),
            },
            text,
            headline,
            which,
            typed: &self.typed,
            fault: self.fault.as_ref(),
            insides: self.insides(),
            places: self.places(),
            focuses: self.focuses(),
            removal: category.map(|category| self.removal(category)),
            preview: self.preview.as_ref(),
        };
        page.render()
    }

    fn choice(&self, value: String, label: String, present: &str) -> Choice {
        let state = ChoiceState::of(&value.as_str(), &present);
        Choice { label, address: value, tag: self.visitor.language().tag(), state }
    }

    /// Where it may lie: anywhere but in itself.
    fn insides(&self) -> Vec<Choice> {
        let text = SettingsText(self.visitor.language());
        let own = self.at.map(|at| &self.rules.categories()[at].name);
        let rows = tree(self.rules.categories()).into_iter().map(|row| row.at);
        let may = rows.filter(|at| own.is_none_or(|own| !self.rules.categories()[*at].name.starts_with(own)));
        let top = self.choice(String::new(), text.top_level(), &self.typed.inside);
        let other = |at: usize| {
            let category = &self.rules.categories()[at];
            let label = named_path(self.rules, &self.visitor.locale, &category.name);
            self.choice(which(at, category), label, &self.typed.inside)
        };
        std::iter::once(top).chain(may.map(other)).collect()
    }

    fn places(&self) -> Vec<Choice> {
        let text = SettingsText(self.visitor.language());
        places(text, &self.typed.keys)
            .into_iter()
            .map(|(value, label)| self.choice(value, label, &self.typed.keys))
            .collect()
    }

    fn focuses(&self) -> Vec<Choice> {
        let text = SettingsText(self.visitor.language());
        [("", text.focus_as_parent()), ("yes", text.yes()), ("no", text.no())]
            .map(|(value, label)| self.choice(value.to_owned(), label, &self.typed.focus))
            .into()
    }

    fn removal(&self, category: &Category) -> String {
        let text = SettingsText(self.visitor.language());
        let within =
            self.rules.categories().iter().filter(|other| other.name.starts_with(&category.name)).count();
        match within.saturating_sub(1) {
            0 => text.remove_alone(),
            count => text.remove_with(&self.visitor.locale.count(count)),
        }
    }
}

/// Where a rule can look; what it looks at now stays among them, whatever it is.
pub(crate) fn places(text: SettingsText, present: &str) -> Vec<(String, String)> {
    let mut places: Vec<(String, String)> = [
        ("", text.in_everything()),
        ("app", text.in_application()),
        ("title", text.in_title()),
        ("url", text.in_address()),
    ]
    .map(|(value, label)| (value.to_owned(), label))
    .into();
    if !places.iter().any(|(value, _)| value == present) {
        places.push((present.to_owned(), present.replace(',', ", ")));
    }
    places
}

/// Whether the path is that of no category.
pub(crate) fn is_uncategorised(path: &[String]) -> bool {
    matches!(path, []) || matches!(path, [only] if only == UNCATEGORIZED)
}
