//! What is the model, what did it learn from, how good is it, and what can it not do? The card as rows.

use attnd_engine::understand::{Aspect, Coverage, Estimating, Figures, Learned, Limit, Split};

use crate::page::locale::Locale;
use crate::page::model::headline::answers;
use crate::page::text::ModelText;

/// A row of the card.
pub(super) struct CardRow {
    pub(super) name: String,
    pub(super) value: Value,
}

/// What stands in a row.
pub(super) enum Value {
    /// Words.
    Words(String),
    /// Something to compare sign by sign.
    Code(String),
    /// What it is in words, and sign by sign for those who unfold it.
    Folded(String, String),
    /// Several sentences.
    List(Vec<String>),
}

/// The rows, from what it is to what it cannot do.
pub(super) fn card(locale: &Locale, learned: &Learned) -> Vec<CardRow> {
    let (text, card) = (ModelText(locale.language), &learned.card);
    let words = |name: String, value: String| CardRow { name, value: Value::Words(value) };
    let mut rows = vec![
        words(
            text.card_question(),
            match learned.aspect {
                Aspect::Focus => text.card_question_focus(),
                Aspect::Load => text.card_question_load(),
            },
        ),
        words(text.card_estimator(), estimator_said(text, card.estimator)),
        words(text.card_learnt(), learnt(locale, learned)),
    ];
    if let Some(fitted) = card.fitted {
        rows.push(words(text.card_fitted(), locale.moment_short(fitted)));
    }
    if !card.features.is_empty() {
        let count = text.card_reads_count(&locale.count(card.features.len()));
        rows.push(CardRow { name: text.card_reads(), value: Value::Folded(count, card.features.join(", ")) });
    }
    rows.push(words(text.card_split(), split_said(text, card.split)));
    let figures = |figures: Option<Figures>| {
        figures.map_or_else(|| text.card_no_figures(), |figures| figures_said(locale, &figures))
    };
    rows.push(words(text.card_ours(), figures(card.ours)));
    rows.push(words(text.card_rules(), figures(card.rules)));
    rows.push(words(text.card_base(), figures(card.base_rate)));
    if let Some(coverage) = &learned.coverage {
        rows.push(words(text.card_coverage(), covered(locale, coverage)));
    }
    rows.push(CardRow { name: text.card_seed(), value: Value::Code(card.seed.to_string()) });
    if !card.data_hash.is_empty() {
        rows.push(CardRow { name: text.card_hash(), value: Value::Code(card.data_hash.clone()) });
    }
    let limits = card.limits.iter().map(|limit| limit_said(text, *limit)).collect();
    rows.push(CardRow { name: text.card_limits(), value: Value::List(limits) });
    rows
}

fn learnt(locale: &Locale, learned: &Learned) -> String {
    let text = ModelText(locale.language);
    let Some(range) = learned.card.learnt_from else { return text.card_learnt_nothing() };
    let day = |moment| locale.short_date(locale.day_of(moment));
    text.card_learnt_answers(
        &answers(locale, learned.answers),
        &locale.count(learned.yes as usize),
        &day(range.start()),
        &day(range.end()),
    )
}

fn figures_said(locale: &Locale, figures: &Figures) -> String {
    let text = ModelText(locale.language);
    let auc = figures.auc.map_or_else(|| text.card_undefined(), |auc| format!("{auc:.2}"));
    text.card_figures(
        &auc,
        &format!("{:.3}", figures.brier),
        &format!("{:.3}", figures.log_loss),
        &format!("{:.3}", figures.ece),
        &answers(locale, figures.answers),
    )
}

fn covered(locale: &Locale, coverage: &Coverage) -> String {
    let percent = |part: f64| format!("{:.0}%", part * 100.0);
    ModelText(locale.language).card_coverage_words(
        &percent(coverage.observed),
        &percent(coverage.nominal),
        &percent(coverage.unknown),
        &answers(locale, coverage.answers),
    )
}

fn estimator_said(text: ModelText, estimator: Estimating) -> String {
    match estimator {
        Estimating::NothingYet => text.estimator_nothing(),
        Estimating::Rules => text.estimator_rules(),
        Estimating::RulesWithBaseRate => text.estimator_rules_base(),
        Estimating::RulesWithWeights => text.estimator_rules_weights(),
        Estimating::BaseRate => text.estimator_base(),
        Estimating::Weights => text.estimator_weights(),
    }
}

fn split_said(text: ModelText, split: Split) -> String {
    match split {
        Split::Prequential => text.split_prequential(),
    }
}

fn limit_said(text: ModelText, limit: Limit) -> String {
    match limit {
        Limit::FewAnswers => text.limit_few(),
        Limit::OneKindOfAnswer => text.limit_one_kind(),
        Limit::NoInput => text.limit_no_input(),
        Limit::NoPhysiology => text.limit_no_physiology(),
        Limit::OnePerson => text.limit_one_person(),
        Limit::SelfReport => text.limit_self_report(),
    }
}
