//! Can any program make the query language panic, hang or swallow memory?
#![no_main]

#[allow(dead_code)]
#[path = "../targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|input: &[u8]| targets::query_language(input));
