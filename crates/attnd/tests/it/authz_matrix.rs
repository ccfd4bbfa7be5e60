//! Who may do what? Every operation of the OpenAPI document with every kind of caller and every trick.

use std::process::Command;

use serde_json::{Value, json};

use crate::daemon::{Daemon, Home, succeed};
use crate::http::{Answer, Call, Connection};

/// One operation as the live document declares it.
struct Operation {
    method: String,
    path: String,
    scope: String,
    takes_json: bool,
}

impl Operation {
    /// Whether it needs any right at all.
    fn is_open(&self) -> bool {
        self.scope == "none"
    }

    fn is_safe(&self) -> bool {
        self.method == "GET"
    }

    /// The call with a body that no operation takes.
    fn call(&self) -> Call {
        let call = Call::new(&self.method, &self.path);
        if self.is_safe() {
            call
        } else {
            Call { body: b"x".to_vec(), ..call.with("Content-Type", "text/plain") }
        }
    }

    fn name(&self) -> String {
        format!("{} {} ({})", self.method, self.path, self.scope)
    }
}

/// Every operation; path parameters name things that do not exist, and the bucket `matrix`.
fn operations(daemon: &Daemon) -> Vec<Operation> {
    let document = daemon.get("/api/v1/openapi.json").json();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in ["get", "put", "post", "delete"] {
            let Some(operation) = item.get(method) else { continue };
            let scope = operation["x-attnd-scope"]
                .as_str()
                .unwrap_or_else(|| panic!("{method} {path} names no scope"));
            operations.push(Operation {
                method: method.to_uppercase(),
                path: filled(path),
                scope: scope.to_owned(),
                takes_json: operation["requestBody"]["content"].get("application/json").is_some(),
            });
        }
    }
    assert!(operations.len() > 40, "the document lists {} operations", operations.len());
    for scope in ["none", "read:self", "ingest:<bucket>", "admin"] {
        assert!(operations.iter().any(|operation| operation.scope == scope), "no operation needs {scope}");
    }
    operations
}

fn filled(path: &str) -> String {
    let mut filled = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let (parameter, after) = after.split_once('}').unwrap();
        filled.push_str(before);
        filled.push_str(match parameter {
            "bucket_id" => "matrix",
            "event_id" => "987654321",
            _ => "nothing",
        });
        rest = after;
    }
    filled + rest
}

fn status(daemon: &Daemon, call: &Call) -> u16 {
    let mut connection = Connection::open(daemon.address).unwrap();
    connection.head_of(call).unwrap_or_else(|error| panic!("{} {}: {error}", call.method, call.path)).status
}

fn bearer(call: Call, token: &str) -> Call {
    call.with("Authorization", &format!("Bearer {token}"))
}

/// Makes a token and returns its id and secret.
fn token(daemon: &Daemon, scopes: &[&str]) -> (String, String) {
    let call = Call::post("/api/v1/tokens", &json!({"name": "matrix", "scopes": scopes}));
    let answer: Answer = daemon.send(&bearer(call, daemon.admin_token()));
    assert!(answer.status < 300, "{}", answer.text());
    let answer = answer.json();
    let id = answer["id"].as_str().or_else(|| answer["token"]["id"].as_str()).unwrap();
    (id.to_owned(), answer["secret"].as_str().unwrap().to_owned())
}

/// The statuses of a caller that the guard has let through.
fn passed(status: u16) -> bool {
    !matches!(status, 401 | 403 | 429)
}

/// A daemon whose every request needs a token, and its operations.
fn strict(home: &Home) -> (Daemon, Vec<Operation>) {
    let daemon = home.serve_with(&["--require-token"]);
    let operations = operations(&daemon);
    (daemon, operations)
}

#[test]
fn foreign_hosts_and_origins_reach_nothing() {
    let home = Home::new();
    let daemon = home.serve();
    for operation in operations(&daemon) {
        let name = operation.name();
        for host in ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", ""] {
            assert_eq!(status(&daemon, &operation.call().with("Host", host)), 400, "{name} Host '{host}'");
        }
        for origin in ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost.evil.example"]
        {
            assert_eq!(
                status(&daemon, &operation.call().with("Origin", origin)),
                403,
                "{name} Origin {origin}"
            );
        }
        for site in ["cross-site", "same-site"] {
            let status = status(&daemon, &operation.call().with("Sec-Fetch-Site", site));
            match (operation.is_safe(), operation.is_open()) {
                (false, _) => assert_eq!(status, 403, "{name} Sec-Fetch-Site {site}"),
                // A page of another site may point a browser here, but has no session here.
                (true, false) => assert_eq!(status, 401, "{name} Sec-Fetch-Site {site}"),
                (true, true) => assert!(passed(status), "{name} Sec-Fetch-Site {site}: {status}"),
            }
        }
    }
}

#[test]
fn without_a_token_only_open_operations_answer() {
    let home = Home::new();
    let (daemon, operations) = strict(&home);
    for operation in operations {
        let status = status(&daemon, &operation.call());
        if operation.is_open() {
            assert!(passed(status), "{}: {status}", operation.name());
        } else {
            assert_eq!(status, 401, "{}", operation.name());
        }
    }
}

#[test]
fn a_token_reaches_what_its_scope_names_and_no_more() {
    let home = Home::new();
    let (daemon, operations) = strict(&home);
    let secrets: Vec<(&str, String)> = ["read:self", "ingest:matrix", "ingest:other", "crowd:work", "admin"]
        .into_iter()
        .map(|scope| (scope, token(&daemon, &[scope]).1))
        .collect();
    for operation in operations.iter().filter(|operation| !ends_everything(operation)) {
        for (scope, secret) in &secrets {
            let allowed = match operation.scope.as_str() {
                "none" => true,
                "read:self" => matches!(*scope, "read:self" | "admin"),
                "ingest:<bucket>" => matches!(*scope, "ingest:matrix" | "admin"),
                "admin" => *scope == "admin",
                other => panic!("{other} is a new scope: say here who may"),
            };
            let status = status(&daemon, &bearer(operation.call(), secret));
            let name = format!("{} with {scope}", operation.name());
            match (allowed, operation.takes_json && !operation.is_safe()) {
                (false, _) => assert_eq!(status, 403, "{name}"),
                (true, true) => assert_eq!(status, 415, "{name}: a body that is no JSON"),
                (true, false) => assert!(passed(status), "{name}: {status}"),
            }
        }
    }
}

/// Revokes the tokens it is tried with; tried alone at the end of other tests.
fn ends_everything(operation: &Operation) -> bool {
    operation.path.contains("erasure") && !operation.takes_json
}

#[test]
fn revoked_and_invented_tokens_reach_nothing() {
    let home = Home::new();
    let (first, operations) = strict(&home);
    let (id, secret) = token(&first, &["admin"]);
    let revoke = bearer(Call::new("DELETE", &format!("/api/v1/tokens/{id}")), first.admin_token());
    assert!(first.send(&revoke).status < 300);
    drop(first);
    let guarded: Vec<&Operation> = operations.iter().filter(|operation| !operation.is_open()).collect();
    let calls: Vec<(String, Call)> = guarded
        .iter()
        .flat_map(|operation| {
            [("revoked", secret.as_str()), ("invented", "attnd_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
                .map(|(kind, secret)| {
                    (format!("{} {kind}", operation.name()), bearer(operation.call(), secret))
                })
        })
        .collect();
    // Ten wrong tokens a minute are answered; then the address waits. A new daemon starts to count anew.
    for (number, calls) in calls.chunks(10).enumerate() {
        let daemon = home.serve_with(&["--require-token"]);
        for (name, call) in calls {
            assert_eq!(status(&daemon, call), 401, "{name}");
        }
        if number == 0 {
            let answer = daemon.send(&calls[0].1);
            assert_eq!(answer.status, 429, "the eleventh wrong token within a minute");
            assert!(answer.header("Retry-After").is_some());
        }
    }
}

#[test]
fn odd_spellings_of_a_path_lead_nowhere() {
    let home = Home::new();
    let (daemon, operations) = strict(&home);
    for operation in operations.iter().filter(|operation| !operation.is_open()) {
        let rest = operation
            .path
            .strip_prefix("/api")
            .unwrap_or_else(|| panic!("{} is no API path", operation.path));
        for odd in ["//api", "/%61pi", "/./api", "/x/../api", "/API", "/api/", "/api%2f", "/api;x", "/\\api"]
        {
            let path = format!("{odd}{rest}");
            let status = status(&daemon, &Call { path, ..operation.call() });
            assert!(matches!(status, 400 | 401 | 404), "{} as {odd}{rest}: {status}", operation.name());
        }
    }
}

/// Another user of the machine is as foreign as the network, although the address is the same.
#[test]
fn another_user_of_the_machine_reaches_nothing() {
    let home = Home::new();
    let daemon = home.serve();
    for operation in operations(&daemon) {
        let status = status_as_nobody(&daemon, &operation);
        if operation.is_open() {
            assert!(passed(status), "{}: {status}", operation.name());
        } else {
            assert_eq!(status, 401, "{}", operation.name());
        }
    }
}

fn status_as_nobody(daemon: &Daemon, operation: &Operation) -> u16 {
    let port = daemon.address.port();
    let script = format!(
        "exec 3<>/dev/tcp/127.0.0.1/{port} && printf '{} {} HTTP/1.1\\r\\nHost: localhost\\r\\nContent-Length: 0\\r\\n\\r\\n' >&3 && head -c 12 <&3",
        operation.method, operation.path
    );
    let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "bash", "-c", &script];
    // Only root may become another user.
    let as_root = succeed(Command::new("id").arg("-u")).trim() == "0";
    let (program, arguments) = if as_root { (nobody[0], &nobody[1..]) } else { ("sudo", &nobody[..]) };
    let printed = succeed(Command::new(program).args(arguments).current_dir("/"));
    printed.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{printed}"))
}

#[test]
fn errors_are_json_with_a_stable_code() {
    let home = Home::new();
    let (daemon, operations) = strict(&home);
    for operation in operations.iter().filter(|operation| !operation.is_open()) {
        let body: Value = daemon.send(&operation.call()).json();
        assert_eq!(body["code"], "unauthorized", "{}", operation.name());
        assert!(body["message"].as_str().is_some_and(|message| message.ends_with('.')), "{body}");
    }
}
