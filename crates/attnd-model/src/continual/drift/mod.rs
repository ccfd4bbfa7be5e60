//! Do errors grow? Tests that say when a stream of numbers is no longer what it was.

mod adwin;
mod page_hinkley;

pub use adwin::{Adwin, AdwinSettings};
pub use page_hinkley::{Direction, PageHinkley, PageHinkleySettings};

/// What a drift test says after one more number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drift {
    /// Nothing has changed as far as can be told.
    None,
    /// The stream has changed.
    Found,
}
