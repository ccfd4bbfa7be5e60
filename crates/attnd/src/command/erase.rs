//! `attnd erase`: makes data go for good.

use std::io::{BufRead, IsTerminal, Write};

use attnd_core::{ErrorCode, Problem};
use serde_json::{Value, json};

use super::period;
use crate::cli::{Erase, Global};
use crate::client::Client;
use crate::output::Output;
use crate::words::Language;

pub(super) fn run(global: &Global, options: &Erase, output: &Output) -> Result<(), Problem> {
    let client = Client::new(global)?;
    let (body, what) = plan(options, output.language)?;
    if !options.yes && !agreed(&what, output)? {
        return output.line(output.language.pick("Nothing was erased.", "未清除任何内容。"));
    }
    let report = client.post("/api/v1/erasures", &body)?;
    output.answer(&report, |report| {
        let events = report["events"].as_u64().unwrap_or_default();
        match output.language {
            Language::English => {
                format!("{events} events are gone, from the database's files and backups too.")
            }
            Language::Chinese => format!("已清除 {events} 个事件，数据库文件与备份中也已清除。"),
        }
    })
}

fn plan(options: &Erase, language: Language) -> Result<(Value, String), Problem> {
    if options.everything {
        let what = language.pick("everything attnd has about you", "attnd 保存的关于您的所有内容");
        return Ok((json!({"everything": true}), what.to_owned()));
    }
    let (now, zone) = period::here();
    let range = period::parse(options.from.as_deref(), options.to.as_deref(), now, &zone)?;
    let (from, to) = (range.start(), range.end());
    let mut body = json!({"from": from, "to": to});
    if !options.bucket.is_empty() {
        body["buckets"] = json!(options.bucket);
    }
    let what = match language {
        Language::English => format!("every event from {from} to {to}"),
        Language::Chinese => format!("{from} 至 {to} 的所有事件"),
    };
    Ok((body, what))
}

fn agreed(what: &str, output: &Output) -> Result<bool, Problem> {
    if !std::io::stdin().is_terminal() {
        return Err(Problem::new(ErrorCode::InvalidParameter, "there is nobody to ask; add --yes to erase"));
    }
    let question = output.language.pick("This erases for good:", "将永久清除：");
    let hint = output.language.pick("Type 'erase' to go on", "输入 erase 以继续");
    let mut answer = String::new();
    let asked = write!(std::io::stderr(), "{question} {what}.\n{hint}: ")
        .and_then(|()| std::io::stderr().flush())
        .and_then(|()| std::io::stdin().lock().read_line(&mut answer));
    asked.map_err(|error| Problem::new(ErrorCode::FileUnreadable, format!("the terminal: {error}")))?;
    Ok(answer.trim() == "erase")
}
