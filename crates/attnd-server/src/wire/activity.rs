//! How do activities travel? Names with seconds, most first.

use attnd_core::{ErrorCode, Problem, TimeRange, Timestamp};
use attnd_engine::activity::{Activities, ActivityFilter, ActivityShare, TitleShare};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::wire::flow::{CategoryShareAnswer, ShareAnswer};
use crate::wire::param::time;

/// Which period, and which part of it.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ActivityParams {
    /// The first moment: RFC 3339 with an offset.
    #[param(format = DateTime)]
    from: String,
    /// The moment after the last: RFC 3339 with an offset.
    #[param(format = DateTime)]
    to: String,
    /// Only this category and those below it: its path as a JSON array.
    #[param(example = "[\"Work\",\"Programming\"]")]
    category: Option<String>,
    /// Only this application.
    application: Option<String>,
    /// Only this site.
    site: Option<String>,
    /// Only what has this in its title, application or site, whatever the case.
    search: Option<String>,
}

/// What the time of a period went to.
#[derive(Serialize, ToSchema)]
#[schema(as = Activities)]
pub(crate) struct ActivitiesAnswer {
    /// The first moment.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// The moment after the last.
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
    /// Active time of what was asked for, in seconds.
    active_s: f64,
    /// By category, most first.
    categories: Vec<CategoryShareAnswer>,
    /// By application, most first.
    applications: Vec<ShareAnswer>,
    /// By site, most first; none where everything was asked for.
    sites: Vec<ShareAnswer>,
    /// By title, most first, at most 200; none where everything was asked for.
    titles: Vec<TitleAnswer>,
    /// How many more titles there are.
    titles_left_out: u64,
    /// Whether any of it is simulated.
    simulated: bool,
}

/// The time of one window.
#[derive(Serialize, ToSchema)]
#[schema(as = TitleShare)]
pub(crate) struct TitleAnswer {
    /// Its title, as kept after redaction.
    title: String,
    /// Its application.
    application: String,
    /// The site, in a browser.
    #[schema(required)]
    site: Option<String>,
    /// Its category, outermost first.
    category: Vec<String>,
    /// Its active time, in seconds.
    active_s: f64,
    /// How often it came to the front.
    visits: u64,
}

impl ActivityParams {
    /// The period.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidTime`].
    pub(crate) fn range(&self) -> Result<TimeRange, Problem> {
        TimeRange::new(time(&self.from)?, time(&self.to)?)
            .map_err(|error| Problem::new(ErrorCode::InvalidTime, error.to_string()))
    }

    /// The part asked for.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidParameter`] for a category that is no JSON array of strings.
    pub(crate) fn filter(&self) -> Result<ActivityFilter, Problem> {
        let path = |text: &String| {
            serde_json::from_str(text).map_err(|_| {
                let detail = "'category' is a path such as [\"Work\",\"Programming\"]";
                Problem::new(ErrorCode::InvalidParameter, detail)
            })
        };
        let some = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        Ok(ActivityFilter {
            category: self.category.as_ref().map(path).transpose()?,
            application: some(&self.application),
            site: some(&self.site),
            search: some(&self.search),
        })
    }
}

impl From<Activities> for ActivitiesAnswer {
    fn from(activities: Activities) -> Self {
        let shares = |shares: Vec<ActivityShare<String>>| {
            shares.into_iter().map(|share| ShareAnswer::new(share.name, share.active)).collect()
        };
        let category = |share: ActivityShare<Vec<String>>| CategoryShareAnswer::new(share.name, share.active);
        Self {
            from: activities.range.start(),
            to: activities.range.end(),
            active_s: activities.active.as_s_f64(),
            categories: activities.categories.into_iter().map(category).collect(),
            applications: shares(activities.applications),
            sites: shares(activities.sites),
            titles: activities.titles.into_iter().map(TitleAnswer::from).collect(),
            titles_left_out: activities.titles_left_out,
            simulated: activities.simulated,
        }
    }
}

impl From<TitleShare> for TitleAnswer {
    fn from(share: TitleShare) -> Self {
        Self {
            title: share.title,
            application: share.application,
            site: share.site,
            category: share.category,
            active_s: share.active.as_s_f64(),
            visits: share.visits,
        }
    }
}
