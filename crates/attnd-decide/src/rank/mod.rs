//! Which ask deserves attention now, and why? Asks, a person's context and what they did before into one slate.
//!
//! ```text
//! Ask ─► Inbox (copies collapse) ─┐
//! Context ────────────────────────┼─► Moment ─► Ranker ─► scores ─► Slate: places, shares, explanations
//! Feedback ─► Memory, weights ────┘
//! ```

pub mod ask;
pub mod context;
pub mod error;
pub mod feedback;
pub mod phrase;
pub mod score;
pub mod slate;

pub use ask::{Ask, AskKind, InterruptionLevel, Reason};
pub use context::{Answered, CalendarEntry, Context, Window};
pub use error::RankError;
pub use feedback::{Feedback, FeedbackKind, Lesson};
pub use phrase::{LocalTime, Pace, Phrase};
pub use score::{Explanation, Language, Part, Scale, Score};
pub use slate::{Place, Slate};
