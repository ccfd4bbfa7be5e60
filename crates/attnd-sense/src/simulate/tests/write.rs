//! Can the files of a simulation be read again, and do they say that it is one?

use serde_json::Value;

use super::simulation;
use crate::export::{ExportItem, read_export};
use crate::simulate::{CLIENT, Simulation, SimulationWriter, TRUTH_FORMAT, TRUTH_VERSION};

fn files(simulation: &Simulation) -> (Vec<u8>, Value) {
    let (mut export, mut truth) = (Vec::new(), Vec::new());
    let writer = SimulationWriter::truth(simulation, &mut truth, || {}).unwrap();
    writer.export(&mut export, || {}).unwrap();
    (export, serde_json::from_slice(&truth).unwrap())
}

#[test]
fn the_export_holds_every_event_and_its_label() {
    let simulation = simulation(9, 4);
    let (export, _) = files(&simulation);
    let mut buckets = Vec::new();
    let mut events = Vec::new();
    let summary = read_export(export.as_slice(), &mut |item| {
        match item {
            ExportItem::Bucket(bucket) | ExportItem::BucketDetails(bucket) => buckets.push(bucket),
            ExportItem::Events { bucket, events: batch } => {
                events.extend(batch.into_iter().map(|event| (bucket.clone(), event)));
            }
        }
        std::ops::ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!((summary.buckets, summary.skipped), (4, 0));
    assert_eq!(summary.problems, []);
    assert!(buckets.iter().all(|bucket| bucket.client == CLIENT));
    assert!(buckets.iter().all(|bucket| bucket.data.fields()["simulated"] == true));
    let expected: Vec<_> = (simulation.generate().into_iter())
        .flat_map(|(bucket, events)| events.into_iter().map(move |event| (bucket.id.clone(), event)))
        .collect();
    assert_eq!(events, expected);
    let json: Value = serde_json::from_slice(&export).unwrap();
    let (id, first) = (expected[0].0.as_str(), &expected[0].1);
    assert_eq!(json["buckets"][id]["metadata"]["start"], first.timestamp.to_string());
}

#[test]
fn the_truth_file_says_whose_it_is() {
    let (_, truth) = files(&simulation(9, 4));
    assert_eq!(
        (truth["format"].as_str(), truth["version"].as_u64()),
        (Some(TRUTH_FORMAT), Some(TRUTH_VERSION.into()))
    );
    assert_eq!((truth["simulated"].as_bool(), truth["seed"].as_u64()), (Some(true), Some(4)));
    let config = &truth["config"];
    assert_eq!((config["days"].as_u64(), config["last_day"].as_str()), (Some(9), Some("2026-01-31")));
    assert_eq!(config["hostname"], "laptop");
    let days = truth["days"].as_array().unwrap();
    assert_eq!((days.len(), days[0]["date"].as_str()), (9, Some("2026-01-23")));
    let day =
        days.iter().find(|day| day["interruptions"].as_array().is_some_and(|list| list.len() > 3)).unwrap();
    let keys = |value: &Value| -> String {
        value.as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        keys(day),
        "away breaks cues date focus_blocks glances interruptions leisure meetings resumptions tasks triage"
    );
    assert_eq!(keys(&day["tasks"][0]), "from project to topic");
    assert_eq!(keys(&day["interruptions"][0]), "cause cue diversion handling_ended left resumed suspended");
    assert_eq!(keys(&day["resumptions"][0]), "at interruption lag_s project topic");
    assert_eq!(keys(&day["cues"][0]), "at response source");
    assert_eq!(keys(&day["focus_blocks"][0]), "from interruptions on_task_s project to topic");
    assert_eq!(keys(&day["meetings"][0]), "from title to");
}

#[test]
fn a_simulation_of_no_days_is_a_file_too() {
    let simulation = simulation(0, 1);
    let (export, truth) = files(&simulation);
    assert_eq!(truth["days"], serde_json::json!([]));
    let json: Value = serde_json::from_slice(&export).unwrap();
    assert_eq!(json["buckets"].as_object().unwrap().len(), 4);
}
