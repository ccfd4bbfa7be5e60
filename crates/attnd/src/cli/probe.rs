//! What can be asked of questions on the command line?

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct Probe {
    #[command(subcommand)]
    pub(crate) action: Option<ProbeAction>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProbeAction {
    /// Put a question now, and read the answer where there is a terminal.
    Ask {
        /// Which question.
        #[arg(value_enum, default_value_t = ProbeQuestion::Focus)]
        question: ProbeQuestion,
    },
    /// Answer the question that waits: one number, six for raw TLX.
    Answer {
        /// The answer.
        #[arg(required = true, value_name = "N", allow_negative_numbers = true)]
        values: Vec<i32>,
    },
    /// Put the question that waits away, and ask nothing for a while.
    Snooze {
        /// How long.
        #[arg(value_enum, default_value_t = ProbeSnooze::Quarter)]
        length: ProbeSnooze,
    },
    /// Put the question that waits away without an answer.
    Dismiss,
    /// List the answers given, newest last.
    List,
    /// Let attnd ask, or not.
    Allow {
        /// Whether attnd may ask.
        #[arg(value_enum)]
        asking: ProbeAsking,
    },
}

/// A question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProbeQuestion {
    /// How focused were you? 1 to 5.
    Focus,
    /// How much mental work was it? 1 to 5.
    MentalLoad,
    /// Workload, six scales from 0 to 100.
    RawTlx,
    /// Sleepiness, 1 to 9.
    Sleepiness,
}

/// How long not to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProbeSnooze {
    /// A quarter of an hour.
    Quarter,
    /// An hour.
    Hour,
    /// Until midnight.
    Today,
}

/// Whether attnd may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProbeAsking {
    /// At breakpoints.
    On,
    /// Never.
    Off,
}
