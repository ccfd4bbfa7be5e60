//! What can be asked about recordings? `attnd data` and its arguments.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

#[derive(Debug, Subcommand)]
pub(crate) enum DataAction {
    /// Take in recordings: a folder, a file, or a .tar.xz of them.
    Import(DataImport),
    /// List the recordings there are.
    List,
    /// Show one recording: its streams, answers and problems.
    Show {
        /// Its id, as 'attnd data list' shows it.
        id: String,
    },
    /// Write recordings as tables (BIDS-like) or as one JSON object a line.
    Export(DataExport),
    /// Delete recordings from the disk.
    Delete {
        /// Their ids, as 'attnd data list' shows them.
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
    },
    /// List the formats that can be taken in.
    Formats,
}

#[derive(Debug, Args)]
pub(crate) struct DataImport {
    /// Folders, files or archives (.tar, .tar.xz, .xz).
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,
    /// Take every file as this format, as 'attnd data formats' names it [default: each file's own].
    #[arg(long, value_name = "NAME")]
    pub(crate) format: Option<String>,
    /// What a table's columns mean: time=COLUMN,pupil_left:mm=COLUMN,rating.concentration=COLUMN,context.place=COLUMN,
    /// and person=, session=, end=, time_format=, time_zone=, beginning=, separator=, encoding=; may be given several
    /// times.
    #[arg(long, value_name = "WORDS")]
    pub(crate) map: Vec<String>,
    /// The same as a TOML file; --map adds to it.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) map_file: Option<PathBuf>,
    /// Read everything and say what would come in, but keep nothing; shows the guessed map of a table.
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DataExport {
    /// Which, as 'attnd data list' shows them; all without one.
    #[arg(value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// Folder to write into, one folder a recording.
    #[arg(long, short, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) output: PathBuf,
    /// How to write it.
    #[arg(long, value_enum, default_value_t = DataForm::Tsv)]
    pub(crate) form: DataForm,
}

/// How recordings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DataForm {
    /// Tab-separated, 'n/a' where nothing was measured, JSON beside it.
    Tsv,
    /// Comma-separated, JSON beside it.
    Csv,
    /// One file, one JSON object a line.
    Ndjson,
}
