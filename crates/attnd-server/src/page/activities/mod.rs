//! Activities: what did the time go to?

mod explain;
mod preview;

pub(crate) use preview::Preview;
