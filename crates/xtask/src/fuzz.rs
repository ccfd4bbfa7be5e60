//! Do the parsers stand any input? Seeded mutations of a corpus, reproducible, on the stable toolchain.
//!
//! `cargo fuzz` on a nightly toolchain finds more, guided by coverage; this runs the same targets
//! everywhere, bounded by a count, so that every change has been through them.

#[path = "../../../fuzz/targets.rs"]
mod targets;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use clap::Args;

use crate::process::{Fault, command, root};

/// How much of the machine a target may use; beyond it, an input is a finding.
const MEMORY_BYTES: u64 = 2 << 30;
const INPUT_TIME: Duration = Duration::from_secs(10);
const LONGEST_INPUT_BYTES: usize = 4_096;
const SHORT_RUN: u64 = 200_000;

/// A function that takes any bytes and must neither panic nor run away.
type Target = (&'static str, fn(&[u8]));

const TARGETS: &[Target] = &[
    ("event_json", targets::event_json),
    ("query_language", targets::query_language),
    ("aw_import", targets::aw_import),
    ("focus_survey", targets::focus_survey),
    ("vr_load", targets::vr_load),
    ("esports_load", targets::esports_load),
    ("table", targets::table),
];

/// What to drive, and for how long.
#[derive(Args)]
pub(crate) struct Options {
    /// Only this target.
    #[arg(long)]
    target: Option<String>,
    /// Inputs per target.
    #[arg(long, default_value_t = SHORT_RUN)]
    iterations: u64,
    /// Input number `n` of seed `s` is always the same bytes.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The first input's number, to come back to a finding.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// Drive the target in this process, without the memory limit.
    #[arg(long, hide = true)]
    in_process: bool,
}

/// The run that every change goes through.
pub(crate) fn short() -> Result<(), Fault> {
    run(&Options { target: None, iterations: SHORT_RUN, seed: 1, first: 0, in_process: false })
}

/// Drives the targets; each in a process of its own that may not take more than its memory.
pub(crate) fn run(options: &Options) -> Result<(), Fault> {
    let chosen: Vec<&Target> = TARGETS
        .iter()
        .filter(|(name, _)| options.target.as_deref().is_none_or(|target| target == *name))
        .collect();
    if chosen.is_empty() {
        let names: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
        return Err(Fault(format!("there is no such target; there are {}", names.join(", "))));
    }
    for (name, target) in chosen {
        let start = Instant::now();
        if options.in_process {
            drive(name, *target, options)?;
        } else {
            confined(name, options)?;
            let seconds = start.elapsed().as_secs_f64();
            eprintln!(
                "fuzz: {name} stood {} inputs of seed {} in {seconds:.1} s",
                options.iterations, options.seed
            );
        }
    }
    Ok(())
}

fn confined(name: &str, options: &Options) -> Result<(), Fault> {
    let program = std::env::current_exe()?;
    let limit = format!("--as={MEMORY_BYTES}");
    let status = command("prlimit", &[&limit, "--core=0", "--"])
        .arg(program)
        .args(["fuzz", "--in-process", "--target", name])
        .args(["--iterations", &options.iterations.to_string()])
        .args(["--seed", &options.seed.to_string()])
        .args(["--first", &options.first.to_string()])
        .status()
        .map_err(|error| Fault(format!("prlimit (Debian: util-linux) cannot be started: {error}")))?;
    if status.success() {
        return Ok(());
    }
    let at = fs::read_to_string(progress_file(name)).unwrap_or_default();
    Err(Fault(format!(
        "{name} did not stand input {at} of seed {} ({status}); see it again with \
         'cargo xtask fuzz --target {name} --seed {} --first {at} --iterations 1'",
        options.seed, options.seed
    )))
}

/// Where the number of the input being tried is kept, for when the process dies of it.
fn progress_file(name: &str) -> PathBuf {
    root().join("fuzz/artifacts").join(format!("{name}.at"))
}

fn drive(name: &'static str, target: fn(&[u8]), options: &Options) -> Result<(), Fault> {
    use std::os::unix::fs::FileExt;

    let corpus = corpus(name)?;
    let progress = progress_file(name);
    fs::create_dir_all(progress.parent().expect("invariant: the path has a folder"))?;
    let progress = fs::File::create(progress)?;
    let running = Arc::new(Mutex::new(Instant::now()));
    watch(Arc::clone(&running));
    for number in options.first..options.first.saturating_add(options.iterations) {
        let input = mutated(&corpus, options.seed, number);
        progress.write_all_at(number.to_string().as_bytes(), 0)?;
        *running.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Instant::now();
        if catch_unwind(AssertUnwindSafe(|| target(&input))).is_err() {
            let shown = String::from_utf8_lossy(&input).chars().take(400).collect::<String>();
            return Err(Fault(format!("{name} panicked at input {number}: {shown:?}")));
        }
    }
    Ok(())
}

/// Ends the process when one input takes too long.
fn watch(running: Arc<Mutex<Instant>>) {
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(INPUT_TIME / 10);
            let since = *running.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if since.elapsed() > INPUT_TIME {
                eprintln!("an input took more than {} s", INPUT_TIME.as_secs());
                std::process::exit(3);
            }
        }
    });
}

/// The target's seeds, in the order of their names.
fn corpus(name: &str) -> Result<Vec<Vec<u8>>, Fault> {
    let folder = root().join("fuzz/corpus").join(name);
    let mut paths: Vec<PathBuf> =
        fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_, std::io::Error>>()?;
    paths.sort();
    if paths.is_empty() {
        return Err(Fault(format!("{} holds no seeds", folder.display())));
    }
    Ok(paths.iter().map(fs::read).collect::<Result<_, _>>()?)
}

/// Pieces that mean something to a parser of JSON, times or the query language.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    ",",
    ":",
    ";",
    "=",
    "==",
    "null",
    "true",
    "-1",
    "1e999",
    "NaN",
    "9223372036854775808",
    "0.1",
    "if ",
    "elif ",
    "else ",
    "return ",
    "RETURN",
    "#",
    "\n",
    "2024-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "+25:00",
    "1557195170024",
    "2022-12-16 12:36:00.0128",
    "\r\n",
    "\t",
    "flood(",
    "(a+)+$",
    "(?=",
    "\u{feff}",
    "\u{202e}",
    "笔",
];

/// Input `number` of `seed`: a seed of the corpus with one to five changes.
fn mutated(corpus: &[Vec<u8>], seed: u64, number: u64) -> Vec<u8> {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number);
    let mut input = corpus[random.below(corpus.len())].clone();
    // The corpus itself comes first, unchanged.
    if let Some(unchanged) = usize::try_from(number).ok().and_then(|number| corpus.get(number)) {
        return unchanged.clone();
    }
    for _ in 0..=random.below(5) {
        change(&mut input, corpus, &mut random);
    }
    input.truncate(LONGEST_INPUT_BYTES);
    input
}

fn change(input: &mut Vec<u8>, corpus: &[Vec<u8>], random: &mut Random) {
    let at = random.below(input.len() + 1);
    let end = at + random.below(input.len() - at + 1).min(64);
    match random.below(7) {
        0 if at < input.len() => input[at] ^= 1 << random.below(8),
        1 if at < input.len() => input[at] = random.next().to_le_bytes()[0],
        2 => drop(input.drain(at..end)),
        3 => {
            let repeated = input[at..end].repeat(1 + random.below(16));
            input.splice(at..at, repeated);
        }
        4 => {
            let other = &corpus[random.below(corpus.len())];
            let from = random.below(other.len() + 1);
            input.truncate(at);
            input.extend(&other[from..]);
        }
        5 => {
            let deep = PIECES[random.below(6)].repeat(1 + random.below(300));
            input.splice(at..at, deep.into_bytes());
        }
        _ => {
            input.splice(at..end, PIECES[random.below(PIECES.len())].bytes());
        }
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195): reproducible, and enough here.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 when there is none.
    fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % end).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_splitmix64s() {
        // The reference implementation's first outputs for seed 1234567.
        let mut random = Random(1_234_567);
        assert_eq!([random.next(), random.next()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
    }

    #[test]
    fn an_input_is_its_seed_and_number() {
        let corpus = [b"{}".to_vec(), b"[1,2]".to_vec()];
        assert_eq!(mutated(&corpus, 1, 1), corpus[1]);
        assert_eq!(mutated(&corpus, 7, 99), mutated(&corpus, 7, 99));
        assert!((2..100).any(|number| mutated(&corpus, 7, number) != mutated(&corpus, 8, number)));
    }

    #[test]
    fn every_target_has_seeds_and_stands_them() {
        for (name, target) in TARGETS {
            for input in corpus(name).unwrap() {
                target(&input);
            }
        }
    }
}
