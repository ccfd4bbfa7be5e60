//! Where is it, given what several drew? Boxes and masks.

pub mod boxes;
pub mod masks;

pub use boxes::{Found, Rectangle, ShapeError, found};
pub use masks::{Mask, MaskError, Staple, majority_mask, staple};
