//! `attnd import FILE…`: takes ActivityWatch exports in.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use attnd_core::{ErrorCode, Problem};
use serde_json::{Value, json};

use crate::cli::Global;
use crate::client::Client;
use crate::output::Output;

pub(super) fn run(global: &Global, files: &[PathBuf], output: &Output) -> Result<(), Problem> {
    let client = Client::new(global)?;
    let mut reports = Vec::new();
    for file in files {
        let report = import(&client, file, output)?;
        if !output.is_json() {
            output.line(&words(file, &report, output))?;
        }
        reports.push(json!({"file": file, "report": report}));
    }
    if output.is_json() { output.answer(&reports, |_| String::new()) } else { Ok(()) }
}

fn import(client: &Client, file: &Path, output: &Output) -> Result<Value, Problem> {
    let (reader, bytes): (Box<dyn Read + Send>, Option<u64>) = if file == Path::new("-") {
        (Box::new(std::io::stdin()), None)
    } else {
        let unreadable = |error: std::io::Error| {
            Problem::new(ErrorCode::FileUnreadable, format!("{}: {error}", file.display()))
        };
        let opened = File::open(file).map_err(unreadable)?;
        let metadata = opened.metadata().map_err(unreadable)?;
        if metadata.is_dir() {
            return Err(Problem::new(
                ErrorCode::FileUnreadable,
                format!("{} is a directory", file.display()),
            ));
        }
        (Box::new(opened), Some(metadata.len()))
    };
    let bar = output.progress(bytes);
    let report = client.upload("/api/0/import", bar.wrap_read(reader));
    bar.finish_and_clear();
    report
}

fn words(file: &Path, report: &Value, output: &Output) -> String {
    let number = |key: &str| report[key].as_u64().unwrap_or_default();
    let (buckets, read, new) = (number("buckets"), number("events_read"), number("events_new"));
    let mut text = match output.language {
        crate::words::Language::English => {
            format!("{}: {read} events in {buckets} buckets, {new} of them new.", file.display())
        }
        crate::words::Language::Chinese => {
            format!("{}：{buckets} 个数据桶，{read} 个事件，其中 {new} 个为新增。", file.display())
        }
    };
    for problem in report["problems"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        text.push_str(&format!("\n  {problem}"));
    }
    text
}
