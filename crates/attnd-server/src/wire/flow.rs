//! How does the flow of attention travel? Times in UTC, lengths in seconds.

use attnd_core::{Duration, ErrorCode, Problem, TimeRange, Timestamp};
use attnd_engine::flow::{By, CategoryShare, Day, DaySpan, FlowReport, FlowStep, Share, SourceSeen};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::wire::param::{time, zone};

/// Which period, in which steps.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FlowParams {
    /// The first moment: RFC 3339 with an offset.
    #[param(format = DateTime)]
    from: String,
    /// The moment after the last: RFC 3339 with an offset.
    #[param(format = DateTime)]
    to: String,
    /// How long the steps are, in local time.
    #[param(inline)]
    by: Option<Steps>,
    /// The IANA time zone of the steps; the daemon's own if not given.
    #[param(example = "Europe/Berlin")]
    tz: Option<String>,
}

/// In which time zone.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ZoneParams {
    /// The IANA time zone of the day; the daemon's own if not given.
    #[param(example = "Europe/Berlin")]
    tz: Option<String>,
}

/// How long steps are.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Steps {
    /// Hours.
    Hour,
    /// Days.
    Day,
    /// Weeks from Monday.
    Week,
    /// Calendar months.
    Month,
}

/// The time a period's activities had.
#[derive(Serialize, ToSchema)]
#[schema(as = Flow)]
pub(crate) struct FlowAnswer {
    /// The first moment.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// The moment after the last.
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
    /// Time at the computer, in seconds.
    active_s: f64,
    /// What it went to, most first.
    applications: Vec<ShareAnswer>,
    /// By category, most first.
    categories: Vec<CategoryShareAnswer>,
    /// Step by step.
    steps: Vec<StepAnswer>,
    /// Whether any of it is simulated.
    simulated: bool,
}

/// One step of a period.
#[derive(Serialize, ToSchema)]
#[schema(as = FlowStep)]
pub(crate) struct StepAnswer {
    /// The first moment.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// The moment after the last.
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
    /// Time at the computer, in seconds.
    active_s: f64,
    /// By category, most first.
    categories: Vec<CategoryShareAnswer>,
}

/// The time one application had.
#[derive(Serialize, ToSchema)]
#[schema(as = Share)]
pub(crate) struct ShareAnswer {
    /// Its name.
    name: String,
    /// Active time in it, in seconds.
    active_s: f64,
}

/// The time one category had.
#[derive(Serialize, ToSchema)]
#[schema(as = CategoryShare)]
pub(crate) struct CategoryShareAnswer {
    /// Path, outermost first.
    path: Vec<String>,
    /// Active time in it, in seconds; not that of the categories below it.
    active_s: f64,
}

/// One local day.
#[derive(Serialize, ToSchema)]
#[schema(as = Day)]
pub(crate) struct DayAnswer {
    /// Which.
    #[schema(format = Date)]
    date: String,
    /// Its first moment.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// The moment after its last.
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
    /// Time at the computer, in seconds.
    active_s: f64,
    /// What it went to, most first.
    applications: Vec<ShareAnswer>,
    /// By category, most first.
    categories: Vec<CategoryShareAnswer>,
    /// In order, without overlap.
    spans: Vec<SpanAnswer>,
    /// The longest stretch on one application.
    #[schema(required)]
    longest: Option<SpanAnswer>,
    /// What is in front now.
    #[schema(required)]
    now: Option<SpanAnswer>,
    /// The sources attnd knows.
    sources: Vec<SourceAnswer>,
    /// Whether any of it is simulated.
    simulated: bool,
}

/// One stretch of attention on one thing.
#[derive(Serialize, ToSchema)]
#[schema(as = DaySpan)]
pub(crate) struct SpanAnswer {
    /// The first moment.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// The moment after the last.
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
    /// The application in front.
    application: String,
    /// Its window's title, as kept after redaction.
    title: String,
    /// Category path, outermost first.
    category: Vec<String>,
    /// The site, in a browser.
    #[schema(required)]
    domain: Option<String>,
}

/// A source, and when it last said something.
#[derive(Serialize, ToSchema)]
#[schema(as = Source)]
pub(crate) struct SourceAnswer {
    /// The bucket.
    bucket: String,
    /// What it senses.
    #[serde(rename = "type")]
    kind: String,
    /// The end of its latest event.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    last_seen: Option<Timestamp>,
}

impl FlowParams {
    /// The period.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidTime`].
    pub(crate) fn range(&self) -> Result<TimeRange, Problem> {
        TimeRange::new(time(&self.from)?, time(&self.to)?)
            .map_err(|error| Problem::new(ErrorCode::InvalidTime, error.to_string()))
    }

    /// The time zone.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidParameter`].
    pub(crate) fn zone(&self) -> Result<TimeZone, Problem> {
        zone(self.tz.as_deref())
    }

    /// The steps; days if not given.
    pub(crate) const fn by(&self) -> By {
        match self.by {
            Some(Steps::Hour) => By::Hour,
            None | Some(Steps::Day) => By::Day,
            Some(Steps::Week) => By::Week,
            Some(Steps::Month) => By::Month,
        }
    }
}

impl ZoneParams {
    /// The time zone.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidParameter`].
    pub(crate) fn zone(&self) -> Result<TimeZone, Problem> {
        zone(self.tz.as_deref())
    }
}

impl From<FlowReport> for FlowAnswer {
    fn from(report: FlowReport) -> Self {
        Self {
            from: report.range.start(),
            to: report.range.end(),
            active_s: report.active.as_s_f64(),
            applications: all(report.applications),
            categories: all(report.categories),
            steps: all(report.steps),
            simulated: report.simulated,
        }
    }
}

impl From<FlowStep> for StepAnswer {
    fn from(step: FlowStep) -> Self {
        Self {
            from: step.range.start(),
            to: step.range.end(),
            active_s: step.active.as_s_f64(),
            categories: all(step.categories),
        }
    }
}

impl ShareAnswer {
    pub(crate) fn new(name: String, active: Duration) -> Self {
        Self { name, active_s: active.as_s_f64() }
    }
}

impl CategoryShareAnswer {
    pub(crate) fn new(path: Vec<String>, active: Duration) -> Self {
        Self { path, active_s: active.as_s_f64() }
    }
}

impl From<Share> for ShareAnswer {
    fn from(share: Share) -> Self {
        Self { name: share.name, active_s: share.active.as_s_f64() }
    }
}

impl From<CategoryShare> for CategoryShareAnswer {
    fn from(share: CategoryShare) -> Self {
        Self { path: share.path, active_s: share.active.as_s_f64() }
    }
}

impl From<Day> for DayAnswer {
    fn from(day: Day) -> Self {
        Self {
            date: day.date.to_string(),
            from: day.range.start(),
            to: day.range.end(),
            active_s: day.active.as_s_f64(),
            applications: all(day.applications),
            categories: all(day.categories),
            spans: all(day.spans),
            longest: day.longest.map(SpanAnswer::from),
            now: day.now.map(SpanAnswer::from),
            sources: all(day.sources),
            simulated: day.simulated,
        }
    }
}

impl From<DaySpan> for SpanAnswer {
    fn from(span: DaySpan) -> Self {
        Self {
            from: span.range.start(),
            to: span.range.end(),
            application: span.application,
            title: span.title,
            category: span.category.to_vec(),
            domain: span.domain,
        }
    }
}

impl From<SourceSeen> for SourceAnswer {
    fn from(source: SourceSeen) -> Self {
        Self { bucket: source.bucket.to_string(), kind: source.kind.0, last_seen: source.last_seen }
    }
}

fn all<T, U: From<T>>(values: Vec<T>) -> Vec<U> {
    values.into_iter().map(U::from).collect()
}
