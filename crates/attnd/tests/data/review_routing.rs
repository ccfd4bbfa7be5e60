//! Is the right reviewer named first, by what came before, more often than plain rules name them?

use std::process::Command;

use serde_json::Value;

use super::set;

fn eval(file: &std::path::Path) -> Value {
    let program = env!("CARGO_BIN_EXE_attnd");
    let output =
        Command::new(program).args(["rank", "eval", "--json", "--reviews"]).arg(file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn reviewers_are_named_better_than_by_popularity_or_by_their_authors() {
    let found = eval(&set("review_routing/reviews.jsonl"));
    println!("{found:#}");
    let of = |figures: &Value, key: &str| figures[key].as_f64().unwrap();
    assert!(of(&found, "acc_at_1") > 0.658, "{found:#}");
    assert!(of(&found, "hit_at_3") > 0.95 && of(&found, "mrr") > 0.8, "{found:#}");
    assert_eq!(found["n"], 1128);
    for plain in &found["rankers"].as_array().unwrap()[1..] {
        assert!(of(plain, "acc_at_1") + 0.1 < of(&found, "acc_at_1"), "{plain}");
    }
}
