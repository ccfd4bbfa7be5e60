//! What happens next? The loops between sensing and keeping: ingest behind its gates, reading,
//! querying, summing up, access, and the background jobs.
//!
//! The engine knows neither HTTP nor SQL. Every call names the person whose data it touches.

pub mod access;
pub mod account;
pub mod activity;
pub mod catch_up;
pub mod consent;
pub mod erase;
pub mod flow;
pub mod happening;
pub mod ingest;
pub mod insight;
pub mod jobs;
pub mod pairing;
pub mod pause;
pub mod period;
pub mod probe;
pub mod query;
pub mod read;
pub mod recordings;
pub mod redaction;
pub mod retention;
pub mod rules;
pub mod settings;
pub mod study;
pub mod understand;

mod gate;
mod hours;
mod secret;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use attnd_core::record::AuditEntry;
use attnd_core::recording::RecordingStore;
use attnd_core::store::{Maintenance, Store, Write, Written};
use attnd_core::{Clock, ErrorCode, PersonId, Problem};
use attnd_sense::category::RulesCache;
use tokio::sync::{Semaphore, broadcast, oneshot};

pub use access::{Access, Actor, Credentials, Need, Scope};
pub use attnd_model::continual;
pub use attnd_model::{Reason, estimator::Stage};
pub use attnd_sense::category::{
    Category, CategoryEdit, CategoryRules, EditError, RegexRule, Rule, RuleProblem as CategoryProblem,
    RulesError, UNCATEGORIZED, check_rule,
};
pub use attnd_sense::pattern::{Case, PatternError};
pub use attnd_sense::{feature, measure, track};
pub use happening::Happening;

/// What the daemon is told about itself when it starts.
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// The name of this machine, as watchers see it.
    pub hostname: String,
    /// Where backups go; none are made without it.
    pub backup_dir: Option<PathBuf>,
    /// Whether the local person's own processes need a token too.
    pub local_processes: LocalProcesses,
}

/// How requests of the person's own programs (no browser, same operating-system user) are met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalProcesses {
    /// They are the local person's: existing watchers and clients work as they are.
    Trusted,
    /// They need a token like everybody else.
    NeedToken,
}

/// The daemon's heart: everything that can be asked of it, and the gates in front of the store.
pub struct Engine {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    config: EngineConfig,
    local: PersonId,
    gates: gate::Gates,
    keys: access::Keys,
    categories: settings::Categories,
    query_rules: RulesCache,
    catch_up: catch_up::CatchUp,
    happenings: broadcast::Sender<Happening>,
    heavy: Arc<Semaphore>,
    living: understand::living::Living,
    recordings: OnceLock<Arc<dyn RecordingStore>>,
}

impl Engine {
    /// How many expensive reads (queries, long views) run at once; more wait their turn, so that
    /// memory stays bounded.
    const HEAVY_READS: usize = 2;

    /// Opens the engine over a store and loads what its gates must know.
    ///
    /// # Errors
    /// [`Problem`] when the store cannot be read, or has no person.
    pub fn open(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        config: EngineConfig,
    ) -> Result<Arc<Self>, Problem> {
        let local = *store
            .people()?
            .first()
            .ok_or_else(|| Problem::new(ErrorCode::Internal, "the store has no person"))?;
        let engine = Self {
            gates: gate::Gates::load(&*store, local)?,
            keys: access::Keys::load(&*store, local)?,
            categories: settings::Categories::load(&*store, local)?,
            query_rules: RulesCache::default(),
            catch_up: catch_up::CatchUp::default(),
            happenings: broadcast::channel(1_024).0,
            heavy: Arc::new(Semaphore::new(Self::HEAVY_READS)),
            living: understand::living::Living::default(),
            recordings: OnceLock::new(),
            store,
            clock,
            config,
            local,
        };
        Ok(Arc::new(engine))
    }

    /// The person whose machine this is.
    #[must_use]
    pub fn local_person(&self) -> PersonId {
        self.local
    }

    /// The time, from the injected clock.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// What the daemon was told about itself.
    #[must_use]
    pub fn config(&self) -> &EngineConfig {
        &self.config
    }

    /// Everything that happens from now on.
    #[must_use]
    pub fn happenings(&self) -> broadcast::Receiver<Happening> {
        self.happenings.subscribe()
    }

    /// The audit log after line `after`, oldest first.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub async fn audit(
        self: &Arc<Self>,
        person: PersonId,
        after: i64,
    ) -> Result<Vec<attnd_core::record::AuditLine>, Problem> {
        self.reading(move |store| Ok(store.audit(person, after)?)).await
    }

    /// Work on the store as a whole.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub async fn maintain(self: &Arc<Self>, job: Maintenance) -> Result<(), Problem> {
        self.reading(move |store| Ok(store.maintain(job)?)).await
    }

    fn tell(&self, happening: Happening) {
        // Nobody listening is no failure.
        let _ = self.happenings.send(happening);
    }

    async fn write(&self, person: PersonId, write: Write) -> Result<Written, Problem> {
        let touches_the_past = understand::means::touches_the_past(&write, self.clock.now());
        let (sender, receiver) = oneshot::channel();
        self.store.submit(
            person,
            write,
            Box::new(move |result| {
                let _ = sender.send(result);
            }),
        );
        let result = receiver.await.unwrap_or(Err(attnd_core::store::StoreError::Closed));
        if touches_the_past {
            self.living.past_changed();
        }
        Ok(result?)
    }

    async fn note(&self, access: &Access, action: &str, subject: impl Into<String>) -> Result<(), Problem> {
        let entry = AuditEntry {
            at: self.clock.now(),
            actor: access.actor().to_string(),
            action: action.to_owned(),
            subject: subject.into(),
        };
        self.write(access.person(), Write::Audit(entry)).await.map(|_| ())
    }

    async fn reading<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&dyn Store) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let engine = Arc::clone(self);
        tokio::task::spawn_blocking(move || read(&*engine.store))
            .await
            .unwrap_or_else(|_| Err(Problem::new(ErrorCode::Internal, "a read was cut short")))
    }
}
