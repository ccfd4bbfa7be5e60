//! What happens now? A stream of words that something changed; what exactly is asked for as usual.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::time::Duration;

use attnd_core::{PersonId, Timestamp};
use attnd_engine::Happening;
use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::stream::{self, Stream};
use serde_json::json;
use tokio::sync::{broadcast, watch};
use tokio::time::Instant;

use crate::AppState;
use crate::guard::Caller;

/// However much happens, nobody is told more often.
const AT_MOST_EVERY: Duration = Duration::from_secs(1);

/// Tells what changes, by kind, at most once a second: `events`, `buckets`, `settings`,
/// `pairings`, `pause` (with `until`), `erased`.
#[utoipa::path(get, path = "/api/v1/live", tag = "flow", operation_id = "live",
    responses((status = 200, description = "Server-sent events, without end", body = String, content_type = "text/event-stream")))]
pub(crate) async fn live(
    State(state): State<AppState>,
    Caller(access): Caller,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let listener = Listener {
        person: access.person(),
        happenings: state.engine.happenings(),
        stopping: state.site.stopping.clone(),
        ready: VecDeque::new(),
        next: Instant::now(),
    };
    let told = stream::unfold(listener, |mut listener| async {
        let word = listener.next_word().await?;
        Some((Ok(Event::default().event(word.kind).data(word.data)), listener))
    });
    Sse::new(told).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

struct Listener {
    person: PersonId,
    happenings: broadcast::Receiver<Happening>,
    stopping: watch::Receiver<bool>,
    ready: VecDeque<Word>,
    /// Nothing is told before.
    next: Instant,
}

#[derive(Debug, PartialEq, Eq)]
struct Word {
    kind: &'static str,
    data: String,
}

impl Listener {
    /// The next word; `None` when the server stops.
    async fn next_word(&mut self) -> Option<Word> {
        loop {
            if let Some(word) = self.ready.pop_front() {
                return Some(word);
            }
            if *self.stopping.borrow() {
                return None;
            }
            let first = tokio::select! {
                happening = self.happenings.recv() => happening,
                _ = self.stopping.changed() => return None,
            };
            let mut changed = BTreeMap::new();
            self.note(first, &mut changed)?;
            if !changed.is_empty() {
                tokio::select! {
                    () = tokio::time::sleep_until(self.next) => {}
                    _ = self.stopping.changed() => return None,
                }
                self.next = Instant::now() + AT_MOST_EVERY;
                while let Some(more) = self.try_recv() {
                    self.note(more, &mut changed)?;
                }
                self.ready.extend(changed.into_iter().map(|(kind, data)| Word { kind, data }));
            }
        }
    }

    fn try_recv(&mut self) -> Option<Result<Happening, broadcast::error::RecvError>> {
        use broadcast::error::{RecvError, TryRecvError};
        match self.happenings.try_recv() {
            Ok(happening) => Some(Ok(happening)),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Closed) => Some(Err(RecvError::Closed)),
            Err(TryRecvError::Lagged(missed)) => Some(Err(RecvError::Lagged(missed))),
        }
    }

    /// Notes what changed; `None` when nothing more can.
    fn note(
        &self,
        happening: Result<Happening, broadcast::error::RecvError>,
        changed: &mut BTreeMap<&'static str, String>,
    ) -> Option<()> {
        match happening {
            Ok(happening) if happening.person() == self.person => {
                let (kind, data) = word(&happening);
                changed.insert(kind, data);
            }
            Ok(_) => {}
            // So much happened that some of it was missed: whoever listens looks at everything.
            Err(broadcast::error::RecvError::Lagged(_)) => {
                for kind in ["events", "buckets", "settings", "pairings", "probes", "answers"] {
                    changed.entry(kind).or_insert_with(|| "{}".to_owned());
                }
            }
            Err(broadcast::error::RecvError::Closed) => return None,
        }
        Some(())
    }
}

fn word(happening: &Happening) -> (&'static str, String) {
    let nothing = || "{}".to_owned();
    match happening {
        Happening::Events { .. } => ("events", nothing()),
        Happening::Buckets { .. } => ("buckets", nothing()),
        Happening::Settings { .. } => ("settings", nothing()),
        Happening::Pairings { .. } => ("pairings", nothing()),
        Happening::Pause { until, .. } => {
            ("pause", json!({"until": until.as_ref().map(Timestamp::to_string)}).to_string())
        }
        Happening::Probes { .. } => ("probes", nothing()),
        Happening::Answers { .. } => ("answers", nothing()),
        Happening::Erased { .. } => ("erased", nothing()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use attnd_core::BucketId;

    fn person(number: u128) -> PersonId {
        PersonId::new(serde_json::from_value(json!(format!("{number:032x}"))).unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn much_at_once_is_told_once_a_second() {
        let (happen, happenings) = broadcast::channel(4);
        let (stop, stopping) = watch::channel(false);
        let (me, other) = (person(1), person(2));
        let started = Instant::now();
        let mut listener =
            Listener { person: me, happenings, stopping, ready: VecDeque::new(), next: started };
        let events = |person| Happening::Events { person, bucket: BucketId::parse("b").unwrap() };
        for happening in [events(other), events(me), events(me), Happening::Pause { person: me, until: None }]
        {
            happen.send(happening).unwrap();
        }
        assert_eq!(listener.next_word().await.unwrap().kind, "events");
        let pause = listener.next_word().await.unwrap();
        assert_eq!(pause, Word { kind: "pause", data: r#"{"until":null}"#.to_owned() });
        assert_eq!(started.elapsed(), Duration::ZERO);
        (0..10).for_each(|_| drop(happen.send(events(me))));
        assert_eq!(
            listener.next_word().await.unwrap().kind,
            "answers",
            "it lagged: everything may have changed"
        );
        assert_eq!(started.elapsed(), AT_MOST_EVERY);
        while !listener.ready.is_empty() {
            listener.next_word().await.unwrap();
        }
        stop.send(true).unwrap();
        assert_eq!(listener.next_word().await, None);
    }
}
