//! `attnd model adapt`: how closely may a model be fitted to one person, and is that worth it?

use attnd_core::{ErrorCode, Problem, Timestamp};
use attnd_model::ModelFile;
use attnd_model::personal::climb;
use serde_json::json;

use super::{problem, source};
use crate::cli::Adapt;
use crate::columns::{Grid, Room};
use crate::output::Output;
use crate::words::Language;

pub(super) fn run(options: &Adapt, output: &Output) -> Result<(), Problem> {
    if options.out.exists() && !options.force {
        return Err(Problem::new(ErrorCode::FileExists, options.out.display().to_string()));
    }
    let file = ModelFile::open(&options.model).map_err(|error| problem(&error))?;
    let model = file.model().map_err(|error| problem(&error))?;
    let dataset = source::dataset(&options.data, options.task, output)?;
    file.card.columns.expect(dataset.columns()).map_err(|error| problem(&error))?;
    let person = dataset.people().iter().find(|person| person.name() == options.person).ok_or_else(|| {
        let detail = format!("there is nobody called '{}' in {}", options.person, options.data.display());
        Problem::new(ErrorCode::InvalidParameter, detail)
    })?;
    let ladder = climb(model.as_ref(), &dataset.columns().question, person.past(Timestamp::MAX));
    let stage = ladder.stage();
    let adapted = ladder.adapted.as_deref().unwrap_or(model.as_ref());
    let kept = ModelFile::of(file.card, adapted);
    // What cannot be read again is not written.
    kept.model().map_err(|error| problem(&error))?;
    kept.write(&options.out).map_err(|error| problem(&error))?;
    let document =
        json!({"person": options.person, "stage": stage, "ladder": ladder.rungs, "out": options.out});
    output.answer(&document, |document| {
        let mut grid = Grid::default();
        for rung in document["ladder"].as_array().into_iter().flatten() {
            let loss = rung["log_loss"].as_f64().map(|loss| format!("{loss:.4}")).unwrap_or_default();
            let word = |name: &str| rung[name].as_str().unwrap_or_default().to_owned();
            grid.row([word("stage"), loss, word("verdict")], None);
        }
        let used = document["stage"].as_str().unwrap_or_default();
        let written = match output.language {
            Language::English => format!("{used} is used; written to {}.", options.out.display()),
            Language::Chinese => format!("使用 {used}；已写入 {}。", options.out.display()),
        };
        format!("{}{written}", grid.written(Room::of_output()))
    })
}
