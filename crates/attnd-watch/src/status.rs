//! Can this desktop be sensed, and what is missing? For `attnd doctor`.

use serde::Serialize;

use crate::desktop::{self, Environment, Missing, Sense};

/// What the watcher can sense here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WatchStatus {
    /// The desktop's own name (`XDG_CURRENT_DESKTOP`), if it says one.
    pub desktop: Option<String>,
    /// The way it is asked: `wayland` or `x11`; `None` where there is none.
    pub backend: Option<&'static str>,
    /// What can be sensed.
    pub senses: Vec<Sense>,
    /// What cannot, why, and what to do: one sentence each.
    pub missing: Vec<String>,
}

impl WatchStatus {
    /// One line for people.
    #[must_use]
    pub fn summary(&self) -> String {
        let Some(backend) = self.backend else { return "no desktop to sense".to_owned() };
        let senses: Vec<&str> = self.senses.iter().map(|sense| sense.word()).collect();
        let desktop = self.desktop.as_deref().map(|name| format!("{name} over ")).unwrap_or_default();
        format!(
            "{desktop}{backend}: {}",
            if senses.is_empty() { "nothing".to_owned() } else { senses.join(", ") }
        )
    }
}

/// Connects to this desktop, asks what it offers and disconnects.
#[must_use]
pub fn status() -> WatchStatus {
    let environment = Environment::of_process();
    let probe = desktop::open(&environment)
        .map(|(backend, desktop)| (backend, desktop.missing()))
        .map_err(|problem| problem.detail);
    describe(&environment, probe)
}

/// The status that follows from the environment and what the probe found.
#[must_use]
pub fn describe(
    environment: &Environment,
    probe: Result<(&'static str, Vec<Missing>), String>,
) -> WatchStatus {
    let (backend, senses, missing) = match probe {
        Ok((backend, missing)) => {
            let lacks = |sense| missing.iter().any(|lack| lack.what == sense);
            let senses = Sense::ALL.into_iter().filter(|&sense| !lacks(sense)).collect();
            let sentence =
                |lack: &Missing| format!("No {}: {}.", lack.what.word(), lack.why.trim_end_matches('.'));
            (Some(backend), senses, missing.iter().map(sentence).collect())
        }
        Err(why) => (None, Vec::new(), vec![format!("{}.", why.trim_end_matches('.'))]),
    };
    WatchStatus { desktop: environment.desktop.clone(), backend, senses, missing }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_and_what_is_not_is_said() {
        let environment = Environment { desktop: Some("GNOME".into()), ..Environment::default() };
        let missing = vec![Missing { what: Sense::Input, why: "the compositor keeps it".into() }];
        let status = describe(&environment, Ok(("wayland", missing)));
        assert_eq!(status.summary(), "GNOME over wayland: active window, idle time");
        assert_eq!(status.missing, ["No input rhythm: the compositor keeps it."]);
        let none = describe(&Environment::default(), Err("no display".into()));
        assert_eq!(
            (none.summary().as_str(), none.missing),
            ("no desktop to sense", vec!["no display.".to_owned()])
        );
    }
}
