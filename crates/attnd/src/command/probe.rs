//! `attnd probe`: what does attnd ask, and what does the person answer?

use std::io::{BufRead, IsTerminal, Write};

use attnd_core::{ErrorCode, Problem, Timestamp};
use clap::ValueEnum;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::period;
use crate::cli::{Global, Probe, ProbeAction, ProbeAsking, ProbeQuestion};
use crate::client::{Client, encoded};
use crate::columns::{Grid, Room};
use crate::output::Output;
use crate::words::Language;

pub(super) fn run(global: &Global, probe: &Probe, output: &Output) -> Result<(), Problem> {
    let client = Client::new(global)?;
    match &probe.action {
        None => due(&client, output),
        Some(ProbeAction::Ask { question }) => ask(&client, *question, output),
        Some(ProbeAction::Answer { values }) => {
            let waiting = waiting(&client)?;
            answer(&client, &waiting, values, output)
        }
        Some(ProbeAction::Snooze { length }) => snooze(&client, &code(*length), output),
        Some(ProbeAction::Dismiss) => dismiss(&client, output),
        Some(ProbeAction::List) => list(&client, output),
        Some(ProbeAction::Allow { asking }) => allow(&client, *asking, output),
    }
}

/// The word of a choice, which is also the interface's.
fn code<T: ValueEnum>(choice: T) -> String {
    choice.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// An address with this machine's time zone: "today" is the person's, not the daemon's.
fn here(path: &str) -> String {
    let (_, zone) = period::here();
    format!("{path}?tz={}", encoded(zone.iana_name().unwrap_or("UTC")))
}

fn due(client: &Client, output: &Output) -> Result<(), Problem> {
    let answer = client.get(&here("/api/v1/probes"))?;
    output.answer(&answer, |answer| match answer["due"].as_object() {
        Some(_) => format!("{}\n{}", words(&answer["due"], output.language), how(output.language)),
        None => why_not(answer, output.language),
    })
}

/// The question that waits.
fn waiting(client: &Client) -> Result<Value, Problem> {
    let due = client.get(&here("/api/v1/probes"))?["due"].clone();
    if due.is_null() {
        let detail = "no question waits; 'attnd probe ask' puts one";
        return Err(Problem::new(ErrorCode::NotFound, detail));
    }
    Ok(due)
}

fn ask(client: &Client, question: ProbeQuestion, output: &Output) -> Result<(), Problem> {
    let put = client.post("/api/v1/probes/ask", &json!({"question": code(question)}))?;
    if output.is_json() || !std::io::stdin().is_terminal() {
        return output
            .answer(&put, |put| format!("{}\n{}", words(put, output.language), how(output.language)));
    }
    output.line(&words(&put, output.language))?;
    let values = read_numbers()?;
    answer(client, &put, &values, output)
}

/// Numbers typed on one line.
fn read_numbers() -> Result<Vec<i32>, Problem> {
    let refused = |detail: String| Problem::new(ErrorCode::InvalidParameter, detail);
    let mut out = std::io::stdout().lock();
    // Without a prompt the line is read all the same.
    let _ = write!(out, "> ").and_then(|()| out.flush());
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|error| refused(error.to_string()))?;
    line.split_whitespace()
        .map(|word| word.parse().map_err(|_| refused(format!("'{word}' is no whole number"))))
        .collect()
}

fn answer(client: &Client, probe: &Value, values: &[i32], output: &Output) -> Result<(), Problem> {
    let path = here(&format!("/api/v1/probes/{}/answer", encoded(text(probe, "id"))));
    let kept = client.post(&path, &json!({"values": values}))?;
    output.answer(&kept, |kept| match output.language {
        Language::English => format!("Answer kept: {}.", kept["value"]),
        Language::Chinese => format!("已记下回答：{}。", kept["value"]),
    })
}

fn snooze(client: &Client, length: &str, output: &Output) -> Result<(), Problem> {
    let probe = waiting(client)?;
    let path = here(&format!("/api/v1/probes/{}/snooze", encoded(text(&probe, "id"))));
    let quiet = client.post(&path, &json!({"for": length}))?;
    output.answer(&quiet, |quiet| {
        let until = clock(text(quiet, "until"));
        match output.language {
            Language::English => format!("Not before {until}."),
            Language::Chinese => format!("{until} 之前不再询问。"),
        }
    })
}

fn dismiss(client: &Client, output: &Output) -> Result<(), Problem> {
    let probe = waiting(client)?;
    let done = client.post(&format!("/api/v1/probes/{}/dismiss", encoded(text(&probe, "id"))), &json!({}))?;
    output.answer(&done, |_| output.language.pick("Left unanswered.", "未作回答。").to_owned())
}

fn list(client: &Client, output: &Output) -> Result<(), Problem> {
    let answers = client.get("/api/v1/answers")?;
    output.answer(&answers, |answers| {
        let language = output.language;
        let rows = answers.as_array().map(Vec::as_slice).unwrap_or_default();
        if rows.is_empty() {
            let nothing = "No answer yet. 'attnd probe ask' puts a question.";
            return language.pick(nothing, "还没有回答。运行 attnd probe ask 即可提问。").to_owned();
        }
        let head = [("Question", "问题"), ("Answer", "回答"), ("About", "时段"), ("Kind", "来源")];
        let mut grid = Grid::with_head(head.map(|(en, zh)| language.pick(en, zh).to_owned()));
        for row in rows {
            let about = format!("{} – {}", moment(text(row, "from")), clock(text(row, "to")));
            let cells = [text(row, "question").to_owned(), row["value"].to_string(), about];
            grid.row(cells.into_iter().chain([text(row, "kind").to_owned()]), None);
        }
        grid.written(Room::of_output())
    })
}

fn allow(client: &Client, asking: ProbeAsking, output: &Output) -> Result<(), Problem> {
    let mut settings = client.get(&here("/api/v1/probes"))?["settings"].clone();
    settings["asking"] = json!(asking == ProbeAsking::On);
    let kept = client.put("/api/v1/probes", &settings)?;
    output.answer(&kept, |kept| {
        let (most, from, until) = (&kept["most_a_day"], text(kept, "from"), text(kept, "until"));
        match (asking, output.language) {
            (ProbeAsking::Off, language) => language.pick("attnd asks nothing.", "attnd 不提问。").to_owned(),
            (ProbeAsking::On, Language::English) => {
                format!("At most {most} a day, between {from} and {until}.")
            }
            (ProbeAsking::On, Language::Chinese) => {
                format!("每天最多 {most} 次，在 {from} 到 {until} 之间。")
            }
        }
    })
}

/// The question in words, with what the numbers mean.
fn words(probe: &Value, language: Language) -> String {
    let (from, to) = (clock(text(probe, "from")), clock(text(probe, "to")));
    let (en, zh, scale) = match text(probe, "question") {
        "focus" => (
            "How focused were you",
            "您有多专注",
            language.pick("1 not at all … 5 fully", "1 完全不 … 5 完全"),
        ),
        "mental-load" => (
            "How much mental work was it",
            "脑力负担有多大",
            language.pick("1 very little … 5 very much", "1 很小 … 5 很大"),
        ),
        "sleepiness" => (
            "How awake were you",
            "您有多清醒",
            language.pick("1 extremely alert … 9 fighting sleep", "1 极其清醒 … 9 很费力才能保持清醒"),
        ),
        _ => (
            "What did it ask of you",
            "这件事要求您付出多少",
            language.pick(
                "mental, physical and time demand, performance (0 perfect), effort, frustration: 0 to 100 each",
                "脑力、体力、时间要求，完成情况（0 为完美），努力，受挫：各 0 至 100",
            ),
        ),
    };
    match language {
        Language::English => format!("{en} from {from} to {to}?\n  {scale}"),
        Language::Chinese => format!("{from} 到 {to}，{zh}？\n  {scale}"),
    }
}

fn how(language: Language) -> &'static str {
    language.pick(
        "→ attnd probe answer N, or attnd probe snooze",
        "→ attnd probe answer N，或 attnd probe snooze",
    )
}

fn why_not(answer: &Value, language: Language) -> String {
    let until = answer["quiet_until"].as_str().map(clock).unwrap_or_default();
    let (en, zh) = match text(answer, "not_now") {
        "off" => (
            "attnd asks nothing. 'attnd probe allow on' lets it; 'attnd probe ask' puts one question now.",
            "attnd 不提问。运行 attnd probe allow on 可打开；attnd probe ask 立即提一个问题。",
        ),
        "paused" => ("No question: recording is paused.", "没有问题：记录已暂停。"),
        "snoozed" => ("No question: you asked for quiet.", "没有问题：您要求暂不询问。"),
        "outside-hours" => ("No question at this hour.", "此时段不提问。"),
        "enough-today" => ("No more questions today.", "今天不再提问。"),
        "in-focus" | "in-meeting" | "no-breakpoint" => {
            ("No question: you are in the middle of something.", "没有问题：您正在做事。")
        }
        _ => ("No question waits.", "目前没有问题。"),
    };
    let words = language.pick(en, zh);
    if until.is_empty() { words.to_owned() } else { format!("{words} ({until})") }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn local(text: &str) -> Option<jiff::Zoned> {
    Some(Timestamp::parse(text).ok()?.jiff().to_zoned(TimeZone::system()))
}

fn clock(text: &str) -> String {
    local(text).map(|local| local.strftime("%H:%M").to_string()).unwrap_or_default()
}

fn moment(text: &str) -> String {
    local(text).map(|local| local.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_said_in_both_languages() {
        for reason in
            ["off", "paused", "snoozed", "outside-hours", "enough-today", "too-soon", "away", "in-focus"]
        {
            let answer = json!({"not_now": reason, "quiet_until": null});
            let (en, zh) = (why_not(&answer, Language::English), why_not(&answer, Language::Chinese));
            assert!(en.is_ascii() && !zh.is_ascii(), "{reason}: {en} {zh}");
        }
    }

    #[test]
    fn a_question_says_what_its_numbers_mean() {
        for question in ProbeQuestion::value_variants() {
            let probe = json!({
                "question": code(*question), "from": "2026-11-20T09:00:00Z", "to": "2026-11-20T09:15:00Z",
            });
            let said = words(&probe, Language::English);
            assert!(said.contains('?') && said.lines().count() == 2, "{said}");
        }
    }
}
