//! Does what people do on a real desktop come out as it was? Real servers, window managers and
//! programs from Debian, driven by a script of known times.
//!
//! These tests wait: idle time and the length of a window's stay are what they measure. Whatever
//! else they need they wait for by condition. A program that is missing is a failure.

// All of this is a test, though clippy takes only what stands in a test function for one.
#![allow(clippy::unwrap_used, clippy::panic)]

mod recorder;
mod session;
mod sway;
mod weston;
mod x11;
