//! `attnd export`: gives everything back.

use std::io::{Read, Write};
use std::path::Path;

use attnd_core::{ErrorCode, Problem};
use serde_json::json;

use super::private;
use crate::cli::{Export, Global};
use crate::client::{Client, encoded};
use crate::output::Output;

pub(super) fn run(global: &Global, options: &Export, output: &Output) -> Result<(), Problem> {
    let client = Client::new(global)?;
    let path = match (&options.bucket, options.everything) {
        (Some(bucket), _) => format!("/api/0/buckets/{}/export", encoded(bucket)),
        (None, true) => "/api/v1/export.ndjson".to_owned(),
        (None, false) => "/api/0/export".to_owned(),
    };
    let mut body = client.stream(&path)?.into_body().into_with_config().limit(u64::MAX).reader();
    let Some(file) = &options.output else {
        let written = std::io::copy(&mut body, &mut std::io::stdout().lock());
        return match written {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(failed(Path::new("-"), &error))
            }
            _ => Ok(()),
        };
    };
    let bar = output.progress(None);
    let bytes = write_whole(file, &mut bar.wrap_read(&mut body))?;
    bar.finish_and_clear();
    output.answer(&json!({"file": file, "bytes": bytes}), |_| format!("{}: {bytes} bytes", file.display()))
}

/// Writes beside the file and renames: an export that breaks off leaves no half file behind.
fn write_whole(file: &Path, body: &mut impl Read) -> Result<u64, Problem> {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = file.with_file_name(name);
    let written = private::create(&part).and_then(|mut out| {
        let bytes = std::io::copy(body, &mut out)?;
        out.flush()?;
        out.sync_all()?;
        std::fs::rename(&part, file)?;
        Ok(bytes)
    });
    written.map_err(|error| {
        // The half file holds private data; if it cannot be removed the error names it.
        let _ = std::fs::remove_file(&part);
        failed(file, &error)
    })
}

fn failed(file: &Path, error: &std::io::Error) -> Problem {
    Problem::new(ErrorCode::FileUnreadable, format!("{}: {error}", file.display()))
}
