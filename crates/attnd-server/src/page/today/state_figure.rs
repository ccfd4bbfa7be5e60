//! How is the timeline by state told? Lanes with their time, sessions with their length, stops with
//! what was in front, and a table of the same.

use attnd_core::{Duration, TimeRange};
use attnd_engine::measure::{FlowState, StateRun};
use attnd_engine::understand::{Aspect, WhyUnknown};

use crate::page::estimate::{Sum, chance, picture};
use crate::page::graph::hours::{HourMark, hour_marks, hours_around};
use crate::page::graph::likelihood::Likelihood;
use crate::page::graph::state_code;
use crate::page::model;
use crate::page::sentence::without_turns;
use crate::page::text::{FlowText, ModelText};
use crate::page::today::states::{Scale, Stop, WIDTH};
use crate::page::today::view::Today;

/// The timeline by state, in the words and numbers its template writes down.
pub(crate) struct StateFigure {
    /// What it shows, in a sentence.
    pub(crate) summary: String,
    /// Lanes, top to bottom.
    pub(crate) lanes: Vec<StateLane>,
    /// Focus sessions: bands behind the first lane.
    pub(crate) sessions: Vec<SessionMark>,
    /// Interruptions: where focus was left, what for, and the way back, as paths.
    pub(crate) ticks: String,
    pub(crate) handling: String,
    pub(crate) tails: String,
    /// What pointer and cursor stop at.
    pub(crate) stops: Vec<StateStop>,
    /// Hour marks.
    pub(crate) hours: Vec<HourMark>,
    /// Where the present moment is, on the present day.
    pub(crate) now: Option<String>,
    /// Estimated focus, below the lanes; nothing where nothing may be estimated.
    pub(crate) estimate: Option<EstimateLane>,
    /// Where the lanes and what is below them end, in pixels.
    pub(crate) foot: i64,
    /// Height of all lanes in pixels, and the units across.
    pub(crate) height: i64,
    pub(crate) width: i64,
    /// The heading of the table.
    pub(crate) caption: String,
    /// The longest stretches in order of time.
    pub(crate) rows: Vec<StateRow>,
}

/// One lane.
pub(crate) struct StateLane {
    pub(crate) name: String,
    pub(crate) time: String,
    /// The class of its colour.
    pub(crate) code: &'static str,
    /// Its bars as a path; the interrupted lane is drawn of its interruptions.
    pub(crate) path: String,
}

/// How likely focus was, as a lane of its own.
pub(crate) struct EstimateLane {
    pub(crate) name: String,
    pub(crate) mean: String,
    pub(crate) address: String,
    pub(crate) picture: Likelihood,
    /// Where nothing is known: across, and how wide.
    pub(crate) unknown: Vec<(String, String)>,
    /// Where its picture begins, in pixels down.
    pub(crate) top: i64,
}

/// A focus session on the timeline.
pub(crate) struct SessionMark {
    pub(crate) x: String,
    pub(crate) width: String,
    pub(crate) middle: String,
    pub(crate) label: String,
    /// Whether there is room for its label, as the style sheet knows it.
    pub(crate) class: &'static str,
}

/// A stop with its words.
pub(crate) struct StateStop {
    pub(crate) x: String,
    pub(crate) width: String,
    pub(crate) words: String,
}

/// A row of the table.
pub(crate) struct StateRow {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) length: String,
    pub(crate) state: String,
    pub(crate) mostly: String,
}

/// The first lane is higher: the lengths of sessions stand in it.
const FIRST_LANE_PX: i64 = 48;
const LANE_PX: i64 = 28;
/// The picture of the estimate, and what is free above it.
pub(crate) const ESTIMATE_PX: i64 = 36;
const ESTIMATE_GAP_PX: i64 = 8;
const TABLE_ROWS: usize = 50;
/// A title longer than this is cut in what is read out.
const TITLE_CHARACTERS: usize = 72;

/// The timeline by state of `today`; `None` when there is nothing to draw.
pub(crate) fn state_figure(today: &Today<'_>) -> Option<StateFigure> {
    let runs = &today.day.states[..];
    let (first, last) = (runs.first()?, runs.last()?);
    let extent = TimeRange::from(first.range.start(), last.range.end().since(first.range.start()));
    let scale = Scale { range: hours_around(today.locale(), today.day.date, today.day.range, extent) };
    let interruptions = &today.day.measures.interruptions[..];
    let interrupted = floor(3);
    let estimate = estimate_lane(today, scale);
    let height = FIRST_LANE_PX + 4 * LANE_PX;
    Some(StateFigure {
        summary: estimate.as_ref().map_or_else(
            || summary(today, extent),
            |lane| today.joined(&summary(today, extent), &lane.said(today)),
        ),
        foot: height + estimate.as_ref().map_or(0, |_| ESTIMATE_GAP_PX + ESTIMATE_PX),
        estimate,
        lanes: lanes(today, scale),
        sessions: sessions(today, scale),
        ticks: scale.ticks(interruptions, interrupted),
        handling: scale.handling(interruptions, interrupted),
        tails: scale.tails(interruptions, interrupted),
        stops: scale.stops(runs, &today.day.spans).iter().map(|stop| told(today, scale, stop)).collect(),
        hours: hour_marks(today.locale(), scale.range),
        now: scale.range.contains(today.now).then(|| percent(scale.place(today.now))),
        height,
        width: WIDTH,
        caption: caption(today),
        rows: rows(today),
    })
}

/// The estimate; `None` of a day without one, and where the person does not want it.
fn estimate_lane(today: &Today<'_>, scale: Scale) -> Option<EstimateLane> {
    let text = ModelText(today.locale().language);
    let sum = Sum::of(today.estimates, Aspect::Focus);
    let is_wanted = !sum.known.is_zero()
        || sum.why.iter().any(|(why, _)| !matches!(why, WhyUnknown::NoConsent | WhyUnknown::Paused));
    if today.estimates.is_empty() || !is_wanted {
        return None;
    }
    let picture = picture(today.estimates, Aspect::Focus, |moment| scale.place(moment));
    let mean = sum.likely.as_s_f64() / sum.known.as_s_f64();
    Some(EstimateLane {
        name: text.estimate_short(),
        mean: if sum.known.is_zero() { text.estimate_unknown() } else { text.estimate_mean(&chance(mean)) },
        address: model::address(Aspect::Focus, today.other_date()),
        unknown: picture.unknown.iter().map(|(x, width)| (percent(*x), percent(*width))).collect(),
        picture,
        top: FIRST_LANE_PX + 4 * LANE_PX + ESTIMATE_GAP_PX,
    })
}

impl EstimateLane {
    /// What it shows, for who does not see it.
    fn said(&self, today: &Today<'_>) -> String {
        ModelText(today.locale().language).estimate_lane(&self.name, &self.mean)
    }
}

/// Where the bars of a lane stand.
const fn floor(lane: i64) -> i64 {
    FIRST_LANE_PX + lane * LANE_PX - 4
}

pub(super) fn state_name(today: &Today<'_>, state: FlowState) -> String {
    let text = FlowText(today.locale().language);
    match state {
        FlowState::Focus => text.state_focus(),
        FlowState::Shallow => text.state_shallow(),
        FlowState::Switching => text.state_switching(),
        FlowState::Interrupted => text.state_interrupted(),
        FlowState::Away => text.state_away(),
    }
}

fn time_of(runs: &[StateRun], state: FlowState) -> Duration {
    runs.iter().filter(|run| run.state == state).map(|run| run.range.duration()).sum()
}

fn lanes(today: &Today<'_>, scale: Scale) -> Vec<StateLane> {
    let runs = &today.day.states;
    let lane = |(index, state): (i64, FlowState)| StateLane {
        name: state_name(today, state),
        time: today.locale().length(time_of(runs, state)),
        code: state_code(state),
        path: match state {
            FlowState::Interrupted => String::new(),
            _ => scale.bars(runs, state, floor(index)),
        },
    };
    (0_i64..).zip(FlowState::ALL).map(lane).collect()
}

fn sessions(today: &Today<'_>, scale: Scale) -> Vec<SessionMark> {
    let mark = |range: TimeRange| {
        let (start, end) = (scale.place(range.start()), scale.place(range.end()));
        SessionMark {
            x: percent(start),
            width: percent(end - start),
            middle: percent(i64::midpoint(start, end)),
            label: today.locale().length(range.duration()),
            class: match end - start {
                ..560 => "unlabelled",
                560..2_200 => "wide-only",
                _ => "always",
            },
        }
    };
    today.day.measures.sessions.iter().map(|session| mark(session.range)).collect()
}

fn percent(place: i64) -> String {
    format!("{}.{:02}%", place / 100, place % 100)
}

fn told(today: &Today<'_>, scale: Scale, stop: &Stop<'_>) -> StateStop {
    let (text, locale) = (today.text(), today.locale());
    let (start, end) = (scale.place(stop.range.start()), scale.place(stop.range.end()));
    let (from, to) = (locale.clock(stop.range.start()), locale.clock(stop.range.end()));
    let name = state_name(today, stop.state);
    let what = match &stop.parts[..] {
        [] => String::new(),
        [only] => {
            let application = cut(&today.named(only.application));
            match cut(only.title) {
                title if title.is_empty() => application,
                title => text.window_of(&application, &title),
            }
        }
        parts => {
            let part = |part: &super::states::Part<'_>| {
                text.stretch_part(&cut(&today.named(part.application)), &locale.length(part.time))
            };
            parts.iter().take(3).map(part).collect::<Vec<_>>().join(&text.stretch_comma())
        }
    };
    let length = locale.length(stop.range.duration());
    let words = if what.is_empty() {
        text.stretch(&from, &to, &name, &length)
    } else {
        text.state_stretch(&from, &to, &name, &length, &what)
    };
    StateStop { x: percent(start), width: percent(end - start), words }
}

/// Text from outside, cut, and kept from turning the direction of what stands around it.
fn cut(text: &str) -> String {
    let plain = without_turns(text);
    if plain.is_empty() {
        return plain;
    }
    let mut short: String = plain.chars().take(TITLE_CHARACTERS).collect();
    if short.len() < plain.len() {
        short.push('…');
    }
    if short.is_ascii() { short } else { format!("\u{2068}{short}\u{2069}") }
}

fn summary(today: &Today<'_>, extent: TimeRange) -> String {
    let (text, locale) = (today.text(), today.locale());
    let runs = &today.day.states;
    let parts = FlowState::ALL.into_iter().filter(|state| !time_of(runs, *state).is_zero());
    let parts: Vec<_> = parts
        .map(|state| text.stretch_part(&state_name(today, state), &locale.length(time_of(runs, state))))
        .collect();
    text.state_summary(
        &locale.clock(extent.start()),
        &locale.clock(extent.end()),
        &parts.join(&text.stretch_comma()),
        &locale.count(today.day.measures.sessions.len()),
        &locale.count(today.day.measures.interruptions.len()),
    )
}

fn caption(today: &Today<'_>) -> String {
    let (text, locale) = (today.text(), today.locale());
    let all = locale.count(today.day.states.len());
    match today.day.states.len() {
        1 => text.stretches_one(),
        count if count > TABLE_ROWS => text.stretches_longest(&locale.count(TABLE_ROWS), &all),
        _ => text.stretches_all(&all),
    }
}

/// The longest stretches of one state, in order of time.
fn rows(today: &Today<'_>) -> Vec<StateRow> {
    let locale = today.locale();
    let mut runs: Vec<&StateRun> = today.day.states.iter().collect();
    runs.sort_by_key(|run| std::cmp::Reverse(run.range.duration()));
    runs.truncate(TABLE_ROWS);
    runs.sort_by_key(|run| run.range.start());
    let row = |run: &&StateRun| StateRow {
        from: locale.clock(run.range.start()),
        to: locale.clock(run.range.end()),
        length: locale.length_fine(run.range.duration()),
        state: state_name(today, run.state),
        mostly: mostly(today, run),
    };
    runs.iter().map(row).collect()
}

/// The application that was longest in front.
fn mostly(today: &Today<'_>, run: &StateRun) -> String {
    let spans = &today.day.spans;
    if run.state == FlowState::Away {
        return String::new();
    }
    let first = spans.partition_point(|span| span.range.end() <= run.range.start());
    let within = spans[first..].iter().take_while(|span| span.range.start() < run.range.end());
    let mut sums = std::collections::BTreeMap::<&str, Duration>::new();
    for span in within {
        let part = span.range.intersection(run.range).map(TimeRange::duration).unwrap_or_default();
        let sum = sums.entry(&span.application).or_default();
        *sum = sum.saturating_add(part);
    }
    let most = sums.into_iter().max_by_key(|(_, time)| *time);
    most.map(|(name, _)| today.named(name)).unwrap_or_default()
}
