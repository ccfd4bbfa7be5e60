//! Do the forms of the settings do what they say, once, for the person alone, and can it be undone?

use axum::http::header;
use serde_json::{Value, json};

use super::{Answer, Server};

/// What a browser sends a form with, from our own page.
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const OWN: (&str, &str) = ("origin", "http://localhost:5600");

/// A signed-in browser of the local person.
pub(super) struct Browser {
    pub(super) server: Server,
    cookie: String,
}

impl Browser {
    pub(super) async fn new() -> Self {
        let server = Server::new();
        let code = server.state.engine.sign_in_code().unwrap();
        let session = server.state.engine.sign_in(&code).await.unwrap().secret;
        Self { server, cookie: format!("attnd_session={session}") }
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        let path = path.split('#').next().unwrap_or_default();
        let headers = [("cookie", self.cookie.as_str()), ("sec-fetch-site", "same-origin")];
        self.server.send(&format!("GET {path}"), &headers, "").await
    }

    pub(super) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value)));
        let body = body.collect::<Vec<_>>().join("&");
        let headers = [("cookie", self.cookie.as_str()), FORM, OWN];
        self.server.send(&format!("POST {path}"), &headers, body).await
    }

    /// Sends a form that is taken, and reads the page it leads to.
    pub(super) async fn done(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.post(path, fields).await;
        assert_eq!(answer.status, 303, "{path}: {}", answer.text);
        let page = self.get(answer.header("location").unwrap()).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        page
    }

    /// Sends a form that is refused for a field, and reads the page that says why.
    pub(super) async fn refused(&self, path: &str, fields: &[(&str, &str)], words: &str) -> Answer {
        let answer = self.post(path, fields).await;
        assert_eq!(answer.status, 422, "{path}: {}", answer.text);
        assert!(answer.text.contains(words), "{path} does not say '{words}': {}", answer.text);
        answer
    }

    /// Takes the last change back, by the form of the page that tells it.
    pub(super) async fn undo(&self, page: &Answer) -> Answer {
        let form = page.text.split("action=\"/changes/").nth(1).and_then(|rest| rest.split('"').next());
        self.done(&format!("/changes/{}", form.unwrap()), &[]).await
    }

    async fn classes(&self) -> Value {
        self.server.get("/api/v1/categories").await.json()["categories"].clone()
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn names(classes: &Value) -> Vec<String> {
    let name =
        |class: &Value| serde_json::from_value::<Vec<String>>(class["name"].clone()).unwrap().join("/");
    classes.as_array().unwrap().iter().map(name).collect()
}

/// How a category is named in forms.
fn which(classes: &Value, path: &str) -> String {
    let at = names(classes).iter().position(|name| name == path).unwrap();
    format!("{at}/{}", path.replace('/', "\u{1f}"))
}

const CATEGORY: [(&str, &str); 6] = [
    ("name", "Reading"),
    ("inside", ""),
    ("pattern", "docs\\.rs"),
    ("keys", "title"),
    ("ignore_case", "on"),
    ("focus", "yes"),
];

#[tokio::test]
async fn categories_are_added_changed_moved_and_removed() {
    let browser = Browser::new().await;
    let before = browser.classes().await;
    let page = browser.done("/settings/category", &CATEGORY).await;
    assert!(page.text.contains("Reading was added."), "{}", page.text);
    let classes = browser.classes().await;
    let added = classes.as_array().unwrap().last().unwrap();
    assert_eq!(
        added["rule"],
        json!({"type": "regex", "regex": "docs\\.rs", "ignore_case": true, "select_keys": ["title"]})
    );
    assert_eq!(added["data"]["focus"], json!(true));
    let (reading, work) = (which(&classes, "Reading"), which(&classes, "Work"));
    let form = browser.get(&format!("/settings/category?which={}", encoded(&reading))).await;
    assert!(form.text.contains("value=\"Reading\"") && form.text.contains("docs\\.rs</textarea>"));
    browser
        .done(
            "/settings/category",
            &[("which", &reading), ("name", "Books"), ("inside", &work), ("pattern", "books?")],
        )
        .await;
    let classes = browser.classes().await;
    let books = which(&classes, "Work/Books");
    browser.done("/settings/category/earlier", &[("which", &books)]).await;
    assert_ne!(which(&browser.classes().await, "Work/Books"), books);
    let books = which(&browser.classes().await, "Work/Books");
    browser.done("/settings/category/focus", &[("which", &books)]).await;
    browser.done("/settings/category/remove", &[("which", &books)]).await;
    assert_eq!(names(&browser.classes().await).len(), before.as_array().unwrap().len());
    let gone = browser.post("/settings/category/remove", &[("which", &books)]).await;
    assert_eq!(gone.status, 409, "what moved meanwhile is not another one's victim");
}

#[tokio::test]
async fn rules_that_match_everything_explode_or_do_not_compile_are_refused() {
    let browser = Browser::new().await;
    let before = browser.classes().await;
    for (pattern, words) in [
        (".*", "Every window would match this."),
        ("x?", "Every window would match this."),
        ("(", "This is not a regular expression"),
        ("(a{1000}){1000}", "This expression becomes too large."),
        (&"(".repeat(300), "This expression becomes too large."),
    ] {
        let answer =
            browser.refused("/settings/category", &[("name", "New"), ("pattern", pattern)], words).await;
        assert!(answer.text.contains("value=\"New\""), "what was typed is kept");
    }
    browser.refused("/settings/category", &[("name", " "), ("pattern", "x1")], "Give it a name.").await;
    browser
        .refused("/settings/category", &[("name", "Work"), ("pattern", "x1")], "of this name already")
        .await;
    let work = which(&before, "Work");
    let within = which(&before, &names(&before).into_iter().find(|name| name.starts_with("Work/")).unwrap());
    let fields = [("which", work.as_str()), ("name", "Job"), ("inside", &within), ("pattern", "")];
    browser.refused("/settings/category", &fields, "cannot lie in itself").await;
    assert_eq!(browser.classes().await, before);
}

#[tokio::test]
async fn the_last_change_is_undone_and_none_before_it() {
    let browser = Browser::new().await;
    let before = browser.classes().await;
    let page = browser.done("/settings/category", &CATEGORY).await;
    let undone = browser.undo(&page).await;
    assert!(undone.text.contains("Undone."), "{}", undone.text);
    assert_eq!(browser.classes().await, before);
    let first = browser.done("/settings/category", &CATEGORY).await;
    browser.done("/settings/categories/restore", &[]).await;
    let id = first.text.split("action=\"/changes/").nth(1).and_then(|rest| rest.split('/').next()).unwrap();
    assert_eq!(browser.post(&format!("/changes/{id}/undo"), &[]).await.status, 409);
    let last = browser.done("/settings/category", &CATEGORY).await;
    browser.server.put("/api/0/settings/classes", &json!([])).await;
    browser.server.post("/api/0/settings/classes", &json!([{"name": ["Mine"]}])).await;
    let id = last.text.split("action=\"/changes/").nth(1).and_then(|rest| rest.split('/').next()).unwrap();
    assert_eq!(
        browser.post(&format!("/changes/{id}/undo"), &[]).await.status,
        409,
        "another program wrote since"
    );
}

#[tokio::test]
async fn categories_leave_and_come_back_as_a_file() {
    let browser = Browser::new().await;
    let file = browser.get("/settings/categories.json").await;
    assert_eq!(file.header("content-disposition"), Some("attachment; filename=attnd-categories.json"));
    browser.done("/settings/category", &CATEGORY).await;
    let upload = async |content: &str| {
        let body = format!(
            "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"c.json\"\r\n\r\n{content}\r\n--X--\r\n"
        );
        let headers =
            [("cookie", browser.cookie.as_str()), ("content-type", "multipart/form-data; boundary=X"), OWN];
        browser.server.send("POST /settings/categories/import", &headers, body).await
    };
    assert_eq!(upload(&file.text).await.status, 303);
    assert_eq!(json!({"categories": browser.classes().await}), file.json());
    assert_eq!(upload("[{\"name\": [\"One\"]}]").await.status, 303);
    assert_eq!(names(&browser.classes().await), ["One"]);
    for (content, words) in [
        ("", "Choose a file first."),
        ("no", "it is not JSON"),
        ("{\"categories\": 7}", "holds no categories"),
    ] {
        let answer = upload(content).await;
        assert_eq!(answer.status, 422, "{content}");
        assert!(answer.text.contains(words), "{content}: {}", answer.text);
    }
    assert_eq!(names(&browser.classes().await), ["One"]);
}

#[tokio::test]
async fn redaction_is_set_tried_applied_and_undone() {
    let browser = Browser::new().await;
    let server = &browser.server;
    let fields = [
        ("addresses", "site_only"),
        ("secrets", "email"),
        ("secrets", "iban"),
        ("dropped", "KeePass\r\n\r\n Signal "),
        ("time_only", ""),
    ];
    let page = browser.done("/settings/redaction", &fields).await;
    let rules = server.get("/api/v1/redaction").await.json();
    assert_eq!(
        (&rules["addresses"], &rules["dropped_applications"]),
        (&json!("site_only"), &json!(["KeePass", "Signal"]))
    );
    assert_eq!(rules["secrets"], json!(["email", "iban"]));
    browser.undo(&page).await;
    assert_eq!(server.get("/api/v1/redaction").await.json()["addresses"], "without_query");
    let secret = [
        ("pattern", "salary"),
        ("field", "title"),
        ("action", "redact"),
        ("replacement", ""),
        ("sample", "my salary.ods"),
    ];
    let tried = browser.post("/settings/redaction/try", &secret).await;
    assert_eq!(tried.status, 200);
    assert!(
        tried.text.contains("Kept: [redacted]") && tried.text.contains("value=\"my salary.ods\""),
        "{}",
        tried.text
    );
    assert_eq!(server.get("/api/v1/redaction").await.json()["patterns"], json!([]), "trying changes nothing");
    server.bucket("w").await;
    let event =
        json!({"timestamp": "2024-01-01T10:00:00Z", "data": {"app": "Calc", "title": "my salary.ods"}});
    server.post("/api/0/buckets/w/events", &event).await;
    browser.done("/settings/redaction/add", &secret).await;
    browser.refused("/settings/redaction/apply", &[], "Tick the box to confirm").await;
    assert!(server.get("/api/0/buckets/w/events").await.text.contains("salary"), "rules hold for what comes");
    let page = browser.done("/settings/redaction/apply", &[("confirmed", "on")]).await;
    assert!(
        page.text.contains("1 entries lost something") && !page.text.contains("/undo\""),
        "{}",
        page.text
    );
    assert!(!server.get("/api/0/buckets/w/events").await.text.contains("salary"));
    assert_eq!(browser.post("/settings/redaction/remove", &[("which", "0/other")]).await.status, 409);
    browser.done("/settings/redaction/remove", &[("which", "0/salary")]).await;
    assert_eq!(server.get("/api/v1/redaction").await.json()["patterns"], json!([]));
}

#[tokio::test]
async fn patterns_that_would_leave_everything_out_are_refused() {
    let browser = Browser::new().await;
    for (pattern, words) in [
        ("", "Write what to look for."),
        ("(", "This is not a regular expression"),
        (".*", "found in every text"),
        ("(?=a)", "This is not a regular expression"),
    ] {
        browser.refused("/settings/redaction/add", &[("pattern", pattern), ("action", "drop")], words).await;
    }
    browser.refused("/settings/redaction/try", &[("pattern", "x"), ("sample", "")], "Write a title").await;
}

#[tokio::test]
async fn retention_says_what_would_go_before_it_is_kept() {
    let browser = Browser::new().await;
    let server = &browser.server;
    server.bucket("w").await;
    for day in ["2023-06-01", "2023-12-31"] {
        let event = json!({"timestamp": format!("{day}T10:00:00Z"), "data": {"app": "x", "title": "y"}});
        server.post("/api/0/buckets/w/events", &event).await;
    }
    let look = browser.get("/settings/retention?kind=currentwindow&keep=3&unit=months").await;
    assert!(look.text.contains("Kept for 90 days, 1 entries from before"), "{}", look.text);
    assert_eq!(server.get("/api/v1/retention").await.json(), json!({}), "looking changes nothing");
    let page = browser
        .done("/settings/retention", &[("kind", "currentwindow"), ("keep", "90"), ("unit", "days")])
        .await;
    assert_eq!(server.get("/api/v1/retention").await.json(), json!({"currentwindow": 90}));
    browser.undo(&page).await;
    assert_eq!(server.get("/api/v1/retention").await.json(), json!({}));
    let bad = browser.get("/settings/retention?kind=currentwindow&keep=ninety&unit=days").await;
    assert_eq!(bad.status, 422);
    assert!(bad.text.contains("value=\"ninety\"") && bad.text.contains("Write a number from 1 to 36500."));
}

#[tokio::test]
async fn consent_and_pause_hold_at_once() {
    let browser = Browser::new().await;
    let server = &browser.server;
    server.bucket("w").await;
    let beat = json!({"timestamp": "2024-01-01T10:00:00Z", "data": {}});
    let send = async || server.post("/api/0/buckets/w/heartbeat?pulsetime=1", &beat).await;
    browser.done("/settings/consent/withdraw", &[("source", "w")]).await;
    assert_eq!(send().await.code(), "no_consent");
    browser.done("/settings/consent/give", &[("source", "w")]).await;
    assert_eq!(send().await.status, 200);
    let paused = browser.done("/settings/pause/30", &[]).await;
    assert!(paused.text.contains("/settings/resume"), "{}", paused.text);
    browser.done("/settings/resume", &[]).await;
    assert_eq!(server.get("/api/v1/pause").await.json(), json!({"until": null}));
    assert_eq!(browser.post("/settings/pause/ever", &[]).await.status, 404);
    assert_eq!(browser.post("/settings/consent/give", &[("source", "")]).await.status, 400);
}

#[tokio::test]
async fn a_token_is_shown_once_and_revoked_for_good() {
    let browser = Browser::new().await;
    let made =
        browser.post("/settings/tokens", &[("name", "<b>cli"), ("scope", "read"), ("days", "30")]).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let secret = made.text.split("<code>").nth(1).and_then(|rest| rest.split('<').next()).unwrap().to_owned();
    assert!(secret.starts_with("attnd_") && !made.text.contains("<b>cli"));
    let page = browser.get("/settings").await;
    assert!(!page.text.contains(&secret) && page.text.contains("&#60;b&#62;cli"));
    let bearer = format!("Bearer {secret}");
    let with = [("authorization", bearer.as_str())];
    assert_eq!(browser.server.send("GET /settings", &with, "").await.status, 200);
    let refused = browser.server.send("POST /settings/pause/5", &with, "").await;
    assert_eq!(refused.status, 403, "a token that reads changes nothing");
    let path =
        page.text.split("formaction=\"/settings/tokens/").nth(1).and_then(|rest| rest.split('"').next());
    let page = browser.done(&format!("/settings/tokens/{}", path.unwrap()), &[]).await;
    assert!(page.text.contains("opens nothing any more"));
    assert_eq!(browser.server.send("GET /api/0/settings", &with, "").await.status, 401);
    for (field, value, words) in
        [("name", "", "Give it a name"), ("scope", "ingest", "Name the bucket"), ("days", "0", "or nothing.")]
    {
        let fields = [("name", "x"), ("scope", "read"), ("days", "1")];
        let fields = fields.map(|(name, usual)| (name, if name == field { value } else { usual }));
        browser.refused("/settings/tokens", &fields, words).await;
    }
}

#[tokio::test]
async fn extensions_are_answered_and_forgotten() {
    const EXTENSION: (&str, &str) = ("origin", "moz-extension://4b5ee0f2-0e5f-4f2c-9a33-6c2c5d5c8d51");
    let browser = Browser::new().await;
    let server = &browser.server;
    let ask = async || {
        server.send("POST /api/v1/pairings", &[EXTENSION, super::JSON], "{\"bucket\":\"web\"}").await
    };
    let id = ask().await.json()["id"].as_str().unwrap().to_owned();
    browser.done(&format!("/settings/extensions/{id}/approve"), &[]).await;
    let collected = server.send(&format!("GET /api/v1/pairings/{id}/token"), &[EXTENSION], "").await;
    let bearer = format!("Bearer {}", collected.json()["token"].as_str().unwrap());
    let beat = async || {
        let headers = [EXTENSION, super::JSON, ("authorization", bearer.as_str())];
        let body = json!({"timestamp": "2024-01-01T10:00:00Z", "data": {}}).to_string();
        server.send("POST /api/0/buckets/web/heartbeat?pulsetime=1", &headers, body).await.status
    };
    server.bucket("web").await;
    assert_eq!(beat().await, 200);
    browser.done(&format!("/settings/extensions/{id}/forget"), &[]).await;
    assert!(beat().await.is_client_error(), "a forgotten extension sends nothing");
    let anew = server.get("/api/v1/pairings").await.json();
    assert_eq!(
        (&anew[0]["state"], anew.as_array().map(Vec::len)),
        (&json!("pending"), Some(1)),
        "it asks anew"
    );
    assert_ne!(anew[0]["id"].as_str(), Some(id.as_str()));
    assert_eq!(browser.post(&format!("/settings/extensions/{id}/forget"), &[]).await.status, 404);
}

#[tokio::test]
async fn erasing_takes_the_word() {
    let browser = Browser::new().await;
    let server = &browser.server;
    server.bucket("w").await;
    for day in ["2024-01-01", "2023-12-01"] {
        let event = json!({"timestamp": format!("{day}T10:00:00Z"), "data": {"n": 1}});
        server.post("/api/0/buckets/w/events", &event).await;
    }
    let days = [("what", "period"), ("from", "2024-01-01"), ("to", "2024-01-01")];
    browser.refused("/settings/erase", &days, "Nothing was erased. Write erase here").await;
    assert_eq!(server.get("/api/0/buckets/w/events/count").await.json(), 2);
    let [what, from, to] = days;
    let page = browser.done("/settings/erase", &[what, from, to, ("word", "erase")]).await;
    assert!(page.text.contains("Erased: 1 entries are gone for good."), "{}", page.text);
    assert_eq!(server.get("/api/0/buckets/w/events/count").await.json(), 1);
    let gone = browser.post("/settings/erase", &[("what", "everything"), ("word", "erase")]).await;
    assert_eq!(gone.status, 200, "{}", gone.text);
    assert!(gone.text.contains("Everything attnd had about you is gone."));
    assert_eq!(browser.get("/settings").await.status, 401, "this browser's session went too");
}

#[tokio::test]
async fn the_log_tells_who_changed_what() {
    let browser = Browser::new().await;
    browser.done("/settings/pause/5", &[]).await;
    let log = browser.get("/settings/log").await;
    assert!(
        log.text.contains("you, in a browser") && log.text.contains("<code>pause</code>"),
        "{}",
        log.text
    );
}

/// Every form of the pages.
const FORMS: [&str; 27] = [
    "/settings/category",
    "/settings/category/remove",
    "/settings/category/earlier",
    "/settings/category/later",
    "/settings/category/focus",
    "/settings/categories/import",
    "/settings/categories/restore",
    "/settings/redaction",
    "/settings/redaction/add",
    "/settings/redaction/remove",
    "/settings/redaction/apply",
    "/settings/consent/give",
    "/settings/consent/withdraw",
    "/settings/pause/5",
    "/settings/resume",
    "/settings/retention",
    "/settings/tokens",
    "/settings/tokens/x/revoke",
    "/settings/sessions/x/end",
    "/settings/extensions/x/approve",
    "/settings/extensions/x/refuse",
    "/settings/extensions/x/forget",
    "/settings/erase",
    "/settings/category/try",
    "/activities/assign",
    "/changes/1/undo",
    "/today/resume",
];

#[tokio::test]
async fn pages_open_to_a_signed_in_person_and_to_nobody_else() {
    let browser = Browser::new().await;
    for path in
        ["/settings", "/settings/category", "/settings/categories.json", "/settings/log", "/activities"]
    {
        let line = format!("GET {path}");
        assert_eq!(browser.get(path).await.status, 200, "{path}");
        let unsigned = browser.server.send(&line, &[("sec-fetch-site", "same-origin")], "").await;
        assert_eq!(unsigned.status, 401, "{path}");
        let wrong_host = browser.server.send(&line, &[("host", "evil.example")], "").await;
        assert_eq!(wrong_host.status, 400, "{path}");
        let foreign = browser.server.send(&line, &[("origin", "https://evil.example")], "").await;
        assert_eq!(foreign.status, 403, "{path}");
        let odd = browser.get(&format!("/{path}")).await;
        assert_eq!(odd.status, 404, "{path} with two slashes");
    }
}

#[tokio::test]
async fn forms_are_taken_from_our_own_page_of_a_signed_in_person_alone() {
    let browser = Browser::new().await;
    let cookie = ("cookie", browser.cookie.as_str());
    let (strict, _) = Server::strict().await;
    let reader = format!("Bearer {}", strict.token(&["read:self"], None).await);
    for path in FORMS {
        let line = format!("POST {path}");
        for foreign in ["https://evil.example", "null", "http://localhost:5601", "http://127.0.0.1"] {
            let answer = browser.server.send(&line, &[cookie, FORM, ("origin", foreign)], "which=0").await;
            assert_eq!(
                (answer.status.as_u16(), answer.code().as_str()),
                (403, "origin_refused"),
                "{path} from {foreign}"
            );
        }
        for site in ["cross-site", "same-site"] {
            let answer = browser.server.send(&line, &[cookie, FORM, ("sec-fetch-site", site)], "").await;
            assert_eq!(answer.code(), "origin_refused", "{path} {site}");
        }
        let unsigned = browser.server.send(&line, &[FORM, OWN], "").await;
        assert_eq!(unsigned.status, 401, "{path} without a session");
        assert!(unsigned.header("content-type").unwrap().starts_with("text/html"), "{path}");
        let wrong_host =
            browser.server.send(&line, &[cookie, FORM, (header::HOST.as_str(), "evil.example")], "").await;
        assert_eq!(wrong_host.status, 400, "{path}");
        let reading = strict.send(&line, &[("authorization", &reader), FORM], "").await;
        assert_eq!(reading.status, 403, "{path} with a token that only reads");
    }
    assert_eq!(
        browser.server.get("/api/v1/audit").await.json().as_array().map(Vec::len),
        Some(1),
        "only the sign-in"
    );
}
