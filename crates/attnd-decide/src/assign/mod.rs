//! Who should answer what next, how many answers are enough, when is a person worth asking, and who does what?
//!
//! ```text
//! answers so far ─► belief ─► gain of each (mind, unit) ─► arriving: units for who is here
//!                     │
//!                     ├─────► stopping: enough?
//!                     └─────► cost: accept, or ask whom?
//!
//! Instance ─► choose: the regime it belongs to ─► solve ─► Allocation: who does what, value, bound, why
//! ```
//!
//! There is no one allocation problem: splitting hands over divisible work is apportionment and exact in linear time, while
//! named minds with skills, capacities and quality floors are NP-hard. [`allocate`] looks at what the instance states, picks
//! the regime and says why; every answer carries a bound that no allocation can beat.

pub mod allocation;
pub mod arriving;
pub mod belief;
pub mod choose;
pub mod cost;
pub mod divisor;
pub(crate) mod eligible;
pub mod gain;
pub mod gold;
pub mod instance;
pub mod job;
mod next;
pub mod records;
pub mod redundancy;
pub mod regime;
pub mod stopping;
pub mod tail;
pub mod threshold;

pub use allocation::{Allocation, Given, Pair, Span, Unmet, WhyUnmet};
pub use arriving::Wanted;
pub use belief::{Belief, MindModel};
pub use choose::{allocate, choose};
pub use cost::{Asked, Choice, Chosen, Stakes, cheapest};
pub use gain::{Gain, MindGain, best_units, gains};
pub use gold::{GoldRate, Trust, next_gold};
pub use instance::{AssignError, Goal, Instance, Mind, Pairs, Staffing, Unit};
pub use records::{CrowdPrior, Records};
pub use regime::{REGIMES, RegimeKind};
pub use stopping::{StoppingRule, Sureness, Verdict};
pub use threshold::{Assurance, Threshold};
