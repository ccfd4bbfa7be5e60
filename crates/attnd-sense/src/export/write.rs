//! How does a bucket look in JSON? As ActivityWatch's servers write it, alone and in an export.

use std::io::{self, Write};

use attnd_core::{Bucket, Data, Duration, Event, Extent, Timestamp};
use serde::Serialize;

/// A bucket in the shape both of ActivityWatch's servers answer with, and what either adds.
#[derive(Clone, Debug, Serialize)]
pub struct BucketWire<'a> {
    id: &'a str,
    name: Option<&'a str>,
    #[serde(rename = "type")]
    kind: &'a str,
    client: &'a str,
    hostname: &'a str,
    created: Timestamp,
    data: &'a Data,
    metadata: ExtentWire,
    /// `null`, as the Rust server writes it; left out where the events follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    events: Option<()>,
    last_updated: Option<Timestamp>,
}

/// The stretch a bucket's events cover; both `null` while it is empty.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ExtentWire {
    start: Option<Timestamp>,
    end: Option<Timestamp>,
}

impl<'a> From<&'a Bucket> for BucketWire<'a> {
    fn from(bucket: &'a Bucket) -> Self {
        Self {
            id: bucket.id.as_str(),
            name: bucket.name.as_deref(),
            kind: bucket.kind.as_str(),
            client: &bucket.client,
            hostname: &bucket.hostname,
            created: bucket.created,
            data: &bucket.data,
            metadata: bucket.extent.into(),
            events: Some(()),
            last_updated: bucket.extent.map(|extent| extent.end),
        }
    }
}

impl From<Option<Extent>> for ExtentWire {
    fn from(extent: Option<Extent>) -> Self {
        Self { start: extent.map(|extent| extent.start), end: extent.map(|extent| extent.end) }
    }
}

/// An event in an export: without its id, which means nothing in another database.
#[derive(Serialize)]
struct EventWire<'a> {
    timestamp: Timestamp,
    duration: Duration,
    data: &'a Data,
}

/// Writes an export piece by piece, so that it never has to be in memory whole:
/// `new`, then for each bucket `begin_bucket` and any number of `events`, then `finish`.
#[derive(Debug)]
pub struct ExportWriter<W: Write> {
    out: W,
    place: Place,
}

/// What was written last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Head,
    BucketHead,
    Event,
}

impl<W: Write> ExportWriter<W> {
    /// Writes the head.
    ///
    /// # Errors
    /// Of the output.
    pub fn new(mut out: W) -> io::Result<Self> {
        out.write_all(br#"{"buckets":{"#)?;
        Ok(Self { out, place: Place::Head })
    }

    /// Ends the bucket before, if any, and writes this one's fields. Each bucket once.
    ///
    /// # Errors
    /// Of the output.
    pub fn begin_bucket(&mut self, bucket: &Bucket) -> io::Result<()> {
        if self.place != Place::Head {
            self.out.write_all(b"]},")?;
        }
        serde_json::to_writer(&mut self.out, bucket.id.as_str())?;
        self.out.write_all(b":")?;
        let fields = serde_json::to_string(&BucketWire { events: None, ..bucket.into() })?;
        let open = fields.strip_suffix('}').expect("invariant: an object ends with a brace");
        self.out.write_all(open.as_bytes())?;
        self.out.write_all(br#","events":["#)?;
        self.place = Place::BucketHead;
        Ok(())
    }

    /// Writes more events of the bucket begun last.
    ///
    /// # Errors
    /// Of the output.
    ///
    /// # Panics
    /// When no bucket was begun: that file could not be read again.
    pub fn events(&mut self, events: &[Event]) -> io::Result<()> {
        assert!(self.place != Place::Head, "invariant: events belong to a bucket begun before");
        for event in events {
            if self.place == Place::Event {
                self.out.write_all(b",")?;
            }
            let wire = EventWire { timestamp: event.timestamp, duration: event.duration, data: &event.data };
            serde_json::to_writer(&mut self.out, &wire)?;
            self.place = Place::Event;
        }
        Ok(())
    }

    /// The output, to take away what was written so far.
    pub const fn output(&mut self) -> &mut W {
        &mut self.out
    }

    /// Writes the foot and returns the output, flushed.
    ///
    /// # Errors
    /// Of the output.
    pub fn finish(mut self) -> io::Result<W> {
        if self.place != Place::Head {
            self.out.write_all(b"]}")?;
        }
        self.out.write_all(b"}}")?;
        self.out.flush()?;
        Ok(self.out)
    }
}

#[cfg(test)]
mod tests {
    use attnd_core::{BucketId, BucketType, EventId};

    use super::*;

    fn bucket() -> Bucket {
        let moment = |text| Timestamp::parse(text).unwrap();
        Bucket {
            id: BucketId::parse("aw-watcher-window_laptop").unwrap(),
            name: None,
            kind: BucketType(BucketType::WINDOW.to_owned()),
            client: "aw-watcher-window".to_owned(),
            hostname: "laptop".to_owned(),
            created: moment("2024-01-01T00:00:00Z"),
            data: Data::default(),
            event_count: 1,
            extent: Some(Extent {
                start: moment("2024-01-01T10:00:00Z"),
                end: moment("2024-01-01T10:00:05Z"),
            }),
        }
    }

    #[test]
    fn a_bucket_alone() {
        assert_eq!(
            serde_json::to_string(&BucketWire::from(&bucket())).unwrap(),
            concat!(
                r#"{"id":"aw-watcher-window_laptop","name":null,"type":"currentwindow","#,
                r#""client":"aw-watcher-window","hostname":"laptop","created":"2024-01-01T00:00:00Z","data":{},"#,
                r#""metadata":{"start":"2024-01-01T10:00:00Z","end":"2024-01-01T10:00:05Z"},"events":null,"#,
                r#""last_updated":"2024-01-01T10:00:05Z"}"#
            )
        );
        let empty = Bucket { extent: None, ..bucket() };
        let text = serde_json::to_string(&BucketWire::from(&empty)).unwrap();
        assert!(text.contains(r#""metadata":{"start":null,"end":null}"#), "{text}");
    }

    #[test]
    fn an_export_has_no_ids_and_needs_no_events() {
        let data = Data::from([("app", "x".into())]);
        let mut event = Event::new(bucket().extent.unwrap().start, Duration::from_s(5), data).unwrap();
        event.id = Some(EventId(9));
        let mut writer = ExportWriter::new(Vec::new()).unwrap();
        writer.begin_bucket(&bucket()).unwrap();
        writer.events(std::slice::from_ref(&event)).unwrap();
        writer.events(&[event]).unwrap();
        writer.begin_bucket(&Bucket { id: BucketId::parse("b").unwrap(), ..bucket() }).unwrap();
        let file: serde_json::Value = serde_json::from_slice(&writer.finish().unwrap()).unwrap();
        let events = &file["buckets"]["aw-watcher-window_laptop"]["events"];
        assert_eq!(events.as_array().unwrap().len(), 2);
        assert_eq!(
            events[0].to_string(),
            r#"{"data":{"app":"x"},"duration":5.0,"timestamp":"2024-01-01T10:00:00Z"}"#
        );
        assert_eq!(file["buckets"]["b"]["events"], serde_json::json!([]));
        assert_eq!(ExportWriter::new(Vec::new()).unwrap().finish().unwrap(), br#"{"buckets":{}}"#);
    }
}
