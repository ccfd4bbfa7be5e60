//! `attnd data`: recordings from elsewhere, kept beside the database.

mod desk;
mod import;
mod words;

use std::io::{BufRead, IsTerminal, Write};

use attnd_core::recording::{Kept, RecordingStore, RecordingSummary};
use attnd_core::{ErrorCode, Problem};
use attnd_engine::recordings::{self, ExportForm, READERS, RecordingAction, RecordingName};
use serde_json::{Value, json};

use crate::cli::{DataAction, DataExport, DataForm, Global};
use crate::columns::{Grid, Room};
use crate::output::Output;
use crate::words::Language;
use desk::Desk;

pub(super) fn run(global: &Global, action: &DataAction, output: &Output) -> Result<(), Problem> {
    match action {
        DataAction::Formats => formats(output),
        DataAction::Import(options) => import::run(global, options, output),
        DataAction::List => list(&Desk::open(global)?, output),
        DataAction::Show { id } => show(&Desk::open(global)?, id, output),
        DataAction::Export(options) => export(&Desk::open(global)?, options, output),
        DataAction::Delete { ids, yes } => {
            if *yes || agreed(ids, output)? {
                return delete(&Desk::open(global)?, ids, output);
            }
            output.line(output.language.pick("Nothing was deleted.", "未删除任何内容。"))
        }
    }
}

fn formats(output: &Output) -> Result<(), Problem> {
    let rows: Vec<Value> = READERS
        .iter()
        .map(|reader| json!({"name": reader.name(), "about": output.language.of(reader.about())}))
        .collect();
    output.answer(&rows, |_| {
        let mut grid = Grid::default();
        for reader in READERS {
            grid.row([reader.name().to_owned(), output.language.of(reader.about()).to_owned()], None);
        }
        grid.written(Room::Plain)
    })
}

fn list(desk: &Desk, output: &Output) -> Result<(), Problem> {
    let summaries = desk.store.list(desk.person).map_err(recordings::kept)?;
    let document: Vec<Value> = summaries.iter().map(words::document).collect();
    output.answer(&document, |_| words::table(&summaries, output.language))
}

fn show(desk: &Desk, id: &str, output: &Output) -> Result<(), Problem> {
    let summary = find(desk, id)?;
    let mut measured = words::Measured::default();
    desk.store.read(desk.person, id, None, &mut measured).map_err(recordings::kept)?;
    output.answer(&measured.document(&summary), |_| measured.text(&summary, output.language))
}

fn find(desk: &Desk, id: &str) -> Result<RecordingSummary, Problem> {
    let summaries = desk.store.list(desk.person).map_err(recordings::kept)?;
    let found = summaries.into_iter().find(|summary| summary.head.id == id);
    found.ok_or_else(|| Problem::new(ErrorCode::NoRecording, format!("'{id}'")))
}

fn export(desk: &Desk, options: &DataExport, output: &Output) -> Result<(), Problem> {
    let summaries = if options.ids.is_empty() {
        desk.store.list(desk.person).map_err(recordings::kept)?
    } else {
        options.ids.iter().map(|id| find(desk, id)).collect::<Result<_, _>>()?
    };
    let form = match options.form {
        DataForm::Tsv => ExportForm::Tsv,
        DataForm::Csv => ExportForm::Csv,
        DataForm::Ndjson => ExportForm::Ndjson,
    };
    let bar = output.progress(Some(summaries.iter().map(|summary| summary.bytes).sum()));
    let mut files = Vec::new();
    for summary in &summaries {
        let store: &dyn RecordingStore = &desk.store;
        let (_, written) = recordings::export(store, desk.person, &summary.head.id, &options.output, form)?;
        files.extend(written);
        bar.inc(summary.bytes);
    }
    bar.finish_and_clear();
    desk.note(RecordingAction::Export, names(&summaries))?;
    let document = json!({"recordings": summaries.len(), "files": files});
    output.answer(&document, |_| {
        let (count, files, folder) = (summaries.len(), files.len(), options.output.display());
        match output.language {
            Language::English => format!("{count} recordings in {files} files below {folder}."),
            Language::Chinese => format!("已将 {count} 条记录写入 {folder} 下的 {files} 个文件。"),
        }
    })
}

fn delete(desk: &Desk, ids: &[String], output: &Output) -> Result<(), Problem> {
    let summaries = ids.iter().map(|id| find(desk, id)).collect::<Result<Vec<_>, _>>()?;
    let mut gone = 0;
    for id in ids {
        if desk.store.delete(desk.person, id).map_err(recordings::kept)? == Kept::Here {
            gone += 1;
        }
    }
    desk.note(RecordingAction::Delete, names(&summaries))?;
    output.answer(&json!({"deleted": gone}), |_| match output.language {
        Language::English => format!("{gone} recordings are gone from the disk."),
        Language::Chinese => format!("已从磁盘删除 {gone} 条记录。"),
    })
}

fn names(summaries: &[RecordingSummary]) -> Vec<RecordingName> {
    summaries.iter().map(|summary| RecordingName::from(&summary.head)).collect()
}

fn agreed(ids: &[String], output: &Output) -> Result<bool, Problem> {
    if !std::io::stdin().is_terminal() {
        return Err(Problem::new(ErrorCode::InvalidParameter, "there is nobody to ask; add --yes to delete"));
    }
    let question = output.language.pick("This deletes for good:", "将永久删除：");
    let hint = output.language.pick("Type 'delete' to go on", "输入 delete 以继续");
    let mut answer = String::new();
    let asked = write!(std::io::stderr(), "{question} {}.\n{hint}: ", ids.join(", "))
        .and_then(|()| std::io::stderr().flush())
        .and_then(|()| std::io::stdin().lock().read_line(&mut answer));
    asked.map_err(|error| Problem::new(ErrorCode::FileUnreadable, format!("the terminal: {error}")))?;
    Ok(answer.trim() == "delete")
}
