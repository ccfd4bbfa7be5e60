//! Can one see what the time went to, and say once where something belongs?

use serde_json::{Value, json};

use super::settings::Browser;

/// Two hours of windows, half of which belongs nowhere.
async fn recorded() -> Browser {
    let browser = Browser::new().await;
    browser.server.bucket("w").await;
    let event = |minute: u32, app: &str, title: &str| json!({"timestamp": format!("2024-01-01T{:02}:{:02}:00Z", 9 + minute / 60, minute % 60), "duration": 1800, "data": {"app": app, "title": title}});
    let events = json!([
        event(0, "Zettelkasten", "Ideas <b>"),
        event(30, "Zettelkasten", "Plans"),
        event(60, "VS Code", "main.rs"),
        event(90, "VS Code", "lib.rs"),
    ]);
    let answer = browser.server.post("/api/0/buckets/w/events", &events).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    browser
}

const DAY: &str = "/activities?from=2024-01-01&to=2024-01-01";

async fn classes(browser: &Browser) -> Value {
    browser.server.get("/api/v1/categories").await.json()["categories"].clone()
}

#[tokio::test]
async fn one_looks_from_everything_down_to_a_title() {
    let browser = recorded().await;
    let all = browser.get(DAY).await;
    assert_eq!(all.status, 200);
    assert!(
        all.text.contains("has no category yet") && all.text.contains("&#38;application=VS+Code\">"),
        "{}",
        all.text
    );
    let application = browser.get(&format!("{DAY}&application=Zettelkasten")).await;
    assert!(application.text.contains("Ideas &#60;b&#62;") && !application.text.contains("main.rs"));
    let found = browser.get(&format!("{DAY}&q=LIB.rs")).await;
    assert!(found.text.contains("Windows with “LIB.rs” took about 30 minutes"), "{}", found.text);
    let nothing = browser.get(&format!("{DAY}&q=%00%3Cscript%3E")).await;
    assert_eq!(nothing.status, 200);
    for bad in ["from=2024-01-02&to=2024-01-01", "from=yesterday", "from=2024-01-01&to=x"] {
        let answer = browser.get(&format!("/activities?{bad}")).await;
        assert_eq!(answer.status, 422, "{bad}");
        assert!(answer.text.contains("Write both days, the earlier first."), "{bad}");
    }
    assert_eq!(browser.get("/activities").await.status, 200);
}

#[tokio::test]
async fn a_category_is_assigned_by_example_and_taken_back() {
    let browser = recorded().await;
    let before = classes(&browser).await;
    let first = browser
        .get("/activities/assign?application=Zettelkasten&back=%2Factivities%3Ffrom%3D2024-01-01")
        .await;
    assert_eq!(first.status, 200);
    assert!(
        first.text.contains("Zettelkasten</dd>") && first.text.contains("Zettelkasten”."),
        "{}",
        first.text
    );
    let fields = "application=Zettelkasten&pattern=Zettelkasten&keys=&ignore_case=on&new=Work+%E2%80%BA+Thinking&back=%2Factivities%3Ffrom%3D2024-01-01";
    let look = browser.get(&format!("/activities/assign?{fields}")).await;
    assert!(look.text.contains("Of that 1 h would move."), "{}", look.text);
    assert_eq!(classes(&browser).await, before, "looking changes nothing");
    let form = [
        ("application", "Zettelkasten"),
        ("pattern", "Zettelkasten"),
        ("ignore_case", "on"),
        ("new", "Work › Thinking"),
        ("back", "/activities?from=2024-01-01"),
    ];
    let page = browser.done("/activities/assign", &form).await;
    assert!(
        page.text.contains("Rule added. 1 h of the last 30 days moved to Work › Thinking."),
        "{}",
        page.text
    );
    assert!(!page.text.contains("has no category yet"));
    let last = classes(&browser).await.as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["name"], json!(["Work", "Thinking"]));
    let undone = browser.undo(&page).await;
    assert!(
        undone.text.contains("Undone.") && undone.text.contains("has no category yet"),
        "{}",
        undone.text
    );
    assert_eq!(classes(&browser).await, before);
}

#[tokio::test]
async fn rules_that_cannot_be_meant_come_back_with_the_reason() {
    let browser = recorded().await;
    let before = classes(&browser).await;
    for (pattern, new, words) in [
        (".*", "New", "Every window would match this."),
        ("(", "New", "This is not a regular expression"),
        ("(a{1000}){1000}", "New", "This expression becomes too large."),
        ("", "New", "Write what to look for."),
        ("x1", "", "Choose a category"),
        ("x1", "Uncategorized", "Choose a category"),
    ] {
        let form = [("application", "Zettelkasten"), ("pattern", pattern), ("new", new)];
        browser.refused("/activities/assign", &form, words).await;
    }
    assert_eq!(classes(&browser).await, before);
    assert_eq!(browser.get("/activities/assign").await.status, 404, "an example of nothing");
    let tried = [("name", "New"), ("pattern", "Zettelkasten"), ("ignore_case", "on")];
    let page = browser.post("/settings/category/try", &tried).await;
    assert_eq!(page.status, 200);
    assert!(
        page.text.contains("Of that 1 h would move.") && page.text.contains("value=\"New\""),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn going_back_leads_nowhere_else() {
    let browser = recorded().await;
    for back in ["https://evil.example", "//evil.example", "/\\evil.example"] {
        let form =
            [("application", "Zettelkasten"), ("pattern", "Zettelkasten"), ("new", "New"), ("back", back)];
        let answer = browser.post("/activities/assign", &form).await;
        assert!(answer.header("location").unwrap().starts_with("/activities?done="), "{back}");
        let undo = answer.header("location").unwrap().to_owned();
        browser.undo(&browser.get(&undo).await).await;
    }
}
