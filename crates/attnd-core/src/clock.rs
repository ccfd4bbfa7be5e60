//! What time is it? The one seam through which time enters; tests inject their own.

use crate::Timestamp;

/// Something that can tell the time.
pub trait Clock: Send + Sync {
    /// The present moment, UTC.
    fn now(&self) -> Timestamp;
}
