//! How does a test drive a real browser? Chromium through chromedriver, in plain WebDriver calls.
//!
//! WebDriver is JSON over HTTP and the tests need ten of its calls: `http.rs` sends them. The client
//! crates bring a second async stack and managers that download browsers.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use base64::Engine as _;
use serde_json::{Value, json};

use crate::daemon::{Home, until};
use crate::http::{Call, Connection};

/// A browser window with a profile of its own, closed when the test is done with it.
pub(crate) struct Browser {
    driver: Child,
    address: SocketAddr,
    session: String,
}

/// How a page is looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    pub(crate) language: &'static str,
    pub(crate) scheme: &'static str,
    pub(crate) width: u32,
}

impl Browser {
    /// Starts chromedriver on a free port, and Chromium with a new profile in `home`.
    pub(crate) fn open(home: &Home) -> Self {
        let mut command = Command::new("chromedriver");
        command.arg("--port=0");
        home.confine(&mut command);
        let mut driver =
            command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("chromedriver is installed");
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines().map_while(Result::ok);
        let port = lines
            .find_map(|line| {
                line.split_once("successfully on port ")?.1.trim_end_matches('.').parse::<u16>().ok()
            })
            .expect("chromedriver names its port");
        std::thread::spawn(move || lines.count());
        let mut browser = Self { driver, address: ([127, 0, 0, 1], port).into(), session: String::new() };
        let profile = format!("--user-data-dir={}", home.path().join("chromium").display());
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            &profile,
        ];
        let capabilities = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:loggingPrefs": {"browser": "ALL"},
            "goog:chromeOptions": {"args": arguments},
        }}});
        let made = browser.call("POST", "/session", &capabilities);
        browser.session = made["sessionId"].as_str().expect("a session").to_owned();
        browser
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let mut connection = Connection::open(self.address).unwrap();
        let call =
            if method == "GET" { Call::get(path) } else { Call::new(method, path).json(body.to_string()) };
        let answer = connection.send(&call).unwrap();
        assert_eq!(answer.status, 200, "{method} {path}: {}", answer.text());
        answer.json()["value"].take()
    }

    fn post(&self, command: &str, body: &Value) -> Value {
        self.call("POST", &format!("/session/{}/{command}", self.session), body)
    }

    /// A call of the browser's own debugging protocol.
    fn debugger(&self, command: &str, parameters: &Value) -> Value {
        self.post("goog/cdp/execute", &json!({"cmd": command, "params": parameters}))
    }

    /// Sets the width, the colour scheme and the language of what is opened next.
    pub(crate) fn look(&self, view: View) {
        let metrics =
            json!({"width": view.width, "height": 900, "deviceScaleFactor": 1, "mobile": view.width < 600});
        self.debugger("Emulation.setDeviceMetricsOverride", &metrics);
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": view.scheme}]});
        self.debugger("Emulation.setEmulatedMedia", &features);
        self.debugger("Network.enable", &json!({}));
        self.debugger("Network.setExtraHTTPHeaders", &json!({"headers": {"Accept-Language": view.language}}));
    }

    /// Opens the address and waits until the page is complete.
    pub(crate) fn goto(&self, url: &str) {
        self.post("url", &json!({"url": url}));
        until("the page is complete", || {
            (self.run("return document.readyState") == "complete").then_some(())
        });
    }

    /// Runs a function body in the page.
    pub(crate) fn run(&self, script: &str) -> Value {
        self.post("execute/sync", &json!({"script": script, "args": []}))
    }

    /// Runs a function body that ends by calling its last argument, `arguments[0]`.
    pub(crate) fn run_async(&self, script: &str) -> Value {
        self.post("execute/async", &json!({"script": script, "args": []}))
    }

    /// Presses a key of the keyboard: a character, or one of WebDriver's private code points.
    pub(crate) fn press(&self, key: &str) {
        let actions = json!([{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]);
        self.post("actions", &json!({"actions": [{"type": "key", "id": "keyboard", "actions": actions}]}));
    }

    /// What the page complained about since the last call.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let entries = self.post("se/log", &json!({"type": "browser"}));
        entries.as_array().into_iter().flatten().map(|entry| entry["message"].to_string()).collect()
    }

    /// The whole page as a picture.
    pub(crate) fn screenshot(&self, file: &Path) {
        let picture =
            self.debugger("Page.captureScreenshot", &json!({"format": "png", "captureBeyondViewport": true}));
        let bytes =
            base64::engine::general_purpose::STANDARD.decode(picture["data"].as_str().unwrap()).unwrap();
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Ok(mut connection) = Connection::open(self.address) {
            let _ = connection.send(&Call::new("DELETE", &format!("/session/{}", self.session)));
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
