//! What is known of a match and what did a player say after it?

use std::borrow::Cow;
use std::collections::BTreeMap;

use attnd_core::recording::{Rating, Scale};
use attnd_core::{Duration, TimeRange, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::recording::{Problems, Source};

/// Reports are a few hundred bytes.
const MAX_BYTES: u64 = 1 << 20;
const DAY: Duration = Duration::from_s(86_400);
/// Room for one match; the longest ever played took an hour and a half.
const SLOT: Duration = Duration::from_s(2 * 3600);

/// How well one played oneself, 1 to 5.
const PERFORMANCE: Scale = Scale { name: Cow::Borrowed("performance"), lowest: 1, highest: 5 };
/// How well the others of the team played, 1 to 5.
const TEAM_PERFORMANCE: Scale = Scale { name: Cow::Borrowed("team-performance"), lowest: 1, highest: 5 };

/// `meta_info.json`; every line of it may be missing.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Match {
    match_duration: Option<f64>,
    real_opponents: Option<Value>,
    communication: Option<Value>,
    team: Option<String>,
    day_num: Option<u16>,
    day_match_num: Option<u16>,
    game_version: Option<String>,
}

/// `player_report.json`.
#[derive(Debug, Deserialize)]
pub(super) struct Report {
    role: Option<String>,
    mental_load: Option<f64>,
    performance_evaluation: Option<f64>,
    performance_evaluation_teammates: Option<f64>,
    sensing_system_disturbance: Option<String>,
}

impl Match {
    pub(super) fn read(
        folder: &str,
        index: Option<usize>,
        source: &Source<'_>,
        problems: &mut Problems,
    ) -> Self {
        let Some(index) = index else {
            problems.file(folder, "the match has no meta_info.json: its team, kind and day are not known");
            return Self::default();
        };
        json(index, source, problems).unwrap_or_default()
    }

    /// Who played: the two teams number their players alike.
    pub(super) fn subject(&self, folder: &str, player: &str) -> String {
        match &self.team {
            Some(team) => format!("{team}-{player}"),
            None => format!("{folder}-{player}"),
        }
    }

    pub(super) fn beginning(&self) -> Timestamp {
        let days = DAY.ns() * i64::from(self.day_num.unwrap_or(0));
        let slots = SLOT.ns() * i64::from(self.day_match_num.unwrap_or(0));
        Timestamp::from_ns_saturating(days.saturating_add(slots))
    }

    /// From its beginning to its end, as far as the length is known.
    pub(super) fn range(&self) -> TimeRange {
        let length = self.match_duration.and_then(|seconds| Duration::from_s_f64(seconds).ok());
        TimeRange::from(self.beginning(), length.unwrap_or_default())
    }

    pub(super) fn tags(&self) -> BTreeMap<String, String> {
        let mut tags = self.context();
        let said = [("team", &self.team), ("game_version", &self.game_version)];
        tags.extend(said.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text.clone()?))));
        let numbers = [("day", self.day_num), ("match_of_day", self.day_match_num)];
        tags.extend(
            numbers.into_iter().filter_map(|(name, number)| Some((name.to_owned(), number?.to_string()))),
        );
        tags
    }

    /// What was known before the match.
    fn context(&self) -> BTreeMap<String, String> {
        [("real_opponents", &self.real_opponents), ("communication", &self.communication)]
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), word(value.as_ref()?))))
            .collect()
    }
}

impl Report {
    pub(super) fn read(
        match_folder: &str,
        player_folder: &str,
        index: Option<usize>,
        source: &Source<'_>,
        problems: &mut Problems,
    ) -> Option<Self> {
        let Some(index) = index else {
            let place = format!("{match_folder}/{player_folder}");
            problems.file(&place, "there is no player_report.json: the recording has no answers");
            return None;
        };
        json(index, source, problems)
    }

    pub(super) fn tags(&self) -> impl Iterator<Item = (String, String)> {
        [("role", &self.role), ("sensing_system_disturbance", &self.sensing_system_disturbance)]
            .into_iter()
            .filter_map(|(name, text)| Some((name.to_owned(), text.clone()?)))
    }
}

/// What the player answered, about the whole match.
pub(super) fn ratings(report: Option<&Report>, played: TimeRange, about: &Match) -> Vec<Rating> {
    let Some(report) = report else { return Vec::new() };
    let mut context = about.context();
    context.extend(report.role.iter().map(|role| ("role".to_owned(), role.clone())));
    [
        (Scale::MENTAL_LOAD, report.mental_load),
        (PERFORMANCE, report.performance_evaluation),
        (TEAM_PERFORMANCE, report.performance_evaluation_teammates),
    ]
    .into_iter()
    .filter_map(|(scale, value)| {
        let value = value.filter(|value| value.fract() == 0.0)?;
        let within = (f64::from(scale.lowest)..=f64::from(scale.highest)).contains(&value);
        let rating = |scale| Rating {
            scale,
            value: value as i32,
            about: played,
            answered: played.end(),
            context: context.clone(),
        };
        within.then(|| rating(scale))
    })
    .collect()
}

fn json<T: DeserializeOwned>(index: usize, source: &Source<'_>, problems: &mut Problems) -> Option<T> {
    let file = &source.entries()[index].path;
    match source.whole(index, MAX_BYTES).map(|bytes| serde_json::from_slice(&bytes)) {
        Ok(Ok(document)) => return Some(document),
        Ok(Err(error)) => problems.file(file, format!("is no such report and is left out: {error}")),
        Err(error) => problems.file(file, format!("cannot be read and is left out: {error}")),
    }
    None
}

/// 0 and 1, true and false, and words alike.
fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(value) => u8::from(*value).to_string(),
        other => other.to_string(),
    }
}
