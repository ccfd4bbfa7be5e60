//! How is a model kept? One safetensors file with its card inside, written whole or not at all.
//!
//! ```text
//! [8 bytes: length of the header][header: JSON of arrays, "attnd": {card, settings, digest}][numbers]
//! ```
//!
//! The digest covers card, settings and every number, so that a file that was cut, mixed up or edited is
//! refused instead of believed. The header holds one metadata key only: maps of several are written in an
//! order that changes from run to run, and the same model must be the same bytes.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

use safetensors::tensor::{Dtype, SafeTensors, View, serialize};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::card::Card;
use crate::compact::CompactFile;
use crate::estimator::{Model, ModelError, Tensors};
use crate::estimators;

/// The layout this program writes; another one is refused.
const FORMAT: u32 = 1;
const KEY: &str = "attnd";
/// Far above any model of ours; keeps a hostile file from filling the memory.
const LONGEST_FILE: u64 = 256 << 20;

/// What the header says besides the arrays.
#[derive(Serialize, Deserialize)]
struct Header {
    format: u32,
    digest: String,
    card: Card,
    settings: serde_json::Value,
}

/// A model as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelFile {
    /// What it says of itself.
    pub card: Card,
    /// Its arrays and settings.
    pub tensors: Tensors,
}

impl ModelFile {
    /// The file of a model.
    #[must_use]
    pub fn of(card: Card, model: &dyn Model) -> Self {
        Self { card, tensors: model.tensors() }
    }

    /// The model itself.
    ///
    /// # Errors
    /// [`ModelError::File`] when its estimator is unknown to this program or its arrays do not fit.
    pub fn model(&self) -> Result<Box<dyn Model>, ModelError> {
        let name = &self.card.estimator;
        let kind = estimators::named(name)
            .ok_or_else(|| broken(format!("it was made by '{name}', which this program does not have")))?;
        (kind.read)(&self.tensors)
    }

    /// The bytes of the file; the same model gives the same bytes.
    ///
    /// # Errors
    /// [`ModelError::File`] when a shape does not fit its numbers.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ModelError> {
        let header = Header {
            format: FORMAT,
            digest: self.digest(),
            card: self.card.clone(),
            settings: self.tensors.settings.clone(),
        };
        let header = serde_json::to_string(&header).map_err(|error| broken(error.to_string()))?;
        let arrays = self.tensors.arrays.iter().map(|(name, shape, values)| (name, Array { shape, values }));
        serialize(arrays, Some(HashMap::from([(KEY.to_owned(), header)])))
            .map_err(|error| broken(error.to_string()))
    }

    /// Reads a file's bytes; a compact file comes back in 32 bits.
    ///
    /// # Errors
    /// [`ModelError::File`]: not a safetensors file, cut, of another version, or not what its digest says.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        if CompactFile::is_in(bytes) {
            return CompactFile::from_bytes(bytes).map(|compact| compact.expand());
        }
        let unreadable = |error| broken(format!("it is no whole safetensors file ({error})"));
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(unreadable)?;
        let header = metadata.metadata().as_ref().and_then(|all| all.get(KEY));
        let header = header.ok_or_else(|| broken("it carries no card of attnd".to_owned()))?;
        let Header { digest, card, settings, .. } = parse(header)?;
        let tensors = SafeTensors::deserialize(bytes).map_err(unreadable)?;
        let mut names = tensors.names();
        names.sort_unstable();
        let arrays = names
            .into_iter()
            .map(|name| {
                let array = tensors.tensor(name).map_err(unreadable)?;
                if array.dtype() != Dtype::F32 {
                    return Err(broken(format!("'{name}' holds {:?}, not F32", array.dtype())));
                }
                Ok((name.to_owned(), array.shape().to_vec(), numbers(array.data())))
            })
            .collect::<Result<_, _>>()?;
        let file = Self { card, tensors: Tensors { settings, arrays } };
        if file.digest() != digest {
            return Err(broken("its content is not what its digest says".to_owned()));
        }
        Ok(file)
    }

    /// Writes it so that a reader sees the old file or the whole new one, readable by its owner only.
    ///
    /// # Errors
    /// [`ModelError::Io`] of the disk.
    pub fn write(&self, path: &Path) -> Result<(), ModelError> {
        let bytes = self.to_bytes()?;
        let unfinished = path.with_extension("unfinished");
        let mut file = private(&unfinished)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        fs::rename(&unfinished, path)?;
        match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            Some(folder) => sync_folder(folder),
            None => sync_folder(Path::new(".")),
        }
    }

    /// Reads it from the disk.
    ///
    /// # Errors
    /// [`ModelError::Io`] of the disk; [`ModelError::File`] as [`Self::from_bytes`] and for what is longer than 256 MiB.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        let mut bytes = Vec::new();
        File::open(path)?.take(LONGEST_FILE + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > LONGEST_FILE {
            return Err(broken("it is longer than 256 MiB".to_owned()));
        }
        Self::from_bytes(&bytes)
    }

    /// SHA-256 (hex) over card, settings and arrays in the order of their names.
    fn digest(&self) -> String {
        let mut hasher = Sha256::new();
        let mut part = |bytes: &[u8]| {
            hasher.update((bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        };
        part(serde_json::to_string(&self.card).unwrap_or_default().as_bytes());
        part(self.tensors.settings.to_string().as_bytes());
        let mut arrays: Vec<_> = self.tensors.arrays.iter().collect();
        arrays.sort_unstable_by_key(|(name, ..)| name);
        for (name, shape, values) in arrays {
            part(name.as_bytes());
            part(&shape.iter().flat_map(|side| (*side as u64).to_le_bytes()).collect::<Vec<_>>());
            part(&bytes_of(values));
        }
        hex(&hasher.finalize())
    }
}

/// Reads the header; tells another version from a broken file before looking at the rest.
fn parse(header: &str) -> Result<Header, ModelError> {
    #[derive(Deserialize)]
    struct Version {
        format: u32,
    }
    let version: Version = serde_json::from_str(header).map_err(|error| broken(error.to_string()))?;
    if version.format != FORMAT {
        return Err(broken(format!("it has format {}, this program reads format {FORMAT}", version.format)));
    }
    serde_json::from_str(header).map_err(|error| broken(format!("its card cannot be read ({error})")))
}

/// An array as safetensors wants to see it.
struct Array<'a> {
    shape: &'a [usize],
    values: &'a [f32],
}

impl View for Array<'_> {
    fn dtype(&self) -> Dtype {
        Dtype::F32
    }

    fn shape(&self) -> &[usize] {
        self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        bytes_of(self.values).into()
    }

    fn data_len(&self) -> usize {
        size_of_val(self.values)
    }
}

fn bytes_of(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn numbers(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn broken(reason: String) -> ModelError {
    ModelError::File { reason }
}

#[cfg(unix)]
fn private(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn private(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(true).open(path)
}

/// Makes a rename durable; other systems have no such call.
fn sync_folder(folder: &Path) -> Result<(), ModelError> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use attnd_core::Timestamp;

    use super::*;
    use crate::card::DataSummary;
    use crate::dataset::sample;
    use crate::estimator::Seed;

    fn sample() -> ModelFile {
        let card = Card {
            estimator: "nobody".to_owned(),
            columns: sample::columns(),
            data: DataSummary::of(&sample::dataset(&[("ada", &[2, 4]), ("ben", &[5])])),
            split: "later half of each person".to_owned(),
            seed: Seed(7),
            settings: serde_json::json!({"ridge": 1.5}),
            figures: BTreeMap::from([("brier".to_owned(), 0.1)]),
            baselines: BTreeMap::new(),
            limits: vec!["no diagnosis".to_owned()],
            made: Timestamp::parse("2024-05-01T10:00:00Z").unwrap(),
            made_by: "0.1.0".to_owned(),
        };
        let arrays = vec![
            ("weights".to_owned(), vec![2, 2], vec![1.0, -2.5, f32::MIN_POSITIVE, 4.0]),
            ("bias".to_owned(), vec![1], vec![0.25]),
        ];
        ModelFile { card, tensors: Tensors { settings: serde_json::json!({"words": ["b", "a"]}), arrays } }
    }

    #[test]
    fn a_file_comes_back_as_it_was_and_is_the_same_bytes_each_time() {
        let file = sample();
        let bytes = file.to_bytes().unwrap();
        let back = ModelFile::from_bytes(&bytes).unwrap();
        assert_eq!(back.card, file.card);
        assert_eq!(back.tensors.settings, file.tensors.settings);
        let mut arrays = file.tensors.arrays.clone();
        arrays.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(back.tensors.arrays, arrays);
        assert_eq!(back.to_bytes().unwrap(), sample().to_bytes().unwrap());
    }

    #[test]
    fn a_file_cut_anywhere_or_with_any_byte_changed_is_refused() {
        let bytes = sample().to_bytes().unwrap();
        for end in 0..bytes.len() {
            assert!(matches!(ModelFile::from_bytes(&bytes[..end]), Err(ModelError::File { .. })), "{end}");
        }
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            // Padding of the header means nothing: there only the same content may come back.
            if let Ok(file) = ModelFile::from_bytes(&changed) {
                assert_eq!(file.digest(), sample().digest(), "byte {place}");
            }
        }
    }

    #[test]
    fn another_version_and_an_unknown_estimator_say_what_to_do() {
        let text = |file: &ModelFile| file.model().unwrap_err().to_string();
        assert!(text(&sample()).contains("made by 'nobody'"));
        let bytes = sample().to_bytes().unwrap();
        let old = br#"\"format\":1"#;
        let place = bytes.windows(old.len()).position(|window| window == old).unwrap();
        let mut newer = bytes;
        newer[place + old.len() - 1] = b'9';
        let fault = ModelFile::from_bytes(&newer).unwrap_err().to_string();
        assert!(fault.contains("format 9") && fault.contains("train it again"), "{fault}");
    }

    #[test]
    fn a_written_file_is_private_and_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.safetensors");
        sample().write(&path).unwrap();
        sample().write(&path).unwrap();
        assert_eq!(ModelFile::open(&path).unwrap().card, sample().card);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let missing = ModelFile::open(&folder.path().join("none")).unwrap_err();
        assert!(matches!(missing, ModelError::Io(_)));
    }
}
