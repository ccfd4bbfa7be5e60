//! What does a query2 program answer? Runs it over a person's events, bounded in time and memory.

use std::sync::Arc;
use std::time::Instant;

use attnd_core::store::{EventQuery, Order, Store};
use attnd_core::{BucketId, ErrorCode, Event, PersonId, Problem, TimeRange};
use attnd_sense::category::{CategoryRules, RulesCache, RulesError};
use attnd_sense::query::{BucketInfo, Datasource, Limits, QueryError, parse};

pub use attnd_sense::query::Value;

use crate::{Engine, read};

/// Why a query has no answer.
#[derive(Clone, Debug)]
pub struct QueryFailure {
    /// What went wrong and what to do.
    pub problem: Problem,
    /// The name ActivityWatch's Python server gives such a failure.
    pub python_name: &'static str,
}

/// The longest a query may run before it is stopped.
const LONGEST: std::time::Duration = std::time::Duration::from_secs(120);

impl Engine {
    /// Runs a program once for each period, in order.
    ///
    /// # Errors
    /// [`QueryFailure`] with line and column of what is wrong.
    pub async fn query(
        self: &Arc<Self>,
        person: PersonId,
        program: String,
        periods: Vec<TimeRange>,
        name: Option<String>,
    ) -> Result<Vec<Value>, QueryFailure> {
        let permit = Arc::clone(&self.heavy).acquire_owned().await;
        let engine = Arc::clone(self);
        let run = move || {
            let _permit = permit;
            let program = parse(&program)?;
            let source = Source { store: &*engine.store, person, rules: &engine.query_rules };
            let started = Instant::now();
            let cancelled = move || started.elapsed() > LONGEST;
            let limits = Limits { cancelled: Some(&cancelled), ..Limits::default() };
            let name = name.unwrap_or_default();
            periods
                .into_iter()
                .map(|period| program.run(&source, period, &name, limits))
                .collect::<Result<Vec<_>, _>>()
        };
        match tokio::task::spawn_blocking(run).await {
            Ok(answer) => answer.map_err(failure),
            Err(_) => Err(QueryFailure {
                problem: Problem::new(ErrorCode::Internal, "the query was cut short"),
                python_name: "QueryException",
            }),
        }
    }
}

fn failure(error: QueryError) -> QueryFailure {
    QueryFailure { python_name: error.kind.python_name(), problem: error.into() }
}

struct Source<'a> {
    store: &'a dyn Store,
    person: PersonId,
    rules: &'a RulesCache,
}

impl Datasource for Source<'_> {
    fn buckets(&self) -> Result<Vec<BucketInfo>, Problem> {
        let buckets = self.store.buckets(self.person)?;
        Ok(buckets
            .into_iter()
            .map(|bucket| BucketInfo {
                id: bucket.id,
                kind: bucket.kind,
                hostname: bucket.hostname,
                event_count: bucket.event_count,
            })
            .collect())
    }

    fn events(&self, bucket: &BucketId, range: TimeRange) -> Result<Vec<Event>, Problem> {
        let query = EventQuery { order: Order::NewestFirst, ..EventQuery::range(range) };
        let events = read::collect(self.store, self.person, bucket, query)?;
        Ok(events.into_iter().filter_map(|event| event.clipped(range)).collect())
    }

    fn count(&self, bucket: &BucketId, range: TimeRange) -> Result<u64, Problem> {
        Ok(self.store.count(self.person, bucket, range)?)
    }

    fn category_rules(&self, pairs: &serde_json::Value) -> Result<Arc<CategoryRules>, RulesError> {
        self.rules.from_pairs(pairs)
    }
}
