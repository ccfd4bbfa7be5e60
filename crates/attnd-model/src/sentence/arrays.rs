//! Which numbers has an encoder? Named arrays of a safetensors file, as 32-bit floats, with the shapes asked for.

use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use super::{ARRAYS, SentenceError};

/// The arrays of a file.
pub(super) struct Arrays<'a> {
    tensors: SafeTensors<'a>,
    /// What stands before every name: files saved from a larger model have its name there.
    prefix: String,
}

impl<'a> Arrays<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, SentenceError> {
        let tensors = SafeTensors::deserialize(bytes).map_err(|error| SentenceError::Settings {
            name: ARRAYS,
            reason: format!("it is no whole safetensors file ({error})"),
        })?;
        let end = "embeddings.word_embeddings.weight";
        let mut prefixes: Vec<String> = tensors
            .names()
            .into_iter()
            .filter_map(|name| name.strip_suffix(end))
            .map(str::to_owned)
            .collect();
        prefixes.sort_by_key(String::len);
        let prefix = prefixes.into_iter().next().unwrap_or_default();
        Ok(Self { tensors, prefix })
    }

    /// Whether there is an array of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.tensors.tensor(&self.full(name)).is_ok()
    }

    /// An array of that shape, rows first.
    pub(super) fn take(&self, name: &str, expected: &[usize]) -> Result<Vec<f32>, SentenceError> {
        let (shape, values) = self.any(name)?;
        if shape != expected {
            let expected = expected.to_vec();
            return Err(SentenceError::Shape { name: self.full(name), found: shape, expected });
        }
        Ok(values)
    }

    /// A matrix of that many columns and as many rows as it has.
    pub(super) fn rows(&self, name: &str, columns: usize) -> Result<Vec<f32>, SentenceError> {
        let (shape, values) = self.any(name)?;
        match *shape.as_slice() {
            [_, found] if found == columns => Ok(values),
            _ => {
                let expected = vec![shape.first().copied().unwrap_or(0), columns];
                Err(SentenceError::Shape { name: self.full(name), found: shape, expected })
            }
        }
    }

    /// An array of any shape.
    pub(super) fn any(&self, name: &str) -> Result<(Vec<usize>, Vec<f32>), SentenceError> {
        let name = self.full(name);
        let Ok(tensor) = self.tensors.tensor(&name) else {
            return Err(SentenceError::MissingArray { name });
        };
        let Some(values) = floats(&tensor) else {
            return Err(SentenceError::Numbers { name, found: format!("{:?}", tensor.dtype()) });
        };
        if values.iter().any(|value| !value.is_finite()) {
            return Err(SentenceError::Numbers { name, found: "what is no number".to_owned() });
        }
        Ok((tensor.shape().to_vec(), values))
    }

    /// Whole numbers of 32 or 64 bits; none where there is no such array.
    pub(super) fn whole_numbers(&self, name: &str) -> Result<Option<Vec<usize>>, SentenceError> {
        let name = self.full(name);
        let Ok(tensor) = self.tensors.tensor(&name) else {
            return Ok(None);
        };
        let whole = |number: i64| usize::try_from(number).ok();
        let numbers: Option<Vec<usize>> = match tensor.dtype() {
            Dtype::I64 => {
                let (numbers, _) = tensor.data().as_chunks::<8>();
                numbers.iter().map(|&bytes| whole(i64::from_le_bytes(bytes))).collect()
            }
            Dtype::I32 => {
                let (numbers, _) = tensor.data().as_chunks::<4>();
                numbers.iter().map(|&bytes| whole(i32::from_le_bytes(bytes).into())).collect()
            }
            _ => None,
        };
        match numbers {
            Some(numbers) => Ok(Some(numbers)),
            None => Err(SentenceError::Numbers { name, found: format!("{:?} as places", tensor.dtype()) }),
        }
    }

    fn full(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}

fn floats(tensor: &TensorView<'_>) -> Option<Vec<f32>> {
    let data = tensor.data();
    Some(match tensor.dtype() {
        Dtype::F32 => data.as_chunks::<4>().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect(),
        Dtype::F16 => {
            data.as_chunks::<2>().0.iter().map(|&bytes| of_half(u16::from_le_bytes(bytes))).collect()
        }
        Dtype::BF16 => {
            let widen = |bytes: &[u8; 2]| f32::from_bits(u32::from(u16::from_le_bytes(*bytes)) << 16);
            data.as_chunks::<2>().0.iter().map(widen).collect()
        }
        _ => return None,
    })
}

/// An IEEE 754 number of sixteen bits: sign, five bits of exponent, ten of fraction.
fn of_half(bits: u16) -> f32 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f32::from(bits & 1023) / 1024.0);
    sign * match exponent {
        0 => fraction * 2.0_f32.powi(-14),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1.0 + fraction) * 2.0_f32.powi(exponent - 15),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers of IEEE 754-2019, table 3.5: one, −2, the greatest, the least normal, the least.
    #[test]
    fn halves_are_widened() {
        for (bits, number) in [
            (0x3C00, 1.0),
            (0xC000, -2.0),
            (0x7BFF, 65504.0),
            (0x0400, 6.103_515_6e-5),
            (0x0001, 5.960_464_5e-8),
        ] {
            assert_eq!(of_half(bits), number);
        }
        assert!(of_half(0x7C00).is_infinite() && of_half(0x7E00).is_nan());
    }
}
