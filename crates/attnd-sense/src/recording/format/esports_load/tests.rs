//! Do matches become recordings, and are gaps in them named?

use attnd_core::recording::{Collected, Quantity, Recording, Scale};

use crate::recording::{ImportOptions, ImportReport, InMemory, import};

const META: &str = r#"{"match_duration": 3, "real_opponents": 1, "communication": 0, "team": "pros", "day_num": 1,
                       "day_match_num": 2}"#;
const REPORT: &str = r#"{"role": "adc", "performance_evaluation": 2, "performance_evaluation_teammates": 3,
                         "mental_load": 4, "sensing_system_disturbance": "no"}"#;

fn read(files: &[(&str, &str)]) -> (Vec<Recording>, ImportReport) {
    let mut kept = Collected::default();
    let files = files.iter().map(|(path, text)| (format!("raw/matches/{path}"), *text));
    let report = import(ImportOptions::default(), &InMemory::new(files), &mut kept, &mut |_| {}).unwrap();
    (kept.recordings, report)
}

#[test]
fn a_player_of_a_match_is_a_recording() {
    let (recordings, report) = read(&[
        ("match_10/meta_info.json", META),
        ("match_10/replay.json", "{}"),
        ("match_10/environment.csv", "time,env_temperature\n0.0,26.3\n"),
        ("match_10/player_1/eye_tracker.csv", "time,gaze_movement,pupil_diameter\n0.0,1.5,4.5\n1.0,NaN,\n"),
        ("match_10/player_1/keyboard.csv", "time,buttons_pressed\n0.0,2.0\n5.0,1.0\n3.0,1.0\n"),
        ("match_10/player_1/imu_head.csv", "time,x\n0,1\n"),
        ("match_10/player_1/player_report.json", REPORT),
        ("match_10/player_2/imu_head.csv", "time,x\n0,1\n"),
    ]);
    let [recording] = &recordings[..] else { panic!("{recordings:?}") };
    assert_eq!(recording.head.id, "esports-load/match_10/player_1");
    assert_eq!(recording.head.subject, "pros-1");
    let tag = |name: &str| recording.head.tags[name].as_str();
    assert_eq!(
        [tag("real_opponents"), tag("communication"), tag("match"), tag("clock")],
        ["1", "0", "match_10", "relative"]
    );
    let names: Vec<&str> = recording.head.streams.iter().map(|stream| stream.name.as_str()).collect();
    assert_eq!(names, ["eyes", "keyboard", "environment"]);
    assert_eq!(recording.head.streams[0].channels[1].quantity, Quantity::PupilDiameter);
    let eyes = &recording.streams[0];
    assert!(eyes.values[0][1].is_nan() && eyes.values[1][1].is_nan());
    assert_eq!(eyes.times[1].to_string(), "1970-01-02T04:00:01Z");
    assert_eq!(recording.streams[1].values[0], [2.0, 1.0, 1.0], "a little disorder is sorted");
    let load = &recording.ratings[0];
    assert_eq!((load.scale.clone(), load.value, recording.ratings.len()), (Scale::MENTAL_LOAD, 4, 3));
    assert_eq!(load.answered.to_string(), "1970-01-02T04:00:05Z", "after the last sample");
    let [problem] = &report.problems.first[..] else { panic!("{:?}", report.problems) };
    assert_eq!(problem.file, "imu_head.csv");
    assert!(problem.reason.contains("2 files"), "{}", problem.reason);
}

#[test]
fn a_match_without_its_reports_is_kept_and_named() {
    let (recordings, report) = read(&[
        ("match_3/player_0/gsr.csv", "time,gsr\n0,1\nsoon,2\n1,x\n2"),
        ("match_3/player_0/player_report.json", &REPORT[..40]),
        ("match_3/player_1/gsr.csv", ""),
    ]);
    assert_eq!(recordings[0].head.subject, "match_3-0");
    assert_eq!(recordings[0].streams[0].times.len(), 2);
    assert!(recordings.iter().all(|recording| recording.ratings.is_empty()));
    let files: Vec<&str> = report.problems.first.iter().map(|problem| problem.file.as_str()).collect();
    // No meta; the cut report; three rows; the empty file, and no report beside it.
    assert_eq!(files.len(), 7, "{:?}", report.problems);
}
