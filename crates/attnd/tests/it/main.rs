//! Does the whole daemon keep its promises? Processes, real clients, a real browser, a real desktop.

// Tests assert by panicking; clippy.toml says so of test functions, this of the functions they call.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod ack_kill9;
mod allocate;
mod authz_matrix;
mod aw_node;
mod aw_python;
mod bad_input;
mod cli;
mod clock_jump;
mod crowd;
mod crowd_simulate;
mod daemon;
mod data;
mod desktop;
mod desktop_script;
mod disk_full;
mod http;
mod model_eval;
mod model_eval_eyes;
mod model_file;
mod page;
mod privacy_canary;
mod random;
mod rank;
mod report;
mod schemathesis;
mod simulate;
mod text;
mod webdriver;
