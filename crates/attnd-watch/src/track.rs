//! How do looks at the desktop become events? One tracker per bucket, pure over the time given.

mod afk;
mod input;
mod premerge;
mod window;

pub use afk::{AfkTracker, Presence};
pub use input::InputTracker;
pub use premerge::Premerge;
pub use window::WindowTracker;
