//! Do tables of every make become recordings?

use attnd_core::recording::{Collected, Recording};
use encoding_rs::WINDOWS_1252;

use super::*;
use crate::recording::{ImportOptions, ImportReport, InMemory, import};

fn read(map: Option<&str>, text: impl Into<Vec<u8>>) -> Result<(Vec<Recording>, ImportReport), ImportError> {
    let map = map.map(|words| {
        let mut map = TableMap::default();
        map.add_words(words).unwrap();
        map
    });
    let mut kept = Collected::default();
    let files = InMemory::new([("night.csv", text.into())]);
    let options = ImportOptions { format: None, map: map.as_ref() };
    let report = import(options, &files, &mut kept, &mut |_| {})?;
    Ok((kept.recordings, report))
}

#[test]
fn separators_commas_marks_and_line_ends_say_the_same() {
    let (plain, _) = read(None, "time,hr,note\n1557195170,70.5,a\n1557195171,,\"b, c\"\n").unwrap();
    assert_eq!(plain[0].streams[0].values[0][0], 70.5);
    assert!(plain[0].streams[0].values[0][1].is_nan());
    for text in [
        "time;hr;note\n1557195170;70,5;a\n1557195171;;\"b, c\"\n",
        "time\thr\tnote\r\n1557195170\t70.5\ta\r\n1557195171\tNaN\t\"b, c\"\r\n",
        "\u{feff}time,hr,note\r1557195170,70.5,a\r1557195171,null,x",
        "time|hr|note\n1557195170 | 70.5 |a\n1557195171|n/a|x\n",
    ] {
        let (same, report) = read(None, text).unwrap();
        assert_eq!(same[0].streams[0].times, plain[0].streams[0].times, "{text}");
        assert_eq!(same[0].streams[0].values[0][0], 70.5, "{text}");
        assert_eq!((same[0].head.clone(), report.problems.count), (plain[0].head.clone(), 0), "{text}");
    }
}

#[test]
fn people_and_sessions_become_recordings_even_when_mixed() {
    let together = "pid,session,time,hr\na,1,10,1\na,1,11,2\na,2,5,3\nb,1,6,4\n";
    let mixed = "pid,session,time,hr\na,1,10,1\na,2,5,3\nb,1,6,4\na,1,11,2\n";
    let (recordings, report) = read(None, together).unwrap();
    assert_eq!(report.recordings, ["csv/night/a/1", "csv/night/a/2", "csv/night/b/1"]);
    assert_eq!(read(None, mixed).unwrap().0, recordings);
    assert_eq!(
        (recordings[2].head.subject.as_str(), recordings[2].head.tags["clock"].as_str()),
        ("b", "relative")
    );
}

#[test]
fn answers_carry_their_time_and_situation() {
    let (recordings, report) = read(
        Some(
            "time=from,end=to,person=who,rating.concentration=focus,rating.mood(0-10)=mood,context.place=où",
        ),
        WINDOWS_1252
            .encode("who,from,to,focus,mood,où\na,2024-01-01T10:00:00Z,2024-01-01T10:20:00Z,4,11,café\n")
            .0
            .into_owned(),
    )
    .unwrap();
    let rating = &recordings[0].ratings[0];
    assert_eq!((rating.value, rating.about.duration().as_s_f64()), (4, 1200.0));
    assert_eq!(rating.answered, rating.about.end());
    assert_eq!(rating.context["place"], "café");
    assert_eq!(recordings[0].ratings.len(), 1, "11 is no answer from 0 to 10");
    assert_eq!(report.problems.count, 1);
}

#[test]
fn a_map_that_does_not_fit_names_the_columns() {
    let error = read(Some("time=t,hr=pulse"), "t,hr\n1,2\n").unwrap_err();
    let text = error.to_string();
    assert!(text.contains("'pulse'") && text.contains("t, hr"), "{text}");
    assert!(read(Some("time=t,time_zone=Mars/Olympus,hr=hr"), "t,hr\n1,2\n").is_err());
    assert!(read(Some("time=t"), "t,hr\n1,2\n").is_err());
}

#[test]
fn a_beginning_and_a_zone_place_times_in_the_world() {
    let first = |map: &str, text: &str| read(Some(map), text).unwrap().0[0].streams[0].times[0].to_string();
    assert_eq!(
        first("time=t,beginning=2024-01-01T10:00:00Z,hr=hr", "t,hr\n1.5,70\n"),
        "2024-01-01T10:00:01.5Z"
    );
    assert_eq!(
        first("time=t,time_zone=Europe/Amsterdam,hr=hr", "t,hr\n2022-12-16 12:51:15,70\n"),
        "2022-12-16T11:51:15Z"
    );
}
