//! How is Chromium asked? Through chromedriver, in the few WebDriver calls a bench needs.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use super::measure::succeed;
use crate::http::{Call, Connection};
use crate::process::Fault;

/// A Chromium with a profile of its own, ended when dropped.
pub(super) struct Browser {
    driver: Child,
    address: SocketAddr,
    session: String,
}

impl Browser {
    /// Starts chromedriver on a free port, and Chromium with its profile in `folder`.
    pub(super) fn open(folder: &Path) -> Result<Self, Fault> {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .env("HOME", folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| Fault(format!("chromedriver: {error}; 'cargo xtask test' installs it")))?;
        let output = driver.stdout.take().expect("invariant: the output is piped");
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        let port = lines.find_map(|line| {
            line.split_once("successfully on port ")?.1.trim_end_matches('.').parse::<u16>().ok()
        });
        std::thread::spawn(move || lines.count());
        let address = SocketAddr::from(([127, 0, 0, 1], port.unwrap_or_default()));
        let mut browser = Self { driver, address, session: String::new() };
        if port.is_none() {
            return Err(Fault("chromedriver does not say its port".to_owned()));
        }
        let profile = format!("--user-data-dir={}", folder.join("chromium").display());
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
            "--window-size=1440,900",
            &profile,
        ];
        let made = browser.call(
            "/session",
            &json!({"capabilities": {"alwaysMatch": {
                "browserName": "chrome", "goog:chromeOptions": {"args": arguments},
            }}}),
        )?;
        browser.session = made["sessionId"].as_str().unwrap_or_default().to_owned();
        Ok(browser)
    }

    /// Opens the address; answers when the page has loaded.
    pub(super) fn goto(&self, url: &str) -> Result<(), Fault> {
        self.post("url", &json!({ "url": url })).map(|_| ())
    }

    /// Runs a function body that ends by calling `arguments[0]`.
    pub(super) fn run(&self, script: &str) -> Result<Value, Fault> {
        self.post("execute/async", &json!({"script": script, "args": []}))
    }

    /// Forgets what it kept of pages seen before.
    pub(super) fn forget_cache(&self) -> Result<(), Fault> {
        let command = json!({"cmd": "Network.clearBrowserCache", "params": {}});
        self.post("goog/cdp/execute", &command).map(|_| ())
    }

    fn post(&self, command: &str, body: &Value) -> Result<Value, Fault> {
        self.call(&format!("/session/{}/{command}", self.session), body)
    }

    fn call(&self, path: &str, body: &Value) -> Result<Value, Fault> {
        let call = Call::post(path, body);
        Ok(succeed(Connection::open(self.address)?.send(&call)?, &call)?.json()["value"].take())
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
