//! How are measures said in a terminal? A sentence, then rows under each other, each with its unit.

use std::collections::BTreeMap;

use attnd_core::{Duration, Timestamp};
use attnd_engine::measure::Quantiles;
use serde::Deserialize;

use super::said;
use crate::category_names::CategoryNames;
use crate::columns::{Bar, Grid};
use crate::words::Language;

/// What is shown of the daemon's answer.
#[derive(Deserialize)]
pub(super) struct Measured {
    pub(super) active_s: f64,
    focus_s: f64,
    uncategorized_s: f64,
    in_sessions_s: f64,
    levels: Vec<Level>,
    sessions: Vec<Session>,
    deep_work: DeepWork,
    longest_session: f64,
    fragmentation: Option<f64>,
    interruptions: Vec<Interruption>,
    resume_lag: Option<Spread>,
    breaks: Vec<Stretch>,
    longest_unbroken: Option<Stretch>,
    pub(super) steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Level {
    level: String,
    switches_per_h: Option<f64>,
    dwell: Option<Spread>,
}

#[derive(Deserialize)]
struct Spread {
    median_s: f64,
}

#[derive(Deserialize)]
struct Session {
    from: Timestamp,
    to: Timestamp,
    focus_s: f64,
}

#[derive(Deserialize)]
struct DeepWork {
    min_25: f64,
    min_60: f64,
    min_120: f64,
}

#[derive(Deserialize)]
struct Interruption {
    by: Vec<String>,
    handling_s: f64,
    resume_lag_s: f64,
}

#[derive(Deserialize)]
struct Stretch {
    from: Timestamp,
    to: Timestamp,
}

#[derive(Deserialize)]
pub(super) struct Step {
    pub(super) from: Timestamp,
    active_s: f64,
    focus_s: f64,
    sessions: u32,
    switches_per_h: Option<f64>,
    interruptions: u32,
    resume_lag_s: Option<f64>,
}

/// Where there is nothing to say.
const NOTHING: &str = "–";

impl Measured {
    /// How attention went.
    pub(super) fn sentence(&self, language: Language) -> String {
        let lag = self.resume_lag.as_ref().map(|lag| said(lag.median_s, language));
        let is_at_once = self.resume_lag.as_ref().is_some_and(|lag| lag.median_s < 1.0);
        let focus = said(self.sessions.iter().map(|session| session.focus_s).sum(), language);
        let (sessions, interruptions) = (self.sessions.len(), self.interruptions.len());
        let longest = self.longest_s().map(|longest| said(longest, language));
        match language {
            Language::English => {
                let pieces = if sessions == 1 { "piece" } else { "pieces" };
                let focus = match longest {
                    Some(longest) => {
                        format!("{focus} of focus in {sessions} {pieces}, the longest {longest}.")
                    }
                    None => "No focus session.".to_owned(),
                };
                match (interruptions, lag) {
                    (1, Some(lag)) => format!("{focus} One interruption, and {lag} to be back after it."),
                    (count, Some(_)) if is_at_once => {
                        format!("{focus} {count} interruptions; half of them led straight back.")
                    }
                    (count, Some(lag)) => {
                        format!(
                            "{focus} {count} interruptions; after half of them focus was back within {lag}."
                        )
                    }
                    _ => format!("{focus} No interruption was seen."),
                }
            }
            Language::Chinese => {
                let focus = match longest {
                    Some(longest) => format!("专注 {focus}，分成 {sessions} 段，最长 {longest}。"),
                    None => "没有成段的专注。".to_owned(),
                };
                match (interruptions, lag) {
                    (1, Some(lag)) => format!("{focus}被打断 1 次，事后 {lag} 回到专注。"),
                    (count, Some(_)) if is_at_once => {
                        format!("{focus}被打断 {count} 次，其中一半之后立即回到专注。")
                    }
                    (count, Some(lag)) => {
                        format!("{focus}被打断 {count} 次，其中一半在事后 {lag} 内回到专注。")
                    }
                    _ => format!("{focus}没有观察到打断。"),
                }
            }
        }
    }

    /// How much of it was focus, and how much of that in one piece.
    pub(super) fn attention(&self, language: Language) -> Grid {
        let mut grid = Grid::default();
        let mut row = |en, zh, value: String, share: Option<f64>| {
            let share = share.map(percent).unwrap_or_default();
            grid.row([language.pick(en, zh).to_owned(), value, share], None);
        };
        let part = |seconds: f64| Some(seconds / self.active_s).filter(|part| part.is_finite());
        let time = |seconds| said(seconds, language);
        row("Time at the computer", "使用电脑", time(self.active_s), None);
        row("In focus", "专注", time(self.focus_s), part(self.focus_s));
        row("Not in a category", "未分类", time(self.uncategorized_s), part(self.uncategorized_s));
        row("In focus sessions", "专注时段内", time(self.in_sessions_s), part(self.in_sessions_s));
        let deep = &self.deep_work;
        row("Sessions", "专注时段", pieces(self.sessions.len(), language), None);
        row("  of 25 min or more", "  25 分钟以上", String::new(), Some(deep.min_25));
        row("  of 60 min or more", "  60 分钟以上", String::new(), Some(deep.min_60));
        row("  of 120 min or more", "  120 分钟以上", String::new(), Some(deep.min_120));
        let longest = self.longest_s();
        let longest_share = longest.map(|_| self.longest_session);
        row("Longest session", "最长专注时段", longest.map_or_else(nothing, time), longest_share);
        let pauses: f64 = self.breaks.iter().map(Stretch::length_s).sum();
        let pauses = match (self.breaks.len(), language) {
            (0, _) => nothing(),
            (count, Language::English) => format!("{count}, {}", time(pauses)),
            (count, Language::Chinese) => format!("{count} 次，{}", time(pauses)),
        };
        row("Breaks", "休息", pauses, None);
        let unbroken = self.longest_unbroken.as_ref().map(|stretch| time(stretch.length_s()));
        row("Longest without a break", "最长连续使用", unbroken.unwrap_or_else(nothing), None);
        let fragmentation = self.fragmentation.map(|share| format!("{share:.2}"));
        row(
            "Fragmentation (0 one block, 1 many)",
            "碎片化（0 整块，1 零碎）",
            fragmentation.unwrap_or_else(nothing),
            None,
        );
        grid
    }

    /// Switches and stays at each level.
    pub(super) fn switches(&self, language: Language) -> Grid {
        let head = [("Between", "层级"), ("Switches", "切换"), ("Median stay", "停留中位数")];
        let mut grid = Grid::with_head(head.map(|(en, zh)| language.pick(en, zh).to_owned()));
        for level in &self.levels {
            let name = match level.level.as_str() {
                "window" => language.pick("Windows", "窗口"),
                "application" => language.pick("Applications", "应用"),
                "category" => language.pick("Categories", "类别"),
                "work" => language.pick("Pieces of work", "工作内容"),
                other => other,
            };
            let stay = level.dwell.as_ref().map(|dwell| said(dwell.median_s, language));
            let rate = level.switches_per_h.map(|rate| per_hour(rate, language));
            grid.row([name.to_owned(), rate.unwrap_or_else(nothing), stay.unwrap_or_else(nothing)], None);
        }
        grid
    }

    /// What focus was left for, most often first; `None` where it never was.
    pub(super) fn interrupted(&self, top: usize, names: &CategoryNames, language: Language) -> Option<Grid> {
        let mut by: BTreeMap<&[String], Vec<&Interruption>> = BTreeMap::new();
        for interruption in &self.interruptions {
            by.entry(&interruption.by).or_default().push(interruption);
        }
        let mut by: Vec<_> = by.into_iter().collect();
        by.sort_by_key(|(_, interruptions)| std::cmp::Reverse(interruptions.len()));
        let head = [
            ("By", "来源"),
            ("Times", "次数"),
            ("Time there", "花费时间"),
            ("Median to be back", "恢复中位数"),
        ];
        let mut grid = Grid::with_head(head.map(|(en, zh)| language.pick(en, zh).to_owned()));
        for (path, interruptions) in by.iter().take(top) {
            let handling = interruptions.iter().map(|interruption| interruption.handling_s).sum();
            let lags = interruptions.iter().map(|interruption| length(interruption.resume_lag_s)).collect();
            let lag = Quantiles::of(lags).map(|lags| language.duration(lags.median));
            grid.row(
                [
                    names.of(path),
                    count(interruptions.len(), language),
                    said(handling, language),
                    lag.unwrap_or_else(nothing),
                ],
                None,
            );
        }
        (!by.is_empty()).then_some(grid)
    }

    /// Step by step, with the part of the longest step that was active, and that was focus.
    pub(super) fn over_time(&self, label: impl Fn(Timestamp) -> String, language: Language) -> Grid {
        let head = [
            ("From", "起"),
            ("Active", "使用"),
            ("Focus", "专注"),
            ("Sessions", "时段"),
            ("Switches", "类别切换"),
            ("Interr.", "打断"),
            ("Back after", "恢复用时"),
        ];
        let mut grid = Grid::with_head(head.map(|(en, zh)| language.pick(en, zh).to_owned()));
        let most = self.steps.iter().map(|step| step.active_s).fold(0.0, f64::max);
        for step in &self.steps {
            if step.active_s <= 0.0 {
                grid.row([label(step.from), nothing()], None);
                continue;
            }
            grid.row(
                [
                    label(step.from),
                    said(step.active_s, language),
                    said(step.focus_s, language),
                    step.sessions.to_string(),
                    step.switches_per_h.map_or_else(nothing, |rate| per_hour(rate, language)),
                    step.interruptions.to_string(),
                    step.resume_lag_s.map_or_else(nothing, |lag| said(lag, language)),
                ],
                Some(Bar { solid: step.focus_s / most, whole: step.active_s / most }),
            );
        }
        grid
    }

    fn longest_s(&self) -> Option<f64> {
        self.sessions.iter().map(|session| session.to.since(session.from).as_s_f64()).reduce(f64::max)
    }
}

impl Stretch {
    fn length_s(&self) -> f64 {
        self.to.since(self.from).as_s_f64()
    }
}

fn nothing() -> String {
    NOTHING.to_owned()
}

fn count(count: usize, language: Language) -> String {
    match language {
        Language::English => count.to_string(),
        Language::Chinese => format!("{count} 次"),
    }
}

fn pieces(count: usize, language: Language) -> String {
    match language {
        Language::English => count.to_string(),
        Language::Chinese => format!("{count} 段"),
    }
}

/// Three digits say all that a rate can.
fn per_hour(rate: f64, language: Language) -> String {
    let rate = if rate < 9.95 { format!("{rate:.1}") } else { format!("{rate:.0}") };
    match language {
        Language::English => format!("{rate} /h"),
        Language::Chinese => format!("{rate} 次/时"),
    }
}

fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

fn length(seconds: f64) -> Duration {
    Duration::from_s_f64(seconds.max(0.0)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::columns::Room;

    fn measured(sessions: &[u32], lags_s: &[f64]) -> Measured {
        let stretch = |minutes: &u32| {
            let from = Timestamp::parse("2026-03-05T08:00:00Z").unwrap();
            let to = from.saturating_add(Duration::from_s(minutes * 60));
            json!({"from": from, "to": to, "focus_s": f64::from(*minutes) * 54.0})
        };
        let interruptions = lags_s.iter().map(|lag| {
            let by = if *lag < 30.0 { ["Communication", "Mail"] } else { ["Media", "News"] };
            json!({"by": by, "handling_s": 120.0, "resume_lag_s": lag})
        });
        let median_s = Quantiles::of(lags_s.iter().map(|lag| length(*lag)).collect())
            .map(|lags| json!({"median_s": lags.median.as_s_f64()}));
        serde_json::from_value(json!({
            "active_s": 30_300.0, "focus_s": 9_480.0, "uncategorized_s": 2_460.0, "in_sessions_s": 9_000.0,
            "levels": [
                {"level": "window", "switches_per_h": 96.5, "dwell": {"median_s": 30.0}},
                {"level": "work", "switches_per_h": 2.6, "dwell": null},
            ],
            "sessions": sessions.iter().map(stretch).collect::<Vec<_>>(),
            "deep_work": {"min_25": 0.297, "min_60": 0.297, "min_120": 0.0},
            "longest_session": 0.172, "fragmentation": 0.91,
            "interruptions": interruptions.collect::<Vec<_>>(), "resume_lag": median_s,
            "breaks": [stretch(&17)], "longest_unbroken": stretch(&360),
            "steps": [
                {"from": "2026-03-05T00:00:00Z", "active_s": 30_300.0, "focus_s": 9_480.0, "sessions": 2, "switches_per_h": 11.4, "interruptions": 3, "resume_lag_s": 20.0},
                {"from": "2026-03-06T00:00:00Z", "active_s": 0.0, "focus_s": 0.0, "sessions": 0, "switches_per_h": null, "interruptions": 0, "resume_lag_s": null},
            ],
        }))
        .unwrap()
    }

    #[test]
    fn the_sentence_is_said_for_many_one_and_none() {
        let say = |sessions: &[u32], lags: &[f64], language| measured(sessions, lags).sentence(language);
        use Language::{Chinese, English};
        assert_eq!(
            say(&[87, 63], &[15.0, 20.0, 40.0], English),
            "2 h 15 min of focus in 2 pieces, the longest 1 h 27 min. 3 interruptions; after half of them focus was back within 20 s."
        );
        assert_eq!(
            say(&[87], &[15.0], English),
            "1 h 18 min of focus in 1 piece, the longest 1 h 27 min. One interruption, and 15 s to be back after it."
        );
        assert_eq!(
            say(&[87], &[0.0, 0.0, 40.0], English),
            "1 h 18 min of focus in 1 piece, the longest 1 h 27 min. 3 interruptions; half of them led straight back."
        );
        assert_eq!(say(&[], &[], English), "No focus session. No interruption was seen.");
        assert_eq!(
            say(&[87, 63], &[15.0, 20.0, 40.0], Chinese),
            "专注 2 小时 15 分钟，分成 2 段，最长 1 小时 27 分钟。被打断 3 次，其中一半在事后 20 秒 内回到专注。"
        );
        assert_eq!(say(&[], &[], Chinese), "没有成段的专注。没有观察到打断。");
    }

    #[test]
    fn rows_carry_their_units() {
        let measured = measured(&[87, 63], &[15.0, 20.0, 40.0]);
        let written = |grid: Grid| grid.written(Room::Plain);
        let attention = written(measured.attention(Language::English));
        for row in ["In focus                             2 h 38 min  31%", "1, 17 min", "6 h", "0.91"] {
            assert!(attention.contains(row), "{row}\n{attention}");
        }
        let switches = written(measured.switches(Language::English));
        assert!(switches.contains("96 /h") && switches.contains("2.6 /h"), "{switches}");
        let names = CategoryNames::of_paths();
        let interrupted = written(measured.interrupted(10, &names, Language::English).unwrap());
        assert!(interrupted.contains("Communication › Mail      2       4 min"), "{interrupted}");
        let steps = written(measured.over_time(|at| at.to_string(), Language::English));
        assert_eq!(steps.lines().count(), 3, "{steps}");
        assert!(steps.lines().last().is_some_and(|line| line.ends_with(NOTHING)), "{steps}");
    }
}
