//! `attnd simulate`: writes the weeks of a made-up person, and what they really did.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use attnd_core::{ErrorCode, Problem};
use attnd_sense::simulate::{MAX_DAYS, SimulateConfig, Simulation, SimulationSummary, SimulationWriter};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use serde::Serialize;

use super::{period, private};
use crate::cli::Simulate;
use crate::output::Output;
use crate::words::Language;

/// What was written.
#[derive(Serialize)]
struct Report<'a> {
    simulated: bool,
    seed: u64,
    first_day: Date,
    last_day: Date,
    time_zone: Option<&'a str>,
    out: &'a Path,
    truth: Option<&'a Path>,
    #[serde(flatten)]
    summary: SimulationSummary,
}

pub(super) fn run(options: &Simulate, output: &Output) -> Result<(), Problem> {
    refuse_shared(options, output)?;
    let config = config_of(options)?;
    let summary = write(&Simulation::new(config.clone()), options, output)?;
    if is_printed(options) {
        return Ok(());
    }
    let back = i64::from(config.days.saturating_sub(1));
    let report = Report {
        simulated: true,
        seed: config.seed,
        first_day: config.last_day.saturating_sub(jiff::Span::new().days(back)),
        last_day: config.last_day,
        time_zone: config.time_zone.iana_name(),
        out: &options.out,
        truth: options.truth.as_deref(),
        summary,
    };
    output.answer(&report, |report| words(report, output.language))
}

/// Writes both files; neither takes its name before both are whole.
fn write(simulation: &Simulation, options: &Simulate, output: &Output) -> Result<SimulationSummary, Problem> {
    let mut truth = match &options.truth {
        Some(path) => Target::open(path, options)?,
        None => Target::Nowhere(io::sink()),
    };
    let mut export = Target::open(&options.out, options)?;
    let truth_name = options.truth.as_deref().unwrap_or(Path::new("-"));
    let bar = output.progress(None);
    let written = SimulationWriter::truth(simulation, truth.writer(), || bar.tick());
    let summary = written.map_err(|error| failed(truth_name, &error)).and_then(|writer| {
        let exported = writer.export(export.writer(), || bar.tick());
        exported.map(|()| writer.summary()).map_err(|error| failed(&options.out, &error))
    });
    bar.finish_and_clear();
    let summary = summary?;
    truth.keep().map_err(|error| failed(truth_name, &error))?;
    export.keep().map_err(|error| failed(&options.out, &error))?;
    Ok(summary)
}

/// Two documents in one place would be none.
fn refuse_shared(options: &Simulate, output: &Output) -> Result<(), Problem> {
    let refuse = |detail: &str| Err(Problem::new(ErrorCode::InvalidParameter, detail));
    if options.truth.as_ref() == Some(&options.out) {
        return refuse("--out and --truth name the same file");
    }
    if is_printed(options) && output.is_json() {
        return refuse("standard output holds one document: leave out --json, or name a file instead of -");
    }
    Ok(())
}

fn config_of(options: &Simulate) -> Result<SimulateConfig, Problem> {
    let invalid = |detail: String| Problem::new(ErrorCode::InvalidParameter, detail);
    if options.days == 0 || options.days > MAX_DAYS {
        return Err(invalid(format!("--days {}: from 1 to {MAX_DAYS}", options.days)));
    }
    let (now, here) = period::here();
    let time_zone = match &options.zone {
        Some(name) => TimeZone::get(name).map_err(|_| {
            invalid(format!("--zone '{name}': no zone of that name is known; use one such as Europe/Berlin"))
        })?,
        None => here,
    };
    let yesterday = now.jiff().to_zoned(time_zone.clone()).date().yesterday();
    let last_day = match &options.last_day {
        Some(text) => text.parse::<Date>().map_err(|_| {
            Problem::new(ErrorCode::InvalidTime, format!("--last-day '{text}' is no day such as 2026-01-31"))
        })?,
        None => yesterday.map_err(|error| Problem::new(ErrorCode::InvalidTime, error.to_string()))?,
    };
    if !(date(1800, 1, 1)..=date(2200, 12, 31)).contains(&last_day) {
        return Err(Problem::new(
            ErrorCode::InvalidTime,
            format!("--last-day {last_day}: between 1800 and 2200"),
        ));
    }
    let hostname = options.hostname.trim();
    if hostname.is_empty() || hostname.len() > 200 || hostname.contains(char::is_control) {
        return Err(invalid("--hostname: 1 to 200 bytes, without control characters".to_owned()));
    }
    Ok(SimulateConfig {
        days: options.days,
        seed: options.seed,
        last_day,
        time_zone,
        hostname: hostname.to_owned(),
    })
}

/// Where a document goes. A file is written beside its name and takes it when it is whole.
enum Target {
    Nowhere(io::Sink),
    Printed(Printed),
    File { part: Option<PathBuf>, path: PathBuf, out: BufWriter<File> },
}

/// Standard output; that its reader has enough (`attnd … | head`) is no error.
struct Printed(io::StdoutLock<'static>);

impl Write for Printed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(bytes.len()),
            written => written,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0.flush() {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            flushed => flushed,
        }
    }
}

impl Target {
    fn open(path: &Path, options: &Simulate) -> Result<Self, Problem> {
        if is_stdout(path) {
            return Ok(Self::Printed(Printed(io::stdout().lock())));
        }
        let problem = |code, what| Err(Problem::new(code, format!("{} {what}", path.display())));
        match std::fs::metadata(path) {
            // A device or a folder is never replaced by a file.
            Ok(there) if !there.is_file() => {
                return problem(ErrorCode::FileUnreadable, "is no file; - is standard output");
            }
            Ok(_) if !options.force => {
                return problem(ErrorCode::Conflict, "is there already; --force replaces it");
            }
            _ => {}
        }
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        let part = path.with_file_name(name);
        let file = private::create(&part).map_err(|error| failed(path, &error))?;
        Ok(Self::File { part: Some(part), path: path.to_owned(), out: BufWriter::new(file) })
    }

    fn writer(&mut self) -> &mut dyn Write {
        match self {
            Self::Nowhere(out) => out,
            Self::Printed(out) => out,
            Self::File { out, .. } => out,
        }
    }

    /// Gives the whole file its name.
    fn keep(mut self) -> io::Result<()> {
        let Self::File { part, path, out } = &mut self else { return Ok(()) };
        out.flush()?;
        out.get_ref().sync_all()?;
        if let Some(part) = part.take() {
            std::fs::rename(part, path)?;
        }
        Ok(())
    }
}

impl Drop for Target {
    /// A half file is removed; if it cannot be, its name says what it is.
    fn drop(&mut self) {
        if let Self::File { part: Some(part), .. } = self {
            let _ = std::fs::remove_file(part);
        }
    }
}

fn is_printed(options: &Simulate) -> bool {
    is_stdout(&options.out) || options.truth.as_deref().is_some_and(is_stdout)
}

fn is_stdout(path: &Path) -> bool {
    path == Path::new("-")
}

fn failed(path: &Path, error: &io::Error) -> Problem {
    Problem::new(ErrorCode::FileUnreadable, format!("{}: {error}", path.display()))
}

fn words(report: &Report<'_>, language: Language) -> String {
    let SimulationSummary { days, events, tasks, interruptions, resumptions, .. } = report.summary;
    let (first, last) = (report.first_day, report.last_day);
    let mut text = match language {
        Language::English => {
            format!("{}: {days} simulated days, {first} to {last}, {events} events.", report.out.display())
        }
        Language::Chinese => {
            format!("{}：{first} 至 {last}，模拟 {days} 天，{events} 个事件。", report.out.display())
        }
    };
    if let Some(truth) = report.truth {
        let truth = truth.display();
        text += &match language {
            Language::English => format!(
                "\n{truth}: {tasks} stints of work, {interruptions} interruptions, {resumptions} of them returned from."
            ),
            Language::Chinese => {
                format!(
                    "\n{truth}：{tasks} 段工作，{interruptions} 次打断，其中 {resumptions} 次回到原任务。"
                )
            }
        };
    }
    text
}
