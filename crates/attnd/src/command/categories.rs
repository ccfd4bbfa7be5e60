//! `attnd categories`: what belongs to which category, and what would change?

mod rule;

use std::collections::BTreeMap;
use std::path::Path;

use attnd_core::{Duration, ErrorCode, Problem};
use attnd_engine::CategoryRules;
use serde_json::{Value, json};

use super::{period, private};
use crate::category_names::CategoryNames;
use crate::cli::{CategoriesAction, Global};
use crate::client::{Client, encoded};
use crate::columns::{Grid, Room};
use crate::output::Output;
use crate::words::Language;

pub(super) fn run(global: &Global, action: &CategoriesAction, output: &Output) -> Result<(), Problem> {
    let client = Client::new(global)?;
    match action {
        CategoriesAction::List => list(&client, output),
        CategoriesAction::Suggest { period } => rule::suggest(&client, period, output),
        CategoriesAction::Test(arguments) => rule::test(&client, arguments, output),
        CategoriesAction::Apply(arguments) => rule::apply(&client, arguments, output),
        CategoriesAction::Undo => rule::undo(&client, output),
        CategoriesAction::Export { file, force } => export(&client, file, *force, output),
        CategoriesAction::Import { file } => import(&client, file, output),
    }
}

/// Every category with its rule's standing and the time of the last 30 days.
fn list(client: &Client, output: &Output) -> Result<(), Problem> {
    let (now, zone) = period::here();
    let range = period::last_days(30, now, &zone)?;
    let answer = client.get("/api/v1/categories")?;
    let rules = CategoryRules::from_classes(&answer["categories"]).map_err(shape)?;
    let flow = client.get(&format!(
        "/api/v1/flow?from={}&to={}&by=month&tz={}",
        encoded(&range.start().to_string()),
        encoded(&range.end().to_string()),
        encoded(zone.iana_name().unwrap_or("UTC")),
    ))?;
    let mut times: BTreeMap<Vec<String>, f64> = BTreeMap::new();
    for share in flow["categories"].as_array().into_iter().flatten() {
        times.insert(path_of(&share["path"]), share["active_s"].as_f64().unwrap_or_default());
    }
    let problems: BTreeMap<Vec<String>, &str> = answer["problems"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|problem| Some((path_of(&problem["category"]), problem["reason"].as_str()?)))
        .collect();
    let mut paths: Vec<&[String]> = rules.categories().iter().map(|category| &category.name[..]).collect();
    paths.sort_unstable();
    let rows: Vec<Value> = paths
        .iter()
        .map(|path| {
            json!({
                "path": path,
                "focus": rules.is_focus(path),
                "active_s": times.get(*path).copied().unwrap_or_default(),
                "problem": problems.get(*path),
            })
        })
        .collect();
    let document = json!({"from": range.start(), "to": range.end(), "categories": rows});
    let names = CategoryNames::fetch(client, output.language)?;
    output.answer(&document, |_| tree(&rows, &names, output.language))
}

fn tree(rows: &[Value], names: &CategoryNames, language: Language) -> String {
    let head = [("Category", "类别"), ("Focus", "专注"), ("Last 30 days", "最近 30 天")];
    let mut grid = Grid::with_head(head.map(|(en, zh)| language.pick(en, zh).to_owned()));
    let mut broken = String::new();
    for row in rows {
        let path = path_of(&row["path"]);
        let name = names.of(&path);
        let leaf = name.rsplit(" › ").next().unwrap_or_default();
        let indent = "  ".repeat(path.len().saturating_sub(1));
        let focus = if row["focus"] == json!(true) { "●" } else { "" };
        let time = row["active_s"].as_f64().unwrap_or_default();
        let time = if time > 0.0 { said(time, language) } else { String::new() };
        grid.row([format!("{indent}{leaf}"), focus.to_owned(), time], None);
        if let Some(reason) = row["problem"].as_str() {
            broken += &match language {
                Language::English => format!("\n'{name}' never matches: {reason}"),
                Language::Chinese => format!("\n“{name}”无法匹配：{reason}"),
            };
        }
    }
    grid.written(Room::of_output()) + &broken
}

/// Writes the categories in the shape of ActivityWatch's export.
fn export(client: &Client, file: &Path, force: bool, output: &Output) -> Result<(), Problem> {
    let answer = client.get("/api/v1/categories")?;
    let document = json!({"categories": answer["categories"]});
    if file == Path::new("-") {
        return output.line(&document.to_string());
    }
    let opened = if force { private::create(file) } else { private::create_new(file) };
    let written = opened.and_then(|mut out| {
        std::io::Write::write_all(&mut out, document.to_string().as_bytes())?;
        out.sync_all()
    });
    written.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Problem::new(ErrorCode::FileExists, file.display().to_string()),
        _ => unreadable(file, &error),
    })?;
    let count = document["categories"].as_array().map_or(0, Vec::len);
    output.answer(&json!({"file": file, "categories": count}), |_| match output.language {
        Language::English => format!("{}: {count} categories", file.display()),
        Language::Chinese => format!("{}：{count} 个类别", file.display()),
    })
}

/// Replaces the categories by those of a file; a rule that cannot be used is named.
fn import(client: &Client, file: &Path, output: &Output) -> Result<(), Problem> {
    let text = if file == Path::new("-") {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(file)
    };
    let text = text.map_err(|error| unreadable(file, &error))?;
    let document: Value = serde_json::from_str(&text)
        .map_err(|error| Problem::new(ErrorCode::MalformedJson, format!("{}: {error}", file.display())))?;
    // ActivityWatch exports them under a key; its setting is the bare list.
    let classes = document.get("categories").unwrap_or(&document);
    let answer = client.put("/api/v1/categories", classes)?;
    output.answer(&answer, |answer| {
        let count = answer["categories"].as_array().map_or(0, Vec::len);
        let mut text = match output.language {
            Language::English => format!("{count} categories are in force."),
            Language::Chinese => format!("已启用 {count} 个类别。"),
        };
        for problem in answer["problems"].as_array().into_iter().flatten() {
            let (path, reason) =
                (path_of(&problem["category"]), problem["reason"].as_str().unwrap_or_default());
            text += &match output.language {
                Language::English => format!("\n'{}' never matches: {reason}", path.join(" > ")),
                Language::Chinese => format!("\n“{}”无法匹配：{reason}", path.join(" > ")),
            };
        }
        text
    })
}

fn path_of(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn said(seconds: f64, language: Language) -> String {
    language.duration(Duration::from_s_f64(seconds.max(0.0)).unwrap_or_default())
}

fn shape(error: impl std::fmt::Display) -> Problem {
    Problem::new(ErrorCode::Internal, format!("the daemon's answer has another shape: {error}"))
}

fn unreadable(file: &Path, error: &std::io::Error) -> Problem {
    Problem::new(ErrorCode::FileUnreadable, format!("{}: {error}", file.display()))
}
