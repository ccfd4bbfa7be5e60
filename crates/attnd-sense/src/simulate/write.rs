//! How does a simulation become files? An ActivityWatch export, and beside it the truth, day by day.
//!
//! ```json
//! {"format": "attnd-simulated-truth", "version": 1, "simulated": true, "seed": 7,
//!  "config": {"days": 28, "last_day": "2026-01-31", "time_zone": "Europe/Berlin", "hostname": "simulated"},
//!  "days": [{"date": "2026-01-04", "tasks": [{"project": "tides", "topic": "Which baseline?",
//!      "from": "2026-01-04T08:12:03.5Z", "to": "2026-01-04T08:20:00Z"}], "interruptions": [], "cues": []}]}
//! ```
//!
//! A day's fields are those of [`DayTruth`]; times are UTC, lengths are seconds.

use std::io::{self, Write};

use attnd_core::{Bucket, Extent, Timestamp};
use jiff::civil::Date;
use serde::Serialize;

use super::truth::DayTruth;
use super::{SimulateConfig, Simulation};
use crate::export::ExportWriter;

/// What the `format` of a truth file says.
pub const TRUTH_FORMAT: &str = "attnd-simulated-truth";

/// The version of the truth file; it grows when a field changes its meaning or goes.
pub const TRUTH_VERSION: u32 = 1;

/// What was simulated, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SimulationSummary {
    /// Days, also those on which nothing happened.
    pub days: u64,
    /// Buckets.
    pub buckets: u64,
    /// Events of all buckets.
    pub events: u64,
    /// Stints of work on a task.
    pub tasks: u64,
    /// Interruptions.
    pub interruptions: u64,
    /// Those of them that the person came back from.
    pub resumptions: u64,
}

/// Writes a simulation, holding one day of it at a time: first [`Self::truth`], then [`Self::export`].
#[derive(Debug)]
pub struct SimulationWriter<'a> {
    simulation: &'a Simulation,
    /// Of each bucket, how many events it has and when.
    extents: Vec<(u64, Option<Extent>)>,
    summary: SimulationSummary,
}

impl<'a> SimulationWriter<'a> {
    /// Lives through the days once and writes what really happened on each to `out`, which may be
    /// [`io::sink`]; `tick` is called after each day.
    ///
    /// # Errors
    /// Of the output.
    pub fn truth(
        simulation: &'a Simulation,
        mut out: impl Write,
        mut tick: impl FnMut(),
    ) -> io::Result<Self> {
        let extents = vec![(0, None); simulation.buckets().len()];
        let mut writer = Self { simulation, extents, summary: SimulationSummary::default() };
        out.write_all(head(&simulation.config)?.as_bytes())?;
        for (index, day) in simulation.days().enumerate() {
            out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
            serde_json::to_writer(&mut out, &day.truth)?;
            writer.count(&day.truth);
            for ((_, events), (count, extent)) in day.buckets.iter().zip(&mut writer.extents) {
                *count += events.len() as u64;
                if let (Some(first), Some(last)) = (events.first(), events.last()) {
                    let start = extent.map_or(first.timestamp, |extent: Extent| extent.start);
                    *extent = Some(Extent { start, end: last.end() });
                }
            }
            tick();
        }
        out.write_all(b"\n]}\n")?;
        out.flush()?;
        writer.summary.buckets = writer.extents.len() as u64;
        writer.summary.events = writer.extents.iter().map(|(count, _)| count).sum();
        Ok(writer)
    }

    /// Writes the events as an ActivityWatch export. A file of this kind holds one bucket after the
    /// other, so the days are lived through once per bucket: that costs time, never memory.
    ///
    /// # Errors
    /// Of the output.
    pub fn export(&self, out: impl Write, mut tick: impl FnMut()) -> io::Result<()> {
        let mut export = ExportWriter::new(out)?;
        for (index, new) in self.simulation.buckets().iter().enumerate() {
            let (event_count, extent) = self.extents[index];
            let created = new.created.or(extent.map(|extent| extent.start)).unwrap_or(Timestamp::MIN);
            export.begin_bucket(&Bucket {
                id: new.id.clone(),
                name: new.name.clone(),
                kind: new.kind.clone(),
                client: new.client.clone(),
                hostname: new.hostname.clone(),
                created,
                data: new.data.clone(),
                event_count,
                extent,
            })?;
            for day in self.simulation.days() {
                export.events(&day.buckets[index].1)?;
                tick();
            }
        }
        export.finish()?;
        Ok(())
    }

    /// What was simulated.
    #[must_use]
    pub const fn summary(&self) -> SimulationSummary {
        self.summary
    }

    fn count(&mut self, truth: &DayTruth) {
        self.summary.days += 1;
        self.summary.tasks += truth.tasks.len() as u64;
        self.summary.interruptions += truth.interruptions.len() as u64;
        self.summary.resumptions += truth.resumptions.len() as u64;
    }
}

/// The truth file up to its days.
#[derive(Serialize)]
struct Head<'a> {
    format: &'static str,
    version: u32,
    simulated: bool,
    seed: u64,
    config: HeadConfig<'a>,
}

/// Whose days they are, and which.
#[derive(Serialize)]
struct HeadConfig<'a> {
    days: u32,
    last_day: Date,
    /// `null` where the zone has no name.
    time_zone: Option<&'a str>,
    hostname: &'a str,
}

fn head(config: &SimulateConfig) -> io::Result<String> {
    let head = Head {
        format: TRUTH_FORMAT,
        version: TRUTH_VERSION,
        simulated: true,
        seed: config.seed,
        config: HeadConfig {
            days: config.days,
            last_day: config.last_day,
            time_zone: config.time_zone.iana_name(),
            hostname: &config.hostname,
        },
    };
    let head = serde_json::to_string(&head)?;
    let open = head.strip_suffix('}').expect("invariant: an object ends with a brace");
    Ok(format!("{open},\"days\":["))
}
