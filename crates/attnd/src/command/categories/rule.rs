//! What would a rule change, and how is it applied and taken back? In the daemon's numbers.

use attnd_core::{Problem, TimeRange};
use serde_json::{Value, json};

use super::{path_of, said};
use crate::category_names::CategoryNames;
use crate::cli::{CategoryPath, RuleArguments, RulePeriod};
use crate::client::{Client, encoded};
use crate::columns::{Grid, Room};
use crate::command::period;
use crate::output::Output;
use crate::words::Language;

/// Days that are looked at where no others are named.
const DAYS: i64 = 30;

/// What has no category, with the command that would give it one.
pub(super) fn suggest(client: &Client, period: &RulePeriod, output: &Output) -> Result<(), Problem> {
    let answer = client.get(&format!("/api/v1/categories/suggestions?{}", query(range(period)?)))?;
    output.answer(&answer, |answer| {
        let language = output.language;
        let head = [("Without a category", "未分类"), ("Time", "时长"), ("Rule", "规则")];
        let mut grid = Grid::with_head(head.map(|(en, zh)| language.pick(en, zh).to_owned()));
        let mut next = None;
        for suggestion in answer.as_array().into_iter().flatten() {
            let [site, application] = ["site", "application"].map(|key| suggestion[key].as_str());
            let (option, name) = match (site, application) {
                (Some(site), _) => ("--site", site),
                (None, application) => ("--app", application.unwrap_or_default()),
            };
            next.get_or_insert_with(|| format!("{option} {}", quoted(name)));
            let time = said(suggestion["active_s"].as_f64().unwrap_or_default(), language);
            grid.row([name.to_owned(), time, text(&suggestion["rule"]["regex"])], None);
        }
        match next {
            None => language
                .pick("Everything that took five minutes has a category.", "用时达到五分钟的内容都已分类。")
                .to_owned(),
            Some(what) => format!(
                "{}\n{}\n  attnd categories test --category 'Work > …' {what}",
                grid.written(Room::of_output()),
                language.pick("What a rule would change:", "查看规则会更改什么："),
            ),
        }
    })
}

/// What a rule would change.
pub(super) fn test(client: &Client, arguments: &RuleArguments, output: &Output) -> Result<(), Problem> {
    let preview = preview(client, arguments)?;
    let names = CategoryNames::fetch(client, output.language)?;
    output.answer(&preview, |preview| {
        let mut text = what_moves(preview, &names, Tense::WouldBe, output.language);
        text += &samples(preview, &names, output.language);
        text
    })
}

/// Applies a rule, and says what moved.
pub(super) fn apply(client: &Client, arguments: &RuleArguments, output: &Output) -> Result<(), Problem> {
    // What moves can be told only before it has.
    let preview = preview(client, arguments)?;
    client.post("/api/v1/categories/apply", &body(arguments))?;
    let names = CategoryNames::fetch(client, output.language)?;
    output.answer(&preview, |preview| {
        let undo = output.language.pick(
            "It takes effect on everything that was ever recorded. 'attnd categories undo' takes it back.",
            "对全部历史记录生效。运行 attnd categories undo 可撤销。",
        );
        format!("{}\n{undo}", what_moves(preview, &names, Tense::Is, output.language).trim_end())
    })
}

/// Takes the rule applied last back.
pub(super) fn undo(client: &Client, output: &Output) -> Result<(), Problem> {
    let answer = client.post("/api/v1/categories/undo", &json!({}))?;
    output.answer(&answer, |_| {
        output.language.pick("The categories are as they were before.", "类别已恢复原样。").to_owned()
    })
}

/// Whether what is told of has happened.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tense {
    Is,
    WouldBe,
}

fn preview(client: &Client, arguments: &RuleArguments) -> Result<Value, Problem> {
    let path = format!("/api/v1/categories/test?{}", query(range(&arguments.period)?));
    client.post(&path, &body(arguments))
}

fn body(arguments: &RuleArguments) -> Value {
    let CategoryPath(category) = &arguments.category;
    let mut body = json!({"category": category});
    let fields = [
        ("regex", &arguments.regex),
        ("application", &arguments.app),
        ("site", &arguments.site),
        ("title", &arguments.title),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            body[name] = json!(value);
        }
    }
    body
}

/// The time asked for; the last days where none is.
fn range(asked: &RulePeriod) -> Result<TimeRange, Problem> {
    let (now, zone) = period::here();
    match (&asked.from, &asked.to) {
        (None, None) => period::last_days(DAYS, now, &zone),
        (from, to) => {
            let to = to.as_deref().or(Some("today"));
            period::parse(from.as_deref(), to, now, &zone)
        }
    }
}

fn query(range: TimeRange) -> String {
    format!("from={}&to={}", encoded(&range.start().to_string()), encoded(&range.end().to_string()))
}

fn what_moves(preview: &Value, names: &CategoryNames, tense: Tense, language: Language) -> String {
    let seconds = |key: &str| preview[key].as_f64().unwrap_or_default();
    let (moved, matched, active) = (seconds("moved_s"), seconds("matched_s"), seconds("active_s"));
    let share = if active > 0.0 { matched / active * 100.0 } else { 0.0 };
    let windows = preview["windows"].as_u64().unwrap_or_default();
    let (regex, moved, matched) =
        (text(&preview["rule"]["regex"]), said(moved, language), said(matched, language));
    let mut words = match (language, tense) {
        (Language::English, Tense::WouldBe) => {
            format!("{regex} matches {matched} ({share:.0}%) in {windows} windows; {moved} would move.")
        }
        (Language::English, Tense::Is) => {
            format!("{regex} matches {matched} ({share:.0}%) in {windows} windows; {moved} moved.")
        }
        (Language::Chinese, Tense::WouldBe) => {
            format!("{regex} 匹配 {windows} 个窗口，共 {matched}（{share:.0}%）；将有 {moved} 改变类别。")
        }
        (Language::Chinese, Tense::Is) => {
            format!("{regex} 匹配 {windows} 个窗口，共 {matched}（{share:.0}%）；已有 {moved} 改变类别。")
        }
    };
    for warning in preview["warnings"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let (en, zh) = match warning {
            "matches_nearly_all" => ("Note: that is nearly all of the time.", "注意：这几乎是全部时间。"),
            "matches_nothing" => ("Note: nothing in this time matches.", "注意：这段时间内没有匹配的内容。"),
            "takes_from_others" => {
                ("Note: some of it belongs to another category now.", "注意：其中一部分目前属于其他类别。")
            }
            other => (other, other),
        };
        words += &format!("\n{}", if language == Language::English { en } else { zh });
    }
    let mut grid = Grid::with_head(
        [("From", "原类别"), ("To", "新类别"), ("Time", "时长")]
            .map(|(en, zh)| language.pick(en, zh).to_owned()),
    );
    let moves = preview["moves"].as_array().map(Vec::as_slice).unwrap_or_default();
    for moved in moves {
        let time = said(moved["active_s"].as_f64().unwrap_or_default(), language);
        grid.row([names.of(&path_of(&moved["from"])), names.of(&path_of(&moved["to"])), time], None);
    }
    if moves.is_empty() { words } else { format!("{words}\n\n{}", grid.written(Room::of_output())) }
}

/// The windows it matches most of the time.
fn samples(preview: &Value, names: &CategoryNames, language: Language) -> String {
    let samples = preview["samples"].as_array().map(Vec::as_slice).unwrap_or_default();
    if samples.is_empty() {
        return String::new();
    }
    let head = [("Window", "窗口"), ("Time", "时长"), ("Category now", "目前类别")];
    let mut grid = Grid::with_head(head.map(|(en, zh)| language.pick(en, zh).to_owned()));
    for sample in samples {
        let (application, title) = (text(&sample["application"]), text(&sample["title"]));
        let window = if title.is_empty() { application } else { format!("{application}: {title}") };
        let time = said(sample["active_s"].as_f64().unwrap_or_default(), language);
        grid.row([window, time, names.of(&path_of(&sample["from"]))], None);
    }
    format!("\n{}", grid.written(Room::of_output()))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A name as a shell takes it for one word.
fn quoted(name: &str) -> String {
    format!("'{}'", name.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_word_for_a_shell() {
        assert_eq!(quoted("it's a; name"), r"'it'\''s a; name'");
    }
}
