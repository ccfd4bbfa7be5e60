//! May this event be kept, and what of it? Consent, pause and redaction, in front of every write.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use attnd_core::record::RecordKind;
use attnd_core::redact::{Redacted, RedactionRules, Redactor, RuleProblem};
use attnd_core::store::Store;
use attnd_core::{BucketId, BucketType, ErrorCode, Event, PersonId, Problem, Pulse, TimeRange, Timestamp};

use serde_json::Value;

use crate::consent::{Consent, ConsentState};
use crate::pairing::Pairing;
use crate::pause::PauseSpan;

/// What the gates know, replaced whole when something changes, so that a heartbeat takes one
/// read lock and no copy.
#[derive(Clone)]
pub(crate) struct Rules {
    pub(crate) consents: HashMap<BucketId, Consent>,
    pub(crate) pauses: Vec<PauseSpan>,
    pub(crate) pairings: Vec<Pairing>,
    pub(crate) redaction: Arc<RedactionRules>,
    /// ActivityWatch's own filters, as its pages set them.
    filters: Value,
    redactor: Arc<Redactor>,
    kinds: HashMap<BucketId, BucketType>,
    web: BucketType,
    unknown: BucketType,
}

/// What an import calls a bucket whose type it has not read yet.
const UNKNOWN: &str = "unknown";

pub(crate) struct Gates(RwLock<Arc<Rules>>);

/// Why something was not kept although nothing was wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotKept {
    /// The redaction rules drop it.
    Redacted,
    /// It happened while recording was paused.
    Paused,
}

impl Gates {
    pub(crate) fn load(store: &dyn Store, person: PersonId) -> Result<Self, Problem> {
        Ok(Self(RwLock::new(Arc::new(Rules::load(store, person)?))))
    }

    pub(crate) fn reload(&self, store: &dyn Store, person: PersonId) -> Result<(), Problem> {
        let rules = Arc::new(Rules::load(store, person)?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = rules;
        Ok(())
    }

    pub(crate) fn rules(&self) -> Arc<Rules> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut Rules)) {
        change(Arc::make_mut(&mut self.0.write().unwrap_or_else(PoisonError::into_inner)));
    }
}

impl Rules {
    fn load(store: &dyn Store, person: PersonId) -> Result<Self, Problem> {
        let consents = store
            .records(person, RecordKind::Consent)?
            .into_iter()
            // A consent that cannot be read is none: the gate stays shut.
            .filter_map(|record| serde_json::from_value::<Consent>(record.value).ok())
            .map(|consent| (consent.bucket.clone(), consent))
            .collect();
        let mut pauses = Vec::new();
        for record in store.records(person, RecordKind::Pause)? {
            let span = serde_json::from_value::<PauseSpan>(record.value).map_err(|_| {
                Problem::new(ErrorCode::Internal, format!("the pause '{}' cannot be read", record.key))
            })?;
            pauses.push(span);
        }
        pauses.sort_by_key(|span| span.start);
        let mut pairings: Vec<Pairing> = store
            .records(person, RecordKind::Pairing)?
            .into_iter()
            // A pairing that cannot be read lets nobody in.
            .filter_map(|record| serde_json::from_value(record.value).ok())
            .collect();
        pairings.sort_by_key(|pairing| pairing.asked);
        let redaction = crate::redaction::load(store, person)?;
        let filters = store.settings(person)?.remove(PRIVACY_FILTERS).unwrap_or_default();
        let (redactor, _) = compile(&redaction, &filters);
        let kinds = store.buckets(person)?.into_iter().map(|bucket| (bucket.id, bucket.kind)).collect();
        Ok(Self {
            consents,
            pauses,
            pairings,
            redaction: Arc::new(redaction),
            filters,
            redactor: Arc::new(redactor),
            kinds,
            web: BucketType(BucketType::WEB.to_owned()),
            unknown: BucketType(UNKNOWN.to_owned()),
        })
    }

    /// Passes sources the person agreed to have recorded.
    pub(crate) fn consented(&self, bucket: &BucketId) -> Result<(), Problem> {
        match self.consents.get(bucket).map(|consent| consent.state) {
            Some(ConsentState::Given) => Ok(()),
            Some(ConsentState::Withdrawn) => {
                Err(Problem::new(ErrorCode::NoConsent, format!("consent for '{bucket}' was withdrawn")))
            }
            None => Err(Problem::new(ErrorCode::NoConsent, format!("nobody agreed to record '{bucket}'"))),
        }
    }

    /// Passes while recording runs.
    pub(crate) fn running(&self, now: Timestamp) -> Result<(), Problem> {
        match self.paused_until(now) {
            Some(until) => Err(Problem::new(ErrorCode::Paused, format!("it resumes at {until}"))),
            None => Ok(()),
        }
    }

    pub(crate) fn paused_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.pauses.iter().filter(|span| span.range().contains(now)).map(|span| span.end).max()
    }

    pub(crate) fn kind(&self, bucket: &BucketId) -> Option<&BucketType> {
        self.kinds.get(bucket)
    }

    pub(crate) fn set_kind(&mut self, bucket: BucketId, kind: BucketType) {
        self.kinds.insert(bucket, kind);
    }

    pub(crate) fn forget(&mut self, bucket: &BucketId) {
        self.kinds.remove(bucket);
    }

    pub(crate) fn set_redaction(&mut self, rules: RedactionRules) -> Vec<RuleProblem> {
        let (redactor, problems) = compile(&rules, &self.filters);
        self.redaction = Arc::new(rules);
        self.redactor = Arc::new(redactor);
        problems
    }

    pub(crate) fn set_filters(&mut self, filters: Value) {
        let (redactor, _) = compile(&self.redaction, &filters);
        self.filters = filters;
        self.redactor = Arc::new(redactor);
    }

    /// What is left of one event: redacted, and cut to the time before the first pause it runs into.
    pub(crate) fn keep(&self, bucket: &BucketId, event: Event) -> Result<Event, (Event, NotKept)> {
        let mut kept = self.redacted(bucket, event).map_err(|event| (event, NotKept::Redacted))?;
        for pause in self.pauses.iter().map(PauseSpan::range) {
            if pause.contains(kept.timestamp) {
                return Err((kept, NotKept::Paused));
            }
            if kept.timestamp < pause.start() && pause.start() < kept.end() {
                kept.duration = pause.start().since(kept.timestamp);
            }
        }
        Ok(kept)
    }

    /// All that is left of one event: redacted, the parts outside every pause.
    ///
    /// ```text
    /// event  [aaaaaaaaaaaaa]
    /// pauses    [--]  [--]
    /// kept   [aa]  [aa]  [a]
    /// ```
    pub(crate) fn keep_parts(&self, bucket: &BucketId, event: Event) -> Vec<Event> {
        let Ok(event) = self.redacted(bucket, event) else {
            return Vec::new();
        };
        let whole = event.range();
        let mut parts = Vec::new();
        let mut from = whole.start();
        for pause in self.pauses.iter().map(PauseSpan::range) {
            if pause.end() <= from || whole.end() < pause.start() {
                continue;
            }
            if from < pause.start() {
                parts.push((from, pause.start().min(whole.end())));
            }
            from = pause.end();
        }
        // A moment without duration is kept where no pause covers it.
        if from < whole.end() || from == whole.start() {
            parts.push((from, whole.end()));
        }
        let part = |(index, (start, end)): (usize, (Timestamp, Timestamp))| Event {
            // Only the first part may keep the id: an id names one row.
            id: event.id.filter(|_| index == 0),
            timestamp: start,
            duration: end.since(start),
            data: event.data.clone(),
        };
        parts.into_iter().enumerate().map(part).collect()
    }

    /// The event without what must never be stored; the event as it was when nothing may be.
    pub(crate) fn redacted(&self, bucket: &BucketId, event: Event) -> Result<Event, Event> {
        // An import may name a bucket's type only after its events: what has an address is held to
        // the rules of the web.
        let kind = match self.kinds.get(bucket) {
            Some(kind) if kind.as_str() != UNKNOWN => kind,
            _ if event.data.fields().contains_key("url") => &self.web,
            _ => &self.unknown,
        };
        match self.redactor.apply(bucket, kind, &event.data) {
            Redacted::Keep(data) => Ok(Event { data, ..event }),
            Redacted::Drop(_) => Err(event),
        }
    }

    /// The pulse shortened so that no heartbeat merges across a pause: what lies after the last
    /// pause before it cannot reach back beyond that pause's end.
    pub(crate) fn pulse_after_pause(&self, beat: Timestamp, pulse: Pulse) -> Pulse {
        let latest_end = self.pauses.iter().map(|span| span.end).filter(|end| *end <= beat).max();
        match latest_end {
            Some(end) => Pulse(pulse.0.min(beat.since(end))),
            None => pulse,
        }
    }
}

/// The setting ActivityWatch's pages keep their privacy filters in.
pub(crate) const PRIVACY_FILTERS: &str = "privacy_filters";

/// The person's rules and ActivityWatch's filters on top. A filter that cannot be read removes what
/// it was meant to look at, as every rule does.
fn compile(rules: &RedactionRules, filters: &Value) -> (Redactor, Vec<RuleProblem>) {
    let mut rules = rules.clone();
    let mut problems = rules.add_activitywatch_filters(filters);
    let (redactor, faulty) = Redactor::compile(&rules);
    problems.extend(faulty);
    (redactor, problems)
}

impl PauseSpan {
    pub(crate) fn range(&self) -> TimeRange {
        TimeRange::from(self.start, self.end.since(self.start))
    }
}

#[cfg(test)]
mod tests {
    use attnd_core::{Data, Duration};

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_ns(seconds * attnd_core::time::NS_PER_S).unwrap()
    }

    fn rules(pauses: &[(i64, i64)]) -> Rules {
        let redaction = RedactionRules::default();
        let (redactor, problems) = Redactor::compile(&redaction);
        assert!(problems.is_empty());
        Rules {
            consents: HashMap::new(),
            pauses: pauses
                .iter()
                .map(|(start, end)| PauseSpan { id: String::new(), start: at(*start), end: at(*end) })
                .collect(),
            pairings: Vec::new(),
            redaction: Arc::new(redaction),
            filters: Value::Null,
            redactor: Arc::new(redactor),
            kinds: HashMap::new(),
            web: BucketType(BucketType::WEB.to_owned()),
            unknown: BucketType(UNKNOWN.to_owned()),
        }
    }

    fn event(start: i64, seconds: u32) -> Event {
        Event::new(at(start), Duration::from_s(seconds), Data::from([("app", "x".into())])).unwrap()
    }

    fn parts(rules: &Rules, event: Event) -> Vec<(i64, f64)> {
        let bucket = BucketId::parse("b").unwrap();
        let parts = rules.keep_parts(&bucket, event);
        parts.iter().map(|part| (part.timestamp.ns() / 1_000_000_000, part.duration.as_s_f64())).collect()
    }

    #[test]
    fn parts_outside_pauses_are_kept() {
        let rules = rules(&[(10, 20), (30, 40)]);
        assert_eq!(parts(&rules, event(0, 50)), [(0, 10.0), (20, 10.0), (40, 10.0)]);
        assert_eq!(parts(&rules, event(12, 5)), []);
        assert_eq!(parts(&rules, event(12, 0)), []);
        assert_eq!(parts(&rules, event(15, 10)), [(20, 5.0)]);
        assert_eq!(parts(&rules, event(5, 5)), [(5, 5.0)]);
        assert_eq!(parts(&rules, event(41, 0)), [(41, 0.0)]);
        assert_eq!(parts(&rules, event(0, 10)), [(0, 10.0)]);
        assert_eq!(parts(&rules, event(20, 10)), [(20, 10.0)]);
    }

    #[test]
    fn heartbeats_stop_at_a_pause_and_do_not_bridge_it() {
        let rules = rules(&[(10, 20)]);
        let bucket = BucketId::parse("b").unwrap();
        assert_eq!(rules.keep(&bucket, event(5, 10)).unwrap().duration, Duration::from_s(5));
        assert_eq!(rules.keep(&bucket, event(15, 0)).unwrap_err().1, NotKept::Paused);
        assert_eq!(rules.pulse_after_pause(at(25), Pulse(Duration::from_s(60))), Pulse(Duration::from_s(5)));
        assert_eq!(rules.pulse_after_pause(at(9), Pulse(Duration::from_s(60))), Pulse(Duration::from_s(60)));
        assert_eq!(rules.paused_until(at(10)), Some(at(20)));
        assert_eq!(rules.paused_until(at(20)), None);
    }
}
