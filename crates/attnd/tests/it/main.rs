//! Does the whole daemon keep its promises? Processes, real clients, a real browser, a real desktop.

mod ack_kill9;
mod aw_node;
mod aw_python;
mod clock_jump;
mod daemon;
mod disk_full;
mod http;
mod random;
mod webdriver;
