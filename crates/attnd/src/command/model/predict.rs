//! `attnd model predict`: how likely is it, of each moment of a file, or now?

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use attnd_core::{Duration, ErrorCode, Problem, Timestamp};
use attnd_model::rules::Rules;
use attnd_model::{Dataset, Estimator, Model, ModelError, ModelFile, Run, Seed};
use serde::Serialize;
use serde_json::{Value, json};

use super::{problem, source};
use crate::cli::{EvalTask, Global, Predict};
use crate::client::{Client, encoded};
use crate::command::period;
use crate::output::Output;
use crate::words::Language;

/// One moment of a person.
#[derive(Serialize)]
struct Predicted {
    person: String,
    at: Timestamp,
    /// How likely is yes, from what was known then and the answers given before.
    yes: f64,
    /// What said so: the file's estimator, or the rules where the file cannot be used.
    estimator: &'static str,
}

pub(super) fn run(global: &Global, options: &Predict, output: &Output) -> Result<(), Problem> {
    let (Some(model), Some(data), Some(task)) = (&options.model, &options.data, options.task) else {
        return now(global, output);
    };
    let dataset = of_task(task, data, output)?;
    let model = kept_or_rules(model, &dataset, output)?;
    let predicted = predicted(model.as_ref(), &dataset);
    match &options.out {
        Some(out) if out.exists() && !options.force => {
            Err(Problem::new(ErrorCode::FileExists, out.display().to_string()))
        }
        Some(out) => {
            fs::write(out, table(&predicted)).map_err(|error| {
                Problem::new(ErrorCode::FileUnreadable, format!("{}: {error}", out.display()))
            })?;
            let document = json!({"predictions": predicted.len(), "out": out});
            output.answer(&document, |_| match output.language {
                Language::English => format!("{} predictions in {}.", predicted.len(), out.display()),
                Language::Chinese => format!("{} 个预测已写入 {}。", predicted.len(), out.display()),
            })
        }
        None => output.answer(&predicted, |predicted| table(predicted)),
    }
}

/// The file's model; of a file that is none, the reason on standard error and the rules, which need no file.
fn kept_or_rules(path: &Path, dataset: &Dataset, output: &Output) -> Result<Box<dyn Model>, Problem> {
    let kept = ModelFile::open(path).and_then(|file| {
        let model = file.model()?;
        file.card.columns.expect(dataset.columns())?;
        Ok(model)
    });
    match kept {
        Err(error @ ModelError::File { .. }) => {
            output.problem(&problem(&error));
            let mut run = Run { seed: Seed(0), watch: &mut |_| (), checkpoints: None };
            Rules.fit(dataset.whole(), &mut run)
        }
        kept => kept,
    }
    .map_err(|error| problem(&error))
}

fn of_task(task: EvalTask, data: &Path, output: &Output) -> Result<Dataset, Problem> {
    source::dataset(data, task, output)
}

fn predicted(model: &dyn Model, dataset: &Dataset) -> Vec<Predicted> {
    let mut all = Vec::with_capacity(dataset.examples());
    for person in dataset.people() {
        for example in person.examples() {
            let past = person.past(example.evidence.at);
            let yes = model.predict(past, &example.evidence).yes;
            let (person, at) = (person.name().to_owned(), example.evidence.at);
            all.push(Predicted { person, at, yes, estimator: model.name() });
        }
    }
    all
}

/// Comma-separated; names with commas or quotes are quoted (RFC 4180).
fn table(predicted: &[Predicted]) -> String {
    let mut text = "person,at,yes,estimator\n".to_owned();
    for Predicted { person, at, yes, estimator } in predicted {
        let person = if person.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", person.replace('"', "\"\""))
        } else {
            person.clone()
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{person},{at},{yes:.6},{estimator}");
    }
    text
}

/// The last estimate of the running daemon.
fn now(global: &Global, output: &Output) -> Result<(), Problem> {
    const LOOK_BACK: Duration = Duration::from_s(3_600);
    let client = Client::new(global)?;
    let (now, zone) = period::here();
    let answer = client.get(&format!(
        "/api/v1/estimates?from={}&to={}&by=hour&tz={}",
        encoded(&now.saturating_sub(LOOK_BACK).to_string()),
        encoded(&now.to_string()),
        encoded(zone.iana_name().unwrap_or("UTC")),
    ))?;
    let last =
        answer["minutes"].as_array().and_then(|minutes| minutes.last()).cloned().unwrap_or(Value::Null);
    output.answer(&last, |last| {
        let language = output.language;
        if last.is_null() {
            let nothing = "Nothing was sensed in the last hour.";
            return language.pick(nothing, "最近一小时没有记录。").to_owned();
        }
        let (focus, load) = (said(&last["focus"], language), said(&last["load"], language));
        match language {
            Language::English => format!("Focused: {focus}\nHigh mental work: {load}"),
            Language::Chinese => format!("专注：{focus}\n脑力负担较大：{load}"),
        }
    })
}

fn said(understood: &Value, language: Language) -> String {
    let percent = |name: &str| format!("{:.0}%", understood[name].as_f64().unwrap_or_default() * 100.0);
    if understood["yes"].is_null() {
        let reason = understood["unknown"].as_str().unwrap_or_default();
        return format!("{} ({reason})", language.pick("not known", "无法判断"));
    }
    match language {
        Language::English => {
            format!("{}, between {} and {}", percent("yes"), percent("low"), percent("high"))
        }
        Language::Chinese => format!("{}，在 {} 到 {} 之间", percent("yes"), percent("low"), percent("high")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_where_they_must_be() {
        let at = Timestamp::parse("2026-11-20T09:00:00Z").unwrap();
        let row = |person: &str| Predicted { person: person.to_owned(), at, yes: 0.25, estimator: "rules" };
        let text = table(&[row("P01"), row("a,\"b\"")]);
        assert_eq!(
            text,
            "person,at,yes,estimator\nP01,2026-11-20T09:00:00Z,0.250000,rules\n\
             \"a,\"\"b\"\"\",2026-11-20T09:00:00Z,0.250000,rules\n"
        );
    }

    #[test]
    fn what_is_not_known_is_said_so() {
        let unknown = json!({"yes": null, "unknown": "both-possible"});
        assert_eq!(said(&unknown, Language::English), "not known (both-possible)");
        let known = json!({"yes": 0.72, "low": 0.6, "high": 0.81});
        assert_eq!(said(&known, Language::English), "72%, between 60% and 81%");
    }
}
