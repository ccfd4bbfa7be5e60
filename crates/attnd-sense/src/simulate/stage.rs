//! How does a planned day look to the watchers? Acts the plan out in windows, tabs and files.

use std::collections::BTreeMap;

use attnd_core::{Data, Duration, Event, Timestamp};

use super::manner::{Manner, Program, manner_of};
use super::plan::{Activity, DayPlan, Stint};
use super::random::Random;
use super::scene::{Inside, Scene};

/// The window watcher looks once a second, so an event ends up to that much before the next begins.
const POLL_S: f64 = 1.0;

/// How many scenes a person keeps going back to within one activity.
const RECENT: usize = 5;

/// What was really done for a while, and on what.
#[derive(Clone, Debug)]
pub(super) struct Acted {
    pub(super) stint: Stint,
    /// The programs looked at, in order, each until the next.
    pub(super) looks: Vec<Look>,
}

/// A program looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) program: Program,
    /// Seconds after the day's morning.
    pub(super) start_s: f64,
    pub(super) end_s: f64,
}

/// A day being acted out.
pub(super) struct Stage {
    morning: Timestamp,
    hostname: String,
    windows: Vec<Event>,
    idle: Vec<Event>,
    web: Vec<Event>,
    editor: Vec<Event>,
    acted: Vec<Acted>,
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
            acted: Vec::new(),
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

    /// What was acted out, and the events per watcher, in the order of the buckets.
    pub(super) fn into_parts(self) -> (Vec<Acted>, [Vec<Event>; 4]) {
        (self.acted, [self.windows, self.idle, self.web, self.editor])
    }

    fn be_there(&mut self, stint: Stint, random: &mut Random) {
        self.there_since_s.get_or_insert(stint.start_s);
        let (manner, theme) = manner_of(&stint.activity);
        let mut now_s = stint.start_s;
        let mut current: Option<Data> = None;
        let mut looks = Vec::new();
        while stint.end_s - now_s > POLL_S {
            let dwell_s = random.log_normal(manner.median_s, manner.sigma).clamp(POLL_S, 1_500.0);
            let dwell_s = dwell_s.min(stint.end_s - now_s);
            let scene = self.next_scene(manner, &theme, stint.activity, current.as_ref(), random);
            current = Some(scene.window.clone());
            self.show(&scene, now_s, dwell_s, random);
            looks.push(Look { program: scene.program, start_s: now_s, end_s: now_s + dwell_s });
            now_s += dwell_s;
        }
        // What is shorter than a look of the watcher leaves nothing, and did not happen.
        if let Some(last) = looks.last_mut() {
            last.end_s = stint.end_s;
            self.acted.push(Acted { stint, looks });
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
        let mut scene = Scene::draw(random.pick_weighted(manner.programs), activity, &self.hostname, random);
        for _ in 0..8 {
            if current != Some(&scene.window) {
                break;
            }
            scene = Scene::draw(random.pick_weighted(manner.programs), activity, &self.hostname, random);
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
        self.acted.push(Acted { stint, looks: Vec::new() });
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

/// Whole milliseconds, as watchers tell time.
pub(super) fn seconds(seconds: f64) -> Duration {
    Duration::from_ns((seconds * 1_000.0).round() as i64 * 1_000_000)
}

fn status(status: &str) -> Data {
    Data::from([("status", status.into())])
}
