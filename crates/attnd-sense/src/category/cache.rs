//! Were these rules compiled before? A page asks some thirty queries with the same rules in each.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::CategoryRules;
use super::classes::RulesError;

/// Rule sets kept: those of one person and of a few older pages.
const KEPT: usize = 8;

/// The rule sets compiled last.
#[derive(Debug, Default)]
pub struct RulesCache {
    /// The text of the rules and what it compiles to, the last used at the end.
    recent: Mutex<Vec<(String, Arc<CategoryRules>)>>,
}

impl RulesCache {
    /// What [`CategoryRules::from_pairs`] gives, compiled only if these rules are not among the
    /// last used.
    ///
    /// # Errors
    /// Those of [`CategoryRules::from_pairs`].
    pub fn from_pairs(&self, pairs: &Value) -> Result<Arc<CategoryRules>, RulesError> {
        let text = pairs.to_string();
        // A panic elsewhere cannot leave the list half changed in a way that matters.
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = recent.iter().position(|(known, _)| *known == text) {
            let found = recent.remove(place);
            let rules = Arc::clone(&found.1);
            recent.push(found);
            return Ok(rules);
        }
        drop(recent);
        // Compiled outside the lock: it can take a while and others need not wait for it.
        let rules = Arc::new(CategoryRules::from_pairs(pairs)?);
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if recent.len() == KEPT {
            recent.remove(0);
        }
        recent.push((text, Arc::clone(&rules)));
        Ok(rules)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_last_rules_are_compiled_once() {
        let cache = RulesCache::default();
        let pairs = |name: usize| json!([[[name.to_string()], {"type": "regex", "regex": "a"}]]);
        let first = cache.from_pairs(&pairs(0)).unwrap();
        for name in 1..KEPT {
            cache.from_pairs(&pairs(name)).unwrap();
        }
        assert!(Arc::ptr_eq(&first, &cache.from_pairs(&pairs(0)).unwrap()));
        cache.from_pairs(&pairs(KEPT)).unwrap();
        assert!(Arc::ptr_eq(&first, &cache.from_pairs(&pairs(0)).unwrap()));
        for name in 1..=KEPT {
            cache.from_pairs(&pairs(name)).unwrap();
        }
        assert!(!Arc::ptr_eq(&first, &cache.from_pairs(&pairs(0)).unwrap()));
        assert!(cache.from_pairs(&json!(1)).is_err());
    }
}
