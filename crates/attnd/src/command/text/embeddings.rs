//! What does a sentence encoder make of the texts of a table? Its vectors, from a directory the person names.

use std::path::Path;

use attnd_core::{ErrorCode, Problem};
use attnd_decide::text::{EncoderMark, Said, TextClassifier, Vectors};

use super::Table;
use crate::output::Output;

/// The vectors of a table's texts, if an encoder was named.
#[derive(Default)]
pub(super) struct Embeddings {
    /// The encoder and its vectors, `[text, dimension]`.
    read: Option<(EncoderMark, Vec<f32>)>,
}

impl Embeddings {
    /// As the classifier takes them.
    pub(super) fn vectors(&self) -> Option<Vectors<'_>> {
        self.read.as_ref().map(|(encoder, values)| Vectors { encoder, values })
    }

    /// The texts of the table the vectors are of, each with its own.
    pub(super) fn said<'a>(&'a self, table: &'a Table) -> impl Iterator<Item = Said<'a>> {
        let vector = |at: usize| match &self.read {
            Some((encoder, values)) => &values[at * encoder.dimensions..][..encoder.dimensions],
            None => &[],
        };
        table.rows.iter().enumerate().map(move |(at, (text, _))| Said { text, vector: vector(at) })
    }
}

/// An encoder, if one was named.
pub(super) struct Encoder(Option<encoder::Opened>);

impl Encoder {
    /// Opens the directory, if there is one named.
    pub(super) fn open(directory: Option<&Path>) -> Result<Self, Problem> {
        directory.map(encoder::Opened::open).transpose().map(Self)
    }

    /// Opens the directory if `classifier` was learnt with vectors, and refuses another encoder's or none.
    pub(super) fn open_for(
        classifier: &TextClassifier,
        model: &Path,
        directory: Option<&Path>,
    ) -> Result<Self, Problem> {
        if classifier.encoder().is_none() {
            return Ok(Self(None));
        }
        let encoder = Self::open(directory)?;
        let mark = encoder.0.as_ref().map(encoder::Opened::mark);
        classifier.refuse_other(mark.as_ref()).map_err(|error| {
            Problem::new(ErrorCode::ModelUnusable, format!("{}: {error}", model.display()))
        })?;
        Ok(encoder)
    }

    /// Reads every text of a table.
    pub(super) fn read(&self, table: &Table, output: &Output) -> Result<Embeddings, Problem> {
        let Some(encoder) = &self.0 else {
            return Ok(Embeddings::default());
        };
        let texts: Vec<&str> = table.rows.iter().map(|(text, _)| text.as_str()).collect();
        let bar = output.steps(texts.len() as u64);
        let values = encoder.encode(&texts, &mut |more| bar.inc(more as u64));
        bar.finish_and_clear();
        Ok(Embeddings { read: Some((encoder.mark(), values?)) })
    }
}

#[cfg(feature = "network")]
mod encoder {
    use std::path::PathBuf;

    use attnd_model::{SentenceEncoder, SentenceError};

    use super::{EncoderMark, ErrorCode, Path, Problem};

    /// An encoder and where it is.
    pub(super) struct Opened {
        directory: PathBuf,
        encoder: SentenceEncoder,
    }

    impl Opened {
        pub(super) fn open(directory: &Path) -> Result<Self, Problem> {
            let encoder = SentenceEncoder::open(directory).map_err(|error| unusable(directory, &error))?;
            Ok(Self { directory: directory.to_owned(), encoder })
        }

        pub(super) fn mark(&self) -> EncoderMark {
            let (digest, dimensions) = (self.encoder.digest().to_owned(), self.encoder.dimensions());
            EncoderMark { digest, dimensions }
        }

        pub(super) fn encode(
            &self,
            texts: &[&str],
            told: &mut dyn FnMut(usize),
        ) -> Result<Vec<f32>, Problem> {
            self.encoder.encode(texts, told).map_err(|error| unusable(&self.directory, &error))
        }
    }

    fn unusable(directory: &Path, error: &SentenceError) -> Problem {
        Problem::new(ErrorCode::ModelUnusable, format!("{}: {error}", directory.display()))
    }
}

#[cfg(not(feature = "network"))]
mod encoder {
    use super::{EncoderMark, ErrorCode, Path, Problem};

    /// There is none in this build.
    pub(super) enum Opened {}

    impl Opened {
        pub(super) fn open(directory: &Path) -> Result<Self, Problem> {
            let detail = format!(
                "{}: this attnd was built without sentence encoders; build it with the feature network, or leave out \
                 --embeddings",
                directory.display()
            );
            Err(Problem::new(ErrorCode::ModelUnusable, detail))
        }

        pub(super) fn mark(&self) -> EncoderMark {
            match *self {}
        }

        pub(super) fn encode(&self, _: &[&str], _: &mut dyn FnMut(usize)) -> Result<Vec<f32>, Problem> {
            match *self {}
        }
    }
}
