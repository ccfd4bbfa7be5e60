//! What did the person set? ActivityWatch's settings, and the category rules among them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use attnd_core::record::{Record, RecordKind};
use attnd_core::store::{Store, Write};
use attnd_core::{ErrorCode, PersonId, Problem};
use attnd_sense::category::CategoryRules;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::Mutex;

use crate::gate::PRIVACY_FILTERS;
use crate::{Access, Engine, Happening};

/// The setting ActivityWatch's pages keep their category rules in.
pub const CLASSES: &str = "classes";

/// Longest name of a setting, in characters.
const MAX_KEY_CHARS: usize = 127;

/// The compiled category rules, replaced when the setting changes.
pub(crate) struct Categories {
    rules: RwLock<Arc<CategoryRules>>,
    /// How many changes can be undone.
    pub(crate) undoable: AtomicUsize,
    /// Held while the setting is read, changed and written.
    pub(crate) turn: Mutex<()>,
}

impl Categories {
    pub(crate) fn load(store: &dyn Store, person: PersonId) -> Result<Self, Problem> {
        Ok(Self {
            rules: RwLock::new(Arc::new(rules_of(store.settings(person)?.get(CLASSES)))),
            undoable: AtomicUsize::new(store.records(person, RecordKind::RulesBefore)?.len()),
            turn: Mutex::new(()),
        })
    }

    /// Sets the rules, and answers those before.
    fn set(&self, rules: CategoryRules) -> Arc<CategoryRules> {
        let mut current = self.rules.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *current, Arc::new(rules))
    }
}

/// The person's rules; those that come with attnd where there are none, or none that can be read.
fn rules_of(setting: Option<&Value>) -> CategoryRules {
    setting
        .and_then(|classes| CategoryRules::from_classes(classes).ok())
        .unwrap_or_else(CategoryRules::default_rules)
}

impl Engine {
    /// All settings.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub async fn settings(self: &Arc<Self>, person: PersonId) -> Result<BTreeMap<String, Value>, Problem> {
        self.reading(move |store| Ok(store.settings(person)?)).await
    }

    /// One setting, if it is set.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidParameter`] for a name too long; [`Problem`] of the store.
    pub async fn setting(self: &Arc<Self>, person: PersonId, key: &str) -> Result<Option<Value>, Problem> {
        checked(key)?;
        Ok(self.settings(person).await?.remove(key))
    }

    /// Sets a setting. Category rules with errors in them are stored as they are, for the pages
    /// that wrote them; the rules in force leave out those that do not compile.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidParameter`] for a name too long; [`Problem`] of the store.
    pub async fn put_setting(&self, access: &Access, key: &str, value: Value) -> Result<(), Problem> {
        checked(key)?;
        if key == CLASSES {
            let _turn = self.categories.turn.lock().await;
            return self.put_classes(access, Some(value)).await;
        }
        if key == PRIVACY_FILTERS {
            self.gates.change(|rules| rules.set_filters(value.clone()));
        }
        self.write(access.person(), Write::PutSetting { key: key.to_owned(), value }).await?;
        self.settings_changed(access.person(), None);
        Ok(())
    }

    /// Sets or removes the category rules, and keeps those before. The caller holds the turn.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub(crate) async fn put_classes(&self, access: &Access, classes: Option<Value>) -> Result<(), Problem> {
        self.keep_rules(access.person(), classes.as_ref()).await?;
        self.replace_classes(access.person(), classes).await
    }

    /// Sets or removes the category rules. The caller holds the turn.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub(crate) async fn replace_classes(
        &self,
        person: PersonId,
        classes: Option<Value>,
    ) -> Result<(), Problem> {
        let rules = rules_of(classes.as_ref());
        let key = CLASSES.to_owned();
        let write = match classes {
            Some(value) => Write::PutSetting { key, value },
            None => Write::DeleteSetting(key),
        };
        self.write(person, write).await?;
        self.settings_changed(person, Some(rules));
        Ok(())
    }

    /// Removes a setting.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidParameter`] for a name too long; [`Problem`] of the store.
    pub async fn delete_setting(&self, access: &Access, key: &str) -> Result<(), Problem> {
        checked(key)?;
        if key == CLASSES {
            let _turn = self.categories.turn.lock().await;
            return self.put_classes(access, None).await;
        }
        self.write(access.person(), Write::DeleteSetting(key.to_owned())).await?;
        if key == PRIVACY_FILTERS {
            self.gates.change(|rules| rules.set_filters(Value::Null));
        }
        self.settings_changed(access.person(), None);
        Ok(())
    }

    /// The category rules in force.
    #[must_use]
    pub fn category_rules(&self, _person: PersonId) -> Arc<CategoryRules> {
        Arc::clone(&self.categories.rules.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn reload_categories(&self) -> Result<(), Problem> {
        self.categories.set(rules_of(self.store.settings(self.local)?.get(CLASSES)));
        let kept = self.store.records(self.local, RecordKind::RulesBefore)?.len();
        self.categories.undoable.store(kept, Ordering::Relaxed);
        Ok(())
    }

    fn settings_changed(&self, person: PersonId, rules: Option<CategoryRules>) {
        if let Some(rules) = rules {
            let version = rules.version();
            // Another colour is no reason to compute anything again.
            if self.categories.set(rules).version() != version {
                self.catch_up.ask();
            }
        }
        self.tell(Happening::Settings { person });
    }
}

/// A document of the store made from a value of ours.
pub(crate) fn record(key: String, value: &impl Serialize) -> Result<Record, Problem> {
    let value = serde_json::to_value(value).map_err(|error| {
        Problem::new(ErrorCode::Internal, format!("a document does not serialise: {error}"))
    })?;
    Ok(Record { key, value })
}

fn checked(key: &str) -> Result<(), Problem> {
    if key.is_empty() || key.chars().count() > MAX_KEY_CHARS {
        let detail = format!("the name of a setting has 1 to {MAX_KEY_CHARS} characters");
        return Err(Problem::new(ErrorCode::InvalidParameter, detail));
    }
    Ok(())
}
