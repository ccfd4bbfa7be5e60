//! What can be asked about attention? The arguments of `flow`, `report` and `categories`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueEnum, ValueHint};

#[derive(Debug, Args)]
#[command(after_help = FLOW_EXAMPLES)]
pub(crate) struct Flow {
    /// First day, or a time with its zone [default: today].
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<String>,
    /// Last day, or a time with its zone [default: the first day].
    #[arg(long, value_name = "DATE")]
    pub(crate) to: Option<String>,
    /// Also show the period in steps.
    #[arg(long, value_enum)]
    pub(crate) by: Option<Step>,
    /// How many applications and categories to show.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) top: usize,
}

const FLOW_EXAMPLES: &str = "\
Examples:
  attnd flow                                            today so far
  attnd flow --from yesterday                           a day
  attnd flow --from 2024-01-01 --to 2024-03-31 --by week
  attnd flow --from 2024-01-31 --json | jq .measures    every measure, with its unit in its name

A focus session lasts 15 min or more, three quarters of it in focus categories, and ends with more than
4 min of something else. An interruption leaves focus for another category and is back within 15 min.
'attnd report' says how every number is computed; 'attnd categories list' shows what counts as focus.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    Hour,
    Day,
    Week,
    Month,
}

#[derive(Debug, Args)]
#[command(after_help = REPORT_EXAMPLES)]
pub(crate) struct Report {
    /// How much of the calendar.
    #[arg(value_enum)]
    pub(crate) period: ReportPeriod,
    /// A day of it, today or yesterday; a week also as 2024-W05, a month as 2024-01 [default: today].
    pub(crate) date: Option<String>,
    /// Write HTML that needs nothing else to be read or printed; - is standard output.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) html: Option<PathBuf>,
    /// Write Markdown; to standard output without a file, and where nothing else is asked for.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, num_args = 0..=1, default_missing_value = "-")]
    pub(crate) markdown: Option<PathBuf>,
    /// Name applications too; without it categories alone are named. Titles and sites never are.
    #[arg(long)]
    pub(crate) applications: bool,
    /// Its language [default: that of the terminal].
    #[arg(long, value_enum)]
    pub(crate) lang: Option<ReportLanguage>,
    /// Overwrite files.
    #[arg(long)]
    pub(crate) force: bool,
}

const REPORT_EXAMPLES: &str = "\
Examples:
  attnd report day                                  today so far, as Markdown, on the terminal
  attnd report week --html week.html                this week, to open in a browser or to print
  attnd report week 2024-W05 --markdown week.md
  attnd report month 2024-01 --html january.html --lang zh --applications";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportPeriod {
    /// A day.
    Day,
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportLanguage {
    /// English.
    En,
    /// Simplified Chinese.
    Zh,
}

#[derive(Debug, Subcommand)]
#[command(after_help = CATEGORIES_EXAMPLES)]
pub(crate) enum CategoriesAction {
    /// List the categories, which of them are focus, and their time in the last 30 days.
    List,
    /// Show what has no category yet, and the rule attnd would propose for it.
    Suggest {
        #[command(flatten)]
        period: RulePeriod,
    },
    /// Show what a rule would change; changes nothing.
    Test(RuleArguments),
    /// Add a rule to a category, and say what moved.
    Apply(RuleArguments),
    /// Take back what was applied last.
    Undo,
    /// Write the categories as ActivityWatch keeps them.
    Export {
        /// File to write; - is standard output.
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// Overwrite it.
        #[arg(long)]
        force: bool,
    },
    /// Replace the categories by those of a file, as ActivityWatch keeps them.
    Import {
        /// File to read; - is standard input.
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
}

const CATEGORIES_EXAMPLES: &str = "\
Examples:
  attnd categories suggest
  attnd categories test  --category 'Work > Programming' --app Zed
  attnd categories apply --category 'Work > Programming' --app Zed
  attnd categories test  --category 'Work > Reading' --regex 'arxiv\\.org|\\.pdf' --from 2024-01-01
  attnd categories export classes.json";

/// A rule: an application, a site, part of a title, or a regular expression.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).multiple(false).args(["regex", "app", "site", "title"]))]
pub(crate) struct RuleArguments {
    /// Path of the category, from outside in; it is made if there is none.
    #[arg(long, value_name = "'WORK > PROGRAMMING'", value_parser = category_path)]
    pub(crate) category: CategoryPath,
    /// Whatever this regular expression is found in: application, title or address.
    #[arg(long, value_name = "REGEX")]
    pub(crate) regex: Option<String>,
    /// This application.
    #[arg(long, value_name = "NAME")]
    pub(crate) app: Option<String>,
    /// This site.
    #[arg(long, value_name = "DOMAIN")]
    pub(crate) site: Option<String>,
    /// Windows with this in their title.
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,
    #[command(flatten)]
    pub(crate) period: RulePeriod,
}

/// Over which time to look at what a rule changes.
#[derive(Debug, Args)]
pub(crate) struct RulePeriod {
    /// First day to look at, or a time with its zone [default: 30 days ago].
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<String>,
    /// Last day to look at, or a time with its zone [default: today].
    #[arg(long, value_name = "DATE")]
    pub(crate) to: Option<String>,
}

/// A category's path, outermost first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CategoryPath(pub(crate) Vec<String>);

fn category_path(text: &str) -> Result<CategoryPath, String> {
    let path: Vec<String> = text.split(['>', '›']).map(|part| part.trim().to_owned()).collect();
    if path.iter().any(String::is_empty) {
        return Err("a path is words with > between them, such as 'Work > Programming'".to_owned());
    }
    Ok(CategoryPath(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_words_between_arrows() {
        let path = |text| category_path(text).map(|CategoryPath(path)| path);
        assert_eq!(path("Work > Programming").unwrap(), ["Work", "Programming"]);
        assert_eq!(path("工作›编程").unwrap(), ["工作", "编程"]);
        for bad in ["", " ", "Work >", "> Work", "Work >> Mail"] {
            assert!(path(bad).is_err(), "{bad}");
        }
    }
}
