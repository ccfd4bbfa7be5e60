//! How does a proposal come into force, and how does one get back? The rules before each change are
//! kept, whoever made it: also ActivityWatch's pages and the settings page.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use attnd_core::record::{Record, RecordKind};
use attnd_core::store::Write;
use attnd_core::{Duration, ErrorCode, PersonId, Problem, TimeRange};
use serde_json::{Value, json};

use super::RuleProposal;
use crate::settings::CLASSES;
use crate::{Access, CategoryRules, Engine};

/// Changes that can be undone.
const KEPT: usize = 20;

impl Engine {
    /// A rule is tried on so much of the past before it applies: 30 days.
    pub const RULE_TRIAL: Duration = Duration::from_s(30 * 24 * 3_600);

    /// Applies a proposal: its rule joins what belongs to the category.
    ///
    /// # Errors
    /// [`ErrorCode::CategoryRefused`]; [`ErrorCode::RuleRefused`] for a rule that cannot be used,
    /// explodes, or matches nearly every window of several applications; [`Problem`] of the store.
    pub async fn apply_rule(
        self: &Arc<Self>,
        access: &Access,
        proposal: &RuleProposal,
    ) -> Result<(), Problem> {
        let now = self.clock.now();
        let trial = TimeRange::from(now.saturating_sub(Self::RULE_TRIAL), Self::RULE_TRIAL);
        self.try_rule(access.person(), trial, proposal).await?.refuse_if_everything()?;
        let turn = self.categories.turn.lock().await;
        let classes = self.classes_in_force(access.person()).await?;
        let (after, _) = proposal.joined_to(&classes)?;
        self.put_classes(access, Some(after)).await?;
        drop(turn);
        self.note(access, "rules.apply", proposal.category.join(" > ")).await
    }

    /// Brings back the category rules before the last change.
    ///
    /// # Errors
    /// [`ErrorCode::NothingToUndo`]; [`Problem`] of the store.
    pub async fn undo_rules(&self, access: &Access) -> Result<(), Problem> {
        let person = access.person();
        let turn = self.categories.turn.lock().await;
        let last = self.rules_before(person).await?.pop();
        let last = last.ok_or_else(|| Problem::new(ErrorCode::NothingToUndo, ""))?;
        let classes = last.value.get("classes").filter(|classes| !classes.is_null()).cloned();
        self.replace_classes(person, classes).await?;
        self.write(person, Write::DeleteRecord(RecordKind::RulesBefore, last.key)).await?;
        self.categories.undoable.fetch_sub(1, Ordering::Relaxed);
        drop(turn);
        self.note(access, "rules.undo", "").await
    }

    /// Whether [`Self::undo_rules`] has anything to bring back.
    #[must_use]
    pub fn can_undo_rules(&self, _person: PersonId) -> bool {
        self.categories.undoable.load(Ordering::Relaxed) > 0
    }

    /// The setting `classes`, or the rules in force where it is not set or cannot be read.
    pub(super) async fn classes_in_force(&self, person: PersonId) -> Result<Value, Problem> {
        let stored = self.stored_classes(person).await?;
        let readable = stored.filter(|classes| CategoryRules::from_classes(classes).is_ok());
        Ok(readable.unwrap_or_else(|| self.category_rules(person).to_classes()))
    }

    /// Keeps the rules as they are before they become `next`. The caller holds the turn.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub(crate) async fn keep_rules(&self, person: PersonId, next: Option<&Value>) -> Result<(), Problem> {
        let now = self.stored_classes(person).await?;
        if now.as_ref() == next {
            return Ok(());
        }
        let kept = self.rules_before(person).await?;
        let number = kept.last().and_then(|last| last.key.parse::<u64>().ok()).map_or(0, |last| last + 1);
        let record = Record { key: format!("{number:012}"), value: json!({"classes": now}) };
        self.write(person, Write::PutRecord(RecordKind::RulesBefore, record)).await?;
        let too_old = (kept.len() + 1).saturating_sub(KEPT);
        for old in kept.into_iter().take(too_old) {
            self.write(person, Write::DeleteRecord(RecordKind::RulesBefore, old.key)).await?;
            self.categories.undoable.fetch_sub(1, Ordering::Relaxed);
        }
        self.categories.undoable.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    async fn stored_classes(&self, person: PersonId) -> Result<Option<Value>, Problem> {
        let store = Arc::clone(&self.store);
        let mut settings = blocking(move || Ok(store.settings(person)?)).await?;
        Ok(settings.remove(CLASSES))
    }

    /// The rules before each change, oldest first.
    async fn rules_before(&self, person: PersonId) -> Result<Vec<Record>, Problem> {
        let store = Arc::clone(&self.store);
        blocking(move || Ok(store.records(person, RecordKind::RulesBefore)?)).await
    }
}

async fn blocking<T: Send + 'static>(
    read: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let cut_short = |_| Err(Problem::new(ErrorCode::Internal, "a read was cut short"));
    tokio::task::spawn_blocking(read).await.unwrap_or_else(cut_short)
}
