//! Does the daemon tell a session on a real desktop as its script has it? Work, a message, the way
//! back, a mail, a break: played on Xvfb, sensed by the real watcher, asked for as a day.
//!
//! With `ATTND_RECORD=<folder>` the script is played at its full length, eight minutes, and what the
//! daemon then exports is written there, with the times the script really had: the session that
//! the measures are tested with (`crates/attnd-sense/tests/recorded`).

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::daemon::{Daemon, Home, succeed, until};
use crate::desktop::{AFK_TIMEOUT_S, Desktop, leave, moment, watch};

/// The watcher looks every second, and a busy machine may be late.
const TOLERANCE_S: f64 = 2.0;

/// Something to be at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Editor,
    Chat,
    Mail,
    News,
    Away,
}

/// A step of the script.
struct Step {
    place: Place,
    /// How long, when the session is recorded.
    full_s: f64,
    /// How long, when it is only checked.
    short_s: f64,
}

const fn step(place: Place, full_s: f64, short_s: f64) -> Step {
    Step { place, full_s, short_s }
}

/// A message takes the person away from their work, news keep them from it, a mail once more; then
/// a break, after which they look at the news before they go on.
const SCRIPT: [Step; 10] = [
    step(Place::Editor, 135.0, 4.0),
    step(Place::Chat, 15.0, 3.0),
    step(Place::News, 12.0, 3.0),
    step(Place::Editor, 150.0, 4.0),
    step(Place::Mail, 20.0, 3.0),
    step(Place::Editor, 30.0, 4.0),
    step(Place::Away, 70.0, AFK_TIMEOUT_S as f64 + 4.0),
    step(Place::Editor, 28.0, 4.0),
    step(Place::News, 14.0, 3.0),
    step(Place::Editor, 24.0, 4.0),
];

/// What was done, by the test's own clock.
struct Played {
    place: Place,
    from: Timestamp,
    to: Timestamp,
}

impl Place {
    /// Class and title of its window; nobody sees one while away.
    const fn window(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Editor => Some(("Code", "main.rs - harbour - Visual Studio Code")),
            Self::Chat => Some(("Slack", "#harbour-dev - Example - Slack")),
            Self::Mail => Some(("thunderbird", "Inbox - Mozilla Thunderbird")),
            Self::News => Some(("Firefox", "Hacker News - Mozilla Firefox")),
            Self::Away => None,
        }
    }
}

/// Opens a window for each place; their ids.
fn furnish(home: &Home, desktop: &mut Desktop) -> Vec<(Place, String)> {
    [Place::Editor, Place::Chat, Place::Mail, Place::News]
        .into_iter()
        .map(|place| {
            let (class, title) = place.window().unwrap();
            desktop.open(home, "xterm", &["-class", class, "-T", title, "-e", "cat"]);
            (place, desktop.window(title))
        })
        .collect()
}

/// Plays the script. Whoever is at the machine presses a key every other second and with the last
/// of each step, so that a break begins when its step does.
fn play(desktop: &Desktop, windows: &[(Place, String)], seconds: fn(&Step) -> f64) -> Vec<Played> {
    let mut played = Vec::new();
    for step in &SCRIPT {
        let window = windows.iter().find(|(place, _)| *place == step.place);
        if let Some((_, window)) = window {
            succeed(&mut desktop.tool(&["windowactivate", "--sync", window]));
        }
        let from = Timestamp::now();
        let left = || seconds(step) - Timestamp::now().duration_since(from).as_secs_f64();
        while left() > 0.0 {
            if window.is_some() {
                succeed(&mut desktop.tool(&["key", "a"]));
            }
            // The script's own time, not a wait for something.
            std::thread::sleep(Duration::from_secs_f64(left().clamp(0.0, 2.0)));
        }
        if window.is_some() {
            succeed(&mut desktop.tool(&["key", "Return"]));
        }
        played.push(Played { place: step.place, from, to: Timestamp::now() });
    }
    played
}

/// A zone in which it is before noon now: the session is then within one day.
fn morning_zone() -> &'static str {
    if Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).hour() < 12 { "UTC" } else { "Etc/GMT+12" }
}

/// The spans of the day as the daemon tells it.
fn spans(daemon: &Daemon) -> Vec<Value> {
    let zone = morning_zone();
    let date = Timestamp::now().in_tz(zone).unwrap().date();
    // A plus sign in a query means a space.
    let day = daemon.get(&format!("/api/v1/days/{date}?tz={}", zone.replace('+', "%2B"))).json();
    day["spans"].as_array().unwrap_or_else(|| panic!("{day}")).clone()
}

fn assert_told_as_played(spans: &[Value], played: &[Played]) {
    let seconds = |moment: Timestamp| moment.as_millisecond() as f64 / 1e3;
    let begin = seconds(played[0].from) - TOLERANCE_S;
    // Before the script the windows were opened, one over the other.
    let told: Vec<_> =
        spans.iter().filter(|span| moment_of(span, "to") > begin + 2.0 * TOLERANCE_S).collect();
    let shown: Vec<_> = played.iter().filter(|step| step.place != Place::Away).collect();
    assert_eq!(told.len(), shown.len(), "{told:#?}");
    for (index, (span, step)) in told.iter().zip(shown).enumerate() {
        let (class, title) = step.place.window().unwrap();
        assert_eq!(
            (&span["application"], &span["title"]),
            (&json!(class), &json!(title)),
            "{index}: {told:#?}"
        );
        let (from, to) = (moment_of(span, "from"), moment_of(span, "to"));
        // The first window was in front before the script began.
        let late_s = if index == 0 { 0.0 } else { from - seconds(step.from) };
        assert!(late_s.abs() < TOLERANCE_S, "{index} begins {late_s} s late: {told:#?}");
        let late_s = to - seconds(step.to);
        assert!(late_s.abs() < TOLERANCE_S, "{index} ends {late_s} s late: {told:#?}");
    }
}

fn moment_of(span: &Value, key: &str) -> f64 {
    moment(&json!({"timestamp": span[key]}))
}

/// Writes the export, without this machine's name, and the script's times.
fn record(home: &Home, folder: &Path, played: &[Played]) {
    let export = home.run(&["export"]);
    let mut export: Value = serde_json::from_slice(&export.stdout).unwrap_or_else(|_| panic!("{export:?}"));
    let buckets = export["buckets"].as_object_mut().unwrap();
    buckets.retain(|_, bucket| bucket["type"] != "os.hid.input");
    let hostname = buckets.values().next().unwrap()["hostname"].as_str().unwrap().to_owned();
    let steps: Vec<Value> = played
        .iter()
        .map(|step| {
            let window = step.place.window().map(|(class, title)| json!({"app": class, "title": title}));
            json!({"window": window, "from": step.from.to_string(), "to": step.to.to_string()})
        })
        .collect();
    let write = |name: &str, text: String| std::fs::write(folder.join(name), text).unwrap();
    write("session.json", export.to_string().replace(&hostname, "desk"));
    write("script.json", serde_json::to_string_pretty(&json!({"steps": steps})).unwrap() + "\n");
}

#[test]
fn a_scripted_session_is_told_as_it_was_played() {
    let recording = std::env::var_os("ATTND_RECORD").map(PathBuf::from);
    let home = Home::new();
    let mut desktop = Desktop::start(&home);
    let daemon = home.serve();
    let windows = furnish(&home, &mut desktop);
    let (_, editor) = &windows[0];
    succeed(&mut desktop.tool(&["windowactivate", "--sync", editor]));
    watch(&home, &mut desktop, &daemon);
    let seconds: fn(&Step) -> f64 = match recording {
        Some(_) => |step| step.full_s,
        None => |step| step.short_s,
    };
    let played = play(&desktop, &windows, seconds);
    leave(&daemon);
    let ended = played[played.len() - 1].to.as_millisecond() as f64 / 1e3;
    // The first absence is the script's break; the one after its end says that all was sent.
    until("the watcher says that the session is over", || {
        let away = crate::desktop::events(&daemon, "afkstatus");
        away.iter()
            .any(|event| event["data"]["status"] == "afk" && moment(event) > ended - TOLERANCE_S)
            .then_some(())
    });
    record(&home, recording.as_deref().unwrap_or(home.path()), &played);
    assert_told_as_played(&spans(&daemon), &played);
}
