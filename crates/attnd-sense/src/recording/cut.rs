//! Does every format stand a cut? Each small sample is cut at every byte: nothing panics, what was whole stays.

use attnd_core::recording::{Collected, Recording};

use super::{ImportError, ImportOptions, InMemory, import};

/// A sample of each format, with the path it is recognised by.
const SAMPLES: &[(&str, &str)] = &[
    (
        "dataset.csv",
        "pid,location,activity,start_time,end_time,duration_sec,actual_concentration,expected_concentration,\
         perceived_distraction,purpose_of_using_smartphone\n\
         p2,강의실,수업,1557195170024 ,1557195346755 ,177,4,5,5,휴식\n\
         p3,집,\"a, b\",1557195370024 ,1557195376755 ,7,3,3,2,톡\n",
    ),
    (
        "P1/Eyerecording_Test_Control.csv",
        "frame;Timestamp;openness_L;openness_R;pupil_diameter_L(mm);pupil_diameter_R(mm);\n\
         0;2022-12-16 12:36:00.0128;1;1;4.256241;4.534058;\n\
         1;2022-12-16 12:36:00.0618;1;1;-1;4.534088;\n",
    ),
    ("match_1/player_1/eye_tracker.csv", "time,gaze_movement,pupil_diameter\n0.0,942.4,4.5\n1.0,NaN,4.6\n"),
    ("match_1/player_1/player_report.json", "{\"role\": \"adc\", \"mental_load\": 4}"),
    ("match_1/meta_info.json", "{\"match_duration\": 957, \"team\": \"pros\", \"day_num\": 0}"),
    ("hr.csv", "time;hr;rating\n2022-12-16T12:36:00+01:00;70,5;1\n2022-12-16T12:36:01+01:00;71,5;2\n"),
];

fn read(path: &str, bytes: &[u8]) -> Vec<Recording> {
    let mut kept = Collected::default();
    // A match is one only with a sensor in it.
    let files = InMemory::new([(path, bytes), ("match_1/player_1/gsr.csv", b"time,gsr\n0,1\n")]);
    match import(ImportOptions::default(), &files, &mut kept, &mut |_| {}) {
        Ok(report) => assert_eq!(report.recordings.len(), kept.recordings.len()),
        Err(ImportError::Sink(error)) => panic!("{path}: {error}"),
        Err(_) => {}
    }
    kept.recordings
}

fn times_and_answers(recordings: &[Recording]) -> (usize, usize) {
    let times =
        recordings.iter().flat_map(|recording| &recording.streams).map(|stream| stream.times.len()).sum();
    (times, recordings.iter().map(|recording| recording.ratings.len()).sum())
}

#[test]
fn a_file_may_end_anywhere() {
    for (path, text) in SAMPLES {
        let whole = times_and_answers(&read(path, text.as_bytes()));
        let mut last = (0, 0);
        for cut in 0..=text.len() {
            let recordings = read(path, &text.as_bytes()[..cut]);
            let now = times_and_answers(&recordings);
            assert!(now.0 <= whole.0 && now.1 <= whole.1, "{path} at {cut}: {now:?} of {whole:?}");
            // Once a line has ended, its row stays.
            if text.as_bytes()[..cut].ends_with(b"\n") {
                assert!(now.0 >= last.0 && now.1 >= last.1, "{path} at {cut}");
                last = now;
            }
            let rising =
                |recording: &Recording| recording.streams.iter().all(|stream| stream.times.is_sorted());
            assert!(recordings.iter().all(rising), "{path} at {cut}");
        }
        assert_eq!(last.0.max(whole.0), whole.0, "{path}");
    }
}

#[test]
fn any_byte_may_be_another() {
    for (path, text) in SAMPLES {
        let mut bytes = text.as_bytes().to_vec();
        for place in 0..bytes.len() {
            for other in [0, b'\n', b'"', b',', b'-', b'9', 0xff] {
                let before = std::mem::replace(&mut bytes[place], other);
                let _ = read(path, &bytes);
                bytes[place] = before;
            }
        }
    }
}
