//! Does ActivityWatch's own JavaScript client work unchanged? aw-client from npm, against the real daemon.

use std::process::Command;

use crate::daemon::{Home, succeed, tool};

#[test]
fn the_javascript_client_works_unchanged() {
    let home = Home::new();
    let daemon = home.serve();
    let mut command = Command::new("node");
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/aw_node.js")).arg(daemon.url());
    home.confine(&mut command);
    command.env("NODE_PATH", tool(".tools/node_modules"));
    assert!(succeed(&mut command).ends_with("all steps passed\n"));
}
