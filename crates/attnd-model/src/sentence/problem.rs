//! Why can a directory not serve as a sentence encoder? Which file, what is wrong with it and what would do.

use thiserror::Error;

/// Why a sentence encoder cannot be used.
#[derive(Debug, Error)]
pub enum SentenceError {
    /// A file that every encoder has is not there.
    #[error(
        "there is no {name}; a sentence encoder is a directory with config.json, tokenizer.json and model.safetensors"
    )]
    Missing {
        /// Its name.
        name: &'static str,
    },
    /// A file cannot be read.
    #[error("{name} cannot be read: {source}")]
    Unreadable {
        /// Its name.
        name: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// A file is longer than any encoder's.
    #[error("{name} is longer than {most_gib} GiB; take a smaller encoder")]
    TooLong {
        /// Its name.
        name: &'static str,
        /// What would be read.
        most_gib: u64,
    },
    /// A file of settings makes no sense.
    #[error("{name} cannot be used: {reason}")]
    Settings {
        /// Its name.
        name: &'static str,
        /// Why.
        reason: String,
    },
    /// The encoder is of a kind that is not known.
    #[error("config.json says model_type '{found}', which is not known; known are {known}")]
    UnknownKind {
        /// What it says.
        found: String,
        /// What is known.
        known: String,
    },
    /// An array is missing.
    #[error("model.safetensors has no array '{name}', which config.json asks for")]
    MissingArray {
        /// Its name.
        name: String,
    },
    /// An array has another shape than the settings say.
    #[error("in model.safetensors '{name}' is {found:?}; config.json asks for {expected:?}")]
    Shape {
        /// The array's name.
        name: String,
        /// Its shape.
        found: Vec<usize>,
        /// What it should be.
        expected: Vec<usize>,
    },
    /// An array is of numbers that are not read, or holds what is no number.
    #[error("in model.safetensors '{name}' holds {found}; finite F32, F16 or BF16 are read")]
    Numbers {
        /// The array's name.
        name: String,
        /// What it holds.
        found: String,
    },
    /// The tokenizer gives a token that has no row.
    #[error("tokenizer.json gives token {token}, the encoder has {rows}; they do not belong together")]
    Token {
        /// The token.
        token: u32,
        /// How many tokens the encoder knows.
        rows: usize,
    },
}
