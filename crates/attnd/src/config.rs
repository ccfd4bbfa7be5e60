//! How is this installation set up? The configuration file, and where everything lies.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use attnd_core::{ErrorCode, Problem};
use serde::Deserialize;

use crate::cli::Global;

/// ActivityWatch's port, so that its watchers and clients find attnd.
pub(crate) const DEFAULT_PORT: u16 = 5600;

/// The configuration file; every line of it is optional.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// Directory of the database.
    pub(crate) data_dir: Option<PathBuf>,
    /// Address to listen on; both loopback addresses without it.
    pub(crate) address: Option<IpAddr>,
    /// Port to listen on.
    pub(crate) port: Option<u16>,
    /// Host names besides localhost that requests may carry.
    #[serde(default)]
    pub(crate) hosts: Vec<String>,
    /// Web origins besides attnd's own that may send requests, exactly.
    #[serde(default)]
    pub(crate) origins: Vec<String>,
    /// Whether every request needs a token.
    #[serde(default)]
    pub(crate) require_token: bool,
    /// Whether a reverse proxy with TLS stands in front: the only way to listen beyond loopback.
    #[serde(default)]
    pub(crate) behind_proxy: bool,
    /// Port of Prometheus metrics on loopback; none without it.
    pub(crate) metrics_port: Option<u16>,
}

/// Where this installation's files are.
#[derive(Clone, Debug)]
pub(crate) struct Paths {
    pub(crate) data_dir: PathBuf,
    pub(crate) config_file: PathBuf,
}

impl Config {
    /// Reads the configuration; a missing default file is an empty one.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidConfig`] naming file and line.
    pub(crate) fn load(global: &Global) -> Result<(Self, Paths), Problem> {
        let directories = directories::ProjectDirs::from("", "", "attnd");
        let config_file = global
            .config
            .clone()
            .or_else(|| directories.as_ref().map(|directories| directories.config_dir().join("config.toml")))
            .ok_or_else(no_home)?;
        let config = Self::read(&config_file, global.config.is_some())?;
        let data_dir = global
            .data_dir
            .clone()
            .or_else(|| config.data_dir.clone())
            .or_else(|| directories.as_ref().map(|directories| directories.data_dir().to_path_buf()))
            .ok_or_else(no_home)?;
        Ok((config, Paths { data_dir, config_file }))
    }

    fn read(path: &Path, must_exist: bool) -> Result<Self, Problem> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !must_exist => {
                return Ok(Self::default());
            }
            Err(error) => {
                return Err(Problem::new(ErrorCode::FileUnreadable, format!("{}: {error}", path.display())));
            }
        };
        Self::parse(&text)
            .map_err(|error| Problem::new(ErrorCode::InvalidConfig, format!("{}: {error}", path.display())))
    }

    fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }
}

impl Paths {
    /// Where the running daemon says how to reach it.
    pub(crate) fn running(&self) -> PathBuf {
        self.data_dir.join("daemon.json")
    }

    /// The demonstration's own data directory: simulated data never mixes with the person's.
    pub(crate) fn demo(&self) -> Self {
        Self { data_dir: self.data_dir.join("demo"), config_file: self.config_file.clone() }
    }

    /// Where recordings are, a folder a person.
    pub(crate) fn recordings(&self) -> PathBuf {
        self.data_dir.join("recordings")
    }

    /// Where backups of the database go.
    pub(crate) fn backups(&self) -> PathBuf {
        self.data_dir.join("backups")
    }
}

fn no_home() -> Problem {
    Problem::new(ErrorCode::InvalidConfig, "this user has no home directory; give --data-dir and --config")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_lines_are_refused_with_their_place() {
        assert_eq!(Config::parse("port = 5666").unwrap().port, Some(5666));
        let error = Config::parse("port = 5666\nprot = 1").unwrap_err().to_string();
        assert!(error.contains("line 2") && error.contains("prot"), "{error}");
    }
}
