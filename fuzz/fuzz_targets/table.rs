//! Can any table make guessing its columns and reading them panic or swallow memory?
#![no_main]

#[allow(dead_code)]
#[path = "../targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|input: &[u8]| targets::table(input));
