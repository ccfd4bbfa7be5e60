//! Why can texts not be learnt from? What is wrong and what to do.

use thiserror::Error;

/// Why a classifier of texts cannot be trained or read.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TextError {
    /// There is no label.
    #[error("there is no labelled text; training needs rows of two labels at least")]
    NoLabels,
    /// There is nothing to tell apart.
    #[error("every text has the label '{label}'; training needs a second label to tell it from")]
    OneLabel {
        /// The only label.
        label: String,
    },
    /// The tables would not fit.
    #[error(
        "{texts} texts of {labels} labels are too many to train on at once; give {most} texts at most, or fewer labels"
    )]
    TooLarge {
        /// How many texts there are.
        texts: usize,
        /// How many labels.
        labels: usize,
        /// How many texts of so many labels would fit.
        most: usize,
    },
    /// Vectors are not one a text.
    #[error(
        "{found} numbers are no vectors of {dimensions} numbers for {texts} texts; give one vector a text"
    )]
    Vectors {
        /// How many texts there are.
        texts: usize,
        /// Numbers of a vector.
        dimensions: usize,
        /// Numbers that came.
        found: usize,
    },
    /// The labels were learnt with another encoder's vectors.
    #[error(
        "these labels were learnt with the sentence encoder of digest {}, {}; name its directory with --embeddings",
        short(.wanted), came(.found)
    )]
    OtherEncoder {
        /// Digest of the encoder they were learnt with.
        wanted: String,
        /// Digest of the one that came; empty where none did.
        found: String,
    },
    /// The bytes are of something else.
    #[error("these bytes are no labels learnt by attnd; make them with attnd text train")]
    NoClassifier,
    /// The bytes are of another layout.
    #[error("these labels were kept by another version of attnd; learn them again with attnd text train")]
    OtherVersion,
    /// The bytes are not whole.
    #[error("the learnt labels are damaged or cut off; learn them again with attnd text train")]
    Damaged,
}

/// As much of a digest as tells encoders apart.
fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}

fn came(digest: &str) -> String {
    if digest.is_empty() { "and none is there".to_owned() } else { format!("not with {}", short(digest)) }
}
