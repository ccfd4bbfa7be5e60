//! (being written)
pub mod export;
