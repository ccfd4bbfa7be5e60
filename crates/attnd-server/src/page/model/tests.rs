//! Does Model say what is known, how sure that is, and from what; and nothing more?

use std::collections::BTreeMap;

use attnd_core::{Duration, TimeRange, Timestamp};
use attnd_engine::continual::{
    CalibrationBin, Change as ModelChange, ChangeReason, CurvePoint, Rung, Standing,
};
use attnd_engine::probe::{Asking, ProbeSettings};
use attnd_engine::understand::{
    AnswerKind, Aspect, Basis, Card, Coverage, Estimate, Estimating, Evident, Figures, Grounds, Instrument,
    Learned, Limit, PersonAnswer, Source, SourceConsent, SourceUse, Split, Understanding, Understood,
    WhyUnknown,
};
use attnd_engine::{CategoryRules, Reason, Stage};
use axum::http::HeaderMap;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use super::view::Model;
use crate::page::change::{Before, Change, Said};
use crate::page::text::Language;
use crate::page::visitor::Visitor;

const TODAY: Date = date(2026, 11, 20);

fn at(minute: u32) -> Timestamp {
    Timestamp::parse("2026-11-20T00:00:00Z").unwrap().saturating_add(Duration::from_s(minute * 60))
}

fn span(from: u32, to: u32) -> TimeRange {
    TimeRange::new(at(from), at(to)).unwrap()
}

/// Everything the page is made from, owned.
struct Given {
    visitor: Visitor,
    aspect: Aspect,
    date: Date,
    estimates: Vec<Estimate>,
    grounds: Option<Grounds>,
    understanding: Understanding,
    answers: Vec<PersonAnswer>,
    questions: ProbeSettings,
    sensed: bool,
    change: Option<Change>,
}

fn learned(aspect: Aspect) -> Learned {
    let rungs = [Stage::Normalised, Stage::Intercept, Stage::Weights];
    Learned {
        aspect,
        answers: 0,
        yes: 0,
        corrections: 0,
        used: (aspect == Aspect::Focus).then_some(Stage::Normalised),
        version: 1,
        card: Card {
            estimator: Estimating::Rules,
            features: vec!["switches_per_h_15min".to_owned(), "share_focus_60min".to_owned()],
            learnt_from: None,
            fitted: None,
            data_hash: String::new(),
            seed: 7,
            split: Split::Prequential,
            ours: None,
            rules: None,
            base_rate: None,
            limits: vec![Limit::FewAnswers, Limit::SelfReport],
        },
        curve: Vec::new(),
        calibration: Vec::new(),
        ladder: rungs
            .map(|stage| Rung {
                stage,
                judged: 0,
                log_loss: None,
                standing: if stage == Stage::Normalised {
                    Standing::Champion
                } else {
                    Standing::TooFewAnswers { missing: 12 }
                },
            })
            .into(),
        changes: Vec::new(),
        coverage: None,
    }
}

fn nothing(language: Language) -> Given {
    let mut visitor = Visitor::of(&HeaderMap::new(), "");
    visitor.locale.language = language;
    visitor.locale.zone = TimeZone::UTC;
    Given {
        visitor,
        aspect: Aspect::Focus,
        date: TODAY,
        estimates: Vec::new(),
        grounds: None,
        understanding: Understanding {
            focus: learned(Aspect::Focus),
            load: learned(Aspect::Load),
            sources: Vec::new(),
            answers: 0,
            unreadable: Vec::new(),
        },
        answers: Vec::new(),
        questions: ProbeSettings::default(),
        sensed: false,
        change: None,
    }
}

/// Nine to twelve: likely until ten, unlikely until eleven, then both possible.
fn morning(language: Language) -> Given {
    let estimates = (540..720)
        .map(|minute| {
            let known =
                |yes: f64| Understood::Known { yes, low: yes - 0.1, high: yes + 0.08, basis: Basis::Rules };
            Estimate {
                at: span(minute, minute + 1),
                focus: match minute {
                    ..600 => known(0.9),
                    600..660 => known(0.2),
                    _ => Understood::Unknown(WhyUnknown::BothPossible { yes: 0.5 }),
                },
                load: Understood::Unknown(WhyUnknown::TooFewAnswers { missing: 8 }),
            }
        })
        .collect();
    let reasons = vec![Reason {
        name: "switches_per_h_15min".to_owned(),
        value: Some(4.0),
        word: None,
        usual: Some(11.0),
        effect: 0.8,
    }];
    let grounds = Grounds { aspect: Aspect::Focus, range: span(660, 720), minutes: 60, reasons };
    Given { estimates, grounds: Some(grounds), sensed: true, ..nothing(language) }
}

fn answer(number: u32, value: i32, kind: AnswerKind) -> PersonAnswer {
    PersonAnswer {
        id: format!("answer{number}"),
        kind,
        instrument: Instrument::Focus,
        values: vec![value],
        about: span(540 + number % 100, 555 + number % 100),
        answered: at(560 + number % 100),
        evident: Evident { moments: Vec::new(), estimated: BTreeMap::from([(Aspect::Focus, 0.72)]) },
    }
}

/// A morning after many answers.
fn taught(language: Language, count: u32) -> Given {
    let mut given = morning(language);
    let figures = Figures { answers: count, auc: Some(0.81), brier: 0.152, log_loss: 0.471, ece: 0.043 };
    given.answers = (0..count)
        .map(|number| answer(number, 1 + i32::try_from(number % 5).unwrap(), AnswerKind::Correction))
        .collect();
    given.understanding.answers = count;
    given.understanding.sources =
        vec![SourceConsent { source: Source::Flow, decided: SourceUse::Given, at: Some(at(1)) }];
    let focus = &mut given.understanding.focus;
    focus.answers = count;
    focus.yes = count / 2;
    focus.used = Some(Stage::Intercept);
    focus.card.ours = Some(figures);
    focus.card.rules = Some(Figures { auc: None, log_loss: 0.6, ..figures });
    focus.card.learnt_from = Some(span(0, 700));
    focus.card.data_hash = "a3".repeat(32);
    focus.curve = (1..=count)
        .map(|answers| CurvePoint {
            answers,
            ours: 0.47 + 0.3 / f64::from(answers),
            rules: 0.6,
            base_rate: 0.65,
            hour_of_day: 0.66,
        })
        .collect();
    focus.calibration = vec![
        CalibrationBin { from: 0.2, to: 0.3, said: 0.25, came_true: 0.25, answers: count / 3 },
        CalibrationBin { from: 0.7, to: 0.8, said: 0.7, came_true: 0.64, answers: count / 2 },
        CalibrationBin { from: 0.9, to: 1.0, said: 0.95, came_true: 0.0, answers: 0 },
    ];
    focus.ladder[0].standing = Standing::Challenger;
    focus.ladder[1] =
        Rung { stage: Stage::Intercept, judged: count, log_loss: Some(0.471), standing: Standing::Champion };
    focus.changes = vec![
        ModelChange {
            at: at(100),
            answers: 12,
            from: Stage::Normalised,
            to: Stage::Intercept,
            why: ChangeReason::Better { by_nats: 0.05, over: 12 },
        },
        ModelChange {
            at: at(200),
            answers: 20,
            from: Stage::Weights,
            to: Stage::Intercept,
            why: ChangeReason::Worse { by_nats: 0.04, over: 9 },
        },
    ];
    focus.coverage = Some(Coverage { nominal: 0.9, observed: 0.91, unknown: 0.4, answers: count });
    given
}

fn page(given: &Given) -> String {
    Model {
        visitor: &given.visitor,
        now: at(725),
        aspect: given.aspect,
        date: given.date,
        range: span(0, 1_440),
        estimates: &given.estimates,
        grounds: given.grounds.as_ref(),
        understanding: &given.understanding,
        answers: &given.answers,
        questions: &given.questions,
        sensed: given.sensed,
        simulated: false,
        change: given.change.as_ref(),
        rules: &CategoryRules::default_rules(),
        refused: None,
    }
    .html()
    .unwrap()
}

/// The headline and what stands below it.
fn said(given: &Given) -> String {
    let html = page(given);
    let between = |from: &str, to: &str| {
        html.split(from).nth(1).and_then(|rest| rest.split(to).next()).unwrap_or_default().to_owned()
    };
    format!("{}\n  {}", between("<h1>", "</h1>"), between("<p class=\"lead\">", "</p>"))
}

#[test]
fn the_sentence_says_what_how_sure_and_from_what() {
    let mut unknown = morning(Language::En);
    unknown.aspect = Aspect::Load;
    let yesterday = Given { date: date(2026, 11, 19), ..morning(Language::En) };
    let lines = [
        said(&nothing(Language::En)),
        said(&nothing(Language::Zh)),
        said(&morning(Language::En)),
        said(&morning(Language::Zh)),
        said(&yesterday),
        said(&unknown),
        said(&taught(Language::En, 24)),
        said(&taught(Language::Zh, 24)),
    ];
    insta::assert_snapshot!(lines.join("\n"), @r"
    attnd knows nothing yet about how focused you are.
      It needs a running watcher to see the rhythm of your work, and your own word for it a few times a day.
    attnd 还不知道您有多专注。
      它需要一个正在运行的采集器来观察工作节奏，还需要您每天几次说出实情。
    Between 09:00 and 12:00 you were probably focused for 1 h 06 min.
      attnd can judge most of that time, and not the rest. From general rules alone, no answer of yours yet. They have not been checked against you.
    09:00 到 12:00，您大约专注了 1 小时 6 分。
      这段时间 attnd 能判断大部分，其余不能。仅根据通用规则，还没有您的回答，也尚未与您的实际情况核对过。
    Between 09:00 and 12:00 yesterday you were probably focused for 1 h 06 min.
      attnd can judge most of that time, and not the rest. From general rules alone, no answer of yours yet. They have not been checked against you.
    Between 09:00 and 12:00: attnd cannot tell how much mental work it was.
      The reason: it takes 8 more answers of yours. There are no general rules for it.
    Between 09:00 and 12:00 you were probably focused for 1 h 06 min.
      attnd can judge most of that time, and not the rest. From 24 answers of yours.
    09:00 到 12:00，您大约专注了 1 小时 6 分。
      这段时间 attnd 能判断大部分，其余不能。根据您的 24 个回答。
    ");
}

#[test]
fn nothing_is_told_of_nothing_but_what_would_teach() {
    let html = page(&nothing(Language::En));
    assert!(html.contains("How to start a watcher") && !html.contains("class=\"band\""), "{html}");
    assert!(html.contains("You have not answered anything yet"));
    let html = page(&morning(Language::En));
    assert!(html.contains("href=\"/settings#questions\">Let attnd ask"), "being asked would teach most");
    let asked = ProbeSettings { asking: Asking::AtBreakpoints, ..ProbeSettings::default() };
    let html = page(&Given { questions: asked, ..morning(Language::En) });
    assert!(!html.contains("Let attnd ask") && html.contains("At most 6 a day, between 08:00 and 20:00."));
}

#[test]
fn what_is_not_known_is_hatched_and_no_zero() {
    let html = page(&morning(Language::En));
    assert_eq!(html.matches("class=\"unknown\"").count(), 1, "one stretch, not sixty minutes");
    assert!(html.contains("11:00 – 11:15  not known: both answers are possible"));
    assert!(!html.contains("11:00 – 11:15  likely focused: 0%"));
    let mut load = morning(Language::En);
    load.aspect = Aspect::Load;
    let html = page(&load);
    assert!(html.contains("<path class=\"band\" d=\"\"/>") && !html.contains("action=\"/model/wrong\""));
}

#[test]
fn the_last_stretch_that_was_judged_can_be_called_wrong() {
    let html = page(&morning(Language::En));
    let form = html.split("action=\"/model/wrong\"").nth(1).unwrap().split("</form>").next().unwrap();
    assert!(
        form.contains("value=\"2026-11-20T10:45:00Z\"") && form.contains("value=\"2026-11-20T11:00:00Z\"")
    );
    assert!(form.contains("10:45 – 11:00  likely focused: 20%, between 10% and 28%"), "{form}");
}

#[test]
fn curves_and_plots_wait_for_answers() {
    let one = page(&taught(Language::En, 1));
    assert!(one.contains("From ten answers on there is a curve") && one.contains("too few answers to say"));
    let many = page(&taught(Language::En, 24));
    assert!(many.contains("20% better than the best simple rule, Rules."), "{many}");
    assert!(many.contains("When it said about 70%, it was so in 64% of 12."));
    assert_eq!(many.matches("class=\"spread\"").count(), 2, "a range without answers has no dot");
    assert!(many.contains("AUC 0.81, Brier 0.152, log-loss 0.471, ECE 0.043; 24 answers of yours"));
    assert!(many.contains("AUC not defined"));
    assert!(many.contains("taken back: worse by 0.04 nats an answer, over 9 answers of yours"));
}

#[test]
fn hundreds_of_answers_stay_a_page() {
    for language in Language::ALL {
        let html = page(&taught(language, 700));
        assert!(html.len() < 200_000, "{}", html.len());
        assert_eq!(html.matches("/delete\">").count(), 50);
    }
}

#[test]
fn a_change_is_said_and_can_be_taken_back() {
    let mut given = morning(Language::En);
    given.change = Some(Change {
        id: "4".to_owned(),
        said: Said::Corrected(span(645, 660)),
        before: Some(Before::Answer),
        page: "/model".to_owned(),
        section: "said",
    });
    let html = page(&given);
    assert!(
        html.contains("Noted: from 10:45 to 11:00 it was otherwise.") && html.contains("/changes/4/undo")
    );
}

#[test]
fn nobody_is_praised_blamed_or_felt_for() {
    for given in [nothing(Language::En), morning(Language::En), taught(Language::En, 24)] {
        let html = page(&given).to_lowercase();
        for word in
            ["productiv", "great job", "well done", "lazy", "happy", "stress", "emotion", "mood", "score"]
        {
            assert!(!html.contains(word), "{word}");
        }
    }
}
