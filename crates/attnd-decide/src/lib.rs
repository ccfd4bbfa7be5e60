//! What should get attention, when, by whom? Many answers into one truth, work to hands, asks in order.
//!
//! Everything is a pure function of a snapshot, a configuration and a [`Seed`]: no clock, no I/O, no
//! randomness that does not come from the seed, no order that comes from a hash map. What decides also
//! says why.

pub mod assign;
pub mod crowd;
pub mod rank;
pub mod seed;
pub mod text;

pub use seed::Seed;
