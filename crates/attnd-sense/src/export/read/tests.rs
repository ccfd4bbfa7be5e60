//! Does every file yield what it holds, and every broken one what it still holds?

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::export::ExportWriter;

fn read(text: &[u8]) -> (Vec<ExportItem>, Result<ExportSummary, ExportError>) {
    let mut items = Vec::new();
    let result = read_export(text, &mut |item| {
        items.push(item);
        ControlFlow::Continue(())
    });
    (items, result)
}

fn events(items: &[ExportItem]) -> Vec<&Event> {
    items
        .iter()
        .filter_map(|item| match item {
            ExportItem::Events { events, .. } => Some(events),
            _ => None,
        })
        .flatten()
        .collect()
}

const EVENT: &str = r#"{"id":3,"timestamp":"2024-01-01T10:00:00+01:00","duration":5,"data":{"app":"x"}}"#;

#[test]
fn an_export_keyed_by_id_with_fields_first() {
    let text = format!(
        r#"{{"version":1,"buckets":{{"w":{{"id":"w","type":"currentwindow","client":"c","hostname":"h",
        "created":"2024-01-01T00:00:00Z","data":{{"a":1}},"metadata":{{"start":null}},"last_updated":null,
        "events":[{EVENT}]}}}}}}"#
    );
    let (items, result) = read(text.as_bytes());
    let summary = result.unwrap();
    assert_eq!((summary.buckets, summary.events, summary.skipped), (1, 1, 0));
    assert!(summary.problems.is_empty());
    let ExportItem::Bucket(bucket) = &items[0] else { panic!("{items:?}") };
    assert_eq!(
        (bucket.kind.as_str(), bucket.client.as_str(), bucket.hostname.as_str()),
        ("currentwindow", "c", "h")
    );
    assert_eq!(bucket.created.unwrap().to_string(), "2024-01-01T00:00:00Z");
    let event = events(&items)[0];
    assert_eq!((event.id, event.timestamp.to_string().as_str()), (None, "2024-01-01T09:00:00Z"));
    assert_eq!(items.len(), 2);
}

#[test]
fn sorted_keys_put_the_details_last() {
    let text = format!(
        r#"{{"buckets":{{"w":{{"client":"c","created":null,"data":{{}},"events":[{EVENT},{EVENT}],"hostname":"h",
        "id":"w","name":null,"type":"t"}}}}}}"#
    );
    let (items, result) = read(text.as_bytes());
    assert_eq!(result.unwrap().events, 2);
    let ExportItem::Bucket(first) = &items[0] else { panic!("{items:?}") };
    assert_eq!((first.client.as_str(), first.kind.as_str()), ("c", UNKNOWN));
    let ExportItem::BucketDetails(details) = &items[2] else { panic!("{items:?}") };
    assert_eq!((details.kind.as_str(), details.hostname.as_str()), ("t", "h"));
}

#[test]
fn arrays_and_bare_buckets_are_read_even_if_the_id_comes_last() {
    let bucket = format!(r#"{{"client":"c","events":[{EVENT}],"hostname":"h","id":"w","type":"t"}}"#);
    for text in [format!(r#"{{"buckets":[{bucket}]}}"#), bucket] {
        let (items, result) = read(text.as_bytes());
        let summary = result.unwrap();
        assert_eq!((summary.buckets, summary.events), (1, 1), "{text}");
        let ExportItem::Bucket(bucket) = &items[0] else { panic!("{items:?}") };
        assert_eq!(bucket.kind.as_str(), "t");
    }
}

#[test]
fn events_come_in_batches() {
    let many = vec![EVENT; 2_500].join(",");
    let (items, result) = read(format!(r#"{{"buckets":{{"w":{{"events":[{many}]}}}}}}"#).as_bytes());
    assert_eq!(result.unwrap().events, 2_500);
    let sizes: Vec<_> = items
        .iter()
        .filter_map(|item| match item {
            ExportItem::Events { events, .. } => Some(events.len()),
            _ => None,
        })
        .collect();
    assert_eq!(sizes, [1_000, 1_000, 500]);
}

#[test]
fn one_bad_event_does_not_lose_the_others() {
    let bad = [
        "null",
        "7",
        "[]",
        r#""x""#,
        "{}",
        r#"{"timestamp":5}"#,
        r#"{"timestamp":"yesterday"}"#,
        r#"{"timestamp":"2024-01-01T10:00:00Z","duration":-1}"#,
        r#"{"timestamp":"2024-01-01T10:00:00Z","duration":"5"}"#,
        r#"{"timestamp":"2024-01-01T10:00:00Z","duration":1e300}"#,
        r#"{"timestamp":"2024-01-01T10:00:00Z","data":[]}"#,
    ];
    let text = format!(r#"{{"buckets":{{"w":{{"events":[{},{EVENT}]}}}}}}"#, bad.join(","));
    let (items, result) = read(text.as_bytes());
    let summary = result.unwrap();
    assert_eq!(events(&items).len(), 1);
    assert_eq!(summary.skipped, bad.len() as u64);
    assert_eq!(summary.problems[4].event, Some(4));
    assert_eq!(summary.problems[4].bucket.as_deref(), Some("w"));
    assert_eq!(summary.problems[4].reason, "the event has no 'timestamp'");
}

#[test]
fn problems_are_counted_beyond_those_described() {
    let text = format!(r#"{{"buckets":{{"w":{{"events":[{}]}}}}}}"#, vec!["1"; 500].join(","));
    let summary = read(text.as_bytes()).1.unwrap();
    assert_eq!((summary.skipped, summary.problems.len()), (500, MAX_PROBLEMS));
}

#[test]
fn odd_buckets_are_read_as_far_as_they_make_sense() {
    for (bucket, buckets, problems) in [
        (r#"{"events":null}"#, 1, 0),
        (r#"{"events":"x"}"#, 1, 1),
        (r#"{"events":{"a":[{}]}}"#, 1, 1),
        (r#"{"type":5,"created":"yesterday","data":null}"#, 1, 2),
        (r#"{"id":"other"}"#, 1, 1),
        ("null", 0, 1),
        ("[1]", 0, 1),
        ("false", 0, 1),
    ] {
        let (_, result) = read(format!(r#"{{"buckets":{{"w":{bucket}}}}}"#).as_bytes());
        let summary = result.unwrap();
        assert_eq!((summary.buckets, summary.problems.len()), (buckets, problems), "{bucket}");
    }
    let (items, result) = read(format!(r#"{{"buckets":{{"":{{"events":[{EVENT}]}},"w":{{}}}}}}"#).as_bytes());
    assert_eq!((items.len(), result.unwrap().skipped), (1, 1));
}

#[test]
fn the_same_bucket_twice_is_yielded_twice() {
    let text = format!(r#"{{"buckets":{{"w":{{"events":[{EVENT}]}},"w":{{"events":[{EVENT}]}}}}}}"#);
    assert_eq!(read(text.as_bytes()).1.unwrap().events, 2);
}

fn fault(text: &[u8]) -> ExportFault {
    read(text).1.unwrap_err().fault
}

#[test]
fn files_that_are_no_exports() {
    for text in
        ["{}", "[]", "7", "null", r#""x""#, r#"{"buckets":7}"#, r#"{"buckets":null}"#, r#"{"data":{}}"#]
    {
        let found = fault(text.as_bytes());
        assert!(matches!(found, ExportFault::OtherShape { .. }), "{text}: {found}");
    }
    for text in ["x", "{\"buckets\":{}}x", "{\"buckets\":{}} {}", "{'buckets':{}}", "\u{feff}{}"] {
        let found = fault(text.as_bytes());
        assert!(matches!(found, ExportFault::Malformed { .. }), "{text}: {found}");
    }
    assert!(matches!(fault(b"\xff\xfe{"), ExportFault::Malformed { .. }));
    assert!(matches!(fault(b""), ExportFault::Truncated { .. }));
}

#[test]
fn what_came_before_the_cut_stays() {
    let events = vec![EVENT; 1_500].join(",\n");
    let whole = format!(r#"{{"buckets":{{"w":{{"type":"t","events":[{events}]}}}}}}"#);
    let cut = &whole.as_bytes()[..whole.len() - 100];
    let (items, result) = read(cut);
    let error = result.unwrap_err();
    assert!(matches!(error.fault, ExportFault::Truncated { line: 1_499 | 1_500, .. }), "{error}");
    assert_eq!(error.read.events, 1_000);
    assert_eq!(super::tests::events(&items).len(), 1_000);
}

#[test]
fn depth_bombs_and_huge_values_end_with_a_clear_error() {
    let deep = format!(r#"{{"buckets":{{"w":{{"events":[{{"data":{}"#, "[".repeat(1_000_000));
    let found = fault(deep.as_bytes());
    assert!(matches!(found, ExportFault::Malformed { .. }), "{found}");
    let ignored = format!(r#"{{"x":{}"#, "[".repeat(1_000_000));
    assert!(matches!(
        fault(ignored.as_bytes()),
        ExportFault::Malformed { .. } | ExportFault::Truncated { .. }
    ));

    let head: &[u8] = br#"{"buckets":{"w":{"events":[{"data":{"title":""#;
    let endless = head.chain(io::repeat(b'a'));
    let error = read_export(endless, &mut |_| ControlFlow::Continue(())).unwrap_err();
    assert!(matches!(error.fault, ExportFault::TooLarge { .. }), "{error}");
}

#[test]
fn the_sink_can_end_it_and_a_failing_file_says_so() {
    let text = format!(r#"{{"buckets":{{"w":{{"events":[{EVENT}]}},"v":{{}}}}}}"#);
    let mut count = 0;
    let error = read_export(text.as_bytes(), &mut |_| {
        count += 1;
        ControlFlow::Break(())
    });
    assert!(matches!(error.unwrap_err().fault, ExportFault::Stopped));
    assert_eq!(count, 1);

    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::PermissionDenied.into())
        }
    }
    let head: &[u8] = b"{";
    let error = read_export(head.chain(Failing), &mut |_| ControlFlow::Continue(())).unwrap_err();
    assert!(matches!(error.fault, ExportFault::Io(error) if error.kind() == io::ErrorKind::PermissionDenied));
}

fn any_event() -> impl Strategy<Value = Event> {
    (0..4_000_000_000_000_000_000_i64, 0..1_000_000_000_000_i64, "\\PC{0,12}").prop_map(|(at, ns, title)| {
        let data = Data::from([("app", json!(["x", 1.5, null])), ("title", title.into())]);
        Event::new(Timestamp::from_ns(at).unwrap(), Duration::from_ns(ns), data).unwrap()
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(
        lists in prop::collection::btree_map("[a-z\"\\\\é/-]{1,8}", prop::collection::vec(any_event(), 0..5), 0..4)
    ) {
        let mut writer = ExportWriter::new(Vec::new()).unwrap();
        let mut expected = Vec::new();
        for (id, events) in lists {
            let fields = Fields { kind: Some("t".into()), client: Some("c".into()), hostname: Some("h".into()),
                created: Some(Timestamp::from_ns(7).unwrap()), ..Fields::default() };
            let new = fields.bucket(BucketId::parse(id).unwrap());
            writer.begin_bucket(&stored(&new)).unwrap();
            for chunk in events.chunks(2) {
                writer.events(chunk).unwrap();
            }
            expected.push(ExportItem::Bucket(new.clone()));
            if !events.is_empty() {
                expected.push(ExportItem::Events { bucket: new.id, events });
            }
        }
        let (items, result) = read(&writer.finish().unwrap());
        prop_assert!(result.unwrap().problems.is_empty());
        prop_assert_eq!(items, expected);
    }

    #[test]
    fn no_bytes_make_it_panic(
        cut in 0..400_usize, at in 0..400_usize, byte in any::<u8>()
    ) {
        let mut text = format!(
            r#"{{"buckets":{{"w":{{"type":"t","events":[{EVENT},{EVENT}],"hostname":"h","created":null}}}}}}"#
        ).into_bytes();
        let length = text.len();
        text[at % length] = byte;
        text.truncate(length - cut % length);
        let _ = read(&text);
    }
}

fn stored(new: &NewBucket) -> attnd_core::Bucket {
    attnd_core::Bucket {
        id: new.id.clone(),
        name: new.name.clone(),
        kind: new.kind.clone(),
        client: new.client.clone(),
        hostname: new.hostname.clone(),
        created: new.created.unwrap(),
        data: new.data.clone(),
        event_count: 0,
        extent: None,
    }
}
