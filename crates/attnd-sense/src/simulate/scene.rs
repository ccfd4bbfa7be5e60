//! What do a program's windows say? Titles, tabs and files, as the watchers of each would tell them.

use attnd_core::Data;
use serde_json::json;

use super::content::{COLLEAGUES, COMMANDS, LEISURE, MUSIC, PROJECTS, REFERENCES, SEARCHES, SHOPS, Sound};
use super::manner::Program;
use super::plan::{Activity, ProjectTask};
use super::random::Random;

/// One window, with what its tab or file says.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    pub(super) program: Program,
    pub(super) window: Data,
    /// The tab or file in it, if a watcher can tell.
    pub(super) inside: Option<Inside>,
}

#[derive(Clone, Debug)]
pub(super) enum Inside {
    Tab(Data),
    File(Data),
}

/// Words of documents that are tables.
const SHEETS: [&str; 6] = ["表", "table", "log", "Survey", "Participants", "cases"];

impl Scene {
    /// A window of the program, as it may look during the activity.
    pub(super) fn draw(program: Program, activity: Activity, hostname: &str, random: &mut Random) -> Self {
        let Shown { window, inside } = shown(program, activity, hostname, random);
        Self { program, window, inside }
    }
}

/// What a program's window says, and its tab or file.
struct Shown {
    window: Data,
    inside: Option<Inside>,
}

fn shown(program: Program, activity: Activity, hostname: &str, random: &mut Random) -> Shown {
    let task = match activity {
        Activity::Task(task)
        | Activity::Interruption { of: task, .. }
        | Activity::Diversion { of: task, .. } => task,
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
            Shown { inside: Some(Inside::File(data.into())), ..window("Code", &title) }
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
        Program::Shop => {
            let (url, title) = random.pick(&SHOPS);
            tab(url, title, Sound::Silent, random)
        }
        Program::Music => window("Spotify", random.pick::<&str>(&MUSIC)),
    }
}

/// A page of the project: an issue, a change, the overview.
fn project_site(task: ProjectTask, topic: usize, random: &mut Random) -> Shown {
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

fn window(app: &str, title: &str) -> Shown {
    Shown { window: Data::from([("app", app.into()), ("title", title.into())]), inside: None }
}

fn tab(url: &str, title: &str, sound: Sound, random: &mut Random) -> Shown {
    let inside = Data::from([
        ("url", json!(url)),
        ("title", json!(title)),
        ("audible", json!(sound == Sound::Audible)),
        ("incognito", json!(false)),
        ("tabCount", json!(random.between(3.0, 30.0) as u32)),
    ]);
    Shown { inside: Some(Inside::Tab(inside)), ..window("Firefox", &format!("{title} — Mozilla Firefox")) }
}
