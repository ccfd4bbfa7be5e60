//! `attnd doctor`: is everything in order, and if not, what is to be done?

use std::net::TcpListener;
use std::path::Path;

use attnd_core::store::{Maintenance, Store};
use attnd_core::{ErrorCode, Problem, Timestamp};
use attnd_store::{SqliteConfig, SqliteStore};
use serde::Serialize;
use serde_json::Value;

use super::period;
use crate::cli::{Doctor, Global};
use crate::client::Client;
use crate::config::{Config, DEFAULT_PORT, Paths};
use crate::output::Output;
use crate::words::Language;

/// A watcher that said nothing for so long is not running.
const SILENT_S: f64 = 600.0;

/// What one look found.
#[derive(Serialize)]
struct Finding {
    /// What was looked at.
    about: &'static str,
    state: Verdict,
    /// What was found.
    found: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    todo: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Good,
    Note,
    Bad,
}

struct Examination<'a> {
    global: &'a Global,
    config: Config,
    paths: Paths,
    language: Language,
    findings: Vec<Finding>,
}

pub(super) fn run(global: &Global, options: &Doctor, output: &Output) -> Result<(), Problem> {
    let (config, paths) = Config::load(global)?;
    if options.restore {
        return super::restore::run(&paths, output);
    }
    let mut examination =
        Examination { global, config, paths, language: output.language, findings: Vec::new() };
    examination.data_dir();
    let answering = examination.daemon();
    match &answering {
        Some(client) => examination.watchers(client)?,
        None => {
            examination.database();
            examination.port();
        }
    }
    examination.desktop();
    let findings = examination.findings;
    output.answer(&findings, |findings| words(findings, output.language))?;
    match findings.iter().find(|finding| finding.state == Verdict::Bad) {
        Some(finding) if answering.is_none() => {
            Err(Problem::new(ErrorCode::DaemonUnreachable, finding.found.clone()))
        }
        Some(finding) => Err(Problem::new(ErrorCode::Unavailable, finding.found.clone())),
        None => Ok(()),
    }
}

impl Examination<'_> {
    fn find(&mut self, about: &'static str, state: Verdict, found: impl Into<String>, todo: Option<String>) {
        self.findings.push(Finding { about, state, found: found.into(), todo });
    }

    fn say(&self, en: &'static str, zh: &'static str) -> String {
        self.language.pick(en, zh).to_owned()
    }

    fn todo_of(&self, code: ErrorCode) -> Option<String> {
        Some(self.language.of(code.info().todo).to_owned())
    }

    /// Is the directory there, private, and can it be written?
    fn data_dir(&mut self) {
        let directory = self.paths.data_dir.clone();
        let shown = directory.display().to_string();
        if !directory.exists() {
            let todo = self.say("It is made by 'attnd serve'.", "运行 attnd serve 时会自动创建。");
            return self.find("data directory", Verdict::Note, format!("{shown}: –"), Some(todo));
        }
        if let Err(error) = tempfile_in(&directory) {
            let todo = self.todo_of(ErrorCode::DataDirReadOnly);
            return self.find("data directory", Verdict::Bad, format!("{shown}: {error}"), todo);
        }
        match others_may_read(&directory) {
            Some(mode) => {
                let todo = format!("chmod 700 {shown}");
                self.find("data directory", Verdict::Bad, format!("{shown}: mode {mode:o}"), Some(todo));
            }
            None => self.find("data directory", Verdict::Good, shown, None),
        }
    }

    /// Does a daemon answer, and is it attnd?
    fn daemon(&mut self) -> Option<Client> {
        let client = match Client::new(self.global) {
            Ok(client) => client,
            Err(problem) => {
                self.find("daemon", Verdict::Bad, problem.detail, self.todo_of(problem.code));
                return None;
            }
        };
        match client.get("/api/0/info") {
            Ok(info) => {
                let version = info["version"].as_str().unwrap_or_default().to_owned();
                let found = format!("{} — {version}", client.base());
                if version.contains("attnd") {
                    self.find("daemon", Verdict::Good, found, None);
                    Some(client)
                } else {
                    let todo = self.todo_of(ErrorCode::PortInUse);
                    self.find("daemon", Verdict::Bad, found, todo);
                    None
                }
            }
            Err(problem) => {
                let todo = self.todo_of(problem.code);
                self.find("daemon", Verdict::Bad, problem.detail, todo);
                None
            }
        }
    }

    /// Without a daemon the files can be looked at.
    fn database(&mut self) {
        let config = SqliteConfig::in_directory(&self.paths.data_dir);
        if !config.path.exists() {
            return;
        }
        match SqliteStore::open(config).and_then(|store| store.maintain(Maintenance::Verify)) {
            Ok(()) => self.find("database", Verdict::Good, self.say("whole", "完好"), None),
            Err(error) => {
                let problem = Problem::from(error);
                let todo = self.todo_of(problem.code);
                self.find("database", Verdict::Bad, problem.detail, todo);
            }
        }
    }

    /// Could the daemon take its port?
    fn port(&mut self) {
        let port = self.config.port.unwrap_or(DEFAULT_PORT);
        match TcpListener::bind(("127.0.0.1", port)) {
            Ok(_) => self.find("port", Verdict::Good, format!("{port}"), None),
            Err(error) => {
                let todo = self.todo_of(ErrorCode::PortInUse);
                self.find("port", Verdict::Bad, format!("{port}: {error}"), todo);
            }
        }
    }

    /// Who sends, and since when not?
    fn watchers(&mut self, client: &Client) -> Result<(), Problem> {
        let (now, _) = period::here();
        let buckets = client.get("/api/0/buckets/")?;
        let buckets = buckets.as_object().cloned().unwrap_or_default();
        if buckets.is_empty() {
            let todo = self.say(
                "Start it with 'attnd watch', or for good with 'attnd service install'.",
                "请运行 attnd watch，或用 attnd service install 设为常驻。",
            );
            self.find(
                "watcher",
                Verdict::Note,
                self.say("none has sent anything", "尚无采集器发送数据"),
                Some(todo),
            );
        }
        for (id, bucket) in &buckets {
            let silent_s = last_end(bucket).map(|end| now.since(end).as_s_f64());
            let found = match silent_s {
                Some(seconds) => format!("{id}: {}", self.ago(seconds)),
                None => format!("{id}: –"),
            };
            let state = if silent_s.is_some_and(|seconds| seconds < SILENT_S) {
                Verdict::Good
            } else {
                Verdict::Note
            };
            self.find("watcher", state, found, None);
        }
        Ok(())
    }

    fn ago(&self, seconds: f64) -> String {
        let duration = attnd_core::Duration::from_s_f64(seconds.max(0.0)).unwrap_or_default();
        let said = self.language.duration(duration);
        match self.language {
            Language::English => format!("{said} ago"),
            Language::Chinese => format!("{said}前"),
        }
    }

    /// Can this desktop be sensed?
    fn desktop(&mut self) {
        let status = attnd_watch::status();
        let state = if status.missing.is_empty() { Verdict::Good } else { Verdict::Note };
        let todo = (!status.missing.is_empty()).then(|| status.missing.join(" "));
        self.find("desktop", state, status.summary(), todo);
    }
}

fn last_end(bucket: &Value) -> Option<Timestamp> {
    Timestamp::parse(bucket["metadata"]["end"].as_str()?).ok()
}

fn tempfile_in(directory: &Path) -> std::io::Result<()> {
    let probe = directory.join(format!(".doctor-{}", std::process::id()));
    std::fs::write(&probe, b"")?;
    std::fs::remove_file(&probe)
}

/// The directory's mode, if anybody but its owner may look in.
fn others_may_read(directory: &Path) -> Option<u32> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(directory).ok()?.permissions().mode() & 0o777;
        (mode & 0o077 != 0).then_some(mode)
    }
    #[cfg(not(unix))]
    {
        let _ = directory;
        None
    }
}

fn words(findings: &[Finding], language: Language) -> String {
    let mut text = String::new();
    for finding in findings {
        let mark = match finding.state {
            Verdict::Good => "✓",
            Verdict::Note => "·",
            Verdict::Bad => "!",
        };
        text += &format!("{mark} {:<16} {}\n", about(finding.about, language), finding.found);
        if let Some(todo) = &finding.todo {
            text += &format!("  {:<16} → {todo}\n", "");
        }
    }
    text
}

fn about(what: &'static str, language: Language) -> &'static str {
    match (language, what) {
        (Language::English, what) => what,
        (Language::Chinese, "data directory") => "数据目录",
        (Language::Chinese, "daemon") => "守护进程",
        (Language::Chinese, "database") => "数据库",
        (Language::Chinese, "port") => "端口",
        (Language::Chinese, "watcher") => "采集器",
        (Language::Chinese, "desktop") => "桌面",
        (Language::Chinese, what) => what,
    }
}
