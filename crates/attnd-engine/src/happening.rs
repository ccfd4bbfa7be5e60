//! What can happen? One enum of everything the daemon tells those who listen.

use attnd_core::{BucketId, PersonId, Timestamp};

/// Something that happened to a person's data or settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// Events of a bucket were added, grew, changed or went.
    Events {
        /// Whose.
        person: PersonId,
        /// Where.
        bucket: BucketId,
    },
    /// A bucket was made, changed or deleted.
    Buckets {
        /// Whose.
        person: PersonId,
    },
    /// Settings or category rules changed.
    Settings {
        /// Whose.
        person: PersonId,
    },
    /// A browser extension asks to be paired, or was answered.
    Pairings {
        /// Whose.
        person: PersonId,
    },
    /// Recording was paused until then, or resumed.
    Pause {
        /// Whose.
        person: PersonId,
        /// When it resumes by itself; `None` when it runs.
        until: Option<Timestamp>,
    },
    /// A question was put to the person, or was answered or put away.
    Probes {
        /// Whose.
        person: PersonId,
    },
    /// Answers changed, or what was learnt from them.
    Answers {
        /// Whose.
        person: PersonId,
    },
    /// Data was erased.
    Erased {
        /// Whose.
        person: PersonId,
    },
}

impl Happening {
    /// Whose data it is about.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        match self {
            Self::Events { person, .. }
            | Self::Buckets { person }
            | Self::Settings { person }
            | Self::Pairings { person }
            | Self::Pause { person, .. }
            | Self::Probes { person }
            | Self::Answers { person }
            | Self::Erased { person } => *person,
        }
    }
}
