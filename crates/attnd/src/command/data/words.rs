//! How are recordings told? As a table, as one in full, and as what came in.

use std::collections::BTreeMap;
use std::path::Path;

use attnd_core::recording::{Rating, RecordingHead, RecordingSink, RecordingSummary, Samples, SinkError};
use attnd_engine::recordings::{ImportReport, Problems, TableMap};
use serde_json::{Value, json};

use crate::columns::{Grid, Room};
use crate::words::Language;

/// Problems shown in a terminal; `--json` has more.
const SHOWN: usize = 12;

/// A recording as a program reads it.
pub(super) fn document(summary: &RecordingSummary) -> Value {
    let head = &summary.head;
    let streams: Vec<Value> = head
        .streams
        .iter()
        .zip(&summary.samples)
        .map(
            |(stream, samples)| json!({"name": stream.name, "channels": stream.channels, "samples": samples}),
        )
        .collect();
    json!({
        "id": head.id, "format": head.format, "subject": head.subject, "tags": head.tags,
        "start": summary.range.start(), "end": summary.range.end(),
        "streams": streams, "ratings": summary.ratings, "bytes": summary.bytes,
    })
}

/// All recordings, a line each.
pub(super) fn table(summaries: &[RecordingSummary], language: Language) -> String {
    if summaries.is_empty() {
        return language
            .pick(
                "There are no recordings. Take some in with 'attnd data import PATH'; \
                 'attnd data formats' says what can be read.",
                "还没有记录。可用 attnd data import 路径 导入；attnd data formats 列出可读取的格式。",
            )
            .to_owned();
    }
    let head = [
        ("Id", "编号"),
        ("Begins", "开始"),
        ("Length", "时长"),
        ("Streams", "信号流"),
        ("Samples", "采样"),
        ("Answers", "回答"),
        ("Size", "大小"),
    ];
    let mut grid = Grid::with_head(head.map(|(en, zh)| language.pick(en, zh).to_owned()));
    for summary in summaries {
        let row = [
            summary.head.id.clone(),
            summary.range.start().jiff().strftime("%Y-%m-%d %H:%M").to_string(),
            language.duration(summary.range.duration()),
            summary.head.streams.len().to_string(),
            summary.samples.iter().sum::<u64>().to_string(),
            summary.ratings.to_string(),
            size(summary.bytes),
        ];
        grid.row(row, None);
    }
    grid.written(Room::Plain)
}

/// What reading a recording tells beyond its summary.
#[derive(Default)]
pub(super) struct Measured {
    head: Option<RecordingHead>,
    /// Of each stream and channel, samples in which nothing was measured.
    missing: Vec<Vec<u64>>,
    /// Of each scale: answers and their sum.
    answers: BTreeMap<String, (u64, i64)>,
}

impl Measured {
    pub(super) fn document(&self, summary: &RecordingSummary) -> Value {
        let mut document = document(summary);
        document["missing"] = json!(self.missing);
        let answers: BTreeMap<&str, Value> = self
            .answers
            .iter()
            .map(|(scale, (count, sum))| {
                (scale.as_str(), json!({"count": count, "mean": mean(*count, *sum)}))
            })
            .collect();
        document["answers"] = json!(answers);
        document
    }

    pub(super) fn text(&self, summary: &RecordingSummary, language: Language) -> String {
        let head = &summary.head;
        let (from, to) = (summary.range.start(), summary.range.end());
        let mut text = match language {
            Language::English => format!("{}\n  of {}, {from} to {to}\n", head.id, head.subject),
            Language::Chinese => format!("{}\n  对象 {}，{from} 至 {to}\n", head.id, head.subject),
        };
        for (name, value) in &head.tags {
            text += &format!("  {name}: {value}\n");
        }
        let mut grid = Grid::with_head(
            [("Channel", "通道"), ("Unit", "单位"), ("Samples", "采样"), ("Missing", "缺失")]
                .map(|(en, zh)| language.pick(en, zh).to_owned()),
        );
        for ((stream, samples), missing) in head.streams.iter().zip(&summary.samples).zip(&self.missing) {
            for (channel, missing) in stream.channels.iter().zip(missing) {
                let share = 100.0 * *missing as f64 / (*samples).max(1) as f64;
                let name = format!("{}/{}", stream.name, channel.name);
                grid.row([name, channel.unit.clone(), samples.to_string(), format!("{share:.1} %")], None);
            }
        }
        if !head.streams.is_empty() {
            text += "\n";
            text += &grid.written(Room::Plain);
        }
        for (scale, (count, sum)) in &self.answers {
            text += &match language {
                Language::English => format!("\n{scale}: {count} answers, mean {:.2}", mean(*count, *sum)),
                Language::Chinese => format!("\n{scale}：{count} 次回答，平均 {:.2}", mean(*count, *sum)),
            };
        }
        text
    }
}

impl RecordingSink for Measured {
    fn begin(&mut self, head: RecordingHead) -> Result<(), SinkError> {
        self.missing = head.streams.iter().map(|stream| vec![0; stream.channels.len()]).collect();
        self.head = Some(head);
        Ok(())
    }

    fn samples(&mut self, samples: Samples) -> Result<(), SinkError> {
        if let Some(stream) = self.missing.get_mut(samples.stream) {
            for (missing, channel) in stream.iter_mut().zip(&samples.values) {
                *missing += channel.iter().filter(|value| value.is_nan()).count() as u64;
            }
        }
        Ok(())
    }

    fn rating(&mut self, rating: Rating) -> Result<(), SinkError> {
        let (count, sum) = self.answers.entry(rating.scale.name.into_owned()).or_default();
        *count += 1;
        *sum += i64::from(rating.value);
        Ok(())
    }

    fn end(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
}

/// What came in.
pub(super) fn imported(path: &Path, report: &ImportReport, replaced: usize, language: Language) -> String {
    let (count, samples, answers) = (report.recordings.len(), report.samples, report.ratings);
    let path = path.display();
    let mut text = match language {
        Language::English => {
            format!("{path}: {count} recordings with {samples} samples and {answers} answers are kept.")
        }
        Language::Chinese => format!("{path}：已保存 {count} 条记录，{samples} 个采样，{answers} 次回答。"),
    };
    if replaced > 0 {
        text += &match language {
            Language::English => format!(" {replaced} of them were there and are replaced."),
            Language::Chinese => format!("其中 {replaced} 条替换了已有记录。"),
        };
    }
    text + &problems(&report.problems, language)
}

/// What would come in, and by which map.
pub(super) fn preview(
    path: &Path,
    report: &ImportReport,
    guessed: Option<&TableMap>,
    language: Language,
) -> String {
    let (count, samples, answers) = (report.recordings.len(), report.samples, report.ratings);
    let path = path.display();
    let mut text = match language {
        Language::English => format!(
            "{path}: {count} recordings with {samples} samples and {answers} answers would come in; nothing is kept."
        ),
        Language::Chinese => {
            format!("{path}：将导入 {count} 条记录，{samples} 个采样，{answers} 次回答；未保存任何内容。")
        }
    };
    let table = report.files.contains_key("csv");
    if let Some(map) = guessed.filter(|_| table)
        && let Ok(map) = toml::to_string(map)
    {
        text += language.pick(
            "\nIts columns are taken as follows; save this as a file, correct it, and give it with --map-file:\n\n",
            "\n各列将按以下方式理解；可保存为文件、更正后用 --map-file 指定：\n\n",
        );
        text += &map;
    }
    text + &problems(&report.problems, language)
}

fn problems(problems: &Problems, language: Language) -> String {
    if problems.count == 0 {
        return String::new();
    }
    let mut text = match language {
        Language::English => format!("\n{} problems:", problems.count),
        Language::Chinese => format!("\n{} 个问题：", problems.count),
    };
    for problem in problems.first.iter().take(SHOWN) {
        let place =
            problem.line.map_or_else(|| problem.file.clone(), |line| format!("{}:{line}", problem.file));
        text += &format!("\n  {place}: {}", problem.reason);
    }
    let more = problems.count.saturating_sub(SHOWN as u64);
    if more > 0 {
        text += &match language {
            Language::English => format!("\n  … and {more} more; --json lists the first {}", Problems::TOLD),
            Language::Chinese => format!("\n  …… 另有 {more} 个；--json 列出前 {} 个", Problems::TOLD),
        };
    }
    text
}

fn mean(count: u64, sum: i64) -> f64 {
    if count == 0 { 0.0 } else { sum as f64 / count as f64 }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}
