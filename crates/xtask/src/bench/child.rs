//! What does another program answer, in how much time, and which Python runs a peer?

use std::fs;
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};

use super::measure::rounded;
use crate::process::{self, Fault, root};

/// Runs a program that prints JSON; adds its wall and processor time.
pub(super) fn json_of(program: &mut Command) -> Result<Value, Fault> {
    let (start, before_s) = (Instant::now(), children_cpu_s());
    let mut answer = document_of(program)?;
    let (wall_s, cpu_s) = (start.elapsed().as_secs_f64(), children_cpu_s() - before_s);
    answer["took"] = json!({"wall_s": rounded(wall_s), "cpu_s": rounded(cpu_s)});
    Ok(answer)
}

/// Runs a program that prints one JSON document.
pub(super) fn document_of(program: &mut Command) -> Result<Value, Fault> {
    let shown = format!("{program:?}");
    let output = program.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(Fault(format!("{shown} failed ({})", output.status)));
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Processor time of all children that have ended, in seconds: fields 16 and 17 of `/proc/self/stat`.
fn children_cpu_s() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = after_name.split_whitespace().skip(13).take(2).filter_map(|field| field.parse::<f64>().ok());
    // USER_HZ is 100 on every Linux that attnd runs on.
    ticks.sum::<f64>() / 100.0
}

/// A Python environment for peers below `target/`, made once.
pub(super) struct Environment {
    /// The variable that names a Python that has everything, to use instead.
    pub(super) variable: &'static str,
    /// Its folder below `target/`.
    pub(super) folder: &'static str,
    /// Its list of packages, a file of `crates/xtask/peers/`.
    pub(super) list: &'static str,
    /// What the list says.
    pub(super) packages: &'static str,
}

impl Environment {
    /// Its Python; installs the packages where the list has changed.
    pub(super) fn python(&self) -> Result<String, Fault> {
        if let Ok(python) = std::env::var(self.variable) {
            return Ok(python);
        }
        let folder = root().join("target").join(self.folder);
        let stamp = folder.join("requirements.txt");
        let folder = folder.display().to_string();
        let python = format!("{folder}/bin/python");
        if !fs::read_to_string(&stamp).is_ok_and(|found| found == self.packages) {
            process::run("python3", &["-m", "venv", "--clear", &folder])?;
            let list = format!("crates/xtask/peers/{}", self.list);
            let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", &list];
            process::run(&python, &install)?;
            fs::write(stamp, self.packages)?;
        }
        Ok(python)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_of_children_is_counted() {
        let before_s = children_cpu_s();
        let status =
            Command::new("sh").args(["-c", "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done"]).status();
        assert!(status.unwrap().success());
        assert!(children_cpu_s() > before_s);
    }

    #[test]
    fn a_program_that_fails_is_a_fault_that_names_it() {
        let fault = document_of(&mut Command::new("false")).unwrap_err();
        assert!(fault.to_string().contains("false"), "{fault}");
    }
}
