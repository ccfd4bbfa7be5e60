//! What does a sentence mean, as numbers? Encoders that others trained, read from a directory the person names.
//!
//! ```text
//! directory ─► Shape (config.json, pooling), Arrays (model.safetensors), tokenizer.json
//! texts ─► tokens ─► Transformer (BERT, RoBERTa, DistilBERT) or StaticTokens (model2vec) ─► vectors of length one
//! ```
//!
//! Nothing is downloaded and nothing is trained. Two directories are the same encoder if their files are: a digest over
//! them goes into what is learnt from their vectors.

mod arrays;
mod problem;
mod shape;
mod static_tokens;
#[cfg(test)]
mod tests;
mod tokens;
mod transformer;

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

pub use problem::SentenceError;

use arrays::Arrays;
use shape::Shape;
use static_tokens::StaticTokens;
use tokens::Tokens;
use transformer::Transformer;

const CONFIG: &str = "config.json";
const TOKENIZER: &str = "tokenizer.json";
const ARRAYS: &str = "model.safetensors";
/// What a sentence-transformers directory says besides, where it has them.
const POOLING: &str = "1_Pooling/config.json";
const MODULES: &str = "modules.json";
const LENGTH: &str = "sentence_bert_config.json";
/// Far above any encoder that a processor runs in reasonable time; keeps a wrong file from filling the memory.
const LONGEST_FILE: u64 = 4 << 30;

/// An encoder of sentences.
#[derive(Debug)]
pub struct SentenceEncoder {
    tokens: Tokens,
    kind: Kind,
    digest: String,
}

#[derive(Debug)]
enum Kind {
    Transformer(Box<Transformer>),
    Static(StaticTokens),
}

/// The files of a directory, as far as they are there.
struct Files {
    config: Vec<u8>,
    tokenizer: Vec<u8>,
    arrays: Vec<u8>,
    pooling: Option<Vec<u8>>,
    modules: Option<Vec<u8>>,
    length: Option<Vec<u8>>,
}

impl SentenceEncoder {
    /// Reads an encoder from a directory with `config.json`, `tokenizer.json` and `model.safetensors`, as
    /// `transformers` and `model2vec` save them; `1_Pooling/config.json`, `modules.json` and
    /// `sentence_bert_config.json` of `sentence-transformers` are heeded.
    ///
    /// # Errors
    /// [`SentenceError`]: which file is missing, or what in it cannot be used.
    pub fn open(directory: &Path) -> Result<Self, SentenceError> {
        let files = Files::read(directory)?;
        let digest = files.digest();
        let shape = Shape::read(&files)?;
        let arrays = Arrays::read(&files.arrays)?;
        let (tokens, kind) = match shape {
            Shape::Transformer(shape) => {
                let tokens = Tokens::with_marks(&files.tokenizer, shape.longest)?;
                (tokens, Kind::Transformer(Box::new(Transformer::new(*shape, &arrays)?)))
            }
            Shape::Static => {
                (Tokens::without_marks(&files.tokenizer)?, Kind::Static(StaticTokens::new(&arrays)?))
            }
        };
        Ok(Self { tokens, kind, digest })
    }

    /// How many numbers a vector has.
    #[must_use]
    pub fn dimensions(&self) -> usize {
        match &self.kind {
            Kind::Transformer(transformer) => transformer.dimensions(),
            Kind::Static(words) => words.dimensions(),
        }
    }

    /// SHA-256 over the files, in hexadecimal digits: another encoder has another one.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The vectors of texts, one after the other, `[text, dimension]`, each of length one (a text without any token that
    /// is known to a static encoder has zeros). `told` hears how many more texts are done.
    ///
    /// # Errors
    /// [`SentenceError::Token`] where the tokenizer gives a token the encoder has no row for.
    pub fn encode(&self, texts: &[&str], told: &mut dyn FnMut(usize)) -> Result<Vec<f32>, SentenceError> {
        let mut vectors = match &self.kind {
            Kind::Transformer(transformer) => transformer.encode(&self.tokens, texts, told)?,
            Kind::Static(words) => words.encode(&self.tokens, texts, told)?,
        };
        for vector in vectors.chunks_exact_mut(self.dimensions()) {
            let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
            if length > 0.0 {
                vector.iter_mut().for_each(|value| *value /= length);
            }
        }
        Ok(vectors)
    }
}

impl Files {
    fn read(directory: &Path) -> Result<Self, SentenceError> {
        let needed = |name: &'static str| read(directory, name)?.ok_or(SentenceError::Missing { name });
        Ok(Self {
            config: needed(CONFIG)?,
            tokenizer: needed(TOKENIZER)?,
            arrays: needed(ARRAYS)?,
            pooling: read(directory, POOLING)?,
            modules: read(directory, MODULES)?,
            length: read(directory, LENGTH)?,
        })
    }

    /// Each file's name, length and content: what is moved from one to another changes the digest too.
    fn digest(&self) -> String {
        let mut sum = Sha256::new();
        let files = [
            (CONFIG, Some(&self.config)),
            (TOKENIZER, Some(&self.tokenizer)),
            (ARRAYS, Some(&self.arrays)),
            (POOLING, self.pooling.as_ref()),
            (MODULES, self.modules.as_ref()),
            (LENGTH, self.length.as_ref()),
        ];
        for (name, content) in files.into_iter().filter_map(|(name, content)| Some((name, content?))) {
            sum.update(format!("{name} {}\n", content.len()));
            sum.update(content);
        }
        sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A file of the directory; none where it is not there.
fn read(directory: &Path, name: &'static str) -> Result<Option<Vec<u8>>, SentenceError> {
    let path = directory.join(name);
    let length = match fs::metadata(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(SentenceError::Unreadable { name, source }),
        Ok(metadata) => metadata.len(),
    };
    if length > LONGEST_FILE {
        return Err(SentenceError::TooLong { name, most_gib: LONGEST_FILE >> 30 });
    }
    fs::read(&path).map(Some).map_err(|source| SentenceError::Unreadable { name, source })
}
