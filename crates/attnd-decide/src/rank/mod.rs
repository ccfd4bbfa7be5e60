//! Which ask deserves attention now, and why? Asks, a person's context and what they did before into one slate.
//!
//! ```text
//! Ask ─► Inbox (copies collapse) ─┐
//! Context ────────────────────────┼─► Moment ─► Ranker ─► scores ─► Slate: places, shares, explanations
//! Feedback ─► Memory, weights ────┘
//! ```

pub mod arrange;
pub mod ask;
pub mod collaborative;
pub mod context;
mod copies;
pub mod diversity;
pub mod error;
pub mod feedback;
mod fingerprint;
pub mod inbox;
pub mod memory;
pub mod moment;
pub mod off_policy;
pub mod phrase;
pub mod ranker;
pub mod reliability;
pub mod replay;
pub mod routing;
pub mod score;
pub mod slate;
mod subject;
mod surroundings;
pub mod team;
mod terms;
mod words;

pub use arrange::{Options, arrange};
pub use ask::{Ask, AskKind, InterruptionLevel, Reason};
pub use context::{Answered, CalendarEntry, Context, Window};
pub use diversity::{Diversity, Exposure, NarrowingAlarm};
pub use error::RankError;
pub use feedback::{Feedback, FeedbackKind, Lesson};
pub use inbox::Inbox;
pub use memory::Memory;
pub use moment::{FEATURES, Feature, Features, Lead, Moment};
pub use phrase::{LocalTime, Pace, Phrase};
pub use ranker::{Attention, Example, Formula, Personal, RANKERS, Ranker, RankerKind, Scored, ranker};
pub use reliability::{Reliability, Sayings};
pub use replay::{Others, Reaction, Replay, Replayed, replay};
pub use routing::{Candidate, Routing, RoutingAsk, RoutingError, RoutingReplay, Taken, replay_routing};
pub use score::{Explanation, Language, Part, Scale, Score};
pub use slate::{Place, Slate};
pub use team::Team;
