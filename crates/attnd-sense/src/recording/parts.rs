//! What if the clock jumps in the middle? The recording ends there and its next part begins, so that times never fall and
//! nothing is thrown away.

use attnd_core::Timestamp;
use attnd_core::recording::{Rating, RecordingHead, RecordingSink, SinkError};

use super::Problems;
use super::ordered::{Ordered, Tick};

/// Files whose clock jumps more often are broken, not cut.
const MAX_PARTS: u32 = 100;

/// One recording with one stream read row by row, in as many parts as its clock needs.
pub(super) struct Parts {
    head: RecordingHead,
    rows: Ordered,
    part: u32,
    begun: Begun,
    left_out: u64,
}

#[derive(PartialEq)]
enum Begun {
    No,
    Yes,
}

impl Parts {
    /// Nothing is begun before the first row or answer.
    pub(super) fn new(head: RecordingHead) -> Self {
        let rows = rows_of(&head);
        Self { head, rows, part: 1, begun: Begun::No, left_out: 0 }
    }

    /// Takes a row of the stream.
    pub(super) fn row(
        &mut self,
        sink: &mut dyn RecordingSink,
        place: (&str, u64),
        time: Timestamp,
        values: impl IntoIterator<Item = f64>,
        problems: &mut Problems,
    ) -> Result<(), SinkError> {
        let jump = match self.rows.tick(time) {
            Tick::On => None,
            Tick::Back(by) => Some(("back", by)),
            Tick::Leap(by) => Some(("forward", by)),
        };
        if let Some((way, by)) = jump {
            if self.part == MAX_PARTS {
                self.left_out += 1;
                return Ok(());
            }
            self.finish(sink)?;
            self.part += 1;
            let reason = format!("the clock jumps {way} by {} s; part {} begins", by.as_s_f64(), self.part);
            problems.line(place.0, place.1, reason);
        }
        self.begin(sink)?;
        self.rows.push(time, values);
        match self.rows.chunk() {
            Some(chunk) => sink.samples(chunk),
            None => Ok(()),
        }
    }

    /// Takes an answer; it belongs to the part that is open.
    pub(super) fn rating(&mut self, sink: &mut dyn RecordingSink, rating: Rating) -> Result<(), SinkError> {
        self.begin(sink)?;
        sink.rating(rating)
    }

    /// It is complete.
    pub(super) fn end(
        mut self,
        sink: &mut dyn RecordingSink,
        file: &str,
        problems: &mut Problems,
    ) -> Result<(), SinkError> {
        if self.left_out > 0 {
            let reason =
                format!("the clock jumps more than {MAX_PARTS} times; {} rows are left out", self.left_out);
            problems.file(file, reason);
        }
        self.finish(sink)
    }

    fn begin(&mut self, sink: &mut dyn RecordingSink) -> Result<(), SinkError> {
        if self.begun == Begun::Yes {
            return Ok(());
        }
        let mut head = self.head.clone();
        if self.part > 1 {
            head.id = format!("{}/{}", head.id, self.part);
            head.tags.insert("part".to_owned(), self.part.to_string());
        }
        self.begun = Begun::Yes;
        sink.begin(head)
    }

    fn finish(&mut self, sink: &mut dyn RecordingSink) -> Result<(), SinkError> {
        if self.begun == Begun::No {
            return Ok(());
        }
        if let Some(rest) = self.rows.rest() {
            sink.samples(rest)?;
        }
        self.rows = rows_of(&self.head);
        self.begun = Begun::No;
        sink.end()
    }
}

fn rows_of(head: &RecordingHead) -> Ordered {
    Ordered::new(0, head.streams.first().map_or(0, |stream| stream.channels.len()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use attnd_core::recording::{Channel, Collected, Quantity, Stream};

    use super::*;

    #[test]
    fn an_hour_back_and_a_day_forward_make_parts() {
        let channel = Channel { name: "x".to_owned(), quantity: Quantity::Other, unit: String::new() };
        let stream = Stream { name: "s".to_owned(), channels: vec![channel], nominal_rate_hz: None };
        let head = RecordingHead {
            id: "csv/a".to_owned(),
            format: "csv".to_owned(),
            subject: "a".to_owned(),
            tags: BTreeMap::new(),
            streams: vec![stream],
        };
        let (mut kept, mut problems) = (Collected::default(), Problems::default());
        let mut parts = Parts::new(head);
        let seconds = (0..10).chain(-3_590..-3_580).chain(82_830..82_840);
        for (line, second) in seconds.enumerate() {
            let time = Timestamp::from_ns_saturating(second * 1_000_000_000);
            parts.row(&mut kept, ("a.csv", line as u64 + 2), time, [second as f64], &mut problems).unwrap();
        }
        parts.end(&mut kept, "a.csv", &mut problems).unwrap();
        let ids: Vec<&str> = kept.recordings.iter().map(|recording| recording.head.id.as_str()).collect();
        assert_eq!(ids, ["csv/a", "csv/a/2", "csv/a/3"]);
        assert!(kept.recordings.iter().all(|recording| recording.streams[0].times.len() == 10));
        let lines: Vec<Option<u64>> = problems.first.iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [Some(12), Some(22)]);
    }
}
