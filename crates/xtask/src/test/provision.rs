//! What do the tests need beside Rust? Programs of the system, Python and JavaScript clients; installed here.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use crate::process::{Fault, command, installed, root, run};

/// Something of the system: how it is recognised and which Debian package brings it.
struct Need {
    /// A program on the path, or with a slash a file that must exist.
    sign: &'static str,
    package: &'static str,
}

/// What the tests start: a browser and its driver, two desktops, programs to use on them.
const NEEDS: &[Need] = &[
    Need { sign: "cc", package: "gcc" },
    Need { sign: "git", package: "git" },
    Need { sign: "python3", package: "python3" },
    Need { sign: "npm", package: "npm" },
    Need { sign: "prlimit", package: "util-linux" },
    Need { sign: "chromium", package: "chromium" },
    Need { sign: "chromedriver", package: "chromium-driver" },
    Need { sign: "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", package: "fonts-noto-cjk" },
    Need { sign: "Xvfb", package: "xvfb" },
    Need { sign: "xdotool", package: "xdotool" },
    Need { sign: "openbox", package: "openbox" },
    Need { sign: "xterm", package: "xterm" },
    Need { sign: "mousepad", package: "mousepad" },
    Need { sign: "sway", package: "sway" },
    Need { sign: "dbus-daemon", package: "dbus-daemon" },
];

const REQUIREMENTS: &str = include_str!("../../requirements.txt");
const PACKAGES: &str = include_str!("../../package.json");

/// Installs what is missing; does nothing, quickly, when nothing is.
pub(super) fn run_all() -> Result<(), Fault> {
    debian_packages()?;
    python_clients()?;
    javascript_clients()?;
    test_runner()
}

fn debian_packages() -> Result<(), Fault> {
    let missing =
        missing(NEEDS, |sign| if sign.contains('/') { Path::new(sign).exists() } else { installed(sign) });
    if missing.is_empty() {
        return Ok(());
    }
    let by_hand = format!("install them by hand: apt-get install {}", missing.join(" "));
    if !installed("apt-get") {
        return Err(Fault(format!(
            "this system has no apt-get; the tests need what Debian calls {}",
            missing.join(" ")
        )));
    }
    apt_get(&["update", "--quiet"]).map_err(|fault| Fault(format!("{fault}; {by_hand}")))?;
    let mut arguments = vec!["install", "--yes", "--quiet", "--no-install-recommends"];
    arguments.extend(&missing);
    apt_get(&arguments).map_err(|fault| Fault(format!("{fault}; {by_hand}")))
}

/// The packages whose sign is not there.
fn missing(needs: &[Need], there: impl Fn(&str) -> bool) -> Vec<&'static str> {
    needs.iter().filter(|need| !there(need.sign)).map(|need| need.package).collect()
}

/// As root directly; otherwise through sudo, which must not ask.
fn apt_get(arguments: &[&str]) -> Result<(), Fault> {
    if is_root() {
        return run("apt-get", arguments);
    }
    let mut with_sudo = vec!["--non-interactive", "apt-get"];
    with_sudo.extend(arguments);
    run("sudo", &with_sudo)
}

fn is_root() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().any(|line| line.starts_with("Uid:") && line.split_whitespace().nth(2) == Some("0"))
}

/// Python packages in `.venv`, made again when the list changes.
fn python_clients() -> Result<(), Fault> {
    let stamp = root().join(".venv/requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == REQUIREMENTS) {
        return Ok(());
    }
    if !python_makes_environments() {
        apt_get(&["install", "--yes", "--quiet", "--no-install-recommends", "python3-venv"])
            .map_err(|fault| Fault(format!("{fault}; install Python's venv module by hand")))?;
    }
    run("python3", &["-m", "venv", "--clear", ".venv"])?;
    run(
        ".venv/bin/python",
        &[
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-r",
            "crates/xtask/requirements.txt",
        ],
    )?;
    Ok(fs::write(stamp, REQUIREMENTS)?)
}

/// Debian ships Python without the part that fills a new environment.
fn python_makes_environments() -> bool {
    let mut check = command("python3", &["-c", "import venv, ensurepip"]);
    check.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// npm packages in `.tools`, made again when the list changes.
fn javascript_clients() -> Result<(), Fault> {
    let folder = root().join(".tools");
    let stamp = folder.join("installed.json");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == PACKAGES) {
        return Ok(());
    }
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("package.json"), PACKAGES)?;
    run("npm", &["install", "--prefix", ".tools", "--no-audit", "--no-fund", "--loglevel=error"])?;
    Ok(fs::write(stamp, PACKAGES)?)
}

fn test_runner() -> Result<(), Fault> {
    if installed("cargo-nextest") {
        return Ok(());
    }
    run("cargo", &["install", "--locked", "cargo-nextest"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_missing_is_installed() {
        let needs =
            [Need { sign: "here", package: "here-package" }, Need { sign: "/not/here", package: "other" }];
        assert_eq!(missing(&needs, |sign| sign == "here"), ["other"]);
        assert!(missing(&needs, |_| true).is_empty());
    }

    #[test]
    fn versions_of_clients_are_pinned() {
        for line in REQUIREMENTS.lines().filter(|line| !line.starts_with('#')) {
            assert!(line.contains("=="), "{line}");
        }
        let packages: serde_json::Value = serde_json::from_str(PACKAGES).unwrap();
        for (name, version) in packages["dependencies"].as_object().unwrap() {
            assert!(version.as_str().unwrap().starts_with(|c: char| c.is_ascii_digit()), "{name}");
        }
    }
}
