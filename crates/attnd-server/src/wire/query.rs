//! How does a query travel? Periods, and a program in one string or in one for each statement.

use attnd_core::{ErrorCode, Problem, TimeRange};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// A query2 program and the periods to run it for.
#[derive(Deserialize, ToSchema)]
#[schema(as = Query)]
pub(crate) struct QueryBody {
    /// `<start>/<end>`, both RFC 3339 with an offset.
    #[schema(example = json!(["2024-01-01T00:00:00Z/2024-01-02T00:00:00Z"]))]
    timeperiods: Vec<String>,
    /// The program: one string, or several that are joined with line breaks.
    #[schema(example = json!(["RETURN = query_bucket_names();"]))]
    query: Program,
}

#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
enum Program {
    Lines(Vec<String>),
    Whole(String),
}

/// What ActivityWatch's Python client says of a query.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct QueryParams {
    /// The query's name, for the variable `NAME`.
    pub(crate) name: Option<String>,
    /// Accepted; answers are always fresh.
    #[param(value_type = Option<String>)]
    #[serde(rename = "cache")]
    _cache: Option<String>,
}

impl QueryBody {
    /// The periods.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidTime`] naming the period that is wrong.
    pub(crate) fn periods(&self) -> Result<Vec<TimeRange>, Problem> {
        let parsed = self.timeperiods.iter().enumerate().map(|(at, period)| {
            TimeRange::parse(period)
                .map_err(|error| Problem::new(ErrorCode::InvalidTime, format!("timeperiods[{at}]: {error}")))
        });
        parsed.collect()
    }

    /// The program's text.
    pub(crate) fn program(self) -> String {
        match self.query {
            Program::Lines(lines) => lines.join("\n"),
            Program::Whole(text) => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_comes_in_lines_or_whole() {
        let program = |query: &str| {
            let text = format!(r#"{{"timeperiods":[],"query":{query}}}"#);
            serde_json::from_str::<QueryBody>(&text).map(QueryBody::program).ok()
        };
        assert_eq!(program(r#"["a = 1;","RETURN = a;"]"#).as_deref(), Some("a = 1;\nRETURN = a;"));
        assert_eq!(program(r#""RETURN = 1;""#).as_deref(), Some("RETURN = 1;"));
        assert_eq!(program("1"), None);
    }

    #[test]
    fn a_wrong_period_is_named() {
        let body = r#"{"timeperiods":["2024-01-01T00:00:00Z/2024-01-02T00:00:00Z","x"],"query":[]}"#;
        let problem = serde_json::from_str::<QueryBody>(body).unwrap().periods().unwrap_err();
        assert_eq!(problem.code, ErrorCode::InvalidTime);
        assert!(problem.detail.starts_with("timeperiods[1]"), "{}", problem.detail);
    }
}
