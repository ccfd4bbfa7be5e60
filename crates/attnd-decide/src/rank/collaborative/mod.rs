//! What will someone care for, judged by what many did? Collaborative filters for teams.
//!
//! ```text
//! Interactions ─► FilterSetting::fit ─► CollaborativeFilter ─► scores, because
//!                                              ▲
//!                      history (one more reaction counts on the next call)
//! ```

mod cholesky;
pub mod choose;
#[cfg(test)]
mod conformance;
pub mod ease;
mod eigen;
pub mod error;
pub mod filter;
pub mod ials;
pub mod interactions;
mod inverse;
pub mod judge;
mod kernel;
#[cfg(test)]
mod laws;
pub mod popularity;
mod product;
pub mod split;
mod sweep;
pub mod vectors;

pub use choose::{Chosen, choose, choose_by_shares};
pub use ease::{Ease, EaseSetting};
pub use error::CollaborativeError;
pub use filter::{Because, CollaborativeFilter, FILTERS, FilterKind, FilterSetting, Run, filter};
pub use ials::{Ials, IalsSetting};
pub use interactions::{Handled, Interaction, Interactions};
pub use judge::{Case, Judged, first_places, judge};
pub use popularity::Popularity;
pub use split::{Histories, Split, Timed, stratified};
pub use vectors::{ItemVectors, VectorsSetting};
