//! `attnd token`: who else may reach attnd?

use attnd_core::Problem;
use serde_json::{Value, json};

use crate::cli::{Global, TokenAction};
use crate::client::{Client, encoded};
use crate::output::Output;

pub(super) fn run(global: &Global, action: &TokenAction, output: &Output) -> Result<(), Problem> {
    let client = Client::new(global)?;
    match action {
        TokenAction::Create { name, scope, days } => {
            let body = json!({"name": name, "scopes": scope, "days": days});
            let issued = client.post("/api/v1/tokens", &body)?;
            output.answer(&issued, |issued| {
                let secret = issued["secret"].as_str().unwrap_or_default();
                let once = output.language.pick("It cannot be shown again.", "该令牌不会再次显示。");
                format!("{secret}\n{once}")
            })
        }
        TokenAction::List => {
            let tokens = client.get("/api/v1/tokens")?;
            output.answer(&tokens, |tokens| list(tokens, output))
        }
        TokenAction::Revoke { id } => {
            client.delete(&format!("/api/v1/tokens/{}", encoded(id)))?;
            output
                .answer(&json!({"revoked": id}), |_| output.language.pick("Revoked.", "已吊销。").to_owned())
        }
    }
}

fn list(tokens: &Value, output: &Output) -> String {
    let rows: Vec<_> = tokens.as_array().into_iter().flatten().map(row).collect();
    if rows.is_empty() {
        return output.language.pick("There are no tokens.", "没有令牌。").to_owned();
    }
    rows.join("\n")
}

fn row(token: &Value) -> String {
    let text = |key: &str| token[key].as_str().unwrap_or("–").to_owned();
    let scopes: Vec<_> = token["scopes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    format!("{}  {:<20}  {:<30}  {}", text("id"), text("name"), scopes.join(","), text("last_used"))
}
