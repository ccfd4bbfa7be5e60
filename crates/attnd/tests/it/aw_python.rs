//! Does ActivityWatch's own Python client work unchanged? aw-client from PyPI, against the real daemon.

use std::process::Command;

use crate::daemon::{Home, python, succeed};

#[test]
fn the_python_client_works_unchanged() {
    let home = Home::new();
    let daemon = home.serve();
    let mut command = Command::new(python());
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/aw_python.py"));
    command.arg(daemon.address.port().to_string());
    home.confine(&mut command);
    assert!(succeed(&mut command).ends_with("all steps passed\n"));
}
