//! Do a player's heart, pupils, skin and gaze tell how much mental work a match was?

use serde_json::json;

use super::{datasets, imported, left_out};

const PLACE: &str = "esports_load/esports_noimu.tar.xz";

#[test]
fn every_player_of_every_match_is_a_recording_and_nearly_all_have_an_answer() {
    let (kept, report) = imported(PLACE);
    assert!(kept.recordings.len() >= 110 && kept.recordings.len().is_multiple_of(5));
    assert_eq!(report.recordings.len(), kept.recordings.len());
    let answered = kept
        .recordings
        .iter()
        .flat_map(|recording| &recording.ratings)
        .filter(|rating| rating.scale.name == "mental-load");
    assert!(answered.count() + 1 >= kept.recordings.len());
}

#[test]
fn mental_load_shows_in_the_body_and_more_with_what_was_known_before() {
    let datasets = datasets("mental-load", PLACE);
    let of =
        |wanted: &str| datasets.iter().find(|(variant, _)| *variant == wanted).map(|(_, dataset)| dataset);
    // Features of the whole match; its last minutes as raw signals are judged by the bench.
    let settings = json!({"inputs": ["features", "contexts"]});
    let body = left_out("minirocket", &settings, of("physiology").unwrap()).report;
    assert_eq!((body.people, body.answers), (10, 109));
    assert!(body.auc_pooled.unwrap() > 0.71 && body.auc_within.unwrap() > 0.72);
    let known = left_out("minirocket", &settings, of("context").unwrap()).report;
    assert!(known.auc_pooled.unwrap() > 0.84 && known.auc_within.unwrap() > 0.88);
}
