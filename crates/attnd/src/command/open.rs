//! `attnd open`: opens the pages, signed in.

use std::process::{Command, Stdio};

use attnd_core::{ErrorCode, Problem};
use serde_json::json;

use crate::cli::{Global, Open};
use crate::client::Client;
use crate::output::Output;

pub(super) fn run(global: &Global, options: &Open, output: &Output) -> Result<(), Problem> {
    let client = Client::new(global)?;
    let link = sign_in_link(&client)?;
    let opened = !options.print && !output.is_json() && open(&link);
    output.answer(&json!({"link": link}), |_| {
        if opened {
            output.language.pick("Opened in your browser.", "已在浏览器中打开。").to_owned()
        } else {
            link.clone()
        }
    })
}

/// A link that signs one browser in, once.
pub(super) fn sign_in_link(client: &Client) -> Result<String, Problem> {
    let answer = client.post("/api/v1/sign-in-codes", &json!({}))?;
    let code = answer["code"]
        .as_str()
        .ok_or_else(|| Problem::new(ErrorCode::Internal, "the daemon gave no sign-in code"))?;
    Ok(format!("{}/sign-in?code={code}", client.base()))
}

/// Hands a link to the desktop's own opener.
fn open(link: &str) -> bool {
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    let run = Command::new(opener)
        .arg(link)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    run.is_ok_and(|status| status.success())
}
