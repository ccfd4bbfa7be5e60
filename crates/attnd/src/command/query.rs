//! `attnd query FILE`: runs a query2 program.

use std::path::Path;

use attnd_core::{ErrorCode, Problem};
use serde_json::json;

use super::period;
use crate::cli::{Global, Query};
use crate::client::Client;
use crate::output::Output;

pub(super) fn run(global: &Global, options: &Query, output: &Output) -> Result<(), Problem> {
    let (now, zone) = period::here();
    let range = period::parse(options.from.as_deref(), options.to.as_deref(), now, &zone)?;
    let program = if options.file == Path::new("-") {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(&options.file)
    };
    let program = program.map_err(|error| {
        Problem::new(ErrorCode::FileUnreadable, format!("{}: {error}", options.file.display()))
    })?;
    let body = json!({"timeperiods": [format!("{}/{}", range.start(), range.end())], "query": [program]});
    let mut answers = Client::new(global)?.post("/api/0/query/", &body)?;
    // One period was asked for: its answer is the answer.
    let answer = answers.get_mut(0).map(serde_json::Value::take).unwrap_or_default();
    output.answer(&answer, |answer| serde_json::to_string_pretty(answer).unwrap_or_default())
}
