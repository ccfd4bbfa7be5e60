//! Does a day in small on X11 come out as it was? Xvfb, openbox, xterm and mousepad, by xdotool.

use std::process::Command;

use attnd_core::{BucketType, Event, Timestamp};
use attnd_watch::desktop::Environment;

use super::recorder::Recorder;
use super::session::{
    Processes, Running, TOLERANCE_S, assert_flow, command, now, output, spans, stay, wait_until,
};

/// Typed in the test, and to be found nowhere afterwards.
const TYPED: &str = "quizzaciously";
const AFK_TIMEOUT_S: u32 = 4;

/// A display of its own with a window manager.
struct Display {
    name: String,
    home: tempfile::TempDir,
    processes: Processes,
}

impl Display {
    fn bare() -> Self {
        let mut processes = Processes::default();
        let mut server = command::<&str>("Xvfb", &[]);
        server.args(["-displayfd", "1", "-screen", "0", "1024x768x24", "-nolisten", "tcp", "-noreset"]);
        let name = format!(":{}", processes.start_and_read(&mut server));
        Self { name, home: tempfile::tempdir().unwrap(), processes }
    }

    fn managed() -> Self {
        let mut display = Self::bare();
        let mut manager = display.command("openbox");
        manager.arg("--sm-disable");
        display.processes.start(&mut manager);
        wait_until("openbox", || {
            output(display.command("xprop").args(["-root", "_NET_SUPPORTING_WM_CHECK"]))
                .filter(|answer| answer.contains("window id"))
        });
        display
    }

    fn command(&self, program: &str) -> Command {
        let home = self.home.path().to_str().unwrap();
        command(
            program,
            &[
                ("DISPLAY", self.name.as_str()),
                ("HOME", home),
                ("XDG_CONFIG_HOME", home),
                ("XDG_RUNTIME_DIR", home),
                ("NO_AT_BRIDGE", "1"),
                ("GSETTINGS_BACKEND", "memory"),
                ("LANG", "C.UTF-8"),
            ],
        )
    }

    fn environment(&self) -> Environment {
        Environment { x11_display: Some(self.name.clone()), ..Environment::default() }
    }

    /// Starts a program and waits until a window of this name is in front; returns its id.
    fn open(&mut self, program: &str, arguments: &[&str], title: &str) -> String {
        let mut start = self.command(program);
        self.processes.start(start.args(arguments));
        let window = wait_until(title, || {
            let found = output(self.command("xdotool").args(["search", "--onlyvisible", "--name", title]))?;
            found.lines().next().map(str::to_owned)
        });
        self.activate(&window);
        window
    }

    fn activate(&self, window: &str) {
        self.xdotool(&["windowactivate", "--sync", window]);
    }

    fn xdotool(&self, arguments: &[&str]) {
        output(self.command("xdotool").args(arguments))
            .unwrap_or_else(|| panic!("xdotool {arguments:?} failed"));
    }
}

fn count(events: &[Event], key: &str) -> u64 {
    events.iter().map(|event| event.data.fields()[key].as_u64().unwrap()).sum()
}

fn s_since(zero: Timestamp) -> f64 {
    now().since(zero).as_s_f64()
}

#[test]
fn what_was_done_on_the_desktop_is_what_was_recorded() {
    let mut display = Display::managed();
    let recorder = Recorder::start();
    let watcher = Running::start(display.environment(), &recorder, AFK_TIMEOUT_S);
    wait_until("the first heartbeat", || (!recorder.requests().is_empty()).then_some(()));
    let zero = now();

    let shell = display.open("xterm", &["-title", "alpha shell", "-e", "cat"], "alpha shell");
    let shell_from = s_since(zero);
    display.xdotool(&["type", "--delay", "60", TYPED]);
    stay(3.0);

    // The daemon goes away; what happens meanwhile waits on disk.
    recorder.go_down();
    let note = display.home.path().join("note.txt");
    std::fs::write(&note, "").unwrap();
    let editor = display.open("mousepad", &["--disable-server", note.to_str().unwrap()], "note.txt");
    let editor_from = s_since(zero);
    display.xdotool(&["type", "--delay", "60", TYPED]);
    display.xdotool(&[
        "mousemove",
        "--window",
        &editor,
        "60",
        "120",
        "mousemove_relative",
        "50",
        "20",
        "click",
        "1",
        "click",
        "5",
        "click",
        "5",
        "click",
        "4",
    ]);
    stay(3.0);
    recorder.come_back();

    display.activate(&shell);
    let shell_again = s_since(zero);
    display.xdotool(&["mousemove_relative", "--", "200", "150"]);
    display.xdotool(&["key", "Return"]);
    let left = s_since(zero);
    stay(f64::from(AFK_TIMEOUT_S) + 5.0);
    display.xdotool(&["key", "Return"]);
    let back = s_since(zero);
    display.activate(&editor);
    let editor_again = s_since(zero);
    display.xdotool(&["key", "Return"]);
    stay(2.0);
    let end = s_since(zero);
    watcher.stop();

    let windows = spans(&recorder.events(BucketType::WINDOW), "app", zero);
    assert_flow(
        &windows,
        &[
            ("XTerm", shell_from, editor_from),
            ("Mousepad", editor_from, shell_again),
            ("XTerm", shell_again, editor_again),
            ("Mousepad", editor_again, end),
        ],
    );
    let titles = spans(&recorder.events(BucketType::WINDOW), "title", zero);
    assert_eq!(titles[0].0, "alpha shell");

    let presence = spans(&recorder.events(BucketType::AFK), "status", zero);
    let absence: Vec<_> = presence.iter().filter(|(status, ..)| status == "afk").cloned().collect();
    assert_flow(&absence, &[("afk", left, back)]);
    let present: f64 =
        presence.iter().filter(|(status, ..)| status == "not-afk").map(|(_, from, until)| until - from).sum();
    assert!((present - left).abs() <= 2.0 * TOLERANCE_S, "present for {present} s of {left} s: {presence:?}");

    let input = recorder.events(BucketType::INPUT);
    assert_eq!(count(&input, "presses"), 2 * TYPED.len() as u64 + 3, "{input:?}");
    assert_eq!((count(&input, "clicks"), count(&input, "scrollY")), (1, 3), "{input:?}");
    assert!(count(&input, "deltaX") >= 200 && count(&input, "deltaY") >= 150, "{input:?}");
    assert_only_rhythm(&recorder);
}

/// Nothing that was typed is in anything that was sent, and input events hold numbers only.
fn assert_only_rhythm(recorder: &Recorder) {
    let known =
        ["presses", "clicks", "deltaX", "deltaY", "scrollX", "scrollY", "gapMean", "gapStd", "idleShare"];
    for event in recorder.events(BucketType::INPUT) {
        for (key, value) in event.data.fields() {
            assert!(known.contains(&key.as_str()) && value.is_number(), "{key}: {value}");
        }
    }
    for (path, body) in recorder.requests() {
        assert!(!body.contains(TYPED) && !path.contains(TYPED), "{path} {body}");
    }
}

#[test]
fn without_a_window_manager_the_input_focus_decides() {
    let mut display = Display::bare();
    let recorder = Recorder::start();
    let mut start = display.command("xterm");
    display.processes.start(start.args(["-title", "lonely", "-e", "cat"]));
    let window = wait_until("xterm", || {
        output(display.command("xdotool").args(["search", "--onlyvisible", "--name", "lonely"]))
            .filter(|found| !found.is_empty())
    });
    display.xdotool(&["windowfocus", "--sync", &window]);
    let watcher = Running::start(display.environment(), &recorder, AFK_TIMEOUT_S);
    let event = wait_until("the window", || recorder.events(BucketType::WINDOW).into_iter().next());
    assert_eq!((event.data.text("app"), event.data.text("title")), (Some("XTerm"), Some("lonely")));
    watcher.stop();
}

#[test]
fn a_title_that_changes_is_followed_and_no_encoding_is_misread() {
    let mut display = Display::managed();
    let recorder = Recorder::start();
    let window = display.open("xterm", &["-title", "first", "-e", "cat"], "first");
    let watcher = Running::start(display.environment(), &recorder, AFK_TIMEOUT_S);
    let titled = |title: &'static str| {
        wait_until(title, || {
            recorder
                .events(BucketType::WINDOW)
                .iter()
                .any(|event| event.data.text("title") == Some(title))
                .then_some(())
        });
    };
    titled("first");
    display.xdotool(&["set_window", "--name", "Zürich – 笔记", &window]);
    titled("Zürich – 笔记");
    watcher.stop();
}

#[test]
fn a_display_that_goes_away_ends_the_events_where_it_was_last_seen() {
    let mut display = Display::managed();
    let recorder = Recorder::start();
    display.open("xterm", &["-title", "short", "-e", "cat"], "short");
    let watcher = Running::start(display.environment(), &recorder, AFK_TIMEOUT_S);
    wait_until("the window", || recorder.events(BucketType::WINDOW).into_iter().next());
    stay(3.0);
    let gone = now();
    drop(display);
    stay(3.0);
    watcher.stop();
    let last = recorder.events(BucketType::WINDOW).into_iter().next_back().unwrap();
    let late_s = (last.end().ns() - gone.ns()) as f64 / 1e9;
    assert!(late_s.abs() <= TOLERANCE_S, "it ends {late_s} s after the display did");
}
