//! How does a command answer? Words for people, one JSON document for programs, progress on long
//! work.

use std::io::{IsTerminal, Write};
use std::time::Duration as StdDuration;

use attnd_core::{ErrorCode, Problem};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::json;

use crate::words::Language;

/// Where and how answers go.
pub(crate) struct Output {
    form: Form,
    pub(crate) language: Language,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Words,
    Json,
}

impl Output {
    pub(crate) fn new(form: crate::cli::Json, language: Language) -> Self {
        let form = if form == crate::cli::Json::Yes { Form::Json } else { Form::Words };
        Self { form, language }
    }

    /// Whether a program reads the answer.
    pub(crate) fn is_json(&self) -> bool {
        self.form == Form::Json
    }

    /// Answers: the document as JSON, or the words made from it.
    pub(crate) fn answer<T: Serialize>(
        &self,
        document: &T,
        words: impl FnOnce(&T) -> String,
    ) -> Result<(), Problem> {
        let text = match self.form {
            Form::Words => words(document),
            Form::Json => serde_json::to_string(document)
                .map_err(|error| Problem::new(ErrorCode::Internal, error.to_string()))?,
        };
        self.line(&text)
    }

    /// Writes a line to standard output. A closed pipe (`attnd … | head`) is no error.
    pub(crate) fn line(&self, text: &str) -> Result<(), Problem> {
        let mut out = std::io::stdout().lock();
        match writeln!(out, "{}", text.trim_end_matches('\n')).and_then(|()| out.flush()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(Problem::new(ErrorCode::FileUnreadable, format!("standard output: {error}")))
            }
            _ => Ok(()),
        }
    }

    /// Tells what went wrong and what to do, on standard error.
    pub(crate) fn problem(&self, problem: &Problem) {
        let info = problem.code.info();
        let text = match self.form {
            Form::Json => json!({
                "code": info.code,
                "message": self.language.of(info.message),
                "detail": problem.detail,
                "todo": self.language.of(info.todo),
            })
            .to_string(),
            Form::Words => {
                let detail =
                    if problem.detail.is_empty() { String::new() } else { format!("\n  {}", problem.detail) };
                let message = self.language.of(info.message);
                let todo = self.language.of(info.todo);
                format!("attnd: {message}{detail}\n  → {todo} [{}]", info.code)
            }
        };
        // With standard error closed there is nobody left to tell.
        let _ = writeln!(std::io::stderr(), "{text}");
    }

    /// A progress bar over known pieces of work; silent as [`Self::progress`] is.
    pub(crate) fn steps(&self, steps: u64) -> ProgressBar {
        if self.is_json() || !std::io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(steps);
        bar.enable_steady_tick(StdDuration::from_millis(120));
        match ProgressStyle::with_template("{bar:32} {pos}/{len} {eta}") {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        }
    }

    /// A progress bar over `bytes`, or a spinner where the length is unknown; silent when a program
    /// reads the answer or standard error is no terminal.
    pub(crate) fn progress(&self, bytes: Option<u64>) -> ProgressBar {
        if self.is_json() || !std::io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let (bar, template) = match bytes {
            Some(bytes) => (ProgressBar::new(bytes), "{bar:32} {bytes}/{total_bytes} {bytes_per_sec} {eta}"),
            None => (ProgressBar::new_spinner(), "{spinner} {bytes} {bytes_per_sec}"),
        };
        bar.enable_steady_tick(StdDuration::from_millis(120));
        match ProgressStyle::with_template(template) {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        }
    }
}

/// The exit status: 2 where the person can correct the command, 1 for the rest.
pub(crate) fn exit_code(code: ErrorCode) -> u8 {
    match code.info().status {
        400..=499 => 2,
        _ => 1,
    }
}
