//! What must hold before a change lands? Every check, cheapest first, the test runner last.

mod provision;

use std::path::Path;
use std::time::Instant;

use crate::process::{self, Fault, installed, root};

/// A check: what it is called, and how it is run.
type Step = (&'static str, fn() -> Result<(), Fault>);

/// The checks in order. The runner comes last so that its summary closes the output.
const STEPS: &[Step] = &[
    ("provision", provision::run_all),
    ("format", || process::run("cargo", &["fmt", "--all", "--check"])),
    ("lints", || {
        process::run(
            "cargo",
            &["clippy", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"],
        )
    }),
    ("tidy", crate::tidy::run),
    ("licences, bans and sources", deny),
    ("fuzz targets", crate::fuzz::short),
    ("examples in the documentation", || {
        process::run("cargo", &["test", "--workspace", "--doc", "--locked", "--quiet"])
    }),
    ("tests", || process::run("cargo", &["nextest", "run", "--workspace", "--locked"])),
];

/// Runs every check; stops at the first that fails.
pub(crate) fn run() -> Result<(), Fault> {
    for (name, step) in STEPS {
        let start = Instant::now();
        step().map_err(|fault| Fault(format!("{name}: {fault}")))?;
        if *name != "tests" {
            eprintln!("==> {name}: passed in {:.1} s", start.elapsed().as_secs_f64());
        }
    }
    Ok(())
}

/// `cargo deny` where it is installed. Its licence rule is also tidy's, and building it takes
/// minutes, so it is no condition; its advisories need a database from the network and are not asked for.
fn deny() -> Result<(), Fault> {
    if installed("cargo-deny") {
        return process::run("cargo", &["deny", "--offline", "check", "licenses", "bans", "sources"]);
    }
    eprintln!("cargo-deny is not installed; tidy has checked the licences, bans and sources of deny.toml");
    Ok(())
}

/// Runs the tests that read real data sets.
pub(crate) fn data(folder: &Path) -> Result<(), Fault> {
    let folder = root().join(folder);
    if !folder.is_dir() {
        return Err(Fault(format!(
            "there are no data sets at {}; name their folder with --data DIR",
            folder.display()
        )));
    }
    let arguments =
        ["nextest", "run", "--package", "attnd", "--features", "data-test", "--test", "data", "--locked"];
    eprintln!("\n==> cargo {}", arguments.join(" "));
    let status = process::command("cargo", &arguments).env("ATTND_DATA", folder).status()?;
    if status.success() {
        return Ok(());
    }
    Err(Fault(format!("the tests on real data failed ({status})")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runner_comes_last_so_that_its_summary_closes_the_output() {
        assert_eq!(STEPS.last().map(|step| step.0), Some("tests"));
    }

    #[test]
    fn data_tests_need_their_data() {
        let fault = data(Path::new("no-such-folder")).unwrap_err();
        assert!(fault.to_string().contains("--data"), "{fault}");
    }
}
