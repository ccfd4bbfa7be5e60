//! Can any file make reading a player's sensors panic or swallow memory?
#![no_main]

#[allow(dead_code)]
#[path = "../targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|input: &[u8]| targets::esports_load(input));
