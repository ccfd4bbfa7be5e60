//! How does a timeline travel? By resolution: bins with the seconds of each state, and at a day its spans.

use attnd_core::{Duration, ErrorCode, Problem, TimeRange, Timestamp};
use attnd_engine::flow::Day;
use attnd_engine::measure::StateBin;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::wire::flow::SpanAnswer;
use crate::wire::param::{time, zone};

/// Which period, cut into how many bins.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TimelineParams {
    /// The first moment: RFC 3339 with an offset.
    #[param(format = DateTime)]
    from: String,
    /// The moment after the last: RFC 3339 with an offset.
    #[param(format = DateTime)]
    to: String,
    /// Into how many equal bins the period is cut, at most 2,000: as many as there are pixels to show them.
    #[param(minimum = 1, maximum = 2_000)]
    bins: Option<u16>,
    /// The IANA time zone; the daemon's own if not given.
    #[param(example = "Europe/Berlin")]
    tz: Option<String>,
}

/// The time each state had, bin by bin.
#[derive(Serialize, ToSchema)]
#[schema(as = Timeline)]
pub(crate) struct TimelineAnswer {
    /// The first moment.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// The moment after the last.
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
    /// In order; together they are the period.
    bins: Vec<BinAnswer>,
    /// What was in front, where the period is a day at most; of longer ones none.
    spans: Vec<SpanAnswer>,
}

/// One bin of a timeline. Its states add up to what is known of it.
#[derive(Serialize, ToSchema)]
#[schema(as = TimelineBin)]
pub(crate) struct BinAnswer {
    /// Its first moment.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// In a focus session and a focus category, in seconds.
    focus_s: f64,
    /// Active, and nothing else of these, in seconds.
    shallow_s: f64,
    /// In runs of a category shorter than a minute, in seconds.
    switching_s: f64,
    /// Between leaving a focus category and being back, in seconds.
    interrupted_s: f64,
    /// Nobody there, in seconds.
    away_s: f64,
}

impl TimelineParams {
    /// As many bins as a wide screen has pixels.
    const MOST_BINS: u16 = 2_000;
    /// Enough for a wide column.
    const BINS: u16 = 400;
    /// A local day may have 25 hours.
    const LONGEST_WITH_SPANS: Duration = Duration::from_s(25 * 3_600);

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

    /// How many bins.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidParameter`] for none, and for more than 2,000.
    pub(crate) fn bins(&self) -> Result<usize, Problem> {
        match self.bins.unwrap_or(Self::BINS) {
            bins @ 1..=Self::MOST_BINS => Ok(bins.into()),
            bins => {
                let detail = format!("'bins' is from 1 to {}, not {bins}", Self::MOST_BINS);
                Err(Problem::new(ErrorCode::InvalidParameter, detail))
            }
        }
    }

    /// Whether the period is short enough to name what was in front.
    pub(crate) fn with_spans(range: TimeRange) -> bool {
        range.duration() <= Self::LONGEST_WITH_SPANS
    }
}

impl TimelineAnswer {
    pub(crate) fn new(range: TimeRange, bins: &[StateBin], days: Vec<Day>) -> Self {
        let spans = days.into_iter().flat_map(|day| day.spans).filter_map(|mut span| {
            span.range = span.range.intersection(range).filter(|part| !part.duration().is_zero())?;
            Some(SpanAnswer::from(span))
        });
        Self {
            from: range.start(),
            to: range.end(),
            bins: bins.iter().map(BinAnswer::from).collect(),
            spans: spans.collect(),
        }
    }
}

impl From<&StateBin> for BinAnswer {
    fn from(bin: &StateBin) -> Self {
        let [focus_s, shallow_s, switching_s, interrupted_s, away_s] = bin.time.map(Duration::as_s_f64);
        Self { at: bin.range.start(), focus_s, shallow_s, switching_s, interrupted_s, away_s }
    }
}
