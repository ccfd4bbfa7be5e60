//! Which mind should take an ask? A model that learns from who took what, forgets, and says why.
//!
//! ```text
//! Taken (ask, mind), in order of time ─► Past (decayed counts, hours) ─► evidence of each candidate
//!                                                                          │
//!        Learner (conditional logits of several half-lives, pooled) ◄──────┤ observe: learn who took it
//!                                     └─► log-odds, probability, reasons ◄─┘ rank: order the candidates
//! ```
//!
//! The order of candidates is a conditional logit (McFadden 1974, "Conditional logit analysis of qualitative choice
//! behavior"): what counts is how candidates differ, so that minds may come and go.

mod ask;
mod error;
mod evidence;
mod keys;
#[cfg(test)]
mod laws;
mod learner;
mod model;
mod reason;
mod replay;
mod rhythm;
mod tally;

pub use ask::{RoutingAsk, Taken};
pub use error::RoutingError;
pub use model::{Candidate, Routing};
pub use reason::{RoutingPart, RoutingReason};
pub use replay::{RoutingFigures, RoutingReplay, replay as replay_routing};
