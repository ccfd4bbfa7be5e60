//! Is real work on a real desktop sensed as it happened? Xvfb, a window manager, programs used by xdotool.
//!
//! A script of windows is played and timed with the test's own clock; what the daemon then holds is
//! checked against it. The second test plays the same script through a restart of the daemon.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::daemon::{Daemon, Home, succeed, until};

/// How far a sensed duration may be from the played one: the watcher looks every second.
const TOLERANCE_S: f64 = 2.5;
pub(crate) const AFK_TIMEOUT_S: u64 = 6;

/// A screen of its own with a window manager, and the programs started on it.
pub(crate) struct Desktop {
    display: String,
    processes: Vec<Child>,
}

impl Desktop {
    pub(crate) fn start(home: &Home) -> Self {
        let mut server = Command::new("Xvfb");
        server.args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"]);
        home.confine(&mut server);
        let mut server =
            server.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("Xvfb is installed");
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        let mut desktop = Self { display: format!(":{}", number.trim()), processes: vec![server] };
        desktop.open(home, "openbox", &[]);
        until("the window manager runs", || {
            desktop.tool(&["getactivewindow"]).output().is_ok().then_some(())
        });
        desktop
    }

    pub(crate) fn open(&mut self, home: &Home, program: &str, arguments: &[&str]) {
        let mut command = Command::new(program);
        command.args(arguments);
        self.add(home, command);
    }

    fn add(&mut self, home: &Home, mut command: Command) {
        home.confine(&mut command);
        command.env("DISPLAY", &self.display).env_remove("WAYLAND_DISPLAY").env("NO_AT_BRIDGE", "1");
        let log =
            std::fs::File::options().create(true).append(true).open(home.path().join("desktop.log")).unwrap();
        command.stdout(Stdio::null()).stderr(log);
        self.processes.push(command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}")));
    }

    pub(crate) fn tool(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("xdotool");
        command.args(arguments).env("DISPLAY", &self.display).stdin(Stdio::null());
        command
    }

    /// The window with this title, once it is there.
    pub(crate) fn window(&self, title: &str) -> String {
        until(title, || {
            let output = self.tool(&["search", "--onlyvisible", "--name", title]).output().ok()?;
            Some(String::from_utf8(output.stdout).ok()?.lines().next()?.to_owned())
        })
    }

    /// Brings a window to the front, types in it for some seconds, and says how long it was in front.
    fn work_in(&self, window: &str, seconds: u64) {
        succeed(&mut self.tool(&["windowactivate", "--sync", window]));
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(seconds) {
            // Half a second of keys; this is the work itself, not a wait for something.
            succeed(&mut self.tool(&["type", "--delay", "50", "typed text"]));
        }
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        for process in self.processes.iter_mut().rev() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// Events of the one bucket of this type, oldest first.
pub(crate) fn events(daemon: &Daemon, kind: &str) -> Vec<Value> {
    let buckets = daemon.get("/api/0/buckets/").json();
    let Some((id, _)) = buckets.as_object().unwrap().iter().find(|(_, bucket)| bucket["type"] == kind) else {
        return Vec::new();
    };
    let mut events = daemon.get(&format!("/api/0/buckets/{id}/events")).json().as_array().unwrap().clone();
    events.reverse();
    events
}

/// Time in front of windows whose title contains `title`, in seconds.
fn seconds_of(events: &[Value], title: &str) -> f64 {
    events
        .iter()
        .filter(|event| event["data"]["title"].as_str().is_some_and(|found| found.contains(title)))
        .map(|event| event["duration"].as_f64().unwrap())
        .sum()
}

pub(crate) fn watch(home: &Home, desktop: &mut Desktop, daemon: &Daemon) {
    let mut command =
        home.attnd(&["watch", "--afk-timeout-s", &AFK_TIMEOUT_S.to_string(), "--server", &daemon.url()]);
    command.arg("--data-dir").arg(home.data());
    desktop.add(home, command);
    until("the watcher has made its buckets", || {
        let buckets = daemon.get("/api/0/buckets/").json();
        (buckets.as_object()?.len() >= 2).then_some(())
    });
}

/// Two programs, used in turn: 8 s in one, 6 s in the other, 4 s in the first again, then nobody.
fn play(home: &Home, desktop: &mut Desktop, between: impl FnOnce(&Desktop)) {
    desktop.open(home, "xterm", &["-T", "alpha-notes", "-e", "cat"]);
    let first = desktop.window("alpha-notes");
    let file = home.path().join("beta-letter.txt");
    std::fs::write(&file, "").unwrap();
    desktop.open(home, "mousepad", &[file.to_str().unwrap()]);
    let second = desktop.window("beta-letter");
    desktop.work_in(&first, 8);
    between(desktop);
    desktop.work_in(&second, 6);
    desktop.work_in(&first, 4);
}

/// The person has left: nothing is typed until the watcher says so.
pub(crate) fn leave(daemon: &Daemon) {
    until("the watcher notices that nobody is there", || {
        events(daemon, "afkstatus").iter().any(|event| event["data"]["status"] == "afk").then_some(())
    });
}

fn assert_as_played(daemon: &Daemon) {
    let windows = events(daemon, "currentwindow");
    let order: Vec<&str> = windows
        .iter()
        .filter(|event| event["duration"].as_f64().unwrap() > 2.0)
        .map(
            |event| if event["data"]["title"].as_str().unwrap().contains("alpha") { "alpha" } else { "beta" },
        )
        .collect();
    let mut turns = order.clone();
    turns.dedup();
    assert_eq!(turns.first(), Some(&"alpha"), "{windows:#?}");
    assert!(turns.contains(&"beta"), "{windows:#?}");
    let beta = seconds_of(&windows, "beta-letter");
    assert!((beta - 6.0).abs() < TOLERANCE_S, "beta had {beta} s: {windows:#?}");
    let apps: Vec<String> =
        windows.iter().map(|event| event["data"]["app"].as_str().unwrap().to_lowercase()).collect();
    assert!(
        apps.iter().any(|app| app.contains("xterm")) && apps.iter().any(|app| app.contains("mousepad")),
        "{apps:?}"
    );
    // Windows do not overlap: one is in front at a time.
    for pair in windows.windows(2) {
        let end = moment(&pair[0]) + pair[0]["duration"].as_f64().unwrap();
        assert!(end <= moment(&pair[1]) + 0.5, "{pair:#?}");
    }
    let presence = events(daemon, "afkstatus");
    let present: f64 = presence
        .iter()
        .filter(|event| event["data"]["status"] == "not-afk")
        .map(|event| event["duration"].as_f64().unwrap())
        .sum();
    assert!(present > 14.0, "present for {present} s: {presence:#?}");
    let rhythm = events(daemon, "os.hid.input");
    let presses: u64 = rhythm.iter().filter_map(|event| event["data"]["presses"].as_u64()).sum();
    assert!(presses > 50, "{presses} presses: {rhythm:#?}");
    assert!(!rhythm.iter().any(|event| event.to_string().contains("typed")), "only counts are kept");
}

pub(crate) fn moment(event: &Value) -> f64 {
    let timestamp: jiff::Timestamp = event["timestamp"].as_str().unwrap().parse().unwrap();
    timestamp.as_millisecond() as f64 / 1e3
}

#[test]
fn work_on_a_desktop_is_sensed_as_it_happened() {
    let home = Home::new();
    let mut desktop = Desktop::start(&home);
    let daemon = home.serve();
    watch(&home, &mut desktop, &daemon);
    play(&home, &mut desktop, |_| {});
    leave(&daemon);
    assert_as_played(&daemon);
}

#[test]
fn a_restart_of_the_daemon_leaves_no_hole() {
    let home = Home::new();
    let mut desktop = Desktop::start(&home);
    let mut daemon = Some(home.serve());
    watch(&home, &mut desktop, daemon.as_ref().unwrap());
    let port = daemon.as_ref().unwrap().address.port();
    let mut restarted = None;
    play(&home, &mut desktop, |desktop| {
        let first = desktop.window("alpha-notes");
        daemon.take().unwrap().kill();
        desktop.work_in(&first, 4);
        restarted = Some(home.serve_on(port));
    });
    let daemon = restarted.unwrap();
    leave(&daemon);
    assert_as_played(&daemon);
    let windows = events(&daemon, "currentwindow");
    // 8 s before, 4 s while nobody listened, 4 s at the end, and what the restart itself took.
    let alpha = seconds_of(&windows, "alpha-notes");
    assert!(alpha > 8.0 + 4.0 + 4.0 - TOLERANCE_S, "alpha had {alpha} s: {windows:#?}");
}
