//! What survives when the machine does its worst? Power cuts, failing and full disks, damage.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests assert by panicking")]

mod disk_full;
mod files;
mod io_nth;
mod power_cut;
mod random;
mod repair;
mod simulated_disk;
mod workload;
