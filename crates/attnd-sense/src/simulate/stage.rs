//! How does a planned day look to the watchers? Acts the plan out in windows, tabs and files.

use std::collections::BTreeMap;

use attnd_core::{Data, Duration, Event, Timestamp};
use serde_json::json;

use super::content::{COLLEAGUES, COMMANDS, Craft, LEISURE, MUSIC, PROJECTS, REFERENCES, SEARCHES, Sound};
use super::plan::{Activity, Cause, DayPlan, ProjectTask, Stint};
use super::random::Random;

/// The window watcher looks once a second, so an event ends up to that much before the next begins.
const POLL_S: f64 = 1.0;

/// How many scenes a person keeps going back to within one activity.
const RECENT: usize = 5;

/// One window, with what its tab or file says.
#[derive(Clone, Debug)]
struct Scene {
    window: Data,
    /// The tab or file in it, if a watcher can tell.
    inside: Option<Inside>,
}

#[derive(Clone, Debug)]
enum Inside {
    Tab(Data),
    File(Data),
}

/// What a window can be of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Program {
    Editor,
    Terminal,
    ProjectSite,
    Reference,
    Search,
    Office,
    Files,
    Chat,
    Mail,
    Call,
    Leisure,
    Music,
}

/// How an activity divides over programs, and how long a person looks at one window: half the
/// looks are shorter than `median_s`.
struct Manner {
    programs: &'static [(Program, f64)],
    median_s: f64,
    sigma: f64,
}

const PROGRAMMING: Manner = Manner {
    programs: &[
        (Program::Editor, 40.0),
        (Program::Terminal, 20.0),
        (Program::ProjectSite, 15.0),
        (Program::Reference, 10.0),
        (Program::Search, 6.0),
        (Program::Office, 2.0),
        (Program::Chat, 4.0),
        (Program::Music, 1.0),
    ],
    median_s: 9.2,
    sigma: 1.1,
};

const WRITING: Manner = Manner {
    programs: &[
        (Program::Office, 48.0),
        (Program::Editor, 10.0),
        (Program::ProjectSite, 15.0),
        (Program::Reference, 10.0),
        (Program::Search, 8.0),
        (Program::Files, 4.0),
        (Program::Chat, 4.0),
        (Program::Music, 1.0),
    ],
    median_s: 10.0,
    sigma: 1.15,
};

const ANALYSIS: Manner = Manner {
    programs: &[
        (Program::Editor, 38.0),
        (Program::Terminal, 12.0),
        (Program::Office, 14.0),
        (Program::ProjectSite, 12.0),
        (Program::Reference, 12.0),
        (Program::Search, 8.0),
        (Program::Chat, 3.0),
        (Program::Music, 1.0),
    ],
    median_s: 10.0,
    sigma: 1.1,
};

const CHAT: Manner = Manner {
    programs: &[
        (Program::Chat, 70.0),
        (Program::ProjectSite, 20.0),
        (Program::Mail, 5.0),
        (Program::Files, 5.0),
    ],
    median_s: 11.0,
    sigma: 1.0,
};

const MAIL: Manner = Manner {
    programs: &[(Program::Mail, 75.0), (Program::ProjectSite, 15.0), (Program::Office, 10.0)],
    median_s: 12.0,
    sigma: 1.0,
};

const TRIAGE: Manner = Manner {
    programs: &[(Program::Mail, 55.0), (Program::Chat, 30.0), (Program::ProjectSite, 15.0)],
    median_s: 12.0,
    sigma: 1.0,
};

const MEETING: Manner = Manner {
    programs: &[
        (Program::Call, 55.0),
        (Program::Office, 15.0),
        (Program::ProjectSite, 15.0),
        (Program::Chat, 10.0),
        (Program::Mail, 5.0),
    ],
    median_s: 30.0,
    sigma: 1.2,
};

const WANDERING: Manner = Manner {
    programs: &[(Program::Leisure, 80.0), (Program::Search, 10.0), (Program::Music, 10.0)],
    median_s: 12.0,
    sigma: 1.1,
};

const EVENING: Manner = Manner {
    programs: &[
        (Program::Leisure, 85.0),
        (Program::Search, 8.0),
        (Program::Chat, 5.0),
        (Program::Music, 2.0),
    ],
    median_s: 26.0,
    sigma: 1.3,
};

/// A day being acted out.
pub(super) struct Stage {
    morning: Timestamp,
    hostname: String,
    windows: Vec<Event>,
    idle: Vec<Event>,
    web: Vec<Event>,
    editor: Vec<Event>,
    /// The scenes of each activity lately, so that coming back to a task is coming back to its windows.
    recent: BTreeMap<String, Vec<Scene>>,
    /// Since when somebody is there.
    there_since_s: Option<f64>,
    clock_s: f64,
}

impl Stage {
    pub(super) fn new(morning: Timestamp, hostname: &str) -> Self {
        Self {
            morning,
            hostname: hostname.to_owned(),
            windows: Vec::new(),
            idle: Vec::new(),
            web: Vec::new(),
            editor: Vec::new(),
            recent: BTreeMap::new(),
            there_since_s: None,
            clock_s: 0.0,
        }
    }

    pub(super) fn act_out(&mut self, plan: &DayPlan, random: &mut Random) {
        for stint in &plan.stints {
            if stint.start_s > self.clock_s {
                self.leave();
            }
            match stint.activity {
                Activity::Break | Activity::Away => self.be_away(*stint),
                _ => self.be_there(*stint, random),
            }
            self.clock_s = stint.end_s;
        }
        self.leave();
    }

    /// Events per watcher, in the order of the buckets.
    pub(super) fn into_events(self) -> [Vec<Event>; 4] {
        [self.windows, self.idle, self.web, self.editor]
    }

    fn be_there(&mut self, stint: Stint, random: &mut Random) {
        self.there_since_s.get_or_insert(stint.start_s);
        let (manner, theme) = manner_of(&stint.activity);
        let mut now_s = stint.start_s;
        let mut current: Option<Data> = None;
        while stint.end_s - now_s > POLL_S {
            let dwell_s = random.log_normal(manner.median_s, manner.sigma).clamp(POLL_S, 1_500.0);
            let dwell_s = dwell_s.min(stint.end_s - now_s);
            let scene = self.next_scene(manner, &theme, stint.activity, current.as_ref(), random);
            current = Some(scene.window.clone());
            self.show(&scene, now_s, dwell_s, random);
            now_s += dwell_s;
        }
    }

    /// Back to a window of before, or a new one; never the same twice in a row.
    fn next_scene(
        &mut self,
        manner: &Manner,
        theme: &str,
        activity: Activity,
        current: Option<&Data>,
        random: &mut Random,
    ) -> Scene {
        let recent = self.recent.entry(theme.to_owned()).or_default();
        if recent.len() > 1 && random.chance(0.6) {
            let scene = random.pick(recent);
            if current != Some(&scene.window) {
                return scene.clone();
            }
        }
        let mut scene = scene(random.pick_weighted(manner.programs), activity, &self.hostname, random);
        for _ in 0..8 {
            if current != Some(&scene.window) {
                break;
            }
            scene = self::scene(random.pick_weighted(manner.programs), activity, &self.hostname, random);
        }
        if recent.len() == RECENT {
            recent.remove(0);
        }
        recent.push(scene.clone());
        scene
    }

    fn show(&mut self, scene: &Scene, start_s: f64, dwell_s: f64, random: &mut Random) {
        let seen_s = (dwell_s - random.between(0.0, POLL_S)).max(0.1);
        self.windows.extend(self.event(start_s, start_s + seen_s, &scene.window));
        let late_s = start_s + random.between(0.1, 0.5);
        match &scene.inside {
            Some(Inside::Tab(tab)) if seen_s > 1.0 => {
                self.web.extend(self.event(late_s, start_s + seen_s, tab));
            }
            // Editors tell only of typing and moving about.
            Some(Inside::File(file)) if seen_s > 4.0 && random.chance(0.55) => {
                self.editor.extend(self.event(late_s, start_s + seen_s, file));
            }
            _ => {}
        }
    }

    /// A break leaves the last window in front; a locked screen has none.
    fn be_away(&mut self, stint: Stint) {
        if matches!(stint.activity, Activity::Break)
            && self.there_since_s.is_some()
            && let Some(last) = self.windows.last_mut()
        {
            let end = self.morning.saturating_add(seconds(stint.end_s - POLL_S));
            last.duration = last.duration.max(end.since(last.timestamp));
        }
        self.leave();
        // One millisecond late, as the real watcher has it, so that the two events do not collide.
        let away = self.event(stint.start_s + 0.001, stint.end_s, &status("afk"));
        self.idle.extend(away);
    }

    fn leave(&mut self) {
        if let Some(since_s) = self.there_since_s.take() {
            let there = self.event(since_s + 0.001, self.clock_s, &status("not-afk"));
            self.idle.extend(there);
        }
    }

    fn event(&self, start_s: f64, end_s: f64, data: &Data) -> Option<Event> {
        let start = self.morning.saturating_add(seconds(start_s));
        let end = self.morning.saturating_add(seconds(end_s));
        Event::new(start, end.since(start), data.clone()).ok().filter(|event| !event.duration.is_zero())
    }
}

/// Words of documents that are tables.
const SHEETS: [&str; 6] = ["表", "table", "log", "Survey", "Participants", "cases"];

/// Whole milliseconds, as watchers tell time.
fn seconds(seconds: f64) -> Duration {
    Duration::from_ns((seconds * 1_000.0).round() as i64 * 1_000_000)
}

fn status(status: &str) -> Data {
    Data::from([("status", status.into())])
}

/// How an activity is gone about, and a name for what belongs together in it.
fn manner_of(activity: &Activity) -> (&'static Manner, String) {
    match activity {
        Activity::Task(task) => {
            let manner = match task.project.craft {
                Craft::Programming => &PROGRAMMING,
                Craft::Writing => &WRITING,
                Craft::Analysis => &ANALYSIS,
            };
            (manner, format!("{}/{}", task.project.name, task.topic))
        }
        Activity::Interruption { cause: Cause::Chat, .. } => (&CHAT, "chat".to_owned()),
        Activity::Interruption { cause: Cause::Mail, .. } => (&MAIL, "mail".to_owned()),
        Activity::Interruption { cause: Cause::Oneself, .. } => (&WANDERING, "wandering".to_owned()),
        Activity::Triage => (&TRIAGE, "triage".to_owned()),
        Activity::Meeting { title } => (&MEETING, format!("meeting/{title}")),
        Activity::Leisure | Activity::Break | Activity::Away => (&EVENING, "leisure".to_owned()),
    }
}

fn scene(program: Program, activity: Activity, hostname: &str, random: &mut Random) -> Scene {
    let task = match activity {
        Activity::Task(task) | Activity::Interruption { of: task, .. } => task,
        _ => ProjectTask { project: random.pick(&PROJECTS), topic: (random.fraction() * 6.0) as usize },
    };
    let near = |random: &mut Random| (task.topic + (random.fraction() * 3.0) as usize) % 6;
    let project = task.project;
    match program {
        Program::Editor => {
            let file = project.files[near(random)];
            let name = file.rsplit('/').next().unwrap_or(file);
            let dirty = if random.chance(0.4) { "● " } else { "" };
            let data = [
                ("file", json!(format!("/home/dev/src/{}/{file}", project.name))),
                ("language", json!(project.language)),
                ("project", json!(project.name)),
            ];
            let title = format!("{dirty}{name} - {} - Visual Studio Code", project.name);
            Scene { inside: Some(Inside::File(data.into())), ..window("Code", &title) }
        }
        Program::Terminal => match random.chance(0.5) {
            true => window("org.gnome.Terminal", &format!("dev@{hostname}: ~/src/{}", project.name)),
            false => window("org.gnome.Terminal", random.pick::<&str>(&COMMANDS)),
        },
        Program::ProjectSite => project_site(task, near(random), random),
        Program::Reference => {
            let (url, title) = random.pick(&REFERENCES);
            tab(url, title, Sound::Silent, random)
        }
        Program::Search => {
            let words = random.pick(&SEARCHES);
            tab("https://duckduckgo.com/", &format!("{words} at DuckDuckGo"), Sound::Silent, random)
        }
        Program::Office => {
            let document = project.documents[near(random)];
            match SHEETS.iter().any(|word| document.contains(word)) {
                true => window("libreoffice-calc", &format!("{document}.ods — LibreOffice Calc")),
                false => window("libreoffice-writer", &format!("{document}.odt — LibreOffice Writer")),
            }
        }
        Program::Files => window("org.gnome.Nautilus", project.name),
        Program::Chat => match random.chance(0.55) {
            true => window("Slack", &format!("{} (Channel) - Example - Slack", project.channel)),
            false => window("Slack", &format!("{} (DM) - Example - Slack", random.pick(&COLLEAGUES))),
        },
        Program::Mail => {
            let subject = project.subjects[near(random)];
            let form = random.fraction();
            let title = match form {
                _ if form < 0.4 => "Inbox - Unified Folders - Mozilla Thunderbird".to_owned(),
                _ if form < 0.8 => format!("{subject} - Mozilla Thunderbird"),
                _ => format!("Write: Re: {subject} - Thunderbird"),
            };
            window("thunderbird", &title)
        }
        Program::Call => match activity {
            Activity::Meeting { title } => window("zoom", &format!("{title} - Zoom Meeting")),
            _ => window("zoom", "Zoom Workplace"),
        },
        Program::Leisure => {
            let (url, title, sound) = random.pick(&LEISURE);
            tab(url, title, *sound, random)
        }
        Program::Music => window("Spotify", random.pick::<&str>(&MUSIC)),
    }
}

/// A page of the project: an issue, a change, the overview.
fn project_site(task: ProjectTask, topic: usize, random: &mut Random) -> Scene {
    let (home, name) = task.project.home;
    let subject = task.project.subjects[topic];
    let number = topic * 37 + (random.fraction() * 37.0) as usize + 1;
    match random.pick_weighted(&[("issues", 5.0), ("pulls", 3.0), ("", 2.0)]) {
        "" => tab(home, name, Sound::Silent, random),
        place => tab(
            &format!("{home}/{place}/{number}"),
            &format!("{subject} · #{number} · {name}"),
            Sound::Silent,
            random,
        ),
    }
}

fn window(app: &str, title: &str) -> Scene {
    Scene { window: Data::from([("app", app.into()), ("title", title.into())]), inside: None }
}

fn tab(url: &str, title: &str, sound: Sound, random: &mut Random) -> Scene {
    let inside = Data::from([
        ("url", json!(url)),
        ("title", json!(title)),
        ("audible", json!(sound == Sound::Audible)),
        ("incognito", json!(false)),
        ("tabCount", json!(random.between(3.0, 30.0) as u32)),
    ]);
    Scene { inside: Some(Inside::Tab(inside)), ..window("Firefox", &format!("{title} — Mozilla Firefox")) }
}
