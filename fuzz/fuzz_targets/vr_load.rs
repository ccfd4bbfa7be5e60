//! Can any file make reading the headset's tables panic or swallow memory?
#![no_main]

#[allow(dead_code)]
#[path = "../targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|input: &[u8]| targets::vr_load(input));
