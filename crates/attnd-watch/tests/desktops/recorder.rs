//! What would a daemon have after these requests? The smallest server that speaks the interface,
//! merges heartbeats and remembers every byte it was sent.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use attnd_core::heartbeat::{Heartbeat, Pulse, merge};
use attnd_core::{Duration, Event};

/// A server on a port of its own, until the test process ends.
#[derive(Clone)]
pub(crate) struct Recorder {
    pub(crate) address: String,
    state: Arc<Recorded>,
}

#[derive(Default)]
struct Recorded {
    down: AtomicBool,
    requests: Mutex<Vec<(String, String)>>,
    /// Type of each bucket by its id.
    buckets: Mutex<BTreeMap<String, String>>,
    events: Mutex<BTreeMap<String, Vec<Event>>>,
}

impl Recorder {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Recorded::default());
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                std::thread::spawn(move || serve(&connection, &state));
            }
        });
        Self { address, state }
    }

    /// From now on every connection is cut without an answer.
    pub(crate) fn go_down(&self) {
        self.state.down.store(true, Ordering::SeqCst);
    }

    pub(crate) fn come_back(&self) {
        self.state.down.store(false, Ordering::SeqCst);
    }

    /// What a daemon holds in the bucket of this type.
    pub(crate) fn events(&self, kind: &str) -> Vec<Event> {
        let buckets = self.state.buckets.lock().unwrap();
        let Some((id, _)) = buckets.iter().find(|(_, bucket_kind)| *bucket_kind == kind) else {
            return Vec::new();
        };
        self.state.events.lock().unwrap().get(id).cloned().unwrap_or_default()
    }

    /// Path and body of every request that was answered.
    pub(crate) fn requests(&self) -> Vec<(String, String)> {
        self.state.requests.lock().unwrap().clone()
    }
}

fn serve(connection: &TcpStream, state: &Recorded) {
    let mut reader = BufReader::new(connection);
    while let Some((path, body)) = read_request(&mut reader) {
        if state.down.load(Ordering::SeqCst) {
            return;
        }
        let status = answer(state, &path, &body);
        state.requests.lock().unwrap().push((path, body));
        let reply =
            format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}");
        if (&mut &*connection).write_all(reply.as_bytes()).is_err() {
            return;
        }
    }
}

fn read_request(reader: &mut impl BufRead) -> Option<(String, String)> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|&bytes| bytes > 0)?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let header = line.trim().to_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((path, String::from_utf8(body).ok()?))
}

fn answer(state: &Recorded, path: &str, body: &str) -> &'static str {
    let rest = path.strip_prefix("/api/0/buckets/").unwrap();
    let Some((id, pulse_s)) = rest.split_once("/heartbeat?pulsetime=") else {
        let bucket: serde_json::Value = serde_json::from_str(body).unwrap();
        let kind = bucket["type"].as_str().unwrap().to_owned();
        let known = state.buckets.lock().unwrap().insert(rest.to_owned(), kind);
        return if known.is_some() { "304 Not Modified" } else { "200 OK" };
    };
    if !state.buckets.lock().unwrap().contains_key(id) {
        return "404 Not Found";
    }
    let pulse = Pulse(Duration::from_s_f64(pulse_s.parse().unwrap()).unwrap());
    let beat: Event = serde_json::from_str(body).unwrap();
    let mut events = state.events.lock().unwrap();
    let events = events.entry(id.to_owned()).or_default();
    match events.last_mut().map(|last| (merge(last, &beat, pulse), last)) {
        Some((Heartbeat::Extends(duration), last)) => last.duration = duration,
        _ => events.push(beat),
    }
    "200 OK"
}
