//! How does a report leave the daemon? As a file to keep, of a day, a week or a month.

use attnd_engine::flow::{By, CategoryShare, Share};
use attnd_engine::insight::InsightOptions;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use crate::AppState;
use crate::answer::{self, Failure};
use crate::guard::Caller;
use crate::page::locale::Locale;
use crate::page::text::Language;
use crate::report::{Names, Origin, Period, Picture, Report, html, markdown};
use crate::wire::param::Params;
use crate::wire::report::{Format, ReportParams};
use attnd_core::{ErrorCode, Problem};

/// Steps of the timelines: a quarter of an hour in a week, half of one in a month, where rows are many.
const WEEK_BINS: usize = 7 * 96;
const MONTH_BINS: usize = 31 * 48;

/// A day, a week or a month, as one file to read and to send: HTML that loads nothing, or Markdown.
#[utoipa::path(get, path = "/api/v1/report", tag = "flow", operation_id = "report", params(ReportParams),
    responses((status = 200, description = "The report", content(
        (String = "text/html"), (String = "text/markdown")))))]
pub(crate) async fn report(
    State(state): State<AppState>,
    Caller(access): Caller,
    headers: HeaderMap,
    Params(params): Params<ReportParams>,
) -> Result<Response, Failure> {
    let (engine, person) = (&state.engine, access.person());
    let zone = params.zone()?;
    let now = engine.clock().now();
    let (period, range) = params.period(now, &zone)?;
    let language = params.language().unwrap_or_else(|| match answer::Language::of(&headers) {
        answer::Language::English => Language::En,
        answer::Language::Chinese => Language::Zh,
    });
    let locale = Locale { language, zone: zone.clone() };
    let rules = engine.category_rules(person);
    let write = |told: Told<'_>| {
        let report = Report {
            locale: &locale,
            period,
            range,
            generated: now,
            names: params.names(),
            measures: told.measures,
            picture: told.picture,
            steps: told.steps,
            habits: told.habits,
            categories: told.categories,
            applications: match params.names() {
                Names::Categories => &[],
                Names::Applications => told.applications,
            },
            rules: &rules,
            days: told.days,
            simulated: told.simulated,
        };
        written(&report, params.format())
    };
    let text = match period {
        Period::Day(date) => {
            let day = engine.day(person, date, &zone).await?;
            write(Told {
                measures: &day.measures,
                picture: Picture::Runs(&day.states),
                steps: &[],
                habits: None,
                categories: &day.categories,
                applications: &day.applications,
                days: u32::from(!day.active.is_zero()),
                simulated: origin(day.simulated),
            })
        }
        Period::Week(_) | Period::Month(_) => {
            let bins = if matches!(period, Period::Week(_)) { WEEK_BINS } else { MONTH_BINS };
            let options = InsightOptions { by: By::Day, bins };
            let insight = engine.insight(person, range, &zone, options).await?;
            let flow = engine.flow_report(person, range, &zone, By::Month).await?;
            write(Told {
                measures: &insight.measures,
                picture: Picture::Bins(&insight.bins),
                steps: &insight.steps,
                habits: matches!(period, Period::Month(_)).then_some(&insight.week),
                categories: &flow.categories,
                applications: &flow.applications,
                days: insight.days,
                simulated: origin(insight.simulated),
            })
        }
    }?;
    Ok((params.format().headers(period), text).into_response())
}

/// What the engine tells of a period, however long.
struct Told<'a> {
    measures: &'a attnd_engine::measure::Measures,
    picture: Picture<'a>,
    steps: &'a [attnd_engine::insight::InsightStep],
    habits: Option<&'a attnd_engine::measure::WeekTable>,
    categories: &'a [CategoryShare],
    applications: &'a [Share],
    days: u32,
    simulated: Origin,
}

const fn origin(simulated: bool) -> Origin {
    if simulated { Origin::Simulated } else { Origin::Recorded }
}

fn written(report: &Report<'_>, format: Format) -> Result<String, Problem> {
    match format {
        Format::Markdown => Ok(markdown(report)),
        Format::Html => html(report)
            .map_err(|error| Problem::new(ErrorCode::Internal, format!("a template failed: {error}"))),
    }
}
