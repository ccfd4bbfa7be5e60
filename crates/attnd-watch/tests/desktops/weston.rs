//! What does a person learn on a compositor that tells nothing? Headless weston offers neither the
//! windows nor the idle time.

use attnd_core::ErrorCode;
use attnd_watch::desktop::{Environment, open};
use attnd_watch::{StopSignal, WatchConfig, run_in};

use super::session::{Processes, command, wait_until};

#[test]
fn a_compositor_that_tells_nothing_gets_one_plain_message() {
    let runtime = tempfile::tempdir().unwrap();
    let directory = runtime.path().to_str().unwrap();
    let mut processes = Processes::default();
    let mut weston = command("weston", &[("XDG_RUNTIME_DIR", directory), ("HOME", directory)]);
    weston.args(["--backend=headless-backend.so", "--socket=wayland-7", "--no-config", "--idle-time=0"]);
    processes.start(&mut weston);
    wait_until("weston", || runtime.path().join("wayland-7").exists().then_some(()));
    let environment = Environment {
        wayland_display: Some("wayland-7".to_owned()),
        runtime_dir: Some(directory.to_owned()),
        desktop: Some("weston".to_owned()),
        ..Environment::default()
    };
    let mut config = WatchConfig::new(runtime.path().join("data"));
    config.server = "http://127.0.0.1:1".to_owned();
    let problem = run_in(&environment, &config, &StopSignal::new()).unwrap_err();
    assert_eq!(problem.code, ErrorCode::NoDesktop);
    assert!(problem.detail.contains("weston offers no wlr-foreign-toplevel-management"), "{problem}");

    let nowhere = open(&Environment::default()).map(|(backend, _)| backend).unwrap_err();
    assert!(nowhere.detail.contains("neither WAYLAND_DISPLAY nor DISPLAY is set"), "{nowhere}");
}
