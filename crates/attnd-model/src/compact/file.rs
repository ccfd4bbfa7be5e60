//! How is a compact model kept? A safetensors file of eight-bit arrays, with the card of the model it came from.
//!
//! ```text
//! "name"          F32 as it is · I8 every number · I8 those that are not zero
//! "name.scales"   F32, beside I8        "name.places"   U8, beside those that are not zero
//! ```

use std::borrow::Cow;
use std::collections::HashMap;

use safetensors::tensor::{Dtype, SafeTensors, View, serialize};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::pack::{Numbers, Packed};
use crate::card::Card;
use crate::estimator::{ModelError, Tensors};
use crate::file::ModelFile;

const FORMAT: u32 = 1;
const KEY: &str = "attnd-compact";

/// A compact model as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct CompactFile {
    /// The card of the model it was made from.
    pub card: Card,
    settings: serde_json::Value,
    arrays: Vec<Packed>,
}

#[derive(Serialize, Deserialize)]
struct Header {
    format: u32,
    digest: String,
    card: Card,
    settings: serde_json::Value,
    shapes: Vec<(String, Vec<usize>)>,
}

struct Part {
    dtype: Dtype,
    shape: [usize; 1],
    bytes: Vec<u8>,
}

impl CompactFile {
    /// The compact form of a model file, with the share `pruned` (0 to below 1) of each weight matrix left out.
    #[must_use]
    pub fn of(file: &ModelFile, pruned: f64) -> Self {
        let arrays = file.tensors.arrays.iter().map(|array| Packed::of(array, pruned)).collect();
        Self { card: file.card.clone(), settings: file.tensors.settings.clone(), arrays }
    }

    /// A model file again, with every number in 32 bits.
    #[must_use]
    pub fn expand(&self) -> ModelFile {
        let arrays = self.arrays.iter().map(Packed::expand).collect();
        ModelFile { card: self.card.clone(), tensors: Tensors { settings: self.settings.clone(), arrays } }
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// [`ModelError::File`] when the card cannot be written.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ModelError> {
        let parts = self.parts();
        let mut header = Header {
            format: FORMAT,
            digest: String::new(),
            card: self.card.clone(),
            settings: self.settings.clone(),
            shapes: self.arrays.iter().map(|array| (array.name.clone(), array.shape.clone())).collect(),
        };
        header.digest = header.digest_with(parts.iter().map(|(name, part)| (name.as_str(), &*part.bytes)));
        let header = serde_json::to_string(&header).map_err(|error| broken(&error.to_string()))?;
        serialize(parts, Some(HashMap::from([(KEY.to_owned(), header)])))
            .map_err(|error| broken(&error.to_string()))
    }

    /// Whether these bytes begin as a compact file does.
    #[must_use]
    pub fn is_in(bytes: &[u8]) -> bool {
        let metadata = SafeTensors::read_metadata(bytes).ok();
        metadata.is_some_and(|(_, head)| head.metadata().as_ref().is_some_and(|all| all.contains_key(KEY)))
    }

    /// Reads a file's bytes.
    ///
    /// # Errors
    /// [`ModelError::File`]: not a compact file, cut, of another version, or not what its digest says.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let unreadable = |error: safetensors::SafeTensorError| broken(&error.to_string());
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(unreadable)?;
        let header = metadata.metadata().as_ref().and_then(|all| all.get(KEY));
        let header = header.ok_or_else(|| broken("it is no compact model"))?;
        let header: Header = serde_json::from_str(header)
            .map_err(|error| broken(&format!("its card cannot be read ({error})")))?;
        if header.format != FORMAT {
            return Err(broken(&format!("it has format {}, this program reads {FORMAT}", header.format)));
        }
        let tensors = SafeTensors::deserialize(bytes).map_err(unreadable)?;
        let mut names = tensors.names();
        names.sort_unstable();
        let parts: Result<Vec<_>, _> =
            names.into_iter().map(|name| tensors.tensor(name).map(|part| (name, part.data()))).collect();
        if header.digest_with(parts.map_err(unreadable)?.into_iter()) != header.digest {
            return Err(broken("its content is not what its digest says"));
        }
        let arrays = header
            .shapes
            .iter()
            .map(|(name, shape)| {
                let packed = unpack(&tensors, name, shape);
                packed.filter(Packed::fits).ok_or_else(|| broken(&format!("its array '{name}' does not fit")))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { card: header.card, settings: header.settings, arrays })
    }

    /// Every stored list, by name.
    fn parts(&self) -> Vec<(String, Part)> {
        let mut parts = Vec::new();
        for Packed { name, numbers, .. } in &self.arrays {
            match numbers {
                Numbers::Whole(values) => parts.push((name.clone(), Part::f32(values))),
                Numbers::Dense { scales, values } => {
                    parts.push((name.clone(), Part::i8(values)));
                    parts.push((format!("{name}.scales"), Part::f32(scales)));
                }
                Numbers::Sparse { scales, places, values } => {
                    parts.push((name.clone(), Part::i8(values)));
                    parts.push((format!("{name}.scales"), Part::f32(scales)));
                    parts
                        .push((format!("{name}.places"), Part::new(Dtype::U8, places.len(), places.clone())));
                }
            }
        }
        parts.sort_by(|one, other| one.0.cmp(&other.0));
        parts
    }
}

impl Header {
    /// SHA-256 (hex) over card, settings, shapes and the stored lists in the order of their names.
    fn digest_with<'a>(&self, parts: impl Iterator<Item = (&'a str, &'a [u8])>) -> String {
        let mut hasher = Sha256::new();
        let mut part = |bytes: &[u8]| {
            hasher.update((bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        };
        part(&serde_json::to_vec(&(&self.card, &self.settings, &self.shapes)).unwrap_or_default());
        for (name, bytes) in parts {
            part(name.as_bytes());
            part(bytes);
        }
        hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

fn unpack(tensors: &SafeTensors<'_>, name: &str, shape: &[usize]) -> Option<Packed> {
    let f32s = |name: &str| {
        let part = tensors.tensor(name).ok().filter(|part| part.dtype() == Dtype::F32)?;
        Some(part.data().as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect::<Vec<f32>>())
    };
    let part = tensors.tensor(name).ok()?;
    let numbers = match part.dtype() {
        Dtype::F32 => Numbers::Whole(f32s(name)?),
        Dtype::I8 => {
            let values = part.data().iter().map(|byte| byte.cast_signed()).collect();
            let scales = f32s(&format!("{name}.scales"))?;
            match tensors.tensor(&format!("{name}.places")) {
                Ok(places) => Numbers::Sparse { scales, places: places.data().to_vec(), values },
                Err(_) => Numbers::Dense { scales, values },
            }
        }
        _ => return None,
    };
    Some(Packed { name: name.to_owned(), shape: shape.to_vec(), numbers })
}

impl Part {
    const fn new(dtype: Dtype, count: usize, bytes: Vec<u8>) -> Self {
        Self { dtype, shape: [count], bytes }
    }

    fn f32(values: &[f32]) -> Self {
        Self::new(Dtype::F32, values.len(), values.iter().flat_map(|value| value.to_le_bytes()).collect())
    }

    fn i8(values: &[i8]) -> Self {
        Self::new(Dtype::I8, values.len(), values.iter().map(|value| value.cast_unsigned()).collect())
    }
}

impl View for Part {
    fn dtype(&self) -> Dtype {
        self.dtype
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        (&*self.bytes).into()
    }

    fn data_len(&self) -> usize {
        self.bytes.len()
    }
}

fn broken(reason: &str) -> ModelError {
    ModelError::File { reason: reason.to_owned() }
}
