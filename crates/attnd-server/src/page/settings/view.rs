//! What do the settings show? From what the engine says to the page's HTML; nothing here reads a
//! clock or a store.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use attnd_core::redact::{AddressRule, PatternAction, PatternRule, RedactionRules, Redactor, SecretKind};
use attnd_core::{Bucket, BucketType, Timestamp};
use attnd_engine::CategoryRules;
use attnd_engine::access::{Holder, Scope, Token};
use attnd_engine::consent::{Consent, ConsentState};
use attnd_engine::pairing::{Pairing, PairingState};
use attnd_engine::probe::{Asking, ProbeSettings};
use attnd_engine::understand::Instrument;

use crate::page::change::{Change, Said};
use crate::page::estimate::level_word;
use crate::page::locale::Locale;
use crate::page::sentence::shortened;
use crate::page::settings::category::{self, CategoryRow, Fault};
use crate::page::settings::{Shown, retention};
use crate::page::shell::{Choice, ChoiceState, Shell};
use crate::page::text::{ModelText, QuestionText, SettingsText, TodayText};
use crate::page::visitor::Visitor;

/// Everything the page is made from.
pub(super) struct Settings<'a> {
    /// For whom.
    pub(super) visitor: &'a Visitor,
    /// The present moment.
    pub(super) now: Timestamp,
    /// The category rules in force.
    pub(super) rules: &'a CategoryRules,
    /// What is removed before storage.
    pub(super) redaction: &'a RedactionRules,
    /// Days each kind of source is kept.
    pub(super) retention: &'a BTreeMap<BucketType, u32>,
    /// The sources.
    pub(super) buckets: &'a [Bucket],
    /// The person's decisions about them.
    pub(super) consents: &'a [Consent],
    /// When recording goes on, if it is paused.
    pub(super) paused_until: Option<Timestamp>,
    /// Tokens and sessions, newest first.
    pub(super) tokens: &'a [Arc<Token>],
    /// Extensions that asked, in every state.
    pub(super) pairings: &'a [Pairing],
    /// When and what attnd may ask.
    pub(super) questions: &'a ProbeSettings,
    /// What was just done or typed.
    pub(super) shown: &'a Shown,
}

/// What would be kept of a title.
pub(super) struct Sample {
    /// In words.
    pub(super) words: String,
    /// What was typed to try.
    pub(super) typed: crate::page::form::Fields,
}

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage<'a> {
    shell: Shell<'a>,
    text: SettingsText,
    today: TodayText,
    ask: QuestionText,
    view: &'a Settings<'a>,
    instruments: Vec<Tick>,
    sections: Vec<(&'static str, String)>,
    categories: Vec<CategoryRow>,
    categories_summary: String,
    faults: Vec<Fault>,
    redaction_summary: String,
    addresses: Vec<Tick>,
    secrets: Vec<Tick>,
    patterns: Vec<PatternRow>,
    retention: Vec<retention::KindRow>,
    sources: Vec<SourceRow>,
    paused: Option<String>,
    tokens: Vec<TokenRow>,
    sessions: Vec<TokenRow>,
    pairings: Vec<PairingRow>,
    languages: Vec<Choice>,
    themes: Vec<Choice>,
}

/// A box to tick, or one of several.
struct Tick {
    value: String,
    label: String,
    state: ChoiceState,
}

struct PatternRow {
    at: usize,
    words: String,
    label: String,
    fault: Option<String>,
}

struct SourceRow {
    name: String,
    senses: String,
    standing: String,
    agreed: ChoiceState,
}

struct TokenRow {
    id: String,
    name: String,
    may: String,
    used: Option<(String, String)>,
    ends: String,
}

struct PairingRow {
    id: String,
    origin: String,
    into: Option<String>,
    standing: String,
    state: PairingState,
}

impl Tick {
    fn ticked(&self) -> bool {
        self.state == ChoiceState::Chosen
    }
}

impl SourceRow {
    fn is_agreed(&self) -> bool {
        self.agreed == ChoiceState::Chosen
    }
}

impl PairingRow {
    fn is(&self, state: PairingState) -> bool {
        self.state == state
    }
}

impl Settings<'_> {
    /// The page.
    ///
    /// # Errors
    /// As every template, when it cannot be written.
    pub(super) fn html(&self) -> askama::Result<String> {
        let text = self.text();
        let shell = Shell {
            visitor: self.visitor,
            title: text.title(),
            address: "/settings".to_owned(),
            place: Some("/settings"),
        };
        let at_look = |choices: Vec<Choice>| {
            let at = |choice: Choice| Choice { address: format!("{}#look", choice.address), ..choice };
            choices.into_iter().map(at).collect()
        };
        let page = SettingsPage {
            sections: sections(text),
            languages: at_look(shell.languages()),
            themes: at_look(shell.themes()),
            shell,
            text,
            today: TodayText(self.visitor.language()),
            ask: QuestionText(self.visitor.language()),
            view: self,
            instruments: self.instruments(),
            categories: category::rows(self.rules, self.locale()),
            categories_summary: category::summary(self.rules, self.locale()),
            faults: category::faults(self.rules, self.locale()),
            redaction_summary: self.redaction_summary(),
            addresses: self.addresses(),
            secrets: self.secrets(),
            patterns: self.patterns(),
            retention: retention::rows(self),
            sources: self.sources(),
            paused: self.paused_until.map(|until| self.locale().clock(until)),
            tokens: self.token_rows(Holder::Program),
            sessions: self.token_rows(Holder::Session),
            pairings: self.pairing_rows(),
        };
        page.render()
    }

    pub(super) fn text(&self) -> SettingsText {
        SettingsText(self.visitor.language())
    }

    pub(super) const fn locale(&self) -> &Locale {
        &self.visitor.locale
    }

    /// What was just changed in this section, and whether it can be taken back.
    fn change(&self, section: &str) -> Option<(String, Option<&str>)> {
        let change = self.shown.change.as_deref().filter(|change| change.section == section)?;
        let undo = change.before.is_some().then_some(change.id.as_str());
        Some((change_words(change, self.rules, self.locale()), undo))
    }

    /// What is wrong with a field of a form that was sent.
    fn fault(&self, form: &str, field: &str) -> Option<&str> {
        let refused = self.shown.refused.as_ref()?;
        (refused.form == form && refused.field == field).then_some(refused.words.as_str())
    }

    /// What was typed into a field of a form that was sent; else what to begin with.
    fn typed<'b>(&'b self, form: &str, field: &str, first: &'b str) -> &'b str {
        match (&self.shown.refused, &self.shown.sample) {
            (Some(refused), _) if refused.form == form => refused.typed.text(field),
            (_, Some(sample)) if form == "pattern" => sample.typed.text(field),
            _ => first,
        }
    }

    /// Whether a fold of the page begins open: it holds what was just typed.
    fn opened(&self, form: &str) -> bool {
        self.shown.refused.as_ref().is_some_and(|refused| refused.form == form)
            || (form == "pattern" && self.shown.sample.is_some())
    }

    fn changed_in(&self, section: &str) -> bool {
        self.shown.change.as_deref().is_some_and(|change| change.section == section)
    }

    /// Where a pattern of one's own looks.
    fn pattern_fields(&self) -> Vec<(&'static str, String)> {
        let text = self.text();
        vec![
            ("", text.place_any()),
            ("title", text.place_title()),
            ("url", text.place_url()),
            ("app", text.place_app()),
        ]
    }

    /// What a pattern of one's own does.
    fn pattern_actions(&self) -> Vec<(&'static str, String)> {
        vec![("redact", self.text().then_replace()), ("drop", self.text().then_drop())]
    }

    /// In what one says how long something is kept.
    fn retention_units(&self) -> Vec<(&'static str, String)> {
        let text = self.text();
        vec![("days", text.unit_days()), ("months", text.unit_months()), ("ever", text.for_ever())]
    }

    /// What a token made here may be used for.
    fn token_scopes(&self) -> Vec<(&'static str, String)> {
        let text = self.text();
        vec![("read", text.scope_read()), ("ingest", text.scope_send()), ("admin", text.scope_admin())]
    }

    fn redaction_summary(&self) -> String {
        let count = |count: usize| self.locale().count(count);
        if self.redaction.time_only_applications.is_empty() {
            return self.text().redaction_short_dropped(
                &count(self.redaction.secrets.len()),
                &count(self.redaction.dropped_applications.len()),
            );
        }
        self.text().redaction_short(
            &count(self.redaction.secrets.len()),
            &count(self.redaction.dropped_applications.len()),
            &count(self.redaction.time_only_applications.len()),
        )
    }

    fn erase_label(&self) -> String {
        self.text().erase_type(&self.text().erase_word())
    }

    fn dropped(&self) -> String {
        self.redaction.dropped_applications.join("\n")
    }

    fn time_only(&self) -> String {
        self.redaction.time_only_applications.join("\n")
    }

    fn addresses(&self) -> Vec<Tick> {
        let text = self.text();
        [
            (AddressRule::WithoutQuery, "without_query", text.addresses_without_query()),
            (AddressRule::SiteOnly, "site_only", text.addresses_site()),
            (AddressRule::Whole, "whole", text.addresses_whole()),
        ]
        .map(|(rule, value, label)| Tick {
            value: value.to_owned(),
            label,
            state: ChoiceState::of(&rule, &self.redaction.addresses),
        })
        .into()
    }

    /// Whether attnd asks, as the form was sent or as it is.
    fn asks(&self) -> bool {
        match self.shown.refused.as_ref().filter(|refused| refused.form == "questions") {
            Some(refused) => refused.typed.ticked("asking"),
            None => self.questions.asking == Asking::AtBreakpoints,
        }
    }

    fn most_a_day(&self) -> String {
        self.questions.most_a_day.to_string()
    }

    fn asks_from(&self) -> String {
        hour_and_minute(self.questions.from)
    }

    fn asks_until(&self) -> String {
        hour_and_minute(self.questions.until)
    }

    fn instruments(&self) -> Vec<Tick> {
        let text = QuestionText(self.visitor.language());
        let refused = self.shown.refused.as_ref().filter(|refused| refused.form == "questions");
        let tick = |instrument: Instrument| {
            let chosen = match refused {
                Some(refused) => refused.typed.chose("instrument", instrument.name()),
                None => self.questions.instruments.contains(&instrument),
            };
            let label = match instrument {
                Instrument::Focus => text.settings_focus(),
                Instrument::MentalLoad => text.settings_load(),
                Instrument::RawTlx => text.settings_tlx(),
                Instrument::Sleepiness => text.settings_kss(),
            };
            Tick { value: instrument.name().to_owned(), label, state: ChoiceState::of(&chosen, &true) }
        };
        Instrument::ALL.map(tick).into()
    }

    fn secrets(&self) -> Vec<Tick> {
        let text = self.text();
        let tick = |kind: SecretKind| {
            let (value, label) = match kind {
                SecretKind::Email => ("email", text.secret_email()),
                SecretKind::Iban => ("iban", text.secret_iban()),
                SecretKind::PaymentCard => ("payment_card", text.secret_card()),
                SecretKind::Jwt => ("jwt", text.secret_jwt()),
                SecretKind::Key => ("key", text.secret_key()),
                SecretKind::PrivateKey => ("private_key", text.secret_private_key()),
            };
            let state = ChoiceState::of(&self.redaction.secrets.contains(&kind), &true);
            Tick { value: value.to_owned(), label, state }
        };
        SecretKind::ALL.map(tick).into()
    }

    fn patterns(&self) -> Vec<PatternRow> {
        let (_, problems) = Redactor::compile(self.redaction);
        let row = |(at, rule): (usize, &PatternRule)| {
            let place = place_words(self.text(), rule.field.as_deref());
            let quoted = format!("“{}”", rule.pattern);
            let mut words = match rule.action {
                PatternAction::Drop => self.text().pattern_drops(&quoted, &place),
                PatternAction::Redact => {
                    let replacement = rule.replacement.as_deref().unwrap_or(attnd_core::redact::REDACTED);
                    self.text().pattern_replaces(&quoted, &place, replacement)
                }
            };
            if !rule.enabled {
                words = format!("{words} · {}", self.text().pattern_off());
            }
            let fault = problems.iter().find(|problem| problem.rule == format!("patterns[{at}]"));
            PatternRow {
                at,
                words,
                label: self.text().remove_pattern(&rule.pattern),
                fault: fault.map(|problem| self.text().pattern_broken(&problem.reason)),
            }
        };
        self.redaction.patterns.iter().enumerate().map(row).collect()
    }

    fn sources(&self) -> Vec<SourceRow> {
        let text = self.text();
        let known = self.buckets.iter().map(|bucket| &bucket.id);
        let only_decided = self.consents.iter().map(|consent| &consent.bucket);
        let mut names: Vec<_> = known.chain(only_decided).collect();
        names.sort();
        names.dedup();
        let row = |name: &attnd_core::BucketId| {
            let bucket = self.buckets.iter().find(|bucket| bucket.id == *name);
            let consent = self.consents.iter().find(|consent| consent.bucket == *name);
            let date = |consent: &Consent| self.locale().date(self.locale().day_of(consent.at));
            let (standing, agreed) = match consent {
                Some(consent) if consent.state == ConsentState::Given => {
                    (text.agreed_since(&date(consent)), ChoiceState::Chosen)
                }
                Some(consent) => (text.withdrawn_since(&date(consent)), ChoiceState::Offered),
                None => (text.never_agreed(), ChoiceState::Offered),
            };
            let senses = bucket.map(|bucket| kind_words(self.locale(), &bucket.kind)).unwrap_or_default();
            SourceRow { name: name.to_string(), senses, standing, agreed }
        };
        names.into_iter().map(row).collect()
    }

    fn token_rows(&self, holder: Holder) -> Vec<TokenRow> {
        let text = self.text();
        let row = |token: &Arc<Token>| TokenRow {
            id: token.id.clone(),
            name: match holder {
                Holder::Program => token.name.clone(),
                Holder::Session => self.locale().date(self.locale().day_of(token.created)),
            },
            may: token.scopes.iter().map(|scope| scope_words(text, scope)).collect::<Vec<_>>().join(", "),
            used: token.last_used.map(|used| (self.locale().ago(used, self.now), self.locale().moment(used))),
            ends: match token.expires {
                None => text.never_ends(),
                Some(end) if end <= self.now => text.ended(),
                Some(end) => self.locale().date(self.locale().day_of(end)),
            },
        };
        self.tokens.iter().filter(|token| token.holder == holder).map(row).collect()
    }

    fn pairing_rows(&self) -> Vec<PairingRow> {
        let text = self.text();
        let row = |pairing: &Pairing| PairingRow {
            id: pairing.id.clone(),
            origin: pairing.origin.clone(),
            into: pairing.bucket.as_ref().map(|bucket| text.extension_into(bucket.as_str())),
            standing: match pairing.state {
                PairingState::Pending => text.standing_pending(),
                PairingState::Approved => text.standing_approved(),
                PairingState::Refused => text.standing_refused(),
            },
            state: pairing.state,
        };
        self.pairings.iter().map(row).collect()
    }
}

/// The sections in the order of the page: their anchors and headings.
fn sections(text: SettingsText) -> Vec<(&'static str, String)> {
    vec![
        ("categories", text.categories()),
        ("redaction", text.redaction()),
        ("retention", text.retention()),
        ("recording", text.recording()),
        ("questions", QuestionText(text.0).settings()),
        ("extensions", text.extensions()),
        ("tokens", text.tokens()),
        ("sessions", text.sessions()),
        ("data", text.data()),
        ("look", text.look()),
    ]
}

/// What a kind of source senses, in words.
pub(super) fn kind_words(locale: &Locale, kind: &BucketType) -> String {
    let text = TodayText(locale.language);
    match kind.as_str() {
        BucketType::WINDOW => text.kind_window(),
        BucketType::AFK => text.kind_away(),
        BucketType::WEB => text.kind_web(),
        BucketType::EDITOR => text.kind_editor(),
        BucketType::INPUT => text.kind_input(),
        other => other.to_owned(),
    }
}

fn place_words(text: SettingsText, field: Option<&str>) -> String {
    match field {
        None | Some("") => text.place_any(),
        Some("title") => text.place_title(),
        Some("url") => text.place_url(),
        Some("app") => text.place_app(),
        Some(other) => text.place_other(other),
    }
}

fn scope_words(text: SettingsText, scope: &Scope) -> String {
    match scope {
        Scope::Admin => text.may_everything(),
        Scope::ReadSelf => text.may_read(),
        Scope::Ingest(bucket) => text.may_send(bucket.as_str()),
        other => other.to_string(),
    }
}

/// A category's path in the visitor's language.
pub(crate) fn named_path(rules: &CategoryRules, locale: &Locale, path: &[String]) -> String {
    match path {
        [] => TodayText(locale.language).uncategorised(),
        [only] if only == attnd_engine::UNCATEGORIZED => TodayText(locale.language).uncategorised(),
        path => rules.labels(path, locale.language.code()).join(" › "),
    }
}

/// What was changed, in a sentence.
pub(crate) fn change_words(change: &Change, rules: &CategoryRules, locale: &Locale) -> String {
    let (text, question) = (SettingsText(locale.language), QuestionText(locale.language));
    let named = |path: &[String]| shortened(&named_path(rules, locale, path));
    let count = |count: u64| locale.count(usize::try_from(count).unwrap_or(usize::MAX));
    match &change.said {
        Said::CategoryAdded(path) => text.said_category_added(&named(path)),
        Said::CategoryChanged(path) => text.said_category_changed(&named(path)),
        Said::CategoryRemoved(path) => text.said_category_removed(&shortened(&path.join(" › "))),
        Said::CategoriesImported(number) => text.said_imported(&locale.count(*number)),
        Said::CategoriesRestored => text.said_restored(),
        Said::Assigned { category, moved } => text.said_assigned(&locale.length(*moved), &named(category)),
        Said::RedactionChanged => text.said_redaction(),
        Said::Redacted { changed, dropped } => text.said_redacted(&count(*changed), &count(*dropped)),
        Said::RetentionChanged(kind, Some(days)) => {
            text.said_kept_days(&kind_words(locale, kind), &locale.count(*days as usize))
        }
        Said::RetentionChanged(kind, None) => text.said_kept_for_ever(&kind_words(locale, kind)),
        Said::TokenRevoked(name) => text.said_revoked(&shortened(name)),
        Said::Erased { events } => text.said_erased(&count(*events)),
        Said::Corrected(about) => {
            question.corrected(&locale.clock(about.start()), &locale.clock(about.end()))
        }
        Said::Answered(instrument, values) => answered_words(locale, *instrument, values),
        Said::AnswerChanged => question.changed(),
        Said::AnswerDeleted => question.deleted(),
        Said::SourceDecided => ModelText(locale.language).source_said(),
        Said::QuestionsChanged => question.settings_changed(),
        Said::Snoozed(until) => question.snoozed(&locale.clock(*until)),
        Said::QuietToday => question.quiet_today(),
        Said::Dismissed => question.dismissed(),
        Said::Undone => text.undone(),
    }
}

fn answered_words(locale: &Locale, instrument: Instrument, values: &[i32]) -> String {
    let question = QuestionText(locale.language);
    let written = values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" · ");
    let word = match values {
        [value] => level_word(locale, instrument, *value),
        _ => None,
    };
    match word {
        Some(word) => question.answered(&written, &word),
        None => question.answered_number(&written),
    }
}

fn hour_and_minute(time: jiff::civil::Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}
