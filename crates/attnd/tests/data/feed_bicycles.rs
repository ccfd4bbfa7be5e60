//! Does the ranking know what people of a forum react to, better than plain orders do? What does variety cost there?

use attnd_core::Timestamp;
use attnd_decide::Seed;
use attnd_decide::rank::{Ask, AskKind, Others, Reaction, Replay, Replayed, replay};
use serde_json::Value;

use super::set;

fn moment(text: &str) -> Timestamp {
    Timestamp::parse(&format!("{text}Z")).unwrap()
}

fn asks() -> Vec<Ask> {
    let text = std::fs::read_to_string(set("feed_bicycles/items.jsonl")).unwrap();
    let ask = |line: &str| {
        let question: Value = serde_json::from_str(line).unwrap();
        let words = |field: &str| question[field].as_str().unwrap().to_owned();
        let tags: Vec<&str> = question["tags"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        Ask {
            kind: AskKind::FeedItem,
            sender: question["owner"].as_u64().map(|owner| owner.to_string()),
            title: words("title"),
            text: format!("{} {}", tags.join(" "), words("text")),
            topic: tags.first().map(|tag| (*tag).to_owned()),
            ..Ask::new(question["id"].to_string(), "forum", moment(&words("t")))
        }
    };
    text.lines().map(ask).collect()
}

fn reactions() -> Vec<Reaction> {
    let text = std::fs::read_to_string(set("feed_bicycles/events.tsv")).unwrap();
    let reaction = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        Reaction { at: moment(cells[0]), mind: cells[1].to_owned(), ask: cells[2].to_owned() }
    };
    text.lines().skip(1).map(reaction).collect()
}

fn replayed() -> Replayed {
    let (asks, reactions) = (asks(), reactions());
    let what = Replay {
        asks: &asks,
        reactions: &reactions,
        learn_first: 0.5,
        half_life_days: 60.0,
        others: Others::default(),
        varieties: &[0.0, 0.3, 0.5, 0.8],
    };
    replay(&what, Seed(1)).unwrap()
}

#[test]
fn later_reactions_are_ranked_above_what_plain_orders_make_of_them_and_variety_is_nearly_free() {
    let found = replayed();
    println!("{found:#?}");
    let ndcg = |name| found.rankers.iter().find(|figures| figures.ranker == name).unwrap().ndcg_at_10;
    assert!(ndcg("attention") > 0.615, "{found:?}");
    for plain in ["recency", "popularity", "affinity", "deadline-first", "formula"] {
        assert!(ndcg("attention") > ndcg(plain), "{plain}");
    }
    let [none, some] = [0, 1].map(|place| &found.variety[place]);
    assert!(some.ndcg_at_10 > none.ndcg_at_10 * 0.995, "variety of .3 costs more than half a percent");
    assert!(some.diversity.coverage > none.diversity.coverage);
    assert!(some.diversity.intra_list_similarity < none.diversity.intra_list_similarity);
}
