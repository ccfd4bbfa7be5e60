//! Who notes what is done to recordings? The engine of this process, or the daemon that has the database.

use std::path::PathBuf;
use std::sync::Arc;

use attnd_core::{ErrorCode, PersonId, Problem};
use attnd_engine::recordings::{RecordingAction, RecordingChange, RecordingName};
use attnd_engine::{Access, Actor, Engine, Scope};
use attnd_store::ParquetRecordings;
use serde::Deserialize;
use serde_json::json;

use crate::cli::Global;
use crate::client::Client;
use crate::command::{serve, signal};
use crate::config::{Config, Paths};

/// The recordings of the data directory, whose they are, and who takes notes.
pub(super) struct Desk {
    pub(super) store: ParquetRecordings,
    pub(super) person: PersonId,
    /// Where archives are unpacked meanwhile.
    pub(super) scratch: PathBuf,
    keeper: Keeper,
}

enum Keeper {
    /// No daemon runs: this process has the database.
    Here(Arc<Engine>),
    /// The daemon has it.
    Daemon(Client),
}

/// What the daemon says of whose they are.
#[derive(Deserialize)]
struct Owner {
    person: PersonId,
}

impl Desk {
    /// Opens the recordings beside the database, whether a daemon has it or not.
    ///
    /// # Errors
    /// [`Problem`] of the data directory, or of a daemon that cannot be asked.
    pub(super) fn open(global: &Global) -> Result<Self, Problem> {
        let (config, paths) = Config::load(global)?;
        let keeper = match serve::open_engine(&paths, serve::trust(&config)) {
            Ok(engine) => Keeper::Here(engine),
            Err(problem) if problem.code == ErrorCode::DataDirInUse => Keeper::Daemon(Client::new(global)?),
            Err(problem) => return Err(problem),
        };
        Self::with(keeper, &paths)
    }

    fn with(keeper: Keeper, paths: &Paths) -> Result<Self, Problem> {
        let person = match &keeper {
            Keeper::Here(engine) => engine.local_person(),
            Keeper::Daemon(client) => {
                let answer = client.get("/api/v1/recordings")?;
                let shape = |error: serde_json::Error| Problem::new(ErrorCode::Internal, error.to_string());
                serde_json::from_value::<Owner>(answer).map_err(shape)?.person
            }
        };
        let store = serve::open_recordings(paths)?;
        Ok(Self { store, person, scratch: paths.data_dir.join("unpacking"), keeper })
    }

    /// Notes what was done, in the audit log and the consents.
    ///
    /// # Errors
    /// [`Problem`] of the database or the daemon.
    pub(super) fn note(
        &self,
        action: RecordingAction,
        recordings: Vec<RecordingName>,
    ) -> Result<(), Problem> {
        if recordings.is_empty() {
            return Ok(());
        }
        let change = RecordingChange { action, recordings };
        match &self.keeper {
            Keeper::Here(engine) => {
                let access = Access::new(self.person, Actor::LocalProcess, vec![Scope::Admin]);
                signal::runtime()?.block_on(engine.note_recordings(&access, &change))
            }
            Keeper::Daemon(client) => client.post("/api/v1/recordings/changes", &json!(change)).map(|_| ()),
        }
    }
}
