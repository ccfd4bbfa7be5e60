//! Who should answer what next, how many answers are enough, and when is a person worth asking?
//!
//! ```text
//! answers so far ─► belief ─► gain of each (mind, unit) ─► arriving: units for who is here
//!                     │
//!                     ├─────► stopping: enough?
//!                     └─────► cost: accept, or ask whom?
//! ```

pub mod belief;
pub mod gain;
pub mod redundancy;
pub mod tail;

pub use belief::{Belief, MindModel};
pub use gain::{Gain, MindGain, best_units, gains};
