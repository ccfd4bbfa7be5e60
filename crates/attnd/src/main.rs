//! The attention daemon: command line, configuration and wiring.
fn main() {}
