//! What does the demonstration show? A month of simulated data, and what the simulated person said of it, in a directory of
//! its own.

use std::sync::{Arc, Mutex, PoisonError};

use attnd_core::{BucketType, Clock, Duration, Event, Problem, Timestamp};
use attnd_engine::flow::Day;
use attnd_engine::understand::{Instrument, Source, SourceUse};
use attnd_engine::{Access, Actor, Engine, Scope};
use attnd_sense::simulate::{SimulateConfig, SimulatedAnswer, Simulation};
use jiff::tz::TimeZone;

use super::period;
use crate::output::Output;
use crate::words::Language;

const DAYS: u32 = 30;
const SEED: u64 = 2026;
const BATCH: usize = 2_000;

/// How long the simulated person thinks about a question.
const THOUGHT: Duration = Duration::from_s(10);

/// The machine's clock, which goes back for the time in which the simulated person answers: each answer has to be given
/// when its time was, so that nothing later is known with it.
#[derive(Default)]
pub(super) struct WeeksClock {
    then: Mutex<Option<Timestamp>>,
}

impl WeeksClock {
    fn set(&self, then: Option<Timestamp>) {
        *self.then.lock().unwrap_or_else(PoisonError::into_inner) = then;
    }
}

impl Clock for WeeksClock {
    fn now(&self) -> Timestamp {
        self.then.lock().unwrap_or_else(PoisonError::into_inner).unwrap_or_else(|| period::here().0)
    }
}

/// Makes the month that ends now, in place of the one an earlier start made.
pub(super) async fn load(engine: &Arc<Engine>, clock: &WeeksClock, output: &Output) -> Result<(), Problem> {
    let (now, zone) = period::here();
    let today = now.jiff().to_zoned(zone.clone()).date();
    let person = engine.local_person();
    let access = Access::new(person, Actor::Daemon, vec![Scope::Admin]);
    if !engine.answers(person).await?.is_empty() {
        engine.delete_all_answers(&access).await?;
    }
    for bucket in engine.buckets(person).await? {
        if bucket.data.fields().contains_key("simulated") {
            engine.delete_bucket(&access, &bucket.id).await?;
        }
    }
    let simulation = Simulation::new(SimulateConfig {
        days: DAYS,
        seed: SEED,
        last_day: today,
        time_zone: zone.clone(),
        hostname: engine.config().hostname.clone(),
    });
    let bar = output.progress(None);
    for (bucket, events) in simulation.generate() {
        let id = bucket.id.clone();
        engine.create_bucket(&access, bucket).await?;
        // What has not happened yet is not there.
        let past: Vec<Event> = events.into_iter().filter(|event| event.end() <= now).collect();
        for batch in past.chunks(BATCH) {
            engine.insert(&access, &id, batch.to_vec()).await?;
            bar.tick();
        }
    }
    engine.decide_source(&access, Source::Flow, SourceUse::Given).await?;
    let answers = simulation.days().flat_map(|day| day.answers);
    for answer in answers.filter(|answer| answer.at.saturating_add(THOUGHT) < now) {
        let said = say(engine, clock, &access, answer, &zone).await;
        clock.set(None);
        said?;
        bar.tick();
    }
    bar.finish_and_clear();
    Ok(())
}

/// Asks and answers as the person would who presses "ask me".
async fn say(
    engine: &Arc<Engine>,
    clock: &WeeksClock,
    access: &Access,
    answer: SimulatedAnswer,
    zone: &TimeZone,
) -> Result<(), Problem> {
    for (instrument, value) in
        [(Instrument::Focus, answer.focus), (Instrument::MentalLoad, answer.mental_load)]
    {
        clock.set(Some(answer.at));
        let probe = engine.ask_me(access, instrument).await?;
        clock.set(Some(answer.at.saturating_add(THOUGHT)));
        engine.answer_probe(access, &probe.id, vec![value], zone).await?;
    }
    Ok(())
}

/// The day so far in a sentence; before anything happened today, the latest day on which it did.
pub(super) async fn day_in_words(engine: &Arc<Engine>, language: Language) -> Result<String, Problem> {
    let (now, zone) = period::here();
    let person = engine.local_person();
    let today = now.jiff().to_zoned(zone.clone()).date();
    let day = engine.day(person, today, &zone).await?;
    if !day.spans.is_empty() {
        return Ok(sentence(&day, language.pick("Today so far", "今天到现在"), language));
    }
    let windows =
        engine.buckets(person).await?.into_iter().filter(|bucket| bucket.kind.as_str() == BucketType::WINDOW);
    match windows.filter_map(|bucket| bucket.extent).map(|extent| extent.end).max() {
        Some(end) => {
            let day = engine.day(person, end.jiff().to_zoned(zone.clone()).date(), &zone).await?;
            Ok(sentence(&day, &day.date.to_string(), language))
        }
        None => Ok(language
            .pick(
                "Nothing is sensed yet: start the watcher with 'attnd watch'.",
                "尚无记录：请用 attnd watch 启动采集器。",
            )
            .to_owned()),
    }
}

fn sentence(day: &Day, when: &str, language: Language) -> String {
    let top = day.applications.iter().take(3);
    let top: Vec<_> =
        top.map(|share| format!("{} {}", share.name, language.duration(share.active))).collect();
    let active = language.duration(day.active);
    match language {
        Language::English => {
            let simulated = if day.simulated { " (simulated)" } else { "" };
            format!("{when}{simulated}: {active} at the computer – {}.", top.join(", "))
        }
        Language::Chinese => {
            let simulated = if day.simulated { "（模拟数据）" } else { "" };
            format!("{when}{simulated}：使用电脑 {active}，其中 {}。", top.join("、"))
        }
    }
}
