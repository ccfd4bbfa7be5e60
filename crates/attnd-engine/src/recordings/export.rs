//! How does a recording leave again? As tables with their explanation beside them, or as one JSON object a line.
//!
//! The tables follow BIDS (Brain Imaging Data Structure 1.9, physiological recordings): tab-separated, `n/a` where nothing
//! was measured, a JSON file of the same name that says what each column is.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use attnd_core::recording::{
    Kept, Rating, RecordingHead, RecordingSink, RecordingStore, Samples, SinkError, Stream,
};
use attnd_core::{PersonId, Problem};
use serde_json::json;

use super::kept;

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportForm {
    /// Tab-separated tables with JSON beside them.
    Tsv,
    /// Comma-separated tables with JSON beside them.
    Csv,
    /// One file, one JSON object a line.
    Ndjson,
}

/// Writes a recording into a new folder named after it in `folder`; answers the files, or that it is not there.
///
/// # Errors
/// [`Problem`] of either disk; a folder of this name that is there already is not touched.
pub fn export(
    store: &dyn RecordingStore,
    person: PersonId,
    id: &str,
    folder: &Path,
    form: ExportForm,
) -> Result<(Kept, Vec<PathBuf>), Problem> {
    let mut sink = ExportSink { folder: folder.join(file_name(id)), form, open: None, files: Vec::new() };
    let found = store.read(person, id, None, &mut sink).map_err(kept)?;
    Ok((found, sink.files))
}

struct ExportSink {
    folder: PathBuf,
    form: ExportForm,
    open: Option<Open>,
    files: Vec<PathBuf>,
}

struct Open {
    streams: Vec<Stream>,
    tables: Vec<BufWriter<File>>,
    ratings: Option<BufWriter<File>>,
}

impl ExportSink {
    fn create(&mut self, name: &str) -> io::Result<BufWriter<File>> {
        let path = self.folder.join(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path)?;
        self.files.push(path);
        Ok(BufWriter::new(file))
    }

    fn separator(&self) -> &'static str {
        if self.form == ExportForm::Csv { "," } else { "\t" }
    }

    fn extension(&self) -> &'static str {
        if self.form == ExportForm::Csv { "csv" } else { "tsv" }
    }

    fn row<'a>(&self, fields: impl IntoIterator<Item = std::borrow::Cow<'a, str>>) -> String {
        let fields: Vec<String> = fields.into_iter().map(|field| self.field(&field)).collect();
        fields.join(self.separator()) + "\n"
    }

    /// Quoted where it has to be; tab-separated tables know no quotes, so what would break them becomes a space.
    fn field(&self, text: &str) -> String {
        match self.form {
            ExportForm::Csv if text.contains([',', '"', '\n', '\r']) => {
                format!("\"{}\"", text.replace('"', "\"\""))
            }
            ExportForm::Csv => text.to_owned(),
            _ => text.replace(['\t', '\n', '\r'], " "),
        }
    }
}

impl RecordingSink for ExportSink {
    fn begin(&mut self, head: RecordingHead) -> Result<(), SinkError> {
        if let Some(parent) = self.folder.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::create_dir(&self.folder)?;
        let mut open = Open { streams: head.streams.clone(), tables: Vec::new(), ratings: None };
        let about = serde_json::to_string_pretty(&head).map_err(io::Error::other)?;
        self.create("recording.json")?.write_all(about.as_bytes())?;
        if self.form == ExportForm::Ndjson {
            open.tables.push(self.create("recording.ndjson")?);
            let line = json!({"recording": head}).to_string();
            writeln!(open.tables[0], "{line}")?;
        } else {
            for (number, stream) in head.streams.iter().enumerate() {
                let name = format!("{number}-{}", file_name(&stream.name));
                let columns: serde_json::Map<String, serde_json::Value> = stream
                    .channels
                    .iter()
                    .map(|channel| {
                        (channel.name.clone(), json!({"Quantity": channel.quantity, "Units": channel.unit}))
                    })
                    .collect();
                let explained = json!({"SamplingFrequency": stream.nominal_rate_hz, "Columns": columns});
                write!(self.create(&format!("{name}.json"))?, "{explained:#}")?;
                let mut table = self.create(&format!("{name}.{}", self.extension()))?;
                let names = stream.channels.iter().map(|channel| channel.name.as_str().into());
                table.write_all(self.row(std::iter::once("timestamp".into()).chain(names)).as_bytes())?;
                open.tables.push(table);
            }
        }
        self.open = Some(open);
        Ok(())
    }

    fn samples(&mut self, samples: Samples) -> Result<(), SinkError> {
        let Some(mut open) = self.open.take() else { return Ok(()) };
        let missing = if self.form == ExportForm::Csv { "" } else { "n/a" };
        for (row, time) in samples.times.iter().enumerate() {
            let values = samples.values.iter().map(|channel| channel[row]);
            if self.form == ExportForm::Ndjson {
                let stream = open.streams.get(samples.stream).map_or("", |stream| stream.name.as_str());
                let values: Vec<Option<f64>> =
                    values.map(|value| (!value.is_nan()).then_some(value)).collect();
                writeln!(open.tables[0], "{}", json!({"stream": stream, "time": time, "values": values}))?;
            } else if let Some(table) = open.tables.get_mut(samples.stream) {
                let number =
                    |value: f64| if value.is_nan() { missing.into() } else { value.to_string().into() };
                let fields = std::iter::once(time.to_string().into()).chain(values.map(number));
                table.write_all(self.row(fields).as_bytes())?;
            }
        }
        self.open = Some(open);
        Ok(())
    }

    fn rating(&mut self, rating: Rating) -> Result<(), SinkError> {
        let Some(mut open) = self.open.take() else { return Ok(()) };
        if self.form == ExportForm::Ndjson {
            writeln!(open.tables[0], "{}", json!({"rating": rating}))?;
        } else {
            let mut table = match open.ratings.take() {
                Some(table) => table,
                None => {
                    let mut table = self.create(&format!("answers.{}", self.extension()))?;
                    let names =
                        ["scale", "value", "lowest", "highest", "start", "end", "answered", "context"];
                    table.write_all(self.row(names.map(Into::into)).as_bytes())?;
                    table
                }
            };
            let context = serde_json::to_string(&rating.context).map_err(io::Error::other)?;
            let row = self.row([
                rating.scale.name.as_ref().into(),
                rating.value.to_string().into(),
                rating.scale.lowest.to_string().into(),
                rating.scale.highest.to_string().into(),
                rating.about.start().to_string().into(),
                rating.about.end().to_string().into(),
                rating.answered.to_string().into(),
                context.into(),
            ]);
            table.write_all(row.as_bytes())?;
            open.ratings = Some(table);
        }
        self.open = Some(open);
        Ok(())
    }

    fn end(&mut self) -> Result<(), SinkError> {
        if let Some(open) = self.open.take() {
            for mut table in open.tables.into_iter().chain(open.ratings) {
                table.flush()?;
            }
        }
        Ok(())
    }
}

/// A name for a folder or file: letters, digits and `-_.`, the rest as `_`.
fn file_name(id: &str) -> String {
    let name: String = id
        .chars()
        .map(
            |character| {
                if character.is_alphanumeric() || "-_.".contains(character) { character } else { '_' }
            },
        )
        .take(120)
        .collect();
    let name = name.trim_start_matches('.').to_owned();
    if name.is_empty() { "recording".to_owned() } else { name }
}
