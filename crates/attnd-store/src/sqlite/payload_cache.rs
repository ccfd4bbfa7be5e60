//! Which texts were parsed already? Decoded payloads, shared by all readers.
//!
//! A year of window events says a few thousand different things; each is parsed once and its
//! events share it. Keys are never given out twice, so an entry is never wrong, only unneeded.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use attnd_core::Data;

/// What a parsed object takes beside its text, roughly.
const OVERHEAD_BYTES: usize = 256;

/// A bounded map from payload to data: what was not asked for during the last half of the bound
/// is dropped.
pub(super) struct PayloadCache {
    most_bytes: usize,
    halves: Mutex<Halves>,
}

/// `recent` fills up, then becomes `older`, and the older half goes. A hit in `older` moves the
/// entry to `recent`.
#[derive(Default)]
struct Halves {
    recent: HashMap<i64, (Data, usize)>,
    recent_bytes: usize,
    older: HashMap<i64, (Data, usize)>,
}

impl PayloadCache {
    pub(super) fn new(most_bytes: usize) -> Self {
        Self { most_bytes, halves: Mutex::default() }
    }

    pub(super) fn get(&self, key: i64) -> Option<Data> {
        let mut halves = self.lock();
        if let Some((data, _)) = halves.recent.get(&key) {
            return Some(data.clone());
        }
        let (data, bytes) = halves.older.remove(&key)?;
        self.keep(&mut halves, key, &data, bytes);
        Some(data)
    }

    /// Remembers data whose text has `bytes`.
    pub(super) fn put(&self, key: i64, data: &Data, bytes: usize) {
        self.keep(&mut self.lock(), key, data, bytes + OVERHEAD_BYTES);
    }

    /// Forgets deleted texts.
    pub(super) fn forget(&self, keys: &[i64]) {
        let mut halves = self.lock();
        for key in keys {
            if let Some((_, bytes)) = halves.recent.remove(key) {
                halves.recent_bytes -= bytes;
            }
            halves.older.remove(key);
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&self) {
        *self.lock() = Halves::default();
    }

    fn keep(&self, halves: &mut Halves, key: i64, data: &Data, bytes: usize) {
        if let Some((_, before)) = halves.recent.insert(key, (data.clone(), bytes)) {
            halves.recent_bytes -= before;
        }
        halves.recent_bytes += bytes;
        if halves.recent_bytes > self.most_bytes / 2 {
            halves.older = std::mem::take(&mut halves.recent);
            halves.recent_bytes = 0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Halves> {
        self.halves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(label: &str) -> Data {
        [("label", label.into())].into()
    }

    #[test]
    fn what_is_asked_for_stays_and_the_rest_goes() {
        let cache = PayloadCache::new(10_000);
        cache.put(0, &data("asked"), 10);
        for key in 1..1_000 {
            cache.put(key, &data("passing"), 10);
            assert_eq!(cache.get(0), Some(data("asked")));
        }
        assert_eq!(cache.get(1), None);
        let halves = cache.lock();
        assert!(halves.recent.len() + halves.older.len() < 50);
    }

    #[test]
    fn forgotten_means_gone() {
        let cache = PayloadCache::new(10_000);
        cache.put(7, &data("secret"), 10);
        cache.forget(&[7]);
        assert_eq!(cache.get(7), None);
    }
}
