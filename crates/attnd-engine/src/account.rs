//! Which installation is this? Its device id, as ActivityWatch's clients know it.

use std::sync::Arc;

use attnd_core::Problem;
use attnd_core::record::{Record, RecordKind};
use attnd_core::store::Write;
use serde_json::Value;

use crate::Engine;

impl Engine {
    const DEVICE_ID: &str = "device-id";

    /// A UUID that stays the same for this installation.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub async fn device_id(self: &Arc<Self>) -> Result<String, Problem> {
        let person = self.local;
        let records = self.reading(move |store| Ok(store.records(person, RecordKind::Installation)?)).await?;
        let known = records.into_iter().find(|record| record.key == Self::DEVICE_ID);
        if let Some(Value::String(id)) = known.map(|record| record.value) {
            return Ok(id);
        }
        let id = uuid::Uuid::new_v4().to_string();
        let record = Record { key: Self::DEVICE_ID.to_owned(), value: id.clone().into() };
        self.write(person, Write::PutRecord(RecordKind::Installation, record)).await?;
        Ok(id)
    }
}
