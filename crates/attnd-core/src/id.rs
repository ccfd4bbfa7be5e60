//! Which thing is meant? Newtypes for every identifier, so that no two can be confused.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Declares a UUID newtype. Ids are UUIDv7 where attnd makes them, so they sort by creation.
macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps an id made elsewhere (core draws no random numbers).
            #[must_use]
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The id as a UUID.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

uuid_id!(
    /// The person a row is about. Every row in the store has one.
    PersonId
);
uuid_id!(
    /// The organisation a person belongs to; in personal mode there is exactly one.
    OrganisationId
);

/// An event's id: positive, unique within a database, as in ActivityWatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(pub i64);

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A bucket's name, chosen by the watcher: `aw-watcher-window_laptop`.
///
/// 1 to 256 bytes, no control characters. Unique per person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct BucketId(String);

/// Why a string is no [`BucketId`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BucketIdError {
    /// The empty string names nothing.
    #[error("a bucket id cannot be empty")]
    Empty,
    /// More than [`BucketId::MAX_BYTES`].
    #[error("a bucket id has at most {} bytes, this one has {bytes}", BucketId::MAX_BYTES)]
    TooLong {
        /// Length of the rejected id.
        bytes: usize,
    },
    /// A control character such as a line break.
    #[error("a bucket id cannot contain control characters")]
    ControlCharacter,
}

impl BucketId {
    /// The longest id accepted.
    pub const MAX_BYTES: usize = 256;

    /// Parses a bucket id.
    ///
    /// # Errors
    /// [`BucketIdError`] when it is empty, too long, or has control characters.
    pub fn parse(id: impl Into<String>) -> Result<Self, BucketIdError> {
        let id = id.into();
        if id.is_empty() {
            return Err(BucketIdError::Empty);
        }
        if id.len() > Self::MAX_BYTES {
            return Err(BucketIdError::TooLong { bytes: id.len() });
        }
        if id.chars().any(char::is_control) {
            return Err(BucketIdError::ControlCharacter);
        }
        Ok(Self(id))
    }

    /// The id as written by the watcher.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BucketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for BucketId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bucket_ids_are_parsed_not_validated() {
        assert_eq!(BucketId::parse("").unwrap_err(), BucketIdError::Empty);
        assert_eq!(BucketId::parse("a\nb").unwrap_err(), BucketIdError::ControlCharacter);
        assert_eq!(BucketId::parse("x".repeat(257)).unwrap_err(), BucketIdError::TooLong { bytes: 257 });
        assert_eq!(BucketId::parse("aw-watcher-window_笔记本").unwrap().as_str(), "aw-watcher-window_笔记本");
    }
}
