//! Automation: tests, tidiness, benches.
fn main() {}
