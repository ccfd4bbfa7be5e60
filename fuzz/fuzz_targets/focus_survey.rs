//! Can any file make reading the survey of distracting contexts panic or swallow memory?
#![no_main]

#[allow(dead_code)]
#[path = "../targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|input: &[u8]| targets::focus_survey(input));
