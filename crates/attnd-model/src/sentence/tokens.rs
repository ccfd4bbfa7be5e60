//! Which tokens has a text? As `tokenizer.json` says.

use serde_json::Value;
use tokenizers::{Tokenizer, TruncationParams};

use super::{SentenceError, TOKENIZER};

/// Characters of a text that are read at most: far more than the tokens an encoder takes, and never seconds of work.
const LONGEST_TEXT: usize = 1 << 16;
/// Tokens a static encoder reads at most, as `model2vec` does.
const LONGEST_STATIC: usize = 512;

/// A tokenizer and how it is used.
#[derive(Debug)]
pub(super) struct Tokens {
    tokenizer: Tokenizer,
    marks: Marks,
    unknown: Option<u32>,
}

/// Whether marks of beginning and end are put around a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Marks {
    Put,
    Left,
}

impl Tokens {
    /// Texts between their marks, cut to that many tokens, marks counted.
    pub(super) fn with_marks(bytes: &[u8], longest: usize) -> Result<Self, SentenceError> {
        let mut tokenizer = opened(bytes)?;
        let truncation = TruncationParams { max_length: longest, ..TruncationParams::default() };
        tokenizer.with_truncation(Some(truncation)).map_err(|error| unusable(&error.to_string()))?;
        Ok(Self { tokenizer, marks: Marks::Put, unknown: None })
    }

    /// Texts without marks and without what stands for unknown words.
    pub(super) fn without_marks(bytes: &[u8]) -> Result<Self, SentenceError> {
        let mut tokenizer = opened(bytes)?;
        tokenizer.with_truncation(None).map_err(|error| unusable(&error.to_string()))?;
        let settings: Value = serde_json::from_slice(bytes).map_err(|error| unusable(&error.to_string()))?;
        let model = &settings["model"];
        let by_name = model["unk_token"].as_str().and_then(|token| tokenizer.token_to_id(token));
        let by_place = model["unk_id"].as_u64().and_then(|place| u32::try_from(place).ok());
        Ok(Self { tokenizer, marks: Marks::Left, unknown: by_name.or(by_place) })
    }

    /// The tokens of a text.
    pub(super) fn of(&self, text: &str) -> Result<Vec<u32>, SentenceError> {
        let end = text.char_indices().nth(LONGEST_TEXT).map_or(text.len(), |(at, _)| at);
        let encoding = self
            .tokenizer
            .encode_fast(&text[..end], self.marks == Marks::Put)
            .map_err(|error| unusable(&error.to_string()))?;
        let mut tokens = encoding.get_ids().to_vec();
        if self.marks == Marks::Left {
            tokens.retain(|&token| Some(token) != self.unknown);
            tokens.truncate(LONGEST_STATIC);
        }
        Ok(tokens)
    }
}

fn opened(bytes: &[u8]) -> Result<Tokenizer, SentenceError> {
    let mut tokenizer = Tokenizer::from_bytes(bytes).map_err(|error| unusable(&error.to_string()))?;
    tokenizer.with_padding(None);
    Ok(tokenizer)
}

fn unusable(reason: &str) -> SentenceError {
    SentenceError::Settings { name: TOKENIZER, reason: reason.to_owned() }
}
