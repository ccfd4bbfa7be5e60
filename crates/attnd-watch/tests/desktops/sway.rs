//! Does a Wayland compositor tell what is in front? Headless sway with real terminals, switched by
//! swaymsg, typed into by a virtual keyboard.

use std::process::Command;

use attnd_core::BucketType;
use attnd_watch::desktop::Environment;

use super::recorder::Recorder;
use super::session::{Processes, Running, assert_flow, command, now, output, spans, stay, wait_until};

const AFK_TIMEOUT_S: u32 = 4;

/// A compositor without any device, in a runtime directory of its own.
struct Sway {
    runtime: tempfile::TempDir,
    processes: Processes,
}

impl Sway {
    fn start() -> Self {
        let mut sway = Self { runtime: tempfile::tempdir().unwrap(), processes: Processes::default() };
        let config = sway.runtime.path().join("config");
        std::fs::write(&config, "xwayland disable\nfocus_follows_mouse no\n").unwrap();
        let mut start = sway.compositor();
        start.arg("--config").arg(&config);
        start.envs([
            ("WLR_BACKENDS", "headless"),
            ("WLR_LIBINPUT_NO_DEVICES", "1"),
            ("WLR_RENDERER", "pixman"),
            ("LIBSEAT_BACKEND", "noop"),
        ]);
        sway.processes.start(&mut start);
        wait_until("sway", || sway.message(&["-t", "get_version"]));
        sway
    }

    /// sway refuses to run as root, which tests in a container often are: then it runs as nobody.
    fn compositor(&self) -> Command {
        const NOBODY: u32 = 65_534;
        if !rustix::process::getuid().is_root() {
            return self.command("sway");
        }
        std::os::unix::fs::chown(self.runtime.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        let mut command = self.command("setpriv");
        command.env_remove("WAYLAND_DISPLAY");
        command.args([&format!("--reuid={NOBODY}"), &format!("--regid={NOBODY}"), "--clear-groups", "sway"]);
        command
    }

    fn command(&self, program: &str) -> Command {
        let runtime = self.runtime.path().to_str().unwrap();
        let socket = self.runtime.path().join("sway.sock");
        let variables = [
            ("XDG_RUNTIME_DIR", runtime),
            ("HOME", runtime),
            ("XDG_CONFIG_HOME", runtime),
            ("SWAYSOCK", socket.to_str().unwrap()),
            ("LANG", "C.UTF-8"),
        ];
        let mut command = command(program, &variables);
        if program != "sway" {
            command.env("WAYLAND_DISPLAY", "wayland-1");
        }
        command
    }

    fn message(&self, arguments: &[&str]) -> Option<String> {
        output(self.command("swaymsg").args(arguments))
    }

    /// Starts a terminal and waits until it has a window, which then is in front.
    fn open(&mut self, application: &str, title: &str) {
        let mut terminal = self.command("foot");
        terminal.args(["--app-id", application, "--title", title, "--", "cat"]);
        self.processes.start(&mut terminal);
        wait_until(title, || self.message(&["-t", "get_tree"]).filter(|tree| tree.contains(title)));
    }

    fn environment(&self) -> Environment {
        Environment {
            wayland_display: Some("wayland-1".to_owned()),
            runtime_dir: self.runtime.path().to_str().map(str::to_owned),
            desktop: Some("sway".to_owned()),
            ..Environment::default()
        }
    }
}

#[test]
fn sway_tells_the_window_in_front_and_who_is_away() {
    let mut sway = Sway::start();
    let recorder = Recorder::start();
    let zero = now();
    let s = || now().since(zero).as_s_f64();
    sway.open("one", "first window");
    let watcher = Running::start(sway.environment(), &recorder, AFK_TIMEOUT_S);
    wait_until("the window", || recorder.events(BucketType::WINDOW).into_iter().next());
    let one_from = s();
    stay(3.0);
    sway.open("two", "second window");
    let two_from = s();
    output(sway.command("wtype").arg("abc")).expect("wtype types");
    let left = s();
    stay(f64::from(AFK_TIMEOUT_S) + 4.0);
    output(sway.command("wtype").arg("d")).expect("wtype types");
    let back = s();
    sway.message(&["[app_id=one] focus"]).expect("sway changes the focus");
    let one_again = s();
    stay(3.0);
    watcher.stop();
    let end = s();

    let windows = recorder.events(BucketType::WINDOW);
    assert_flow(
        &spans(&windows, "app", zero),
        &[("one", one_from, two_from), ("two", two_from, one_again), ("one", one_again, end)],
    );
    assert_eq!(spans(&windows, "title", zero)[1].0, "second window");
    let presence = spans(&recorder.events(BucketType::AFK), "status", zero);
    let absence: Vec<_> = presence.into_iter().filter(|(status, ..)| status == "afk").collect();
    assert_flow(&absence, &[("afk", left, back)]);
    assert!(recorder.events(BucketType::INPUT).is_empty(), "nothing tells the rhythm under Wayland");
}
