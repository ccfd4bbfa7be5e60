//! Does the OpenAPI document tell the truth? Schemathesis makes calls from it and checks every answer.

use std::process::Command;

use crate::daemon::{Home, succeed, tool};

#[test]
fn every_answer_is_as_the_document_says() {
    let home = Home::new();
    // A token for everything: without it the local person's programs would pass where the document
    // says that a token is needed.
    let daemon = home.serve_with(&["--require-token"]);
    let mut command = Command::new(tool(".venv/bin/schemathesis"));
    command.args(["--config-file", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/schemathesis.toml")]);
    command.args(["run", &format!("{}/api/v1/openapi.json", daemon.url())]);
    command.args(["--header", &format!("Authorization: Bearer {}", daemon.admin_token())]);
    command.args(["--seed", "1", "--max-examples", "12", "--workers", "1", "--request-timeout", "20"]);
    command.args(["--phases", "examples,coverage,fuzzing", "--generation-deterministic"]);
    // A stream of events never ends, and erasing everything also erases the token.
    command.args(["--exclude-path", "/api/v1/live", "--exclude-path", "/api/v1/erasures"]);
    home.confine(&mut command);
    command.current_dir(home.path());
    println!("{}", succeed(&mut command));
    assert!(!home.log().contains("panicked"), "{}", home.log());
    assert!(daemon.stop().success());
}
