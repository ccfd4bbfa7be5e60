//! What does an allocation of an instance file come to, and in what time? `cargo run --release -p attnd-decide --example
//! assign_instance -- FILE…`.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::time::Instant;

use attnd_decide::Seed;
use attnd_decide::assign::{Instance, allocate};
use attnd_decide::crowd::Run;

fn main() {
    for file in std::env::args().skip(1) {
        let begun = Instant::now();
        let instance: Instance = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        let read_s = begun.elapsed().as_secs_f64();
        let begun = Instant::now();
        let (regime, _, allocation) =
            allocate(&instance, &mut Run { seed: Seed(1), progress: &mut |_| {} }).unwrap();
        println!(
            "{file}: {} value {:.3} bound {:.3} gap {:.3} % unmet {} read {read_s:.2} s solved {:.2} s",
            regime.name,
            allocation.value,
            allocation.bound,
            100.0 * allocation.gap(),
            allocation.unmet.len(),
            begun.elapsed().as_secs_f64()
        );
    }
}
